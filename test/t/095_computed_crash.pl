# Columns whose like is made beside them, with what the server computes from them (a stored generated column, the index
# of an exclusion constraint, a unique index): kill -9 in each state, and a dump of each that is restored and goes on
# there, to each end.  What is computed is right in every row at all times, and at the end the table is one that was
# made that way.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.batch_time = 10');
my $dir = PostgreSQL::Test::Utils::tempdir();
my @port = ('-h', $node->host, '-p', $node->port);
my $rows = 500;

install_zdm($node);
meter_rows($node, 0.002);
allow_rows($node, 200);
$node->safe_psql('postgres', q{
	CREATE FUNCTION slowly(a int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT public.metered(a - 1)::text'});

# The table with a column of that type; an old value has no point, a new one may have one.
sub table_of
{
	my ($type, $place) = @_;
	my $made = $place eq 'last' ? ", z text, a $type, g text" : ", a $type, g text, z text";
	$made =~ s/g text/g text GENERATED ALWAYS AS (coalesce(z, '-') || (a)::text) STORED/;
	return "CREATE TABLE t (id int PRIMARY KEY$made, CONSTRAINT t_apart EXCLUDE USING btree (a WITH =));
		CREATE INDEX t_g ON t (g); CREATE UNIQUE INDEX t_a ON t (a, id);
		CREATE VIEW v AS SELECT id, g, a FROM t"
}

# What the server computes is what the expression gives, by both sides; and by the index as by the table.
sub is_right
{
	my ($database, $status, $what) = @_;
	my $other = $status eq 'contracted' ? 'zdm_old' : 'zdm_new';
	my $counted = $status eq 'finalized' || $status eq 'rolled_back' ? 0
		: qq{(SELECT count(*) FROM t WHERE ${other}_a IS NOT NULL AND ${other}_g IS DISTINCT FROM coalesce(z, '-') || (${other}_a)::text)};

	is($node->safe_psql($database, q{SELECT status FROM zdm.status WHERE name = 'm'}), $status, "$what: $status");
	is($node->safe_psql($database, qq{SELECT (SELECT count(*) FROM t WHERE g IS DISTINCT FROM coalesce(z, '-') || (a)::text), $counted, (SELECT count(*) FROM v), (SELECT count(g) FROM t)}),
		join('|', 0, 0, ($node->safe_psql($database, 'SELECT count(*) FROM t')) x 2), "$what: computed right");
	return if $status ne 'ready' && $status ne 'contracted';
	is($node->safe_psql($database, q{SELECT mismatches FROM zdm.verify('m')}), 0, "$what: both sides agree");
}

# Writes by the application of the status, in a table that takes nothing twice.
my $next = 100_000;
sub write_some
{
	my ($database, $what) = @_;

	$next += 10;
	$node->safe_psql($database, "INSERT INTO t (id, a, z) VALUES ($next, $next, 'w'); UPDATE t SET z = 'u$next' WHERE id % 7 = 0; UPDATE t SET a = a + 1000000 WHERE id = 5; DELETE FROM t WHERE id = $next - 10");
	expect_error($node, "INSERT INTO t (id, a) VALUES ($next + 1, $next)", '23P01', '"t_apart"', "$what: kept apart", database => $database);
}

# Dumps, restores, and takes what was restored to an end; both databases have the same rows before that.
sub restore_and_end
{
	my ($status, $end) = @_;
	my $database = "${status}_$end";

	$node->command_ok([ 'pg_dump', ($end eq 'finalize' ? '-Fc' : ()), '-f', "$dir/$database", @port, 'postgres' ], "$status: pg_dump");
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->command_ok($end eq 'finalize' ? [ 'pg_restore', '-e', '-j', '2', '-d', $database, @port, "$dir/$database" ]
		: [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/$database", @port, $database ], "$status: restored");
	is($node->safe_psql($database, 'SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) FROM (SELECT id, z, a, g FROM t) t'),
		$node->safe_psql('postgres', 'SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) FROM (SELECT id, z, a, g FROM t) t'), "$status: with its rows");
	is_right($database, $status, "$status, restored");
	write_some($database, "$status, restored");
	if ($end eq 'finalize')
	{
		$node->safe_psql($database, q{SELECT zdm.resume('m')}) if $status eq 'paused';
		$node->safe_psql($database, q{CALL zdm.wait('m')});
		$node->safe_psql($database, q{SELECT zdm.contract('m')}) if $status ne 'contracted';
		write_some($database, "$database, contracted");
		is_right($database, 'contracted', "$database, contracted");
	}
	$node->safe_psql($database, "SELECT zdm.$end('m')");
	is_right($database, $end eq 'finalize' ? 'finalized' : 'rolled_back', $database);
	write_some($database, $database);
	$node->safe_psql($database, 'DROP FUNCTION slowly, metered; DROP SEQUENCE metered_rows, allowed_rows');
	is(schema_of($node, $database), schema_of($node, $end eq 'finalize' ? 'new' : 'old'), "$database: what a table made that way is");
}

$node->safe_psql('postgres', "CREATE DATABASE $_->[0]"), $node->safe_psql($_->[0], table_of(@$_[1, 2])) for [ 'old', 'int', '' ], [ 'new', 'numeric', 'last' ];
$node->safe_psql('postgres', table_of('int', '') . "; INSERT INTO t (id, a, z) SELECT g, g, nullif(g % 10, 0) FROM generate_series(1, $rows) g");
$node->safe_psql('postgres', q{SELECT zdm.expand_change_type('t', 'a', 'numeric', 'slowly(a)::numeric', 'a::int', name => 'm')});
wait_for_rows($node, 'the backfill is under way');
flush_wal($node);
kill_server($node);
cmp_ok($node->safe_psql('postgres', q{SELECT rows_written FROM zdm.progress WHERE name = 'm'}), '>', 0, 'it has filled some rows');
allow_rows($node);
is_right('postgres', 'running', 'killed in the backfill');
write_some('postgres', 'killed in the backfill');
$node->safe_psql('postgres', q{SELECT zdm.pause('m')});
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM t WHERE zdm_new_a IS NULL'), '>', 0, 'which is not at its end');
restore_and_end('paused', $_) for qw(finalize rollback);

$node->safe_psql('postgres', q{SELECT zdm.resume('m')});
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
kill_server($node);
is_right('postgres', 'ready', 'killed when it was ready');
write_some('postgres', 'killed when it was ready');
restore_and_end('ready', $_) for qw(finalize rollback);

$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
write_some('postgres', 'contracted');
kill_server($node);
is_right('postgres', 'contracted', 'killed after contract');
write_some('postgres', 'killed after contract');
restore_and_end('contracted', $_) for qw(finalize rollback);

# a call that is killed before it commits has done nothing
$node->safe_psql('postgres', q{SELECT zdm.reopen('m')});
my $session = $node->background_psql('postgres');
$session->query_safe(q{BEGIN; SELECT zdm.contract('m')});
kill_server($node);
eval { $session->quit };
is_right('postgres', 'ready', 'killed within contract');
write_some('postgres', 'killed within contract');
$node->safe_psql('postgres', q{SELECT zdm.contract('m'); SELECT zdm.finalize('m')});
kill_server($node);
is_right('postgres', 'finalized', 'killed after finalize');
is_sound($node, 't', 'in the end');
log_is_clean($node);
$node->stop;

done_testing();
