# Background workers: no free slot, zdm.max_workers, and help from others.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# a server without a single free slot
{
	my $node = new_node('no_slots', 'max_worker_processes = 0', 'max_logical_replication_workers = 0');
	install_zdm($node);
	make_accounts($node, 1000);
	my $warning;
	$node->psql('postgres', q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')}, stderr => \$warning, on_error_die => 1);
	like($warning, qr/WARNING:  no free background worker slot/, 'expand warns that there is no slot');
	like($warning, qr/HINT:  .*CALL zdm\.run/, 'and says what helps');
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status}), 'running', 'the work waits');
	$node->psql('postgres', q{SELECT zdm.resume('m')}, stderr => \$warning, on_error_die => 1);
	like($warning, qr/WARNING:  no free background worker slot/, 'resume says so, too');
	$warning = expect_error($node, q{CALL zdm.wait('m', '1 ms')}, '57014', 'was not ready in time', 'wait waits');
	like($warning, qr/WARNING:.*no free background worker slot/, 'and says so');
	$node->safe_psql('postgres', q{CALL zdm.run('m')});
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status}), 'ready', 'run does without');
	is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'every row agrees');
	$node->stop;
	log_is_clean($node, 'no free background worker slot');
}

# no slot is free at expand, or the worker ends early: who waits starts another one
{
	my $node = new_node('late_slot', 'max_worker_processes = 1', 'max_logical_replication_workers = 0');
	install_zdm($node);
	my $keeper = close_gate($node);
	make_accounts($node, 100, $_) for ('a', 'b');
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('a', 'fresh', 'int', backfill => 'gated(old)', name => 'a')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'a'}, 'the only slot is taken');
	my $warning;
	$node->psql('postgres', q{SELECT zdm.expand_rename('b', 'old', 'new', name => 'b')}, stderr => \$warning, on_error_die => 1);
	unlike($warning, qr/no free background worker slot/, 'the second waits for the worker that is there');
	my $waiter_a = $node->background_psql('postgres');
	$waiter_a->query_until(qr/start/, "\\echo start\nCALL zdm.wait('a');\n");
	wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL zdm.wait(%' AND pid <> pg_backend_pid()}, 'somebody waits');
	my $pid = worker_pid($node);
	until ($waiter_a->{stderr} =~ /NOTICE:  a \[/) { $waiter_a->{run}->pump } # it has seen who works
	$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
	wait_for($node, qq{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'zdm worker' AND pid <> $pid}, 'a worker that ends is replaced');
	my $waiter_b = $node->background_psql('postgres');
	$waiter_b->query_until(qr/start/, "\\echo start\nCALL zdm.wait('b');\n");
	until ($waiter_a->{stderr} =~ /has ended/) { $waiter_a->{run}->pump }
	like($waiter_a->{stderr}, qr/NOTICE:  process $pid, which worked on migration "a", has ended: (the next free background worker|process \d+) goes on/, 'who waits is told');
	open_gate($keeper);
	wait_for($node, q{SELECT count(*) = 2 FROM zdm.status WHERE status = 'ready'}, 'both get ready');
	$_->quit for ($waiter_a, $waiter_b);
	$node->stop;
	log_is_clean($node);
}

# a server with one free slot: to wait at once takes no second worker
{
	my $node = new_node('one_slot', 'max_worker_processes = 1', 'max_logical_replication_workers = 0');
	install_zdm($node);
	make_accounts($node, 1000);
	$node->safe_psql('postgres', q{
		CREATE PROCEDURE change() LANGUAGE plpgsql AS $$ BEGIN
			PERFORM zdm.expand_rename('account', 'old', 'new', name => 'm');
			CALL zdm.wait('m');
		END $$;
		CALL change()});
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status}), 'ready', 'expand and wait in one transaction');
	is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'its worker has filled every row');
	$node->stop;
	log_is_clean($node);
}

# more migrations than zdm.max_workers
{
	my $node = new_node('few_workers', 'zdm.max_workers = 1', 'zdm.batch_time = 10');
	install_zdm($node);
	my $gate = close_gate($node);
	for my $table ('a', 'b', 'c')
	{
		make_accounts($node, 2000, $table);
		$node->safe_psql('postgres', qq{SELECT zdm.expand_add_column('$table', 'fresh', 'int', backfill => 'gated(old)', name => '$table')});
	}
	wait_for($node, q{SELECT count(*) = 2 FROM zdm.status WHERE waiting_for LIKE 'a free worker%'}, 'two of three wait for a free worker');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE zdm.has_worker(id)}), 1, 'one is at work');
	expect_error($node, q{SELECT name AS busy FROM zdm.migration WHERE zdm.has_worker(id) \gset
CALL zdm.run(:'busy')},
		'55006', 'another session works on migration', 'nobody else can do its work');
	open_gate($gate);
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for ('a', 'b', 'c');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.status WHERE status = 'ready'}), 3, 'all get ready in the end');
	# the setting can be changed while the server runs
	$node->safe_psql('postgres', q{ALTER SYSTEM SET zdm.max_workers = 3});
	$node->reload;
	$node->stop;
	log_is_clean($node);
}

# who has begun waits for nothing any more, however long the step takes
{
	my $node = new_node('begun', 'zdm.max_workers = 5', 'zdm.max_workers_per_role = 2');
	install_zdm($node);
	$node->safe_psql('postgres', qq{
		CREATE SEQUENCE let_$_;
		CREATE FUNCTION holds_$_(v int) RETURNS bool LANGUAGE plpgsql STABLE AS \$\$ BEGIN
			WHILE NOT (SELECT is_called FROM public.let_$_) LOOP PERFORM pg_sleep(0.01); END LOOP;
			RETURN true;
		END \$\$}) for 1 .. 4;
	# the second one is on the table of the first, and the role may have no more than two at work
	make_accounts($node, 1, $_) for ('one', 'three', 'four');
	my $begin = sub { $node->safe_psql('postgres', "SELECT zdm.expand_check('$_[0]', 'held_$_[1]', 'holds_$_[1](old)', name => 'm$_[1]')") };
	$node->safe_psql('postgres', q{
		BEGIN;
		SELECT zdm.expand_check('one', 'held_1', 'holds_1(old)', name => 'm1'), zdm.expand_check('one', 'held_2', 'holds_2(old)', name => 'm2'), zdm.pause('m2');
		COMMIT});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'm1'}, 'a step takes long');
	$node->safe_psql('postgres', q{SELECT zdm.resume('m2')});
	wait_for($node, q{SELECT waiting_for = 'another migration''s worker on the same table' FROM zdm.migration WHERE name = 'm2'}, 'another one waits for its table');
	$begin->('three', 3);
	wait_for($node, q{SELECT zdm.has_worker(id) AND waiting_for IS NULL FROM zdm.progress WHERE name = 'm3'}, 'a third one is at work');
	$begin->('four', 4);
	wait_for($node, q{SELECT waiting_for = 'a free worker: zdm.max_workers_per_role is 2' FROM zdm.migration WHERE name = 'm4'}, 'a fourth one waits for a worker');
	$node->safe_psql('postgres', q{SELECT nextval('let_1')});
	wait_for($node, q{SELECT count(*) = 1 FROM zdm.status WHERE name = 'm1' AND status = 'ready'}, 'the first one is done');
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'm2'}, 'the second one begins');
	wait_for($node, q{SELECT waiting_for IS NULL FROM zdm.progress WHERE name = 'm2'}, 'and waits for nothing');
	$node->safe_psql('postgres', q{SELECT nextval('let_2'), nextval('let_3')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'm4'}, 'the fourth one begins');
	wait_for($node, q{SELECT waiting_for IS NULL FROM zdm.progress WHERE name = 'm4'}, 'and waits for nothing');
	$node->safe_psql('postgres', q{SELECT nextval('let_4')});
	$node->safe_psql('postgres', qq{CALL zdm.wait('m$_')}) for 1 .. 4;
	$node->stop;
	log_is_clean($node);
}

# several workers on one table, and over partitions; one of them is killed
{
	my $node = new_node('parallel', 'zdm.max_workers = 8', 'zdm.batch_time = 5', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1');
	install_zdm($node);
	my $gate = close_gate($node);
	make_accounts($node, 8000);
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(old)', name => 'm', workers => 3)});
	wait_for($node, q{SELECT count(DISTINCT worker) >= 3 FROM zdm.backfill_range}, 'three workers share a table');
	is($node->safe_psql('postgres', q{
			SELECT count(*) FROM zdm.backfill_range a JOIN zdm.backfill_range b
			    ON a.id < b.id AND a.first_block < b.end_block AND b.first_block < a.end_block}), 0, 'no two have the same blocks');
	# a helper ends in the middle; what it had is taken over
	$node->safe_psql('postgres', q{
		SELECT pg_terminate_backend(pid) FROM pg_locks
		 WHERE locktype = 'advisory' AND objsubid = 31333 LIMIT 1});
	$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m', workers => 2)});
	open_gate($gate);
	$node->safe_psql('postgres', q{CALL zdm.wait('m')});
	is($node->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '8000 0', 'all rows are filled');
	is($node->safe_psql('postgres', q{SELECT rows_written FROM zdm.progress WHERE name = 'm'}), 8000, 'each of them once');

	$gate = close_gate($node);
	$node->safe_psql('postgres', q{
		CREATE TABLE part (id int, old int) PARTITION BY HASH (id);
		CREATE TABLE part0 PARTITION OF part FOR VALUES WITH (MODULUS 4, REMAINDER 0);
		CREATE TABLE part1 PARTITION OF part FOR VALUES WITH (MODULUS 4, REMAINDER 1);
		CREATE TABLE part2 PARTITION OF part FOR VALUES WITH (MODULUS 4, REMAINDER 2);
		CREATE TABLE part3 PARTITION OF part FOR VALUES WITH (MODULUS 4, REMAINDER 3);
		INSERT INTO part SELECT g, g FROM generate_series(1, 12000) g;
		SELECT zdm.expand_add_column('part', 'fresh', 'int', backfill => 'gated(old)', name => 'part', workers => 4)});
	wait_for($node, q{SELECT count(DISTINCT worker) >= 3 FROM zdm.backfill_range}, 'workers share partitions');
	# kill -9 of the leader takes all workers with it
	my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31332});
	kill 'KILL', $pid;
	$gate->quit; # with all other sessions
	$node->poll_query_until('postgres', qq{SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid});
	wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'part'}, 'the launcher starts them again');
	is($node->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('part')}), '12000 0', 'all rows of all partitions are filled');
	is($node->safe_psql('postgres', q{SELECT rows_written FROM zdm.progress WHERE name = 'part'}), 12000, 'each of them once');
	# what is kept for a rollback goes by itself, where that is wanted
	$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'm'}), 'contracted', 'without zdm.keep_for a contracted migration stays');
	$node->safe_psql('postgres', q{ALTER SYSTEM SET zdm.keep_for = 1});
	$node->reload;
	wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'm'}, 'with it the launcher finalizes');
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'part'}), 'ready', 'and leaves alone what is not contracted');
	$node->stop;
	log_is_clean($node);
}

# what a database sets for its sessions' time is not meant for workers: one visit takes longer
{
	my $node = new_node('timeouts');
	install_zdm($node);
	make_accounts($node, 30);
	slow_function($node, 0.03);
	my @timeouts = split /\n/, $node->safe_psql('postgres', q{
		SELECT name FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')});
	$node->safe_psql('postgres', "ALTER DATABASE postgres SET $_ = '200ms'") for @timeouts;
	local $ENV{PGOPTIONS} = join ' ', map { "-c $_=0" } @timeouts; # no more are they meant for the test's own sessions
	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'slow(old)', name => 't')});
	wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 't'}, 'ready under ' . join(', ', @timeouts));
	# zdm.wait has many transactions, so what bounds one of them does not end it before the work is done
	if (grep { $_ eq 'transaction_timeout' } @timeouts)
	{
		my $gate = close_gate($node);
		my $waiter = $node->background_psql('postgres', on_error_stop => 0);
		my $pid = $waiter->query_safe(q{SET transaction_timeout = '5s'; SELECT pg_backend_pid()});
		$node->safe_psql('postgres', q{SELECT zdm.rollback('t'); SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(old)', name => 'w')});
		$waiter->query_until(qr/begun/, "\\echo begun\nCALL zdm.wait('w');\n\\echo ended\n");
		wait_for($node, "SELECT state = 'active' AND clock_timestamp() - query_start > '7 s' FROM pg_stat_activity WHERE pid = $pid", 'waited for longer than a transaction_timeout');
		open_gate($gate);
		$waiter->query_until(qr/ended/, '');
		unlike($waiter->{stderr}, qr/ERROR|FATAL/, 'which is that of a transaction');
		is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'w'}), 'ready', 'until it is ready');
		$waiter->quit;
	}
	$node->stop;
	log_is_clean($node);
}

done_testing();
