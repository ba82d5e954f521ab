# Guards measure while a migration is under way and act when a number is too high for so many times;
# until finalize, whatever ends the worker that measures.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

mkdir(my $pressure = PostgreSQL::Test::Utils::tempdir() . '/pressure') or die;
my $stalled = 0;
sub stall { $stalled += $_[0]; for my $file (qw(cpu io memory)) { append_to_file("$pressure/new", "some avg10=0.00 avg60=0.00 avg300=0.00 total=$stalled\n"); rename "$pressure/new", "$pressure/$file" or die; } } # at once
stall(0);
chmod 0755, $pressure;
my $node = new_node('guards', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', "zdm.pressure_path = '$pressure'");
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner; CREATE ROLE stranger LOGIN; GRANT CREATE ON SCHEMA public TO stranger});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }
sub refused { my ($role, $sql, $pattern, $what) = @_; my ($rc, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', $role ]); like($err, qr/$pattern/, $what); }
sub status { return as('owner', "SELECT status FROM zdm.status WHERE name = '$_[0]'"); }
as('owner', q{CREATE TABLE level (value float8); INSERT INTO level VALUES (0);
	CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i;
	SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
as('owner', q{CALL zdm.wait('m')});

# what is refused
for my $case (
	[ q{zdm.guard('m', 'nonsense', 1, 'warn')}, 'unknown metric' ], [ q{zdm.guard('m', 'deadlocks', 1, 'shout')}, 'unknown action' ],
	[ q{zdm.guard('m', 'deadlocks', 'NaN', 'warn')}, 'threshold must be a number' ], [ q{zdm.guard('m', 'deadlocks', 1, 'warn', every => '1 ms')}, 'at least 1 s' ],
	[ q{zdm.guard('m', 'deadlocks', 1, 'warn', every => '1 month')}, 'number of days' ], [ q{zdm.guard('m', 'deadlocks', 1, 'warn', samples => 0)}, 'samples must be' ],
	[ q{zdm.guard('none', 'deadlocks', 1, 'warn')}, 'does not exist' ], [ q{zdm.guard('m', 'SELECT value FROM nowhere', 1, 'warn')}, 'nowhere' ],
	[ q{zdm.guard('m', 'SELECT 1; SELECT 2', 1, 'warn')}, 'one statement' ], [ q{zdm.guard('m', 'DELETE FROM public.level', 1, 'warn')}, 'read-only|must return a number|not allowed' ],
	[ q{zdm.guard('m', 'SELECT ''many''', 1, 'warn')}, 'invalid input syntax' ], [ q{zdm.drop_guard('m', 12345)}, 'has no guard 12345' ])
{
	refused('owner', "SELECT $case->[0]", $case->[1], "refused: $case->[0]");
}
refused('stranger', q{SELECT zdm.guard('m', 'deadlocks', 1, 'warn')}, 'does not exist', 'a stranger sets no guard');
refused('stranger', q{SELECT zdm.drop_guard('m')}, 'does not exist', 'and takes none away');
is(as('owner', 'SELECT count(*) FROM zdm.guards'), 0, 'so there is none');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE objsubid = 31346}), 0, 'and nobody measures'); # who has made it ready may be about to end

# every metric has a value; none acts
my @metrics = qw(error_rate deadlocks lock_waiters active_sessions longest_transaction replica_lag replica_lag_bytes slot_wal mismatches cpu_pressure io_pressure);
as('owner', join '; ', map { "SELECT zdm.guard('m', '$_', 1e12, 'rollback', every => '1 s')" } @metrics);
as('owner', q{SELECT zdm.guard('m', 'SELECT value FROM public.level', 10, 'warn', every => '1 s', samples => 2)});
ok($node->poll_query_until('postgres', q{SELECT count(value) = 9 AND string_agg(metric, ' ' ORDER BY metric) FILTER (WHERE value IS NULL AND measured_at IS NOT NULL) = 'replica_lag replica_lag_bytes slot_wal' AND count(error) = 0 FROM zdm.guards}),
	'each is measured but for what is not there, without an error') or diag as('owner', 'SELECT metric, value, error FROM zdm.guards');
is(as('stranger', 'SELECT count(*) FROM zdm.guards'), 0, 'a stranger sees none');
refused('owner', join('; ', map { q{SELECT zdm.guard('m', 'deadlocks', 1, 'warn')} } 1 .. 20), 'has 20 guards already', 'there may be so many');
as('owner', q{SELECT zdm.drop_guard('m', id) FROM zdm.guards WHERE metric <> 'SELECT value FROM public.level'});

# a warning, once
my $events = q{SELECT coalesce(string_agg(detail, '|' ORDER BY id), '') FROM zdm.event WHERE event = 'guard'};
as('owner', q{UPDATE level SET value = 11});
ok($node->poll_query_until('postgres', q{SELECT acted_value = 11 FROM zdm.guards}), 'a guard acts');
$node->poll_query_until('postgres', q{SELECT in_a_row >= 4 FROM zdm.guards}) or die;
is(as('owner', $events), 'warn: SELECT value FROM public.level was 11, above 10, 2 times', 'once, and the event says on what');
as('owner', q{UPDATE level SET value = 1});
$node->poll_query_until('postgres', q{SELECT in_a_row = 0 FROM zdm.guards}) or die;
as('owner', q{UPDATE level SET value = 12});
ok($node->poll_query_until('postgres', q{SELECT acted_value = 12 FROM zdm.guards}), 'and again when it was below meanwhile');
as('owner', q{UPDATE level SET value = 1; SELECT zdm.drop_guard('m')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}), 'without guards nobody measures');

# reopen after contract; several thresholds; the keeper is killed in between
as('owner', q{SELECT zdm.guard('m', 'SELECT value FROM public.level', 10, 'reopen', every => '1 s', samples => 1), zdm.guard('m', 'SELECT value FROM public.level', 20, 'rollback', every => '1 s', samples => 1)});
as('owner', q{UPDATE level SET value = 11});
$node->poll_query_until('postgres', q{SELECT bool_and(value = 11) FROM zdm.guards}) or die;
is(status('m'), 'ready', 'before contract there is nothing to reopen');
as('owner', q{UPDATE level SET value = 0});
$node->poll_query_until('postgres', q{SELECT bool_and(value = 0) FROM zdm.guards}) or die;
as('owner', q{SELECT zdm.contract('m')});
my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_locks WHERE objsubid = 31346});
is($node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)"), 't', 'who measures is ended');
ok($node->poll_query_until('postgres', "SELECT pid <> $pid FROM pg_locks WHERE objsubid = 31346"), 'and the launcher sends another');
as('owner', q{UPDATE level SET value = 11});
ok($node->poll_query_until('postgres', q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}), 'a guard reopens');
like(as('owner', $events), qr/reopen: SELECT value FROM public.level was 11, above 10, 1 times$/, 'and says so');
is(as('owner', q{SELECT zdm.contract('m'); UPDATE level SET value = 21; SELECT 1}), "\n1", 'contracted again');
ok($node->poll_query_until('postgres', q{SELECT status = 'rolled_back' FROM zdm.status WHERE name = 'm'}), 'the other rolls back');

# pause; what can't be done is noted and tried again; pressure; a query that takes too long
$node->safe_psql('postgres', q{UPDATE level SET value = 0});
my $gate = close_gate($node);
as('owner', q{SELECT zdm.expand_add_column('t', 'n', 'int', backfill => 'gated(a)', name => 'slow')});
as('owner', q{SELECT zdm.guard('slow', 'cpu_pressure', 0.5, 'pause', every => '1 s', samples => 1)});
$node->poll_query_until('postgres', q{SELECT value = 0 FROM zdm.guards WHERE name = 'slow'}) or die;
stall(1e9);
ok($node->poll_query_until('postgres', q{SELECT status = 'paused' FROM zdm.status WHERE name = 'slow'}), 'a guard pauses on pressure');
open_gate($gate);
as('owner', q{SELECT zdm.rollback('slow')});
as('owner', q{SELECT zdm.expand_rename('t', 'a', 'b', name => 'held'); CALL zdm.wait('held'); SELECT zdm.contract('held')});
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; SELECT count(*) FROM t');
as('owner', q{UPDATE level SET value = 1; SELECT zdm.guard('held', 'SELECT value FROM public.level', 0, 'reopen', every => '1 s', samples => 1)});
ok($node->poll_query_until('postgres', q{SELECT error ~ 'could not lock|lock' FROM zdm.guards WHERE name = 'held'}), 'what it could not do is told') or diag as('owner', 'SELECT * FROM zdm.guards');
is(status('held'), 'contracted', 'and nothing has changed');
$holder->quit;
ok($node->poll_query_until('postgres', q{SELECT status = 'ready' FROM zdm.status WHERE name = 'held'}), 'until it can');

# who holds the rows of one guard keeps no other from being measured
as('owner', q{SELECT zdm.guard('held', 'SELECT value FROM public.level', 1000, 'warn', every => '1 s')});
my $dropper = $node->background_psql('postgres', extra_params => [ '-U', 'owner' ]);
$dropper->query_safe(q{BEGIN; SELECT zdm.drop_guard('held', min(id)), zdm.rollout('held', 5) FROM zdm.guards WHERE name = 'held'});
my $measured = as('owner', q{SELECT max(measured_at) FROM zdm.guards WHERE name = 'held'});
$node->poll_query_until('postgres', "SELECT max(measured_at) > coalesce(nullif('$measured', ''), '-infinity')::timestamptz FROM zdm.guards WHERE name = 'held'") or die;
$measured = as('owner', q{SELECT max(measured_at) FROM zdm.guards WHERE name = 'held'});
ok($node->poll_query_until('postgres', "SELECT max(measured_at) > '$measured' FROM zdm.guards WHERE name = 'held'"), 'a transaction that holds one guard keeps no other from being measured');
$dropper->query_safe('ROLLBACK');
$dropper->quit;

# the owner's query has the owner's rights
as('owner', q{SELECT zdm.drop_guard('held'); CREATE FUNCTION who() RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN
	IF current_user <> 'owner' THEN RAISE 'as %', current_user; END IF;
	BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN END; PERFORM pg_read_file('PG_VERSION'); RETURN 1; END $$});
refused('owner', q{SELECT zdm.guard('held', 'SELECT public.who()', 0, 'warn')}, 'permission denied', 'an owner tries what he may not');
as('owner', q{CREATE OR REPLACE FUNCTION who() RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN
	IF current_user <> 'owner' THEN RETURN 2; END IF;
	BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN END; PERFORM pg_read_file('PG_VERSION'); RETURN 3; EXCEPTION WHEN insufficient_privilege THEN RETURN 1; END $$;
	SELECT zdm.guard('held', 'SELECT public.who()', 100, 'warn', every => '1 s')});
ok($node->poll_query_until('postgres', q{SELECT value IS NOT NULL FROM zdm.guards WHERE name = 'held'}), 'his query is measured');
is(as('owner', q{SELECT value FROM zdm.guards WHERE name = 'held'}), 1, 'with his rights alone');
as('owner', q{SELECT zdm.rollback('held')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}), 'when all is over nobody measures');

$node->stop;
done_testing();
