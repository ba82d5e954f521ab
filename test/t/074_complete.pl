# complete => true through crashes, and beside somebody who has the table locked.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'zdm.lock_timeout = 20ms', 'shared_buffers = 32MB');
install_zdm($node);
make_accounts($node, 3000);
make_accounts($node, 300, 'other');
meter_rows($node, 0.0005);
allow_rows($node, 500);
my $status = 'SELECT string_agg(status, \' \' ORDER BY id) FROM zdm.status WHERE name ~ ';
# A completion that has contracted stops before it drops the column, whatever its lock_timeout.
$node->safe_psql('postgres', q{
	CREATE SEQUENCE half_way;
	CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM nextval('public.half_way');
		WHILE NOT pg_try_advisory_xact_lock_shared(42) LOOP PERFORM pg_sleep(0.01); END LOOP;
	END $$;
	CREATE EVENT TRIGGER stop ON sql_drop EXECUTE FUNCTION stop();});

sub columns
{
	my ($table) = @_;
	return $node->safe_psql('postgres', qq{SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute
		WHERE attrelid = '$table'::regclass AND attnum > 0 AND NOT attisdropped});
}

# killed while it runs
$node->safe_psql('postgres',
	q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'metered(old)', name => 'm1', complete => true)});
wait_for_rows($node, 'the backfill is under way');
ok(kill_worker($node), 'its worker is killed');
allow_rows($node);
wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'm1'}, 'a completion survives kill -9 of the backfill');
is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE fresh IS DISTINCT FROM old + 1'), 0, 'all rows are filled');

# a lock that is not to be had: shown, tried again without end, also by who comes after a crash
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm2')});
$node->safe_psql('postgres', q{CALL zdm.wait('m2')});
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN; SELECT count(*) FROM account;');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m2', complete => true)});
wait_for($node, q{SELECT status = 'ready' AND waiting_for ~ '^its turn to be completed: could not get ACCESS EXCLUSIVE lock on public.account.*In the way: process'
	AND last_error ~ '55P03' FROM zdm.status WHERE name = 'm2'}, 'the status says what it waits for, and for whom');
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('other', 'old', 'new', name => 'm3', complete => true)});
wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'm3'}, 'others are not held up by it');
is($node->safe_psql('postgres', "${status}'m2'"), 'ready', 'it is still ready');
$node->safe_psql('postgres', q{UPDATE account SET old = 7 WHERE id = 7});
is($node->safe_psql('postgres', q{SELECT old = new FROM account WHERE id = 7}), 't', 'and both columns are there and in sync');
wait_for($node, q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'somebody stands by for the next attempt');
ok(kill_worker($node), 'the worker is killed, and the reader with it');
$reader->{run}->kill_kill;
wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'm2'}, 'after the crash it is completed');
is(columns('account'), 'fresh id new pad', 'the old column is gone');

# killed in the middle of contract and finalize: nothing of it was done
my $keeper = $node->background_psql('postgres');
$keeper->query_safe('SELECT pg_advisory_lock(42)');
$node->safe_psql('postgres', q{SELECT setval('half_way', 1, false);
	SET zdm.release = 'v1';
	BEGIN;
	SELECT zdm.expand_rename('account', 'new', 'newer', name => 'm4', complete => true);
	SELECT zdm.expand_rename('other', 'new', 'newer', name => 'm5', complete => true);
	COMMIT;});
wait_for($node, q{SELECT is_called FROM half_way}, 'a completion is half way');
is($node->safe_psql('postgres', "${status}'m[45]'"), 'ready ready', 'which nobody sees yet');
ok(kill_worker($node), 'its worker is killed, which takes all sessions along');
$keeper->{run}->kill_kill;
wait_for($node, q{SELECT bool_and(status = 'finalized') FROM zdm.status WHERE name ~ 'm[45]'}, 'the launcher has it done again');
is(columns('account') . ' / ' . columns('other'), 'fresh id newer pad / id newer pad', 'all of the release');
is($node->safe_psql('postgres', q{SELECT count(DISTINCT xmin::text) FROM zdm.event_row
	WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name ~ 'm[45]') AND event IN ('contracted', 'finalized')}),
	1, 'in one transaction');

# between the two calls of somebody else; a server that stops; a restored dump would be the same
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('account', 'newer', 'new', name => 'm6')});
$node->safe_psql('postgres', q{CALL zdm.wait('m6')});
$node->safe_psql('postgres', q{SELECT zdm.contract('m6')});
$node->safe_psql('postgres', q{SET zdm.start_worker = off; SELECT zdm.alter_backfill('m6', complete => true)});
kill_server($node);
wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'm6'}, 'what is contracted is finalized');

# rolled back by hand while the worker tries: one of the two wins, and nothing is left
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('other', 'newer', 'old', name => 'm7')});
$node->safe_psql('postgres', q{CALL zdm.wait('m7')});
my $second = $node->background_psql('postgres');
$second->query_safe('BEGIN; SELECT count(*) FROM other;');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m7', complete => true)});
wait_for($node, q{SELECT waiting_for IS NOT NULL AND status = 'ready' FROM zdm.status WHERE name = 'm7'}, 'one that waits for its lock');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m7', complete => false)});
$second->query_safe('COMMIT');
$second->quit;
$node->safe_psql('postgres', q{SELECT zdm.rollback('m7')});
is($node->safe_psql('postgres', "${status}'m7'") . ' ' . columns('other'), 'rolled_back id newer pad', 'is rolled back once it is not to be completed');
wait_for($node, q{SELECT count(*) = 0 FROM zdm.status WHERE last_error IS NOT NULL OR waiting_for IS NOT NULL}, 'nothing waits');
wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'no process is left');
$node->stop;
log_is_clean($node);
done_testing();
