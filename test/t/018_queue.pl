# The queue: more changes than workers, in order, and none is forgotten.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# The processes of zdm beside the launcher.
my $processes = q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'zdm worker'};

# many changes on a server with the default number of slots
{
	my $node = new_node('many', 'max_worker_processes = 8', 'zdm.max_workers = 3', 'zdm.max_workers_per_database = 0', 'zdm.max_workers_per_role = 0', 'max_parallel_workers_per_gather = 2',
		'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'max_connections = 30');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 20, "t$_") for (1 .. 30);
	my $stderr;
	$node->psql('postgres', 'BEGIN;' . join('', map {qq{SELECT zdm.expand_add_column('t$_', 'fresh', 'int', backfill => 'gated(old)', name => 'm$_');}} (1 .. 30)) . 'COMMIT;',
		stderr => \$stderr, on_error_die => 1);
	unlike($stderr, qr/WARNING/, 'thirty changes in one transaction: none is refused, no warning');
	wait_for($node, q{SELECT count(*) = 3 FROM zdm.migration WHERE zdm.has_worker(id)}, 'zdm.max_workers are at work');
	wait_for($node, "SELECT ($processes) <= 4", 'and one process more at the most');
	# who commits while all are busy counts on them
	make_accounts($node, 20, 'late');
	$node->psql('postgres', q{SELECT zdm.expand_add_column('late', 'fresh', 'int', backfill => 'gated(old)', name => 'late')}, stderr => \$stderr, on_error_die => 1);
	unlike($stderr, qr/WARNING/, 'one more waits without a warning');
	is($node->safe_psql('postgres', q{SELECT waiting_for FROM zdm.status WHERE name = 'late'}),
		'a free worker: zdm.max_workers is 3, 27 before it in the queue', 'the status tells its place');
	$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('late', priority => 5)});
	is($node->safe_psql('postgres', q{SELECT waiting_for FROM zdm.status WHERE name = 'late'}),
		'a free worker: zdm.max_workers is 3, 0 before it in the queue', 'which a priority changes');
	my $plan = $node->safe_psql('postgres', q{EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) FROM t1});
	like($plan, qr/Workers Launched: [12]/, 'a parallel query of a user finds a slot');
	# all are held at their first row: the worker that becomes free takes it, or it is never seen at work
	my $paused = $node->safe_psql('postgres', q{SELECT min(name) FROM zdm.migration WHERE zdm.has_worker(id)});
	$node->safe_psql('postgres', qq{SELECT zdm.pause('$paused')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'late'}, 'the one with a priority comes before those that had waited');
	$node->safe_psql('postgres', qq{SELECT zdm.resume('$paused')});
	open_gate($gate);
	$node->safe_psql('postgres', qq{CALL zdm.wait('m$_')}) for (1 .. 30);
	$node->safe_psql('postgres', q{CALL zdm.wait('late')});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.status WHERE status = 'ready'}), 31, 'all become ready');
	wait_for($node, "SELECT ($processes) = 0", 'no process is left');
	$node->stop;
	log_is_clean($node);
}

# one worker: the order is that of the calls, and that of priorities before it
{
	my $node = new_node('order', 'zdm.max_workers = 1');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 20, $_) for ('first', 'a', 'b', 'c', 'd');
	$node->safe_psql('postgres', qq{SELECT zdm.expand_add_column('$_', 'fresh', 'int', backfill => 'gated(old)', name => '$_')}) for ('first', 'a', 'b', 'c', 'd');
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'first'}, 'the first is at work');
	$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('c', priority => 1), zdm.alter_backfill('a', priority => -1)});
	open_gate($gate);
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for ('first', 'a', 'b', 'c', 'd');
	is($node->safe_psql('postgres', q{
		SELECT string_agg(m.name, ' ' ORDER BY e.id) FROM zdm.event e JOIN zdm.migration m ON m.id = e.migration_id WHERE e.event = 'ready'}),
		'first c b d a', 'by priority, then by the calls');
	is(expect_error($node, q{SELECT zdm.alter_backfill('a', priority => 1001)}, '22023', 'priority is out of range', 'a priority has its range') ne '', 1, 'and says so');
	$node->stop;
	log_is_clean($node);
}

# whoever ends a worker, the next one comes: at once by zdm.wait, and by the next call
{
	my $node = new_node('killed', 'zdm.max_workers = 1');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 20, $_) for ('a', 'b', 'c');
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('a', 'fresh', 'int', backfill => 'gated(old)', name => 'a')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'a'}, 'one is at work');
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('b', 'fresh', 'int', backfill => 'gated(old)', name => 'b')});
	is($node->safe_psql('postgres', $processes), 1, 'the other one takes no process');
	$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'zdm worker'});
	wait_for($node, "SELECT ($processes) = 0", 'it is ended');
	is($node->safe_psql('postgres', q{SELECT string_agg(waiting_for, ' ' ORDER BY name) FROM zdm.status}),
		q{a worker: SELECT zdm.resume('a') a worker: SELECT zdm.resume('b')}, 'the status says that nobody comes');
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('c', 'fresh', 'int', backfill => 'gated(old)', name => 'c')});
	wait_for($node, q{SELECT count(*) = 1 FROM zdm.migration WHERE zdm.has_worker(id)}, 'the next call brings a worker');
	open_gate($gate);
	wait_for($node, q{SELECT count(*) = 3 FROM zdm.status WHERE status = 'ready'}, 'which goes on with all of them');
	$node->stop;
	log_is_clean($node);
}

# index builds take turns over all tables; one that waits leaves its worker to others
{
	my $node = new_node('builds', 'zdm.max_workers = 3', 'zdm.max_workers_per_role = 0');
	install_zdm($node);
	make_accounts($node, 20, $_) for ('a', 'b', 'c');
	my $gate = close_gate($node);
	my $reader = $node->background_psql('postgres');
	$reader->query_safe('BEGIN; UPDATE a SET old = old WHERE id = 1;');
	$node->safe_psql('postgres', qq{SELECT zdm.expand_index('CREATE INDEX ${_}_old ON $_ (old)', name => '$_')}) for ('a', 'b');
	wait_for($node, q{SELECT waiting_for LIKE 'process %' FROM zdm.status WHERE name = 'a'}, 'a build waits for a writer');
	wait_for($node, q{SELECT waiting_for = 'another index build: zdm.max_builds is 1' FROM zdm.status WHERE name = 'b'}, 'the other one for its turn');
	$node->safe_psql('postgres', q{SELECT zdm.expand_rename('c', 'old', 'new', name => 'c'); CALL zdm.wait('c')});
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'c'}), 'ready', 'another change is done meanwhile');
	$reader->query_safe('COMMIT;');
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for ('a', 'b');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_index WHERE indexrelid IN ('a_old'::regclass, 'b_old'::regclass) AND indisvalid}), 2, 'both are built');
	$_->quit for ($reader, $gate);
	$node->stop;
	log_is_clean($node);
}

# what a session wants to do itself, zdm.start_worker = off, no worker takes from it
{
	my $node = new_node('own', 'zdm.max_workers = 1');
	install_zdm($node);
	make_accounts($node, 20, $_) for ('a', 'b');
	$node->safe_psql('postgres', q{SET zdm.start_worker = off; SELECT zdm.expand_rename('a', 'old', 'new', name => 'a')});
	$node->safe_psql('postgres', q{SELECT zdm.expand_rename('b', 'old', 'new', name => 'b'); CALL zdm.wait('b')});
	wait_for($node, "SELECT ($processes) = 0", 'the worker of another one ends');
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'a'}), 'running', 'and leaves it alone');
	$node->safe_psql('postgres', q{CALL zdm.run('a')});
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'a'}), 'ready', 'the session does it');
	$node->stop;
	log_is_clean($node);
}

# three hundred schemas, a transaction each, on eight slots
{
	my $node = new_node('tenants', 'max_worker_processes = 8', 'fsync = off');
	install_zdm($node);
	$node->safe_psql('postgres', join '', map {"CREATE SCHEMA s$_; CREATE TABLE s$_.t (id int PRIMARY KEY, old int); INSERT INTO s$_.t SELECT g, g FROM generate_series(1, 5) g;\n"} (1 .. 300));
	my $stderr;
	$node->psql('postgres', join('', map {"SELECT zdm.expand_rename('s$_.t', 'old', 'new', name => 's$_');\n"} (1 .. 300)), stderr => \$stderr, on_error_die => 1);
	unlike($stderr, qr/WARNING|ERROR/, 'none is refused');
	wait_for($node, q{SELECT count(*) = 300 FROM zdm.status WHERE status = 'ready'}, 'all become ready, though nobody waits');
	wait_for($node, "SELECT ($processes) = 0", 'no process is left');
	is($node->safe_psql('postgres', q{SELECT sum((SELECT mismatches FROM zdm.verify(m.name))) FROM zdm.migration m}), 0, 'every row agrees');
	$node->stop;
	log_is_clean($node);
}

# three hundred tables in one transaction, on eight slots, with what is set by default
{
	my $node = new_node('at_once', 'max_worker_processes = 8', 'max_parallel_workers_per_gather = 2', 'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0',
		'parallel_tuple_cost = 0', 'fsync = off');
	install_zdm($node);
	$node->safe_psql('postgres', join '', map {"CREATE SCHEMA s$_; CREATE TABLE s$_.t (id int PRIMARY KEY, old int); INSERT INTO s$_.t SELECT g, g FROM generate_series(1, 5) g;\n"} (1 .. 300));
	my $gate = close_gate($node);
	my $stderr;
	$node->psql('postgres', 'BEGIN;' . join('', map {qq{SELECT zdm.expand_add_column('s$_.t', 'fresh', 'int', backfill => 'gated(old)', not_null => true, name => 's$_');\n}} (1 .. 300)) . 'COMMIT;',
		stderr => \$stderr, on_error_die => 1);
	unlike($stderr, qr/WARNING|ERROR/, 'three hundred changes in one transaction: none is refused, no warning');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.status WHERE status = 'running'}), 300, 'all of them have begun');
	# one of zdm.max_workers is left to other databases, and one of the rest to other roles
	my $at_most = $node->safe_psql('postgres', q{LOAD 'zdm'; SELECT current_setting('zdm.max_workers')::int - 1});
	is($at_most, 3, 'three workers for one database');
	wait_for($node, qq{SELECT count(*) = $at_most - 1 FROM zdm.migration WHERE zdm.has_worker(id)}, 'one less is at work for a role');
	my $plan = $node->safe_psql('postgres', q{EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) FROM s1.t});
	like($plan, qr/Workers Launched: 2/, 'a parallel query of a user has the workers that it wants');
	wait_for($node, q{SELECT waiting_for IS NOT NULL FROM zdm.migration WHERE name = 's300'}, 'it is said what the last one waits for');
	is($node->safe_psql('postgres', q{SELECT waiting_for FROM zdm.status WHERE name = 's300'}), 'a free worker: zdm.max_workers_per_role is 2, 297 before it in the queue', 'the last one knows its place');
	my ($most, $parallel, $ready) = (0, 0, 0);
	open_gate($gate);
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my $now = $node->safe_psql('postgres', $processes);
		$most = $now if $now > $most;
		$parallel++ if $node->safe_psql('postgres', q{EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*) FROM s1.t}) =~ /Workers Launched: 0/;
		$ready = $node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE status = 'ready'});
		last if $ready == 300;
		select(undef, undef, undef, 0.1);
	}
	is($ready, 300, 'all become ready');
	cmp_ok($most, '<=', $at_most, 'never were there more processes than may be at work');
	is($parallel, 0, 'and every parallel query meanwhile found a slot');
	wait_for($node, "SELECT ($processes) = 0", 'no process is left');
	is($node->safe_psql('postgres', q{SELECT sum((SELECT mismatches FROM zdm.verify(m.name))) FROM zdm.migration m}), 0, 'every row agrees');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_attribute WHERE attname = 'fresh' AND attnotnull}), 300, 'each column is there, NOT NULL');
	$node->stop;
	log_is_clean($node);
}

# a worker that has started another one, which has work for long, starts one more for what comes later
{
	my $node = new_node('later', 'zdm.max_workers = 3', 'zdm.max_workers_per_database = 0', 'zdm.max_workers_per_role = 0');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 20, $_) for ('short', 'long', 'x', 'y');
	my $expand = sub { join '', 'BEGIN;', (map {qq{SELECT zdm.expand_add_column('$_', 'fresh', 'int', backfill => 'gated(old)', name => '$_');}} @_), 'COMMIT;' };
	my $at_work = q{SELECT string_agg(name, ' ' ORDER BY name) FROM zdm.migration WHERE zdm.has_worker(id)};
	$node->safe_psql('postgres', $expand->('short', 'long'));
	wait_for($node, "SELECT ($at_work) = 'long short'", 'one worker has started another one');
	$node->safe_psql('postgres', $expand->('x', 'y'));
	wait_for($node, "SELECT ($at_work) = 'long short x'", 'a third one has come');
	$node->safe_psql('postgres', q{SELECT pg_terminate_backend(zdm.worker_pid(id)) FROM zdm.migration WHERE name = 'x'});
	wait_for($node, "SELECT ($at_work) = 'long short'", 'and is ended');
	$node->safe_psql('postgres', q{SELECT zdm.pause('short')});
	wait_for($node, "SELECT ($at_work) = 'long x y'", 'the first one takes up one of those that wait, and has somebody come for the other');
	open_gate($gate);
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for ('long', 'x', 'y');
	$node->stop;
}

# where all places of those who stand by are taken, the log says that nobody comes back for the next attempt
{
	my $node = new_node('places', 'max_worker_processes = 5', 'max_logical_replication_workers = 0');
	install_zdm($node);
	$node->safe_psql('postgres', 'CREATE DATABASE other');
	$node->safe_psql('other', 'CREATE EXTENSION zdm');
	make_accounts($node, 20, 'guarded');
	$node->safe_psql('postgres', q{SELECT zdm.expand_rename('guarded', 'old', 'fresh', name => 'guarded'); CALL zdm.wait('guarded')});
	$node->safe_psql('postgres', q{SELECT zdm.contract('guarded'); SELECT zdm.guard('guarded', 'SELECT 1', 100, 'warn')});
	wait_for($node, "SELECT ($processes) = 1", 'guards of one database are measured by the one process that may stand by');
	my $from = -s $node->logfile;
	$node->safe_psql('other', q{
		CREATE TABLE fails (id int PRIMARY KEY, old int);
		INSERT INTO fails SELECT g, g FROM generate_series(1, 5) g;
		CREATE SEQUENCE allowed;
		CREATE FUNCTION once_allowed(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
			BEGIN IF NOT (SELECT is_called FROM public.allowed) THEN RAISE lock_not_available; END IF; RETURN v; END $$;
		SELECT zdm.expand_add_column('fails', 'fresh', 'int', backfill => 'once_allowed(old)', name => 'fails')});
	$node->wait_for_log(qr/zdm: nobody waits for the next attempts in database/, $from);
	ok($node->poll_query_until('other', q{SELECT waiting_for = $$a worker: SELECT zdm.resume('fails')$$ FROM zdm.status}), 'and the status says who does');
	$node->safe_psql('other', q{SELECT nextval('allowed'); CALL zdm.wait('fails')});
	is($node->safe_psql('other', 'SELECT count(*) FROM fails WHERE fresh = old'), 5, 'who waits for it brings it to its end');
	$node->stop;
}

# who stands by for what is not due yet, and gets work for long, has somebody else stand by
{
	my $node = new_node('due');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 20, $_) for ('one', 'two');
	refuse_rows($node, 'public.gated(v)');
	for my $table ('one', 'two')
	{
		$node->safe_psql('postgres', "SELECT zdm.expand_add_column('$table', 'fresh', 'int', backfill => 'let(old)', name => '$table')");
		wait_for($node, "SELECT attempts > 1 FROM zdm.migration WHERE name = '$table'", "$table is tried again");
	}
	# time enough between both for one process to look at the first alone
	wait_for($node, q{SELECT max(retry_at) - min(retry_at) > '0.6 s' AND min(retry_at) > clock_timestamp() FROM zdm.migration}, 'one is due before the other');
	let_rows($node);
	wait_for($node, 'SELECT bool_and(zdm.has_worker(id)) FROM zdm.migration', 'both are worked on, though the first one takes for ever');
	open_gate($gate);
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for ('one', 'two');
	$node->stop;
}

# nor does he keep others from it while he waits for whoever pauses a migration
{
	my $node = new_node('paused');
	install_zdm($node);
	make_accounts($node, 20, $_) for ('one', 'two');
	refuse_rows($node);
	for my $table ('one', 'two')
	{
		$node->safe_psql('postgres', "SELECT zdm.expand_add_column('$table', 'fresh', 'int', backfill => 'let(old)', name => '$table')");
		wait_for($node, "SELECT attempts > 1 FROM zdm.migration WHERE name = '$table'", "$table is tried again");
	}
	my $session = $node->background_psql('postgres');
	$session->query_safe(q{BEGIN; SELECT zdm.pause('one')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'one'}, 'a worker waits for the end of a pause');
	let_rows($node);
	wait_for($node, q{SELECT status = 'ready' FROM zdm.migration WHERE name = 'two'}, 'and another one is there for what is due then');
	$session->query_safe('COMMIT');
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'one'}), 'paused', 'which comes to its end');
	$session->quit;
	$node->stop;
}

# what a call keeps from its build is looked at again and again, and no process is started for that
{
	my $node = new_node('kept', 'log_min_messages = debug1', 'zdm.max_workers_per_role = 0');
	install_zdm($node);
	make_accounts($node, 20, $_) for ('built', 'fails');
	my $attempts = sub { $node->safe_psql('postgres', q{SELECT attempts FROM zdm.migration WHERE name = 'fails'}) };
	$node->safe_psql('postgres', q{CREATE FUNCTION never(v int) RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE lock_not_available; END $$});
	my ($reader, $call) = map { $node->background_psql('postgres') } (1, 2);
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM fails');
	$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX built_old ON built (old)', name => 'built')});
	wait_for($node, q{SELECT waiting_for LIKE 'process %' FROM zdm.status WHERE name = 'built'}, 'a build waits for a snapshot');
	$call->query_safe(q{BEGIN; SELECT zdm.expand_add_column('built', 'more', 'int', backfill => '1', name => 'call')});
	wait_for($node, q{SELECT waiting_for = 'the end of a call that changes the same table' FROM zdm.migration WHERE name = 'built'}, 'and gives way to a call');
	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('fails', 'fresh', 'int', backfill => 'never(old)', name => 'fails')});
	wait_for($node, q{SELECT attempts > 4 FROM zdm.migration WHERE name = 'fails'}, 'another migration has to wait, too');
	my ($from, $before) = (-s $node->logfile, $attempts->());
	wait_for($node, "SELECT attempts > $before FROM zdm.migration WHERE name = 'fails'", 'for seconds');
	my $started = () = slurp_file($node->logfile, $from) =~ /registering background worker "zdm worker/g;
	cmp_ok($started, '<=', 4 * (1 + $attempts->() - $before), 'few processes are started for each time that it is tried, none for each look at the build');
	$call->query_safe('COMMIT');
	$node->safe_psql('postgres', q{CALL zdm.wait('built')});
	$_->quit for ($reader, $call);
	$node->stop;
}

done_testing();
