# The worker of a merge is held between its steps while a writer goes through, or is killed there: wherever it
# stands, whatever the writer does and however he ends, the table and the part have the same rows in the end, and who
# writes the part waits for nobody but the turn.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('points', 'autovacuum = off', 'zdm.lock_timeout = 2000'); # it would have locks that the turn waits for
install_zdm($node);
plan(skip_all => 'built without stop points') unless has_stop_points($node);
my $round = 0;

# Tables of which one row of the part was written since expand, so that there is something noted.
sub begin
{
	my ($name) = @_;
	$node->safe_psql('postgres', qq{
		SET client_min_messages = warning;
		DROP TABLE IF EXISTS b, a;
		CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT 0);
		CREATE TABLE b (id int PRIMARY KEY REFERENCES a ON UPDATE CASCADE ON DELETE CASCADE, v int NOT NULL, w text);
		INSERT INTO a SELECT generate_series(1, 5);
		INSERT INTO b SELECT g, g, 'w' || g FROM generate_series(1, 3) g;
		SET zdm.start_worker = off;
		SELECT zdm.expand_merge_tables('a', '{b}', name => '$name');
		UPDATE b SET v = v + 100 WHERE id = 1;});
}

sub same
{
	my ($one, $other, $what) = @_;
	same_rows($node, 'id, v, w', $one, $other, $what);
}
my $truth = '(SELECT * FROM a WHERE v IS NOT NULL) AS a';

my %writes = (
	update => q{UPDATE b SET v = v + 1 WHERE id = 2},
	delete => q{DELETE FROM b WHERE id = 2},
	insert => q{INSERT INTO b VALUES (4, 4)},
	again => q{DELETE FROM b WHERE id = 2; INSERT INTO b VALUES (2, 7)},
	savepoint => q{SAVEPOINT s; DELETE FROM b WHERE id = 2; ROLLBACK TO s; UPDATE b SET v = 9 WHERE id = 2},
	many => q{UPDATE b SET v = v + 10; UPDATE a SET n = n + 1 WHERE id = 2},
	of_table => q{UPDATE a SET n = n + 1 WHERE id = 2},
	key => q{UPDATE a SET id = 20 WHERE id = 2},
	key_without => q{DELETE FROM b WHERE id = 2; UPDATE a SET id = 20 WHERE id = 2},
	copied => q{INSERT INTO a SELECT (json_populate_record(a, '{"id": 7}')).* FROM a WHERE id = 1},
	cascade => q{DELETE FROM a WHERE id = 2},
	truncate => q{TRUNCATE b; INSERT INTO b VALUES (5, 5)},
	remade => q{DELETE FROM a WHERE id = 2; INSERT INTO a VALUES (2); INSERT INTO b VALUES (2, 8)},
	alone => q{INSERT INTO a VALUES (6); INSERT INTO b VALUES (6, 6)});

my @points = ('merge computed', 'log taken', 'turn drained', 'turn done');
for my $point (@points)
{
	stop_at($node, $point);
	for my $what (sort keys %writes)
	{
		next if $what eq 'truncate' && $point =~ /^turn/; # a view can't be emptied like that
		my $keeper = $node->background_psql('postgres'); # each has a time limit for all that it does
		for my $end ('COMMIT', $what =~ /^(update|delete|insert)$/ ? 'ROLLBACK' : ())
		{
			my $name = "$point, $what, $end";
			my ($out, $err) = ('', '');
			$round++;
			begin("r$round");
			$keeper->query_safe('SELECT pg_advisory_lock(7064)');
			$node->safe_psql('postgres', "SELECT zdm.resume('r${round}_b')");
			waits_at($node, "$name: the worker is held");
			my $writer = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', "BEGIN; $writes{$what}; $end;", $node->connstr('postgres') ], '>', \$out, '2>', \$err);
			settle($node, $writer, $name);
			$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
			$writer->finish;
			is($err, '', "$name: the writer sees no error");
			$node->safe_psql('postgres', "SET client_min_messages = warning; CALL zdm.wait('r${round}_b')");
			same($truth, 'zdm_old_b', "$name: both have the same rows");
			same('b', 'zdm_old_b', "$name: so does the view");
			$node->safe_psql('postgres', "CREATE TABLE kept AS TABLE b; SELECT zdm.rollback('r${round}_b')");
			same('kept', 'b', "$name: and the part, once it is a table again");
			$node->safe_psql('postgres', 'DROP TABLE kept');
		}
		$keeper->quit;
	}
}

# A row of the table that somebody has while its key is in the log: the entry stays there.
stop_at($node, 'log taken');
{
	my $keeper = $node->background_psql('postgres');
	my $holder = $node->background_psql('postgres');
	begin('held');
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	$node->safe_psql('postgres', q{SELECT zdm.resume('held_b')});
	waits_at($node, 'the worker is held at the log');
	$node->safe_psql('postgres', 'UPDATE b SET v = 7 WHERE id = 2; DELETE FROM b WHERE id = 3');
	$holder->query_safe('BEGIN');
	$holder->query_safe('SELECT id FROM a WHERE id IN (2, 3) FOR UPDATE');
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	wait_for($node, q{SELECT zdm_new_v = 101 FROM a WHERE id = 1}, 'it goes through the log');
	wait_for($node, q{SELECT waiting_for IS NOT NULL FROM zdm.status WHERE name = 'held_b'}, 'and waits for the turn');
	is($node->safe_psql('postgres', 'SELECT string_agg(id || $$ $$ || zdm_new_v, $$, $$ ORDER BY id) FROM a'), '1 101, 2 2, 3 3', 'two rows are as they were');
	$holder->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SET client_min_messages = warning; CALL zdm.wait('held_b')});
	is($node->safe_psql('postgres', 'SELECT string_agg(id || $$ $$ || v, $$, $$ ORDER BY id) FROM a'), '1 101, 2 7', 'and behind it as they were written');
	$holder->quit;
	$keeper->quit;
}

# Many such rows: their entries stay where they are, and nothing is written for them over and over.
{
	my $keeper = $node->background_psql('postgres');
	my $holder = $node->background_psql('postgres');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('held_b')});
	begin('many');
	$node->safe_psql('postgres', 'INSERT INTO a SELECT generate_series(6, 500); INSERT INTO b SELECT g, g FROM generate_series(6, 500) g');
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	$node->safe_psql('postgres', q{SELECT zdm.resume('many_b')});
	waits_at($node, 'the worker is held at the log');
	$node->safe_psql('postgres', 'UPDATE b SET v = v + 1');
	$holder->query_safe('BEGIN');
	$holder->query_safe('SELECT count(*) FROM (SELECT FROM a FOR UPDATE) AS held');
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	wait_for($node, q{SELECT waiting_for = 'rows that a transaction holds' FROM zdm.status WHERE name = 'many_b'}, 'it waits for the rows');
	my $entries = q{SELECT count(*) || ' ' || md5(string_agg(ctid || ' ' || xmin, ',' ORDER BY ctid)) FROM zdm_log_b};
	my $before = $node->safe_psql('postgres', $entries);
	select(undef, undef, undef, 1);
	is($node->safe_psql('postgres', $entries), $before, 'and leaves their entries alone');
	$holder->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SET client_min_messages = warning; CALL zdm.wait('many_b')});
	same($truth, 'zdm_old_b', 'behind it all rows are there');
	$holder->quit;
	$keeper->quit;
}

# A snapshot that does not see what was merged would see the part as it was before, by the view.
stop_at($node, '');
{
	my $reader = $node->background_psql('postgres');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('many_b')});
	begin('seen');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
	$reader->query_safe('SELECT 1');
	$node->safe_psql('postgres', q{SELECT zdm.resume('seen_b')});
	wait_for($node, q{SELECT waiting_for ~ 'old snapshot' FROM zdm.status WHERE name = 'seen_b'}, 'the turn waits for an old snapshot');
	is($node->safe_psql('postgres', q{SELECT relkind FROM pg_class WHERE relname = 'b'}), 'r', 'until then the part is a table');
	is($reader->query_safe('SELECT string_agg(v::text, $$ $$ ORDER BY id) FROM b'), '101 2 3', 'which has its rows');
	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SET client_min_messages = warning; CALL zdm.wait('seen_b')});
	is($node->safe_psql('postgres', q{SELECT relkind FROM pg_class WHERE relname = 'b'}), 'v', 'then it is a view');
	$reader->quit;
	$node->safe_psql('postgres', q{SELECT zdm.rollback('seen_b')});
}

# Entries that are dead, but were not yet to somebody, when the worker has looked at them: he looks once more when they
# are, so that it is not the turn that has to clear them away.
stop_at($node, 'log taken');
{
	my $keeper = $node->background_psql('postgres');
	my $reader = $node->background_psql('postgres');
	my $entries = 1000;
	# line pointers of dead rows whose room was taken back, in all pages of the log
	my $pruned = q{SELECT count(*) FROM (SELECT pg_read_binary_file(pg_relation_filepath('zdm_log_b')) AS f) AS file,
		generate_series(0, length(f) / 8192 - 1) AS p, LATERAL (SELECT substr(f, p * 8192 + 1, 8192) AS page) AS one,
		generate_series(0, (get_byte(page, 12) + get_byte(page, 13) * 256 - 24) / 4 - 1) AS i
		WHERE ((get_byte(page, 24 + i * 4 + 1) >> 7) + (get_byte(page, 24 + i * 4 + 2) & 1) * 2) = 3};
	begin('dead');
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	$node->safe_psql('postgres', q{SELECT zdm.resume('dead_b')});
	waits_at($node, 'the worker is held at the log, and somebody begins to read');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
	$reader->query_safe('SELECT 1');
	$node->safe_psql('postgres', "INSERT INTO zdm_log_b SELECT 5 FROM generate_series(1, $entries)");
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	wait_for($node, q{SELECT waiting_for ~ 'old snapshot' FROM zdm.status WHERE name = 'dead_b'}, 'the turn waits for him');
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	waits_at($node, 'the worker has looked at the log while he reads');
	$node->safe_psql('postgres', 'CHECKPOINT');
	is($node->safe_psql('postgres', $pruned), '0', 'nothing could be cleared away');
	$reader->query_safe('COMMIT');
	# somebody stands behind the worker in the queue for the lock: so he has it before the worker comes there again
	my $next = $node->background_psql('postgres');
	$next->query_until(qr/asked/, "\\echo asked\nSELECT pg_advisory_lock(7064);\n");
	wait_for($node, q{SELECT count(*) = 2 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7064 AND NOT granted}, 'the next one waits behind him');
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7064 AND granted AND mode = 'ExclusiveLock'}, 'and has the lock');
	waits_at($node, 'the worker looks once more');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks WHERE relation = 'b'::regclass AND mode = 'AccessExclusiveLock'}), '0', 'without the lock of the turn');
	$node->safe_psql('postgres', 'CHECKPOINT');
	cmp_ok($node->safe_psql('postgres', $pruned), '>=', $entries * 0.9, 'and has cleared away the dead entries');
	$next->query_safe('SELECT pg_advisory_unlock(7064)');
	$next->quit;
	$node->safe_psql('postgres', q{SET client_min_messages = warning; CALL zdm.wait('dead_b')});
	same($truth, 'zdm_old_b', 'behind it all rows are there');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('dead_b')});
	$reader->quit;
	$keeper->quit;
}
stop_at($node, '');

# Whoever writes many rows in each transaction, one behind the other, does not keep the turn away for ever: when it
# has its lock, the rows of one of them are always noted.  So each of them lasts until the turn stands in the queue for
# its lock, or, where the worker waits for this one's snapshot, until it does nothing for a second: whoever wrote on and
# on would only see whether he is quicker than the worker, and leave it millions of keys.
{
	$node->safe_psql('postgres', q{LOAD 'zdm'; ALTER SYSTEM SET zdm.lock_timeout = '30s'});
	$node->safe_psql('postgres', 'SELECT pg_reload_conf()');
	$node->poll_query_until('postgres', q{SELECT current_setting('zdm.lock_timeout', true) = '30s'}) or die;
	begin('loaded');
	$node->safe_psql('postgres', q{
		INSERT INTO a SELECT generate_series(6, 3000); INSERT INTO b SELECT g, g FROM generate_series(6, 3000) g;
		CREATE TABLE loads (noted_for_turn boolean);
		CREATE PROCEDURE load_it() LANGUAGE plpgsql AS $$
		DECLARE
			till timestamptz := clock_timestamp() + interval '5 min';
			looks int;
			noted bigint;
			before bigint;
			stands boolean;
		BEGIN
			LOOP
				UPDATE b SET v = v + 1;
				EXIT WHEN to_regclass('zdm_log_b') IS NULL; -- the turn came before
				looks := 0;
				LOOP
					stands := EXISTS (SELECT FROM pg_locks WHERE relation IN ('a'::regclass, 'b'::regclass) AND mode = 'AccessExclusiveLock' AND NOT granted);
					EXIT WHEN stands OR looks = 100 OR clock_timestamp() > till;
					SELECT count(*) INTO noted FROM zdm_log_b;
					looks := CASE WHEN noted = before THEN looks + 1 ELSE 0 END;
					before := noted;
					PERFORM pg_sleep(0.01);
				END LOOP;
				INSERT INTO loads VALUES (stands);
				COMMIT;
				EXIT WHEN clock_timestamp() > till;
			END LOOP;
		END $$;
		SELECT zdm.resume('loaded_b');
		CALL load_it();});
	is($node->safe_psql('postgres', q{SELECT relkind FROM pg_class WHERE relname = 'b'}), 'v', 'the turn comes beside a loader');
	cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM loads WHERE noted_for_turn'), '>', 0, 'who had noted many rows when it had its lock');
	$node->safe_psql('postgres', q{SET client_min_messages = warning; CALL zdm.wait('loaded_b')});
	same($truth, 'zdm_old_b', 'all of whose rows are there');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('loaded_b'); DROP PROCEDURE load_it(); DROP TABLE loads});
	$node->safe_psql('postgres', q{ALTER SYSTEM RESET zdm.lock_timeout});
}

# Killed there, the server begins anew, and nothing is half.
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\n");
$node->restart;
for my $point (@points)
{
	stop_at($node, $point);
	my $keeper = $node->background_psql('postgres');
	$round++;
	$keeper->query_safe('SELECT pg_advisory_lock(7064)'); # before the launcher can have a worker begin
	begin("r$round");
	$node->safe_psql('postgres', "SELECT zdm.resume('r${round}_b')");
	waits_at($node, "$point: the worker is held, and is killed");
	kill_worker($node);
	eval { $keeper->quit };
	stop_at($node, '');
	$node->safe_psql('postgres', 'UPDATE b SET v = v + 1 WHERE id = 1; DELETE FROM b WHERE id = 2; INSERT INTO b VALUES (4, 4)');
	$node->safe_psql('postgres', "SET client_min_messages = warning; CALL zdm.wait('r${round}_b')");
	same($truth, 'zdm_old_b', "$point: both have the same rows");
	is($node->safe_psql('postgres', 'SELECT string_agg(id || $$ $$ || v, $$, $$ ORDER BY id) FROM b'), '1 102, 3 3, 4 4', 'and they are what was written');
	$node->safe_psql('postgres', "SELECT zdm.contract('r${round}_b'); SELECT zdm.finalize('r${round}_b')");
	is($node->safe_psql('postgres', 'SELECT string_agg(id || $$ $$ || v, $$, $$ ORDER BY id) FROM a WHERE v IS NOT NULL'), '1 102, 3 3, 4 4', 'in the end, too');
}
log_is_clean($node);
done_testing();
