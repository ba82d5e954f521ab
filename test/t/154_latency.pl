# Guards on p95_ms and p99_ms: what clients had to wait for counts, whichever way their statements
# come, from one measurement to the next; and where zdm is not preloaded it says that it can't know.
use strict;
use warnings;

use lib 'test/t';
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('latency', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'autovacuum = off'); # it waits for no lock then
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i;
	CREATE TABLE w (id int); CREATE TABLE locked (id int);
	CREATE FUNCTION after() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
	CREATE TRIGGER after AFTER INSERT ON w FOR EACH ROW EXECUTE FUNCTION after();
	CREATE FUNCTION many() RETURNS int LANGUAGE plpgsql AS $$ DECLARE i int; BEGIN FOR i IN SELECT g FROM generate_series(1, 200) g LOOP PERFORM 1; END LOOP; PERFORM pg_sleep(0.3); RETURN 1; END $$;
	SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
$node->safe_psql('postgres', q{SELECT zdm.guard('m', 'p95_ms', 250, 'warn', every => '1 s', samples => 2), zdm.guard('m', 'p99_ms', 1e6, 'rollback', every => '1 s', samples => 1)});

my ($dir, $n) = (PostgreSQL::Test::Utils::tempdir(), 0);

# Four clients send a script again and again until the guard's value is as is said; then they are ended.
sub measured_while
{
	my ($sql, $condition, $what, @options) = @_;
	my $file = "$dir/" . $n++ . '.sql';
	append_to_file($file, $sql);
	my ($out, $timeout) = ('', IPC::Run::timeout(5 * $PostgreSQL::Test::Utils::timeout_default));
	my $pgbench = IPC::Run::start([ 'pgbench', '-n', '-c', 4, '-j', 4, '-T', 600, '-f', $file, '-h', $node->host, '-p', $node->port, @options, 'postgres' ], '>', \$out, '2>&1', $timeout);
	ok($node->poll_query_until('postgres', "SELECT bool_and($condition AND error IS NULL) FROM zdm.guards"), $what) or diag $node->safe_psql('postgres', 'SELECT metric, value, error FROM zdm.guards');
	$pgbench->kill_kill;
}
my $slow = 'value BETWEEN 250 AND 600000';
my $fast = 'value < 250';
measured_while('SELECT pg_sleep(0.3);', "$slow AND (in_a_row >= 2 OR metric = 'p99_ms')", 'a slow SELECT');
like($node->safe_psql('postgres', q{SELECT detail FROM zdm.event WHERE event = 'guard' ORDER BY id LIMIT 1}), qr/^warn: p95_ms was [0-9.e+]+, above 250, 2 times$/, 'a guard acts on it');
measured_while('SELECT 1;', $fast, 'fast ones: what was before does not count', '-R', 50);
measured_while('SELECT pg_sleep(0.3);', $slow, 'a prepared one', '-M', 'prepared');
measured_while('SELECT many();', $slow, 'what it calls is part of it, however many statements that is');
measured_while('INSERT INTO w VALUES (1);', $slow, 'a trigger behind it, too', '-M', 'extended');
measured_while('SELECT 1;', $fast, 'fast ones again', '-R', 50, '-M', 'prepared');
{
	local $ENV{PGOPTIONS} = '-c statement_timeout=300ms';
	# pgbench ends a client at an error, so psql
	my ($out, $script) = ('', "$dir/sleep.sql");
	append_to_file($script, "SELECT pg_sleep(100);\n" x 2000);
	my @sessions = map { IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-f', $script ], '>', \$out, '2>&1') } 1 .. 4;
	delete local $ENV{PGOPTIONS};
	ok($node->poll_query_until('postgres', "SELECT bool_and($slow) FROM zdm.guards"), 'one that is cancelled');
	$_->kill_kill for @sessions;
}
measured_while('SELECT 1;', $fast, 'fast ones once more', '-R', 50);

# Whoever has a table's lock keeps a statement waiting before it comes to the executor.
measured_while("BEGIN;\nLOCK locked;\n\\sleep 300 ms\nCOMMIT;\nSELECT id FROM locked;", 'value >= 250', 'the time in which it waits for a lock of a table', '-M', 'prepared');

# after a restart, without the library in memory
$node->safe_psql('postgres', q{SELECT zdm.drop_guard('m', id) FROM zdm.guards WHERE metric = 'p99_ms'});
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{''});
$node->restart;
expect_error($node, q{SELECT zdm.guard('m', 'p99_ms', 1, 'warn')}, '55000', '"p99_ms" can\'t be measured: zdm is not preloaded', 'what is not counted is refused');
is($node->safe_psql('postgres', q{SELECT zdm.guard('m', 'deadlocks', 1, 'warn', every => '1 s')}), 1, 'another metric is not');
ok($node->poll_query_until('postgres', q{SELECT value IS NULL AND error ~ 'not preloaded' FROM zdm.guards WHERE metric = 'p95_ms'}), 'and a guard from before says why it has no value');

log_is_clean($node);
done_testing();
