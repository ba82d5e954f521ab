# Every kind of object that hangs on a table, under a change of its shape, after each call: in what
# pg_dump says it is what it would be on a table that was made so, line by line but for their order.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Uses;
use Zdm;

# The order of columns, and what stands behind them in CREATE TABLE.
my %shapes = (
	compact => [ 'id int PRIMARY KEY, a int, z text', '' ],
	ordered => [ 'z text, a int, id int PRIMARY KEY', 'WITH (fillfactor = 80)' ],
);
my $plain = $shapes{compact};

# Definitions are compared, of hundreds of tables with few rows: there is nothing to vacuum.
my $node = new_node('uses', 'zdm.at_once = on', 'autovacuum = off', 'wal_level = logical', 'max_locks_per_transaction = 400');
$node->safe_psql('postgres', 'CREATE ROLE shape_reader');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(shaped before after);
install_zdm($node, 'shaped');
$node->safe_psql($_, q{CREATE FUNCTION shape_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'}) for qw(shaped before after);
my @cases = map { my $use = $_; map { [ $use, $_ ] } sort keys %shapes } sort keys %uses;

sub table_of { my ($use, $shape) = @_; return "t_${use}_$shape"; }

# The statements that make one table in a shape, and its objects.
sub make
{
	my ($use, $name, $shape) = @_;
	my $table = table_of($use, $name);
	return "CREATE TABLE $table ($shape->[0]) $shape->[1]; " . use_sql($use, $table, "${use}_$name");
}

sub same { my ($like, $what) = @_; same_lines($node, 'shaped', $like, $what); }

sub call
{
	my ($function) = @_;
	my $err = '';
	$node->psql('shaped', join(";\n", 'SET client_min_messages = error', map { "SELECT zdm.$function('" . table_of(@$_) . "')" } @cases), on_error_stop => 0, stderr => \$err);
	is($err, '', "$function of all");
}

for my $database (qw(shaped before after))
{
	$node->safe_psql($database, join(";\n", 'SET client_min_messages = error', map { make(@$_, $database eq 'after' ? $shapes{ $_->[1] } : $plain) } @cases));
}
same('before', 'before anything');

sub expand
{
	$node->safe_psql('shaped', join(";\n", 'SET client_min_messages = error', map {
		my ($shape, $table) = ($shapes{ $_->[1] }, table_of(@$_));
		(my $columns = $shape->[0]) =~ s/ PRIMARY KEY//;
		$_->[1] eq 'compact' ? "SELECT zdm.expand_compact('$table', name => '$table')" : "SELECT zdm.expand_shadow_table('$table', '($columns) $shape->[1]', name => '$table')";
	} @cases));
	is($node->safe_psql('shaped', q{SELECT string_agg(name || ': ' || coalesce(last_error, status), E'\n') FROM zdm.status WHERE status NOT IN ('ready', 'rolled_back')}), '', 'all are ready');
}

expand();
same('before', 'expanded');
call('contract');
same('after', 'contracted');
call('reopen');
same('before', 'reopened');
call('contract');
same('after', 'contracted again');
call('rollback');
same('before', 'rolled back');
expand();
call('rollback');
same('before', 'rolled back before contract');
expand();
call('contract');
call('finalize');
same('after', 'finalized');
is($node->safe_psql('shaped', q{SELECT string_agg(relname, ', ') FROM pg_class WHERE relname LIKE 'zdm\_%'}), '', 'nothing is left of it');
done_testing();
