# CALL zdm.wait() does not wait for what can't come: where the worker waits for a session that
# waits for this one, or for a transaction of its own client, or where nobody works on it.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# ANALYZE would be one more that has a snapshot and is waited for, where the test says who is.
my $node = new_node('waits', 'autovacuum = off', 'zdm.max_workers = 1');
install_zdm($node);
make_accounts($node, 100, $_) for qw(account other);
$node->safe_psql('postgres', 'CREATE ROLE stranger LOGIN; CREATE INDEX account_old ON account (old)');

sub session
{
	my ($sql, @options) = @_;
	my $session = $node->background_psql('postgres', @options);
	$session->query_safe($sql);
	return $session;
}

# Has a session stand in the queue for an advisory lock, with a snapshot.
sub queue_for
{
	my ($session, $key) = @_;
	$session->query_until(qr/begun/, "\\echo begun\nSELECT pg_advisory_lock($key);\n\\echo ended\n");
	wait_for($node, "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $key AND NOT granted", "a session waits for lock $key");
}

# Replicas of a migration tool: the first one has the tool's lock and waits, the second one wants it.
# Then a third session in between, of somebody else.
my %builds = (expand_index => q{SELECT zdm.expand_index('CREATE INDEX made ON account (old)', name => 'm')},
	reindex => q{SELECT zdm.reindex('account_old', name => 'm')},
	expand_unique => q{SELECT zdm.expand_unique('account', '{id, old}', name => 'm')},
	expand_compact => q{SELECT zdm.expand_compact('account', name => 'm')});
for my $through (0, 1)
{
	for my $build (sort keys %builds)
	{
		my $between = session(q{SELECT pg_advisory_lock(2)}, extra_params => [ '-U', 'stranger' ]);
		my $replica = session('SELECT 1');
		my $tool = session('SELECT pg_advisory_lock(1)', on_error_stop => 0);
		queue_for($through ? $between : $replica, 1);
		queue_for($replica, 2) if $through;
		$tool->query($builds{$build});
		$tool->{stderr} = '';
		$tool->query(q{CALL zdm.wait('m', '3min')});
		like($tool->{stderr}, qr/ERROR:  zdm\.wait\(\) would never end: migration "m" waits for a session that waits for this one/,
			"$build: wait ends where a session that waits for it is in the way, directly or not: $through");
		like($tool->{stderr}, qr/DETAIL:  .*process \d+ .*pg_advisory_lock/, 'names it');
		unlike($tool->{stderr}, qr/snapshots +%/, 'no share of what has none');
		like($tool->{stderr}, qr/HINT:  .*replicas/, 'and says what helps');
		$tool->quit;
		$between->query_until(qr/ended/, '') if $through;
		$between->quit;
		$replica->query_until(qr/ended/, '');
		$replica->quit;
		$node->safe_psql('postgres', q{CALL zdm.wait('m'); SELECT zdm.rollback('m')});
	}
}

# What stands in the queue behind such a migration never comes to its turn either.
{
	my $replica = session('SELECT 1');
	my $tool = session('SELECT pg_advisory_lock(1)', on_error_stop => 0);
	queue_for($replica, 1);
	$tool->query($builds{expand_index});
	wait_for($node, q{SELECT cardinality(pg_blocking_pids(zdm.worker_pid(id))) > 0 FROM zdm.migration WHERE name = 'm' AND zdm.has_worker(id)}, 'the only worker waits');
	$tool->query(q{SELECT zdm.expand_rename('other', 'old', 'new', name => 'behind')});
	$tool->{stderr} = '';
	$tool->query(q{CALL zdm.wait('behind', '3min')});
	like($tool->{stderr}, qr/ERROR:  zdm\.wait\(\) would never end: migration "behind" waits for a session that waits for this one/, 'so wait ends for what is behind it, too');
	like($tool->{stderr}, qr/DETAIL:  It waits for a worker, which waits for process \d+ .*pg_advisory_lock/, 'and says what keeps the worker');
	$tool->quit;
	$replica->query_until(qr/ended/, '');
	$replica->quit;
	$node->safe_psql('postgres', qq{CALL zdm.wait('$_'); SELECT zdm.rollback('$_')}) for qw(m behind);
}

# A tool with a second connection, which is idle in a transaction; and one of somebody else.
my $sleeper = q{BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_advisory_xact_lock(3)};
my $second = session("SET application_name = 'flyway'; $sleeper");
my $tool = session(q{SET application_name = 'flyway'}, on_error_stop => 0);
$tool->query($builds{expand_index});
$tool->{stderr} = '';
$tool->query(q{CALL zdm.wait('m', '3min')});
like($tool->{stderr}, qr/ERROR:  zdm\.wait\(\) would never end: migration "m" waits for a transaction of the same client/, 'wait ends where its own client is in the way');
like($tool->{stderr}, qr/DETAIL:  .*process \d+ \(flyway, idle in transaction\).*pg_advisory_xact_lock/, 'names the transaction');
like($tool->{stderr}, qr/HINT:  .*flyway\.postgresql\.transactional\.lock=false/, 'and what to set');
$_->quit for ($tool, $second);
$node->safe_psql('postgres', q{CALL zdm.wait('m'); SELECT zdm.rollback('m')});
for my $stranger ([ q{SET application_name = 'else'} ], [ q{SET application_name = 'flyway'}, extra_params => [ '-U', 'stranger' ] ])
{
	my ($set, @options) = @$stranger;
	my $other = session("$set; $sleeper", @options);
	$node->safe_psql('postgres', $builds{expand_index});
	wait_for($node, q{SELECT waiting_for ~ '^process' FROM zdm.status WHERE name = 'm' AND status = 'running'}, 'a transaction is waited for');
	expect_error($node, q{SET application_name = 'flyway'; CALL zdm.wait('m', '8s')}, '57014', 'migration "m" was not ready in time.*process \d+', 'that of another client may end');
	$other->query_safe('COMMIT');
	$other->quit;
	$node->safe_psql('postgres', q{CALL zdm.wait('m'); SELECT zdm.rollback('m')});
}

# The same where a backfill is left with rows that are held, for an owner who has no other right.
my @plain = (extra_params => [ '-U', 'plain' ]);
$node->safe_psql('postgres', q{CREATE ROLE plain LOGIN; GRANT CREATE ON SCHEMA public TO plain; ALTER TABLE other OWNER TO plain;
	SET ROLE plain; SET zdm.start_worker = off; SELECT zdm.expand_change_type('other', 'old', 'bigint', name => 'm')});
$second = session(q{SET application_name = 'app'; BEGIN; UPDATE other SET pad = 'x' WHERE id = 1}, @plain);
my $error = expect_error($node, q{SET application_name = 'app'; CALL zdm.wait('m', '1min')}, '55006', 'waits for a transaction of the same client', 'a held row, too', @plain);
like($error, qr/DETAIL:  .*process \d+ \(app, idle in transaction\).*UPDATE other/, 'names who has it');
$tool = session('SELECT pg_advisory_lock(1)', on_error_stop => 0, @plain);
queue_for($second, 1);
$tool->query(q{CALL zdm.wait('m', '1min')});
like($tool->{stderr}, qr/ERROR:  zdm\.wait\(\) would never end: migration "m" waits for a session that waits for this one/, 'or who waits for this session');
$tool->quit;
$second->query_until(qr/ended/, '');
$second->query_safe('COMMIT');
$second->quit;
$node->safe_psql('postgres', q{CALL zdm.wait('m'); SELECT zdm.rollback('m')}, @plain);
$node->safe_psql('postgres', 'ALTER TABLE other OWNER TO postgres');

# Nobody works on it, and nobody may.
my $off = 'SET zdm.start_worker = off;';
$node->safe_psql('postgres', "$off $builds{expand_index}");
$error = expect_error($node, qq{$off CALL zdm.wait('m', '3min')}, '55000', 'nobody works on migration "m"', 'wait does not wait for nobody');
like($error, qr/HINT:  .*CALL zdm\.run\('m'\)/, 'and says who could do it');
$node->safe_psql('postgres', qq{$off SELECT zdm.pause('m'); SELECT zdm.resume('m')});
expect_error($node, qq{$off CALL zdm.wait('m', '3min')}, '55000', 'nobody works on migration "m"', 'nor after resume');
$node->safe_psql('postgres', q{CALL zdm.wait('m'); SELECT zdm.rollback('m')});

# What waits for zdm.max_workers takes no worker, however many sessions wait for it; the one that
# is to come to it is replaced where it ends.
my $gate = close_gate($node);
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(old)', name => 'busy')});
wait_for($node, q{SELECT has_worker FROM (SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'busy') AS b (has_worker)}, 'one is at work');
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('other', 'old', 'new', name => 'queued')});
my $workers = q{SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM pg_stat_activity WHERE backend_type = 'zdm worker'};
is($node->safe_psql('postgres', q{SELECT waiting_for FROM zdm.status WHERE name = 'queued'}), 'a free worker: zdm.max_workers is 1, 0 before it in the queue', 'the other one waits, and says so');
wait_for($node, "SELECT ($workers) ~ '^[0-9]+\$'", 'there is one worker');
my $before = $node->safe_psql('postgres', $workers);
my @waiters = map { session(q{SET client_min_messages = warning}) } 1 .. 3;
$_->query_until(qr/begun/, "\\echo begun\nCALL zdm.wait('queued');\n\\echo ended\n") for @waiters;
$node->psql('postgres', q{CALL zdm.wait('queued', '4s')});
is($node->safe_psql('postgres', $workers), $before, 'sessions that wait for it start no others');
my ($status, $out, $err) = $node->psql('postgres', q{SELECT zdm.resume('queued')});
like($err, qr/is running already/, 'nor does resume');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($before)");
wait_for($node, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $before)", 'the worker is ended');
wait_for($node, q{SELECT count(*) = 1 FROM zdm.migration WHERE zdm.has_worker(id)}, 'and replaced');
open_gate($gate);
$_->query_until(qr/ended/, '') for @waiters;
is($node->safe_psql('postgres', q{SELECT string_agg(status, ' ') FROM zdm.status WHERE name IN ('busy', 'queued')}), 'ready ready', 'both get ready');
$_->quit for @waiters;

$node->stop;
log_is_clean($node);
done_testing();
