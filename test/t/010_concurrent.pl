# Steps outside any transaction: killed, cancelled and waiting index builds.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# A table, and a function that keeps an index on it from being built for as long as the gate is closed.
sub make_items
{
	my ($node, $rows) = @_;
	$node->safe_psql('postgres', qq{
		CREATE TABLE item (id int PRIMARY KEY, a int NOT NULL, hits int NOT NULL DEFAULT 0);
		INSERT INTO item SELECT g, g FROM generate_series(1, $rows) g;
		CREATE FUNCTION slowly(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
			\$\$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN \$1; END \$\$;});
}

# Makes a call that does not wait for what the gate keeps from its end: it would wait for ever.
sub comes_back
{
	my ($node, $call, $what) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "SET statement_timeout = '1min'; SELECT $call", on_error_stop => 1);
	is($status, 0, $what) or diag $err;
}

# Waits until the worker is at work in an index build.
sub wait_for_build
{
	my ($node, $what) = @_;
	wait_for($node, q{SELECT count(*) > 0 FROM pg_stat_progress_create_index p JOIN pg_stat_activity a USING (pid)
		WHERE a.backend_type = 'zdm worker' AND p.phase LIKE 'building index%'}, $what);
}

# The invalid indexes of the table.
sub invalid
{
	my ($node) = @_;
	return $node->safe_psql('postgres', q{SELECT string_agg(indexrelid::regclass::text, ' ')
		FROM pg_index WHERE indrelid = 'item'::regclass AND NOT indisvalid});
}

my $build = q{SELECT zdm.expand_index('CREATE INDEX item_slow ON item (slowly(a))', name => 'm')};
my $ready = q{SELECT bool_or(status = 'ready') FROM zdm.status WHERE name = 'm'};

# With the launcher: killed in mid-build, it drops what is left and builds again.
{
	my $node = new_node('launcher', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1');
	install_zdm($node);
	make_items($node, 2000);
	my $gate = close_gate($node);
	$node->safe_psql('postgres', $build);
	wait_for_build($node, 'an index is being built');
	like($node->safe_psql('postgres', q{SELECT doing FROM zdm.progress WHERE name = 'm'}),
		qr/building index/, 'zdm.progress says what the build is at');
	# what is left is looked at before the kill, which opens the gate: the launcher is quick to take it up again
	is(invalid($node), 'item_slow', 'the index is there, and invalid');
	ok(kill_worker($node), 'its worker is killed');
	$gate->quit;
	wait_for($node, $ready, 'the launcher brings it to its end');
	is(invalid($node), '', 'the index is valid');

	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	$gate = close_gate($node);
	$node->safe_psql('postgres', $build);
	wait_for_build($node, 'once more');
	kill_server($node);
	$gate->quit;
	wait_for($node, $ready, 'it is built after kill -9 of the postmaster');
	is(invalid($node), '', 'the index is valid');
	is($node->safe_psql('postgres', q{SET enable_seqscan = off; SELECT id FROM item WHERE slowly(a) = 77}),
		77, 'and can be used');

	# an index that is built and waits for an old snapshot is kept by writes already, but not valid yet
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	my $reader = $node->background_psql('postgres');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
	$node->safe_psql('postgres', $build);
	wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase = 'waiting for old snapshots'}, 'it waits for an old snapshot');
	is($node->safe_psql('postgres', q{SELECT indisready, indisvalid FROM pg_index WHERE indexrelid = 'item_slow'::regclass}), 't|f', 'with an index that is not valid');
	is($node->safe_psql('postgres', q{SELECT pg_terminate_backend(zdm.worker_pid(id), 60000) FROM zdm.migration WHERE name = 'm' AND zdm.has_worker(id)}), 't', 'it is left so');
	$reader->query_safe('COMMIT');
	$reader->quit;
	wait_for($node, $ready, 'the launcher brings it to its end once more');
	is(invalid($node), '', 'the index is valid');

	# reindex leaves other names behind
	$gate = close_gate($node);
	$node->safe_psql('postgres', q{SELECT zdm.reindex('item_slow', name => 'r')});
	wait_for_build($node, 'an index is being built anew');
	is(invalid($node), 'item_slow_ccnew', 'there is another index, and invalid');
	ok(kill_worker($node), 'its worker is killed');
	$gate->quit;
	wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'r'}, 'it is done again');
	is(invalid($node), '', 'nothing is left');
	$node->stop;
	log_is_clean($node);
}

# Without preload: pause, cancel and rollback do not wait for the build.
{
	my $node = new_node('stop');
	install_zdm($node);
	make_items($node, 4000);
	my $gate = close_gate($node);
	for my $call ('pause', 'cancel', 'rollback')
	{
		$node->safe_psql('postgres', $call eq 'cancel' ? q{SELECT zdm.resume('m')} : $build);
		wait_for_build($node, "an index is being built before $call");
		comes_back($node, "zdm.$call('m')", "$call comes back");
		wait_for($node, q{SELECT count(*) = 0 FROM pg_index WHERE indrelid = 'item'::regclass AND NOT indisvalid},
			"$call leaves no invalid index");
		wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'nor a worker');
	}

	# a stop that is itself undone
	$node->safe_psql('postgres', $build);
	wait_for_build($node, 'an index is being built');
	$node->safe_psql('postgres', q{BEGIN; SELECT zdm.rollback('m'); ROLLBACK;});
	is($node->safe_psql('postgres', q{SELECT bool_or(status = 'running') FROM zdm.status WHERE name = 'm'}), 't',
		'a rollback that is rolled back stops nothing');
	open_gate($gate);
	$node->safe_psql('postgres', q{CALL zdm.wait('m')});
	is(invalid($node), '', 'the build is begun again and comes to its end');
	$node->safe_psql('postgres', q{SELECT zdm.contract('m'); SELECT zdm.finalize('m')});

	# an operator's cancel, too
	$gate = close_gate($node);
	$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX item_slow2 ON item (slowly(a + 1))', name => 'm2')});
	wait_for_build($node, 'an index is being built');
	$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'zdm worker'});
	wait_for($node, q{SELECT last_error LIKE '%canceling statement%' FROM zdm.status WHERE name = 'm2'}, 'a cancelled build is noted');
	open_gate($gate);
	$node->safe_psql('postgres', q{CALL zdm.wait('m2')});
	is(invalid($node), '', 'and tried again');

	# two builds on one table at once take turns
	$gate = close_gate($node);
	$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX item_one ON item (slowly(a + 2))', name => 'one')});
	wait_for_build($node, 'one is being built');
	$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX item_two ON item (hits)', name => 'two')});
	wait_for($node, q{SELECT waiting_for ~ 'another (index build|migration)' FROM zdm.status WHERE name = 'two'}, 'the other one waits');
	open_gate($gate);
	$node->safe_psql('postgres', q{CALL zdm.wait('one')});
	$node->safe_psql('postgres', q{CALL zdm.wait('two')});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.step WHERE (error IS NOT NULL OR attempts > 1) AND migration_id IN
		(SELECT id FROM zdm.migration WHERE name IN ('one', 'two'))}), 0, 'two builds on one table make no deadlock');

	# an old transaction holds a build up, and is named
	my $keeper = $node->background_psql('postgres');
	$keeper->query_safe('BEGIN');
	$keeper->query_safe('UPDATE item SET hits = 1 WHERE id = 1');
	$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX item_hits ON item (hits, id)', name => 'held')});
	wait_for($node, q{SELECT waiting_for LIKE 'process % (waiting for writers before build)' FROM zdm.status WHERE name = 'held'},
		'zdm.status names who holds a build up');
	comes_back($node, q{zdm.pause('held')}, 'a build that waits can be paused');
	$keeper->query_safe('COMMIT');
	$keeper->quit;
	$node->safe_psql('postgres', q{SELECT zdm.resume('held')});
	$node->safe_psql('postgres', q{CALL zdm.wait('held')});

	# validation is cancelled likewise
	$gate = close_gate($node);
	$node->safe_psql('postgres', q{
		CREATE FUNCTION slow_yes(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
			$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN true; END $$;
		SELECT zdm.expand_check('item', 'yes', 'slow_yes(a)', name => 'yes');});
	wait_for($node, q{SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.backend_type = 'zdm worker'
		AND l.relation = 'item'::regclass AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted}, 'a constraint is being validated');
	comes_back($node, q{zdm.rollback('yes')}, 'rollback does not wait for a validation');
	open_gate($gate);

	expect_error($node, q{SET zdm.start_worker = off; SELECT zdm.expand_index('CREATE INDEX item_run ON item (a)', name => 'run'); CALL zdm.run('run');},
		'25001', 'cannot do step 1', 'zdm.run says that it cannot build concurrently');
	$node->safe_psql('postgres', q{SELECT zdm.cancel('run')});
	$node->stop;
	log_is_clean($node);
}

# Writers notice nothing.
{
	my $node = new_node('writers', 'deadlock_timeout = 10s'); # see 013_change_type.pl
	install_zdm($node);
	make_items($node, 20000);
	$node->safe_psql('postgres', q{CREATE TABLE ref (id int PRIMARY KEY); INSERT INTO ref SELECT generate_series(1, 100);
		ALTER TABLE item ADD ref int, ADD note text; UPDATE item SET ref = 1 + id % 100; CREATE SEQUENCE ids START 100000;});
	my $script = $node->basedir . '/write.sql';
	append_to_file($script, q{
\set id random(1, 20000)
UPDATE item SET hits = hits + 1, ref = 1 + :id % 100, note = NULL WHERE id = :id;
INSERT INTO item (id, a, ref) SELECT n, n, 1 + n % 100 FROM nextval('ids') n;
DELETE FROM item WHERE id = :id AND hits > 50;
});
	my ($out, $err) = ('', '');
	my $pgbench = IPC::Run::start([ 'pgbench', '-n', '-c', 4, '-T', 14, '-R', 400, '-f', $script, '-h', $node->host,
		'-p', $node->port, 'postgres' ], '>', \$out, '2>', \$err);
	for my $call (
		q{zdm.expand_index('CREATE INDEX ON item (hits) WHERE hits > 3', name => 'w1')},
		q{zdm.expand_unique('item', '{a}', name => 'w2')},
		q{zdm.expand_foreign_key('item', '{ref}', 'ref', name => 'w3')},
		q{zdm.expand_check('item', 'hits_pos', 'hits >= 0', name => 'w4')},
		q{zdm.expand_not_null('item', 'note', fill => '''none''', name => 'w5')},
		q{zdm.reindex('item', name => 'w6')})
	{
		my ($name) = $call =~ /'(w\d)'/;
		$node->safe_psql('postgres', "SELECT $call");
		$node->safe_psql('postgres', "CALL zdm.wait('$name')");
	}
	$node->safe_psql('postgres', qq{SELECT zdm.rollback('$_')}) for ('w5', 'w4', 'w3', 'w2', 'w1');
	ok($pgbench->finish, 'writers come to their end') or diag($err);
	like($out, qr/number of failed transactions: 0 /, 'no write failed');
	unlike($err, qr/ERROR/, 'no client saw an error');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_constraint WHERE conrelid = 'item'::regclass AND contype <> 'p'
		AND contype <> 'n'}), 0, 'nothing of it is left after rollback');
	$node->stop;
	log_is_clean($node);
}

done_testing();
