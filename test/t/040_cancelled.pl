# A call that is cancelled while it waits for a table lock: nothing of it is left behind, in
# whatever kind of transaction, and a worker that waits can be stopped.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('cancelled', 'zdm.lock_timeout = 60s');
install_zdm($node);
make_accounts($node, 100);
$node->safe_psql('postgres', 'CREATE TABLE said (what text)');

my $queue = q{SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'account'::regclass};
my $reader = $node->background_psql('postgres');

# Stops a process as soon as a condition holds, which has just begun to wait: by a process that the server starts,
# since a test may not get a processor before it is somewhere else.
sub stop_when
{
	my ($pid, $condition) = @_;
	$node->safe_psql('postgres', qq{
		DO \$\$ BEGIN
			WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid AND state = 'active') AND NOT EXISTS ($condition) LOOP
				PERFORM pg_sleep(0.005);
				PERFORM pg_stat_clear_snapshot();
			END LOOP;
			COPY (SELECT 1 WHERE false) TO PROGRAM 'kill -STOP $pid';
		END \$\$});
}

# Runs `sql` in a session of its own, cancels it once it stands in the queue, goes on with
# `after`, and returns what the session has said.
sub cancel_in_queue
{
	my ($sql, $after) = @_;
	my $victim = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $victim->query_safe('SELECT pg_backend_pid()');

	$victim->query_until(qr/begun/, "\\echo begun\n$sql\n\\echo ended\n");
	wait_for($node, "$queue AND pid = $pid", 'it stands in the queue');
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
	$victim->query_until(qr/ended/, '');
	my $held = $node->safe_psql('postgres', qq{
		SELECT string_agg(state || coalesce(' ' || l.mode, ''), ',') FROM pg_stat_activity a
		  LEFT JOIN pg_locks l ON l.pid = a.pid AND l.relation = 'account'::regclass WHERE a.pid = $pid});
	my $out = $victim->query($after);
	$victim->quit;
	return ($held, $out);
}

# each call, in each kind of transaction; `before` brings the migration to where it can be made
my $expand = q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm');};
my $ready = "$expand CALL zdm.wait('m');";
my @calls = (
	[ "PERFORM zdm.expand_rename('account', 'old', 'new', name => 'm')", '' ],
	[ "PERFORM zdm.contract('m')", $ready ],
	[ "PERFORM zdm.reopen('m')", "$ready SELECT zdm.contract('m');" ],
	[ "PERFORM zdm.rollback('m')", $ready ],
	[ "PERFORM zdm.finalize('m')", "$ready SELECT zdm.contract('m');" ]);
for my $call (@calls)
{
	my ($perform, $before) = @$call;
	my $select = $perform =~ s/^PERFORM/SELECT/r;
	my ($name) = $perform =~ /zdm\.(\w+)/;

	$node->safe_psql('postgres', $before) if $before;
	$reader->query_safe('BEGIN; SELECT count(*) FROM account');

	my ($held, $out) = cancel_in_queue("$select;", 'SELECT 41 + 1');
	is($held, 'idle', "$name: the session is outside of a transaction, without locks");
	is($out, '42', 'and goes on');

	cancel_in_queue(qq{DO \$\$ BEGIN
		INSERT INTO said VALUES ('$name before');
		BEGIN $perform; EXCEPTION WHEN query_canceled THEN INSERT INTO said VALUES ('$name caught'); END;
	END \$\$;}, 'SELECT 1');
	is($node->safe_psql('postgres', "SELECT count(*) FROM said WHERE what IN ('$name before', '$name caught')"), 2,
		'a block that catches the cancellation is committed');

	($held, $out) = cancel_in_queue("BEGIN; SAVEPOINT a; $select; ROLLBACK TO a;",
		"INSERT INTO said VALUES ('$name savepoint'); COMMIT; SELECT 42");
	is($held, 'idle in transaction', 'a savepoint gives the locks back');
	is($node->safe_psql('postgres', "SELECT count(*) FROM said WHERE what = '$name savepoint'"), 1, 'and its transaction is committed');

	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', "$select");
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m') WHERE EXISTS (SELECT FROM zdm.status WHERE name = 'm' AND status IN ('running', 'ready', 'contracted'))});
	$node->safe_psql('postgres', q{DELETE FROM zdm.migration; ALTER TABLE account RENAME new TO old}) if $name eq 'finalize';
}

# The end of an attempt and a cancellation at the same moment, as a backend meets them that gets no
# processor for a while: the cancellation is not taken for one more attempt in vain.
for my $how ('a cancel request', 'statement_timeout')
{
	$node->safe_psql('postgres', $ready);
	$reader->query_safe('BEGIN; SELECT count(*) FROM account');
	my $victim = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $victim->query_safe('SELECT pg_backend_pid()');
	my $settings = q{SET zdm.lock_timeout = '1s'; SET zdm.lock_retries = 1000000;};
	$settings .= q{SET statement_timeout = '7s';} if $how eq 'statement_timeout';
	$victim->query_until(qr/begun/, "$settings\n\\echo begun\nSELECT zdm.contract('m');\n\\echo ended\n");
	# Stopped anywhere else it might have a lock in shared memory that everybody needs.  After 4 s
	# it stands in each queue for 640 ms or more, and does nothing at the beginning of that.
	stop_when($pid, "SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE pid = $pid
		AND l.waitstart > clock_timestamp() - interval '50 ms' AND a.query_start < clock_timestamp() - interval '4 s'");
	$node->safe_psql('postgres', 'SELECT pg_sleep(4)');
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)") if $how eq 'a cancel request';
	kill 'CONT', $pid;
	$victim->query_until(qr/ended/, '');
	like($victim->{stderr}, qr/canceling statement due to (user request|statement timeout)/, "$how is not lost in the end of an attempt");
	$victim->{stderr} = '';
	is($victim->query('RESET statement_timeout; SELECT 41 + 1'), '42', 'and its session goes on');
	$victim->quit;
	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m'); DELETE FROM zdm.migration});
}

# The same in zdm.run(), which tries again what a lock timeout ends: a fill waits for a row of
# another table, which it refers to.
for my $how ('a cancel request', 'statement_timeout')
{
	$node->safe_psql('postgres', q{CREATE TABLE target (id int PRIMARY KEY); INSERT INTO target VALUES (1);
		CREATE TABLE source (id int PRIMARY KEY, tid int REFERENCES target); INSERT INTO source VALUES (1, NULL);
		SET zdm.start_worker = off; SELECT zdm.expand_not_null('source', 'tid', fill => '1', name => 'r');});
	$reader->query_safe('BEGIN; SELECT FROM target FOR UPDATE');
	my $victim = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $victim->query_safe('SELECT pg_backend_pid()');
	my $settings = q{SET zdm.lock_timeout = '1s'; SET deadlock_timeout = '20s';};
	$settings .= q{SET statement_timeout = '4s';} if $how eq 'statement_timeout';
	$victim->query_until(qr/begun/, "$settings\n\\echo begun\nCALL zdm.run('r');\n\\echo ended\n");
	stop_when($pid, "SELECT FROM pg_locks WHERE pid = $pid AND waitstart > clock_timestamp() - interval '50 ms'");
	$node->safe_psql('postgres', 'SELECT pg_sleep(5)');
	$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)") if $how eq 'a cancel request';
	kill 'CONT', $pid;
	$victim->query_until(qr/ended/, '');
	like($victim->{stderr}, qr/canceling statement due to (user request|statement timeout)/, "zdm.run(): $how is not lost in a lock timeout");
	$victim->{stderr} = '';
	is($victim->query('RESET statement_timeout; SELECT 41 + 1'), '42', 'and its session goes on');
	$victim->quit;
	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', q{CALL zdm.run('r'); SELECT zdm.rollback('r'); DELETE FROM zdm.migration; DROP TABLE source, target});
}

# the worker stands in the queue for a step of its own: whoever stops it need not wait for the reader
for my $stop (qw(pause cancel rollback))
{
	my $gate = close_gate($node);

	$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(old)', not_null => true, name => 'w')});
	wait_for($node, q{SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 42}, 'the backfill is under way');
	$reader->query_safe('BEGIN; SELECT count(*) FROM account');
	open_gate($gate);
	wait_for($node, $queue, 'the worker stands in the queue');
	my ($status, $out, $err) = $node->psql('postgres',
		"SET zdm.lock_timeout = 20; SET zdm.lock_retries = 2; SET statement_timeout = '1min'; SELECT zdm.$stop('w')");
	$stop eq 'pause'
	  ? is($status, 0, 'pause stops it')
	  : like($err, qr/could not get ACCESS EXCLUSIVE lock/, "$stop gives up for the reader, not for the worker");
	wait_for($node, q{SELECT count(*) = 0 FROM pg_locks WHERE NOT granted AND relation = 'account'::regclass
		AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'zdm worker')}, 'it has left the queue') if $stop eq 'pause';
	$reader->query_safe('COMMIT');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('w') WHERE EXISTS (SELECT FROM zdm.status WHERE name = 'w' AND status <> 'rolled_back')});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'fresh'}), 0, 'and is rolled back');
	$node->safe_psql('postgres', q{DELETE FROM zdm.migration});
}

$reader->quit;
$node->stop;
log_is_clean($node, qr/could not get|canceling statement/);
done_testing();
