# Nobody takes all workers, nor all processes, of a server: limits for a database and for a role,
# work that never ends, transactions that stay prepared, and a launcher that none of it holds up.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node;
my $workers = q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'zdm worker'};
my $at_work = q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334};

sub as
{
	my ($role, $sql, $database) = @_;
	my ($rc, $out, $err) = $node->psql($database // 'postgres', $sql, extra_params => [ '-U', $role ]);

	is($rc, 0, "$role: " . (split /\n/, $sql =~ s/^\s+//r)[0]) or diag $err;
}

# Roles with what they need to begin migrations that end, or do not, in each of some databases.
sub prepare
{
	my ($roles, @databases) = @_;
	$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") for @$roles;
	for my $database (@databases)
	{
		$node->safe_psql('postgres', "CREATE DATABASE $database") if $database ne 'postgres';
		install_zdm($node, $database);
		for my $role (@$roles)
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
						PERFORM zdm.alter_backfill('$role' || i, workers => 8, pace => 'full');
					END LOOP;
				END \$\$}, $database);
		}
	}
}
sub resume_all_of { my ($role, $n, $database) = @_; for (1 .. 3) { as($role, "SELECT zdm.resume('$role$_')", $database) for 1 .. $n; } }
sub gets_ready
{
	my ($database, $what) = @_;
	as('victim', q{SELECT victim.begin_all(2, 'id + 1')}, $database);
	ok($node->poll_query_until($database, q{SELECT count(*) = 2 FROM zdm.migration WHERE name ~ 'victim' AND status = 'ready'}), "$what: and get ready");
	as('victim', q{SELECT zdm.rollback('victim1'), zdm.rollback('victim2'); DROP TABLE victim.t1, victim.t2}, $database);
}

# With what a server has by default, one role floods databases with work that never ends, and with guards: it has
# two at work, wherever; the others get theirs, in its databases and elsewhere, and by themselves.
{
	my @flooded = map { "flooded$_" } 1 .. 5;
	$node = new_node('few', 'fsync = off', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'max_worker_processes = 8', 'max_parallel_workers = 0');
	prepare([ 'mallory', 'victim' ], @flooded, 'postgres');
	for my $database (@flooded)
	{
		as('mallory', q{SELECT mallory.begin_all(4, 'mallory.endless(id)')}, $database);
		as('mallory', q{SELECT zdm.guard('mallory1', 'lock_waiters', threshold => 1000, action => 'warn')}, $database);
	}
	wait_for($node, "SELECT ($at_work) = 2", 'two of four workers are at work for a role');
	resume_all_of('mallory', 4, $_) for @flooded;
	is($node->safe_psql('postgres', $at_work), 2, 'however often they are asked for');
	wait_for($node, "SELECT ($workers) < 6", 'of six processes one is left');
	ok($node->poll_query_until($flooded[0], q{SELECT count(*) > 0 FROM zdm.migration WHERE waiting_for = 'a free worker: zdm.max_workers_per_role is 2'}), 'others say what they wait for');
	gets_ready('postgres', 'another database');
	gets_ready($_, 'another role') for @flooded[0, 4];
	is($node->safe_psql('postgres', $at_work), 2, 'it is still at work');
	# what is free is its own again
	for my $database (@flooded)
	{
		as('mallory', "SELECT zdm.rollback('mallory$_')", $database) for 2 .. 4;
	}
	wait_for($node, "SELECT ($at_work) = 2", 'another one of its own takes the place of one that ends');
	as('mallory', "SELECT zdm.rollback('mallory1')", $_) for @flooded;
	wait_for($node, "SELECT ($workers) = 0", 'nothing is left');

	# so is a database, where there are fewer processes than zdm.max_workers: all but one
	$node->append_conf('postgresql.conf', "max_worker_processes = 5\nzdm.max_workers_per_role = 0");
	$node->restart;
	as('mallory', q{DROP TABLE mallory.t1, mallory.t2, mallory.t3, mallory.t4; SELECT mallory.begin_all(4, 'mallory.endless(id)')}, $flooded[0]);
	wait_for($node, "SELECT ($at_work) = 2", 'two of three processes are at work in a database');
	resume_all_of('mallory', 4, $flooded[0]);
	ok($node->poll_query_until($flooded[0], q{SELECT count(*) = 2 FROM zdm.migration WHERE status = 'running' AND waiting_for = 'a free worker: zdm.max_workers_per_database is 2'}), 'the others say what they wait for');
	gets_ready('postgres', 'another database');
	is($node->safe_psql('postgres', $at_work), 2, 'it is still at work');
	as('mallory', "SELECT zdm.rollback('mallory$_')", $flooded[0]) for 1 .. 4;
	$node->stop;
	log_is_clean($node, qr/background worker slot/);
}

$node = new_node('limits', 'fsync = off', 'max_prepared_transactions = 10', q{shared_preload_libraries = 'zdm'},
	'zdm.launcher_interval = 1', 'max_worker_processes = 9', 'max_logical_replication_workers = 0', 'max_parallel_workers = 0', 'zdm.max_workers_per_role = 0');
prepare([ 'mallory', 'victim' ], 'postgres', 'other');

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
wait_for($node, "SELECT ($workers) < 8", 'but there are processes left');
as('mallory', qq{SELECT zdm.rollback('mallory$_')}) for reverse 1 .. 6;
wait_for($node, q{SELECT status = 'ready' FROM zdm.migration WHERE name = 'victim1' AND status <> 'rolled_back'}, 'and gets its turn');
as('mallory', qq{SELECT zdm.rollback('mallory$_')}, 'other') for 1, 2;
wait_for($node, q{SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31334}, 'nothing is left');

# what is prepared takes no process
as('mallory', qq{CREATE TABLE mallory.p$_ (id int); BEGIN; SELECT zdm.expand_index('CREATE INDEX ON mallory.p$_ (id)', name => 'p$_'); PREPARE TRANSACTION 'p$_'}) for 1 .. 9;
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_prepared_xacts'), 9, 'transactions are prepared');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND backend_type = 'zdm worker'}), 0, 'no worker waits for them');
as('mallory', "COMMIT PREPARED 'p$_'") for 1 .. 9;
wait_for($node, q{SELECT count(*) = 9 FROM zdm.migration WHERE name ~ '^p' AND status = 'ready'}, 'the launcher begins their work');
$node->stop;
log_is_clean($node, qr/background worker slot/);
done_testing();
