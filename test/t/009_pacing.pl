# What holds a backfill back, that it fails closed, and that it can be changed while it runs.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('pacing', 'max_prepared_transactions = 5', 'archive_mode = on', q{archive_command = 'false'}, 'zdm.batch_time = 5');
install_zdm($node);
make_accounts($node, 3000);

# Begins a migration that is held back from its first batch on, by the settings given.
sub begin
{
	my ($name, $settings) = @_;
	$node->safe_psql('postgres', qq{
		BEGIN;
		SELECT zdm.expand_add_column('account', '$name', 'int', backfill => 'old', name => '$name');
		SELECT zdm.alter_backfill('$name', $settings);
		COMMIT;});
}

sub is_held_back
{
	my ($name, $pattern, $what) = @_;
	wait_for($node, qq{SELECT waiting_for ~ '$pattern' FROM zdm.progress WHERE name = '$name' AND status = 'running'}, "$what: held back, and says why");
	is($node->safe_psql('postgres', "SELECT rows_written FROM zdm.progress WHERE name = '$name'"), 0, "$what: nothing was done");
}

sub goes_on
{
	my ($name, $what) = @_;
	wait_for($node, qq{SELECT status = 'ready' FROM zdm.status WHERE name = '$name'}, "$what: then it goes on");
	is($node->safe_psql('postgres', "SELECT mismatches FROM zdm.verify('$name')"), 0, "$what: every row is filled");
	is($node->safe_psql('postgres', "SELECT waiting_for IS NULL FROM zdm.status WHERE name = '$name'"), 't', "$what: and waits for nothing");
	$node->safe_psql('postgres', "SELECT zdm.rollback('$name')");
}

# a query of the user's own
$node->safe_psql('postgres', 'CREATE TABLE switch (go boolean); INSERT INTO switch VALUES (false)');
begin('go_if', q{go_if => 'SELECT go FROM public.switch'});
is_held_back('go_if', 'go_if to return true', 'a query that returns false');
$node->safe_psql('postgres', 'UPDATE switch SET go = NULL');
is_held_back('go_if', 'go_if to return true', 'a query that returns null');
$node->safe_psql('postgres', 'ALTER TABLE switch RENAME TO gone');
is_held_back('go_if', 'go_if, which fails: relation "public.switch" does not exist', 'a query that fails');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('go_if', go_if => 'SELECT 1')});
is_held_back('go_if', 'does not return one boolean', 'a query that returns no boolean');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('go_if', go_if => 'SELECT pg_sleep(60) IS NOT NULL')});
is_held_back('go_if', 'statement timeout', 'a query that takes too long');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('go_if', reset => '{go_if}')});
goes_on('go_if', 'a query that is reset');

# sessions and locks
my $idler = $node->background_psql('postgres');
my $waiter = $node->background_psql('postgres');
$idler->query_safe('BEGIN; LOCK TABLE gone');
$waiter->query_until(qr/started/, "\\echo started\nBEGIN; LOCK TABLE gone; COMMIT;\n\\echo locked\n");
my $sleeper = $node->background_psql('postgres', on_error_stop => 0);
$sleeper->query_until(qr/started/, "\\echo started\nSELECT pg_sleep(600);\n");
begin('lock_waiters', 'max_lock_waiters => 0');
is_held_back('lock_waiters', 'sessions that wait for locks: there are 1', 'lock waiters');
begin('active', 'max_active_sessions => 0');
is_held_back('active', 'active sessions: there are', 'active sessions');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('active', max_active_sessions => 100)});
goes_on('active', 'active sessions');
$idler->query_safe('COMMIT');
$waiter->query_until(qr/locked/, '');
goes_on('lock_waiters', 'lock waiters');
$_->quit for ($idler, $waiter);
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()});
$sleeper->quit;

# standbys, slots, the archiver
begin('standbys', q{standbys => '{nearby}'});
is_held_back('standbys', 'standby nearby, which is not connected', 'a named standby that is not there');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('standbys', reset => '{standbys}')});
goes_on('standbys', 'a named standby that is not there');

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('nearby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', 'archive_mode = off');
$standby->start;
$node->wait_for_catchup($standby, 'replay');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
$node->safe_psql('postgres', 'CREATE TABLE junk AS SELECT g FROM generate_series(1, 100000) g');
begin('lag', q{max_replica_lag_bytes => '1MB'});
is_held_back('lag', 'standby nearby, which is .* behind', 'a standby that lags');
begin('named_lag', q{max_replica_lag => '1 second', standbys => '{nearby}'});
is_held_back('named_lag', 'standby nearby, which is more than 1', 'a named standby that lags in time');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
goes_on('lag', 'a standby that lags');
goes_on('named_lag', 'a named standby that lags in time');

# what may be behind is not passed by much: it is looked at before each portion of it
# (what autovacuum writes counts as well)
$node->safe_psql('postgres', 'ALTER SYSTEM SET autovacuum = off');
$node->reload;
wait_for($node, q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type ~ '^autovacuum')}, 'no VACUUM is under way, nor will one be');
make_accounts($node, 100000, 'large');
$node->wait_for_catchup($standby, 'replay');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
$node->safe_psql('postgres', q{
	CHECKPOINT;
	BEGIN;
	SELECT zdm.expand_add_column('large', 'b', 'int', backfill => 'old', name => 'portions');
	SELECT zdm.alter_backfill('portions', max_replica_lag_bytes => '2MB', batch_time => '1 s', nice => 0);
	COMMIT;});
wait_for($node, q{SELECT waiting_for ~ 'standby nearby, which is .* behind' FROM zdm.progress WHERE name = 'portions' AND rows_written > 0}, 'held back in the middle');
cmp_ok($node->safe_psql('postgres', q{SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), replay_lsn)::bigint FROM pg_stat_replication}),
	'<', 4 << 20, 'the standby is behind by the limit, not by what half a second writes');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
goes_on('portions', 'a standby that lags in the middle');
$standby->stop;

$node->safe_psql('postgres', q{SELECT pg_create_physical_replication_slot('abandoned', true)});
$node->safe_psql('postgres', 'INSERT INTO junk SELECT g FROM generate_series(1, 100000) g');
begin('slot', q{max_slot_wal => '1MB'});
is_held_back('slot', 'replication slot abandoned, which retains', 'a slot');
$node->safe_psql('postgres', q{SELECT pg_drop_replication_slot('abandoned')});
goes_on('slot', 'a slot');

$node->safe_psql('postgres', 'SELECT pg_switch_wal(); CREATE TABLE more (a int)');
wait_for($node, q{SELECT count(*) > 0 FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'}, 'the archiver has a backlog');
begin('archive', 'max_archive_backlog => 0');
is_held_back('archive', 'the archiver, which is .* files behind', 'the archiver');
$node->safe_psql('postgres', q{ALTER SYSTEM SET archive_command = 'true'});
$node->reload;
goes_on('archive', 'the archiver');

# an emergency
take_time($node, 0.02);
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'one', 'int', backfill => 'unhurried(old)', name => 'one')});
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'two', 'int', backfill => 'unhurried(old)', name => 'two')});
is($node->safe_psql('postgres', q{SELECT zdm.pause_all()}), 2, 'pause_all pauses all');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.status WHERE status = 'paused'}), 2, 'all are paused');
wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'their workers end');
hurry($node);
$node->safe_psql('postgres', qq{SELECT zdm.resume('$_')}) for ('one', 'two');
goes_on($_, $_) for ('one', 'two');

# an old snapshot: plain passes, and it says so
my $reader = $node->background_psql('postgres');
$reader->query_safe(q{SET application_name = 'old reader'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM account; CREATE TEMP TABLE t (a int)});
make_accounts($node, 4000, 'big');
take_time($node, 0.05); # it is to be under way for as long as it takes to see what it waits for
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('big', 'fresh', 'int', backfill => 'unhurried(old)', name => 'old_snapshot')});
wait_for($node, q{SELECT waiting_for ~ 'old snapshot, process \d+ \(old reader' FROM zdm.status WHERE name = 'old_snapshot'}, 'the status names who keeps an old snapshot');
hurry($node);
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'old_snapshot'}, 'an old snapshot does not keep a backfill from its end');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('old_snapshot')}), 0, 'every row is filled');
$node->safe_psql('postgres', q{SELECT zdm.rollback('old_snapshot')});
$reader->query_safe('COMMIT');
$reader->quit;

# In waves, each of which waits until the old versions of the one before can be pruned: most rows
# stay in their pages, without an index entry, and the table does not grow by as much as it is large.  That is
# so as long as no reader keeps his snapshot for half a second, be it because he gets no processor.
make_accounts($node, 60000, 'waves');
$node->safe_psql('postgres', 'CREATE INDEX ON waves (old); VACUUM waves');
append_to_file($node->basedir . '/snapshots.sql', "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT 1;\n\\sleep 60 ms\nCOMMIT;\n");
my $latency = $node->basedir . '/latency';
start_app($node, 'reading', 2, 6, '-l', '--log-prefix', $latency, '--file=' . $node->basedir . '/snapshots.sql');
my $size = $node->safe_psql('postgres', q{SELECT pg_relation_size('waves')});
$node->safe_psql('postgres', q{
	BEGIN;
	SELECT zdm.expand_rename('waves', 'old', 'new', name => 'waves');
	SELECT zdm.alter_backfill('waves', nice => 0, batch_time => '20 ms');
	COMMIT;});
$node->safe_psql('postgres', q{CALL zdm.wait('waves')});
finish_apps('waves');
my ($longest) = sort { $b <=> $a } map { (split)[2] } map { split /\n/, slurp_file($_) } glob "$latency.*";
SKIP:
{
	skip sprintf('a reader has kept his snapshot for %d ms', $longest / 1000), 2 if $longest > 450_000;
	cmp_ok($node->safe_psql('postgres', q{SELECT 100 * rows_hot / rows_written FROM zdm.backfill b JOIN zdm.migration m ON m.id = migration_id WHERE name = 'waves'}),
		'>', 60, 'most rows of full pages stay where they are');
	cmp_ok($node->safe_psql('postgres', q{SELECT pg_relation_size('waves')}), '<', 1.4 * $size, 'so the table hardly grows');
}
$node->safe_psql('postgres', q{SELECT zdm.rollback('waves')});

# a transaction that holds rows is named, and delays only those
my $holder = $node->background_psql('postgres');
$holder->query_safe(q{SET application_name = 'row holder'});
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('big', 'old', 'new', name => 'unaffected')});
$node->safe_psql('postgres', q{SET zdm.start_worker = off; SELECT zdm.expand_rename('account', 'old', 'new', name => 'rows')});
$holder->query_safe(q{BEGIN; SELECT id FROM account WHERE id IN (1, 1500) FOR UPDATE});
$node->safe_psql('postgres', q{SELECT zdm.resume('rows')});
wait_for($node, q{SELECT waiting_for ~ 'rows that process \d+ \(row holder' FROM zdm.status WHERE name = 'rows'}, 'the status names who holds rows');
is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE new IS NULL'), 2, 'only those rows are left');
$holder->query_safe('COMMIT');
goes_on('rows', 'held rows');
$holder->quit;

# by default it goes gently beside clients, and only then; it has work for minutes
slow_function($node, 0.001);
$node->safe_psql('postgres', q{
	BEGIN;
	SELECT zdm.expand_add_column('waves', 'fresh', 'int', backfill => 'slow(slow(slow(slow(slow(old)))))', name => 'gentle');
	SELECT zdm.alter_backfill('gentle', pace => 'gentle');
	COMMIT;});
append_to_file($node->basedir . '/app.sql', 'SELECT count(*) FROM account;');
my ($out, $err) = ('', '');
my $app = IPC::Run::start([ 'pgbench', '-n', '-c', 2, '-T', 3600, '--file=' . $node->basedir . '/app.sql', $node->connstr('postgres') ], '>', \$out, '2>', \$err);
wait_for($node, q{SELECT waiting_for ~ 'its turn, \d+ % of the time: ' FROM zdm.progress WHERE name = 'gentle' AND status = 'running'}, 'gently while clients are at work');
$app->signal('TERM'); # a test in the background ignores INT
$app->finish;
is($err, '', 'which see no error');
# a look now and then is not work
my $waits_for = 'its turn';
for (1 .. $PostgreSQL::Test::Utils::timeout_default)
{
	sleep 1;
	$waits_for = $node->safe_psql('postgres', q{SELECT coalesce(waiting_for, 'nothing ' || status) FROM zdm.progress WHERE name = 'gentle'});
	last if $waits_for eq 'nothing running';
}
is($waits_for, 'nothing running', 'at full speed where there are none');
$node->safe_psql('postgres', q{SELECT zdm.rollback('gentle')});

# settings that make no sense
expect_error($node, q{SELECT zdm.alter_backfill('unaffected', nice => 1)}, '22023', 'nice is out of range', 'nice');
expect_error($node, q{SELECT zdm.alter_backfill('unaffected', workers => 0)}, '22023', 'workers is out of range', 'workers');
expect_error($node, q{SELECT zdm.alter_backfill('unaffected', batch_time => '-1 s')}, '22023', 'batch_time is out of range', 'batch_time');
expect_error($node, q{SELECT zdm.alter_backfill('unaffected', max_wal_rate => 'much')}, '22023', 'invalid size', 'max_wal_rate');
expect_error($node, q{SELECT zdm.alter_backfill('unaffected', reset => '{nicee}')}, '22023', 'there is no setting', 'reset of what is not there');
is($node->safe_psql('postgres', q{SELECT zdm.alter_backfill('unaffected', batch_time => '20 ms', max_replica_lag => '5 s', max_wal_rate => '10MB', workers => 2)}),
	'{"workers": 2, "batch_time": "20 ms", "max_wal_rate": "10 MB", "max_replica_lag": "5 s"}', 'settings with their units');

$node->stop;
log_is_clean($node, 'archiving write-ahead log file');
done_testing();
