# A logical slot beside the restore point of a contract: what is written since can be read from it; it
# holds nobody up while it is made, and is dropped when it keeps too much, for too long, or for nothing.
use strict;
use warnings;

use lib 'test/t';
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('slots', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'autovacuum = off'); # its transactions would be waited for
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner;
	ALTER DATABASE postgres SET zdm.restore_point = on; ALTER DATABASE postgres SET zdm.restore_slot = 'pgoutput'});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }
sub setting { my ($name, $value) = @_; $node->safe_psql('postgres', "ALTER SYSTEM SET $name = '$value'"); $node->reload; $node->poll_query_until('postgres', "SHOW $name", $value) or die; }
as('owner', q{CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i; SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
as('owner', q{CALL zdm.wait('m')});
$node->safe_psql('postgres', 'CREATE PUBLICATION p FOR TABLE t');
my $slots = 'SELECT count(*) FROM pg_replication_slots';
sub gone { my ($what) = @_; return ok($node->poll_query_until('postgres', "SELECT ($slots) = 0"), $what) || diag $node->safe_psql('postgres', 'TABLE pg_replication_slots; TABLE zdm.restore_point'); }
# It is gone before others can see why.
sub dropped_for { my ($why, $what) = @_; gone($what); $node->poll_query_until('postgres', 'SELECT slot_dropped IS NOT NULL FROM zdm.restore_point WHERE slot IS NOT NULL ORDER BY at DESC LIMIT 1') or die; is(as('owner', q{SELECT slot_dropped FROM zdm.restore_point WHERE slot IS NOT NULL ORDER BY at DESC LIMIT 1}), $why, 'and why is told'); }

# made, and read
my ($rc, $out, $err) = $node->psql('postgres', q{SELECT zdm.contract('m')}, extra_params => [ '-U', 'owner' ]);
like($err, qr/NOTICE:  logical slot "zdm_restore_\w+" was made\n.*NOTICE:  restore point/s, 'contract makes a slot, then the restore point');
is(as('owner', q{SELECT s.database || ' ' || s.plugin || ' ' || s.active FROM zdm.restore_point r JOIN pg_replication_slots s ON s.slot_name = r.slot WHERE r.slot_dropped IS NULL AND s.confirmed_flush_lsn <= r.lsn}), 'postgres pgoutput false', 'which begins before it, and its row names it');
as('owner', q{INSERT INTO t (id, b) VALUES (11, 4711)});
my $slot = as('owner', 'SELECT slot FROM zdm.restore_point');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('$slot', NULL, NULL, 'proto_version', '1', 'publication_names', 'p') WHERE encode(data, 'escape') LIKE '%4711%'"), 1, 'what is written since can be read from it');
as('owner', q{SELECT zdm.contract('m')});
is($node->safe_psql('postgres', $slots), 1, 'what is contracted makes no other one');

# dropped
as('owner', q{SELECT zdm.reopen('m')});
dropped_for('nothing is contracted any more', 'after reopen it is dropped');
as('owner', q{SELECT zdm.contract('m')});
setting('zdm.restore_slot_limit', '1MB');
$node->safe_psql('postgres', q{SELECT pg_logical_emit_message(false, 'fill', repeat('x', 2000000))});
dropped_for('zdm.restore_slot_limit', 'a slot that keeps too much is dropped');
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'm'}), 'contracted', 'which changes nothing else');
is(as('owner', q{SELECT count(*) FROM zdm.event WHERE event = 'slot dropped' AND detail ~ '^zdm_restore_\w+: zdm.restore_slot_limit$'}), 1, 'and is an event');
setting('zdm.restore_slot_limit', '1GB');
as('owner', q{SELECT zdm.reopen('m')});
as('owner', q{SELECT zdm.contract('m')});
setting('zdm.restore_slot_keep_for', '1s');
dropped_for('zdm.restore_slot_keep_for', 'a slot that was kept for so long is dropped');
setting('zdm.restore_slot_keep_for', '1d');

# who reads it keeps it no longer
as('owner', q{SELECT zdm.reopen('m')});
as('owner', q{SELECT zdm.contract('m')});
$slot = as('owner', 'SELECT slot FROM zdm.restore_point ORDER BY at DESC LIMIT 1');
my $reader = IPC::Run::start([ 'pg_recvlogical', '--start', '--no-loop', '-S', $slot, '-d', $node->connstr('postgres'), '-f', '-', '-o', 'proto_version=1', '-o', 'publication_names=p' ], '>', \my $read, '2>&1');
ok($node->poll_query_until('postgres', "SELECT active FROM pg_replication_slots"), 'somebody reads');
setting('zdm.restore_slot_keep_for', '1s');
dropped_for('zdm.restore_slot_keep_for', 'the slot is dropped all the same');
setting('zdm.restore_slot_keep_for', '1d');
$reader->kill_kill;

# Whoever is under way is waited for, by nobody else.
as('owner', q{SELECT zdm.reopen('m')});
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; CREATE TABLE held (id int)');
my $contract = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-U', 'owner', '-c', q{SELECT zdm.contract('m')} ], '>', \my $contracted, '2>&1');
my $waits = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT zdm.contract%' AND wait_event_type = 'Lock' AND wait_event = 'transactionid'};
ok($node->poll_query_until('postgres', $waits), 'contract waits for a transaction');
as('owner', q{INSERT INTO t (id, a) VALUES (12, 12)});
is(as('owner', 'SELECT count(*) FROM t WHERE id = 12'), 1, 'while others write the table');
is($node->safe_psql('postgres', $waits), 't', 'and it waits still');
$holder->query_safe('COMMIT');
$holder->quit;
$contract->finish;
like($contracted, qr/logical slot .* was made/, 'and goes on');

# a release has one slot; it goes with the last that is finalized
as('owner', q{SELECT zdm.reopen('m'); CREATE TABLE u (id int PRIMARY KEY, a int); CREATE TABLE v (id int PRIMARY KEY, a int); SET zdm.release = 'r'; SELECT zdm.expand_rename('u', 'a', 'b', name => 'u'), zdm.expand_rename('v', 'a', 'b', name => 'v')});
as('owner', q{CALL zdm.wait('r')});
gone('the one before is dropped');
as('owner', q{SELECT zdm.contract('r')});
is(as('owner', q{SELECT count(*) || ' ' || count(DISTINCT slot) FROM zdm.restore_point WHERE slot IS NOT NULL AND slot_dropped IS NULL}), '2 1', 'a release has one slot');
is($node->safe_psql('postgres', $slots), 1, 'and it is there');
as('owner', q{SELECT zdm.finalize('r')});
dropped_for('nothing is contracted any more', 'after finalize it is dropped');

# A contract that comes to nothing leaves none behind; while nobody knows that yet, it stays.
my $session = $node->background_psql('postgres', extra_params => [ '-U', 'owner' ]);
$session->query_safe('SET client_min_messages = warning');
$session->query_safe(q{SELECT zdm.guard('m', 'deadlocks', 1e9, 'warn', every => '1 s')});
$session->query_safe(q{BEGIN; SELECT zdm.contract('m')});
is($node->safe_psql('postgres', $slots), 1, 'a slot of a transaction that has not ended');
for (1 .. 3)
{
	my $at = as('owner', q{SELECT coalesce(max(measured_at), '-infinity') FROM zdm.guards});
	$node->poll_query_until('postgres', "SELECT max(measured_at) > '$at' FROM zdm.guards") or die; # the keeper has come by
}
is($node->safe_psql('postgres', $slots), 1, 'stays');
$session->query_safe('ROLLBACK');
gone('and goes with it');
$session->query_safe(q{SELECT zdm.drop_guard('m')});
$session->quit;
expect_error($node, q{BEGIN; CREATE TEMP TABLE x (id int); SELECT zdm.contract('m')}, '25001', 'the transaction has written', 'in a transaction that has written none can be made');
expect_error($node, q{SET zdm.restore_slot = 'no_such_plugin'; SELECT zdm.contract('m')}, '(?:58P01|42501)', 'no_such_plugin.*making the logical slot "zdm_restore_', 'nor with a plugin that is not there');
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'm'}), 'ready', 'and nothing has changed');
gone('no slot is left');
($rc, $out, $err) = $node->psql('postgres', q{SET zdm.restore_slot = ''}, extra_params => [ '-U', 'owner' ]);
like($err, qr/permission denied to set parameter/, 'it is set by superusers');

# where the extension is gone
$node->safe_psql('postgres', 'CREATE DATABASE without');
$node->safe_psql('without', q{SELECT pg_create_logical_replication_slot('zdm_restore_0_0_1', 'pgoutput')});
gone('where the extension is gone the launcher drops it');

# where it can't be made, or nobody would look after it
setting('zdm.launcher_interval', '0');
expect_error($node, q{SELECT zdm.contract('m')}, '55000', 'nobody would drop it in time', 'without the launcher it is refused');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET zdm.launcher_interval');
$node->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0");
$node->restart;
expect_error($node, q{SELECT zdm.contract('m')}, '55000', 'wal_level is not logical', 'with too little in the WAL, too');
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{''});
$node->restart;
expect_error($node, q{SELECT zdm.contract('m')}, '55000', 'nobody would drop it in time', 'and where zdm is not preloaded');

log_is_clean($node);
done_testing();
