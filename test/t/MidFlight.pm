# What tests of updates share that come in the middle of migrations: their kinds are in test/upgrade.
package MidFlight;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

our @EXPORT = qw(script copy_database begin_all writes outcome differences go_each_way $both);

# Makes a copy of a database, once nobody is in it any more.
sub copy_database
{
	my ($node, $from, $to) = @_;
	$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '$from')") or die;
	$node->safe_psql('postgres', "CREATE DATABASE $to TEMPLATE $from");
}

# Runs psql over a script, with what its \gexec make of it; gives what it says of errors.
sub script
{
	my ($node, $database, $script, @variables) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', (map { ('-v', $_) } @variables), $node->connstr($database) ],
		'<', \"SET client_min_messages = warning;\n$script", '>', \$out, '2>', \$err);
	return join("\n", grep { !/^DETAIL|^HINT|^CONTEXT/ } split /\n/, $err);
}

# Begins migrations of all kinds, and leaves them in all states; with a file, those of its kinds, too.
sub begin_all
{
	my ($node, $database, @variables) = @_;
	my $failed = script($node, $database, slurp_file('test/upgrade/begin.sql'), @variables);
	is(join(' ', $failed =~ /ERROR:  .*?migration "(.*?)" is failed/g), 'add_computed_failed fill_nulls_failed change_type_failed lossy_type_failed transform_failed',
		"migrations are begun in $database") or diag($failed);
	is(scalar(() = $failed =~ /ERROR/g), 5, 'with no other error') or diag($failed);
}

# A call for each migration that a condition names.
sub each_migration
{
	my ($call, $condition) = @_;
	return "SELECT format('$call', m.name) FROM zdm.migration m WHERE $condition ORDER BY id \\gexec\n";
}

# What an application writes into each table.
my $number = 2000;

sub writes
{
	my ($application, $condition) = @_;
	$number++;
	return "SELECT format(k.$application, m.name, $number) FROM kind k JOIN step_of s USING (kind)
		JOIN zdm.migration m ON m.name = s.kind || '_' || s.state WHERE $condition ORDER BY m.id \\gexec\n";
}

my $open = q{m.status NOT IN ('finalized', 'rolled_back')};
our $both = writes('old_app', "m.status IN ('running', 'paused', 'failed', 'ready')") . writes('new_app', q{m.status = 'ready'});
my $ready = $both
  . each_migration('SELECT zdm.resume(%L)', q{m.status IN ('running', 'paused', 'failed')})
  . each_migration('CALL zdm.wait(%L)', q{m.status = 'running'})
  . writes('old_app', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'ready'})
  . each_migration(q{SELECT 1 / (mismatches = 0)::int FROM zdm.verify(%L)}, "m.status = 'ready' AND m.trigger_name IS NOT NULL");
my $contract = each_migration('SELECT zdm.contract(%L)', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'contracted'});
my $rollback = each_migration('SELECT zdm.rollback(%L)', $open) . writes('old_app', q{m.status = 'rolled_back'});

# Each begins where migrations have been left.
my %ways = (
	forward => $ready . $contract . each_migration('SELECT zdm.finalize(%L)', q{m.status = 'contracted'}) . writes('new_app', q{m.status = 'finalized'}),
	back => $both . writes('new_app', q{m.status = 'contracted'}) . $rollback,
	there_and_back => $ready . $contract . each_migration('SELECT zdm.reopen(%L)', q{m.status = 'contracted'})
	  . writes('old_app', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'ready'}) . $rollback);

# What is left of them: the schema, each table's rows, each migration's status.
sub outcome
{
	my ($node, $database) = @_;
	my $tables = $node->safe_psql($database, q{
		SELECT string_agg(format('SELECT %L || t::text FROM %s t', relname || ': ', oid::regclass), ' UNION ALL ')
		  FROM pg_class WHERE relnamespace IN ('public'::regnamespace, '"Odd schema"'::regnamespace) AND relkind IN ('r', 'p') AND NOT relispartition});
	my $rows = $node->safe_psql($database, "SELECT * FROM ($tables) AS r ORDER BY 1");
	my $status = $node->safe_psql($database, q{SELECT name || ' ' || status FROM zdm.migration ORDER BY 1});
	return schema_of($node, $database, 'public|"Odd schema"') . "\n$rows\n$status\n";
}

# The lines in which two texts differ.
sub differences
{
	my ($one, $other, $what, $what_other) = @_;
	my %count;
	$count{$_}++ for split /\n/, $one;
	$count{$_}-- for split /\n/, $other;
	return join("\n", map { ($count{$_} > 0 ? "$what: " : "$what_other: ") . $_ } grep { $count{$_} } sort keys %count);
}

# All that is under way in a database goes on to each of its ends, in copies of it, and in copies of
# another one in which the present version, or server, has begun it; gives the differences, by way.
# Options: as, through which goes first what is left of both; errors, which the former has, by way.
sub go_each_way
{
	my ($node, $database, $begun, %options) = @_;
	my %differences;
	my $as = $options{as} // sub { $_[0] };
	for my $way (sort keys %ways)
	{
		for my $from ($begun, $database)
		{
			next if $node->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = '${from}_$way'");
			copy_database($node, $from, "${from}_$way");
			my $errors = $from eq $database && $options{errors} ? $options{errors}{$way} : undef;
			is(script($node, "${from}_$way", $ways{$way}), $errors // '', "$from goes $way");
		}
		$differences{$way} = differences($as->(outcome($node, "${database}_$way")), $as->(outcome($node, "${begun}_$way")), $database, $begun);
	}
	return %differences;
}

1;
