# Nobody takes all workers, nor all processes, of a server: limits for a database and for a role,
# work that never ends, transactions that stay prepared, and a launcher that none of it holds up.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('limits', 'fsync = off', 'max_prepared_transactions = 10', q{shared_preload_libraries = 'zdm'},
	'zdm.launcher_interval = 1', 'max_worker_processes = 9', 'max_logical_replication_workers = 0', 'max_parallel_workers = 0');
my $workers = q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'zdm worker'};
my $at_work = q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334};

$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN; CREATE ROLE victim LOGIN; CREATE DATABASE other');
sub as
{
	my ($role, $sql, $database) = @_;
	my ($rc, $out, $err) = $node->psql($database // 'postgres', $sql, extra_params => [ '-U', $role ]);

	is($rc, 0, "$role: " . (split /\n/, $sql =~ s/^\s+//r)[0]) or diag $err;
}

for my $database ('postgres', 'other')
{
	install_zdm($node, $database);
	for my $role ('mallory', 'victim')
	{
		$node->safe_psql($database, "CREATE SCHEMA $role AUTHORIZATION $role");
		as($role, qq{
			CREATE FUNCTION $role.endless(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN LOOP PERFORM pg_sleep(0.01); END LOOP; END';
			CREATE FUNCTION $role.begin_all(n int, value text) RETURNS void LANGUAGE plpgsql AS \$\$
			BEGIN
				FOR i IN 1 .. n LOOP
					EXECUTE format('CREATE TABLE $role.t%s (id int PRIMARY KEY)', i);
					EXECUTE format('INSERT INTO $role.t%s SELECT generate_series(1, 10)', i);
					PERFORM zdm.expand_add_column(format('$role.t%s', i)::regclass, 'c', 'int', backfill => value, name => '$role' || i);
				END LOOP;
			END \$\$}, $database);
	}
}
sub resume_all_of { my ($role, $n) = @_; for (1 .. 3) { as($role, "SELECT zdm.resume('$role$_')") for 1 .. $n; } }
sub gets_ready
{
	my ($database, $what) = @_;
	as('victim', q{SELECT victim.begin_all(2, 'id + 1')}, $database);
	ok($node->poll_query_until($database, q{SELECT count(*) = 2 FROM zdm.migration WHERE name ~ 'victim' AND status = 'ready'}), "$what: and get ready");
	as('victim', q{SELECT zdm.rollback('victim1'), zdm.rollback('victim2'); DROP TABLE victim.t1, victim.t2}, $database);
}

# one database: all but one of zdm.max_workers, however often they are asked for
as('mallory', q{SELECT mallory.begin_all(6, 'mallory.endless(id)')});
wait_for($node, q{SELECT count(*) = 3 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334}, 'three of four workers are at work in a database');
resume_all_of('mallory', 6);
wait_for($node, q{SELECT count(*) = 3 FROM zdm.migration WHERE waiting_for = 'a free worker: zdm.max_workers_per_database is 3'}, 'the others say what they wait for');
# ... of which one may wait for a slot in each database, and one be sent by the launcher
wait_for($node, q{SELECT count(*) <= 3 + 2 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'and keep no process each');
gets_ready('other', 'another database');
is($node->safe_psql('postgres', $at_work), 3, 'it is still at work');
as('mallory', q{SELECT zdm.pause_all()});
wait_for($node, q{SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334}, 'its owner can end it');

# one role: in all databases
$node->append_conf('postgresql.conf', "zdm.max_workers_per_role = 2\nzdm.max_workers_per_database = 0");
$node->reload;
resume_all_of('mallory', 6);
wait_for($node, q{SELECT count(*) = 4 FROM zdm.migration WHERE waiting_for = 'a free worker: zdm.max_workers_per_role is 2'}, 'a role has its limit');
as('mallory', q{SELECT mallory.begin_all(2, 'mallory.endless(id)')}, 'other');
ok($node->poll_query_until('other', q{SELECT count(*) = 2 FROM zdm.migration WHERE name ~ 'mallory' AND waiting_for = 'a free worker: zdm.max_workers_per_role is 2'}), 'in other databases, too');
gets_ready('postgres', 'another role');
is($node->safe_psql('postgres', $at_work), 2, 'it is still at work');

# no launcher waits for that: with no limit of its own, the role has them all, and the processes besides
$node->append_conf('postgresql.conf', "zdm.max_workers_per_role = 0");
$node->reload;
wait_for($node, q{SELECT count(*) = 4 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334}, 'the launcher has begun what waited');
as('victim', q{SELECT victim.begin_all(1, 'id + 1')});
wait_for($node, q{SELECT waiting_for LIKE 'a free worker: zdm.max_workers is 4%' FROM zdm.progress WHERE name = 'victim1' AND status <> 'rolled_back'}, 'then another role waits');
cmp_ok($node->safe_psql('postgres', $workers), '<', 8, 'but there are processes left');
as('mallory', qq{SELECT zdm.rollback('mallory$_')}) for reverse 1 .. 6;
wait_for($node, q{SELECT status = 'ready' FROM zdm.migration WHERE name = 'victim1' AND status <> 'rolled_back'}, 'and gets its turn');
as('mallory', qq{SELECT zdm.rollback('mallory$_')}, 'other') for 1, 2;
wait_for($node, q{SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334}, 'nothing is left');

# what is prepared takes no process
as('mallory', qq{CREATE TABLE mallory.p$_ (id int); BEGIN; SELECT zdm.expand_index('CREATE INDEX ON mallory.p$_ (id)', name => 'p$_'); PREPARE TRANSACTION 'p$_'}) for 1 .. 9;
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_prepared_xacts'), 9, 'transactions are prepared');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'}), 0, 'no worker waits for them');
as('mallory', "COMMIT PREPARED 'p$_'") for 1 .. 9;
wait_for($node, q{SELECT count(*) = 9 FROM zdm.migration WHERE name ~ '^p' AND status = 'ready'}, 'the launcher begins their work');
$node->stop;
log_is_clean($node, qr/background worker slot/);
done_testing();
