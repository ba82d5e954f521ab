# What happens to migrations is told to others, once it is committed and not before: NOTIFY, the
# server's log, restore points that a recovery finds; and details of what has ended age out.
use strict;
use warnings;

use lib 'test/t';
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = PostgreSQL::Test::Cluster->new('told');
$node->init(has_archiving => 1, allows_streaming => 1);
$node->append_conf('postgresql.conf', join("\n", 'max_prepared_transactions = 5', 'zdm.start_worker = off', 'zdm.at_once = off',
	'max_worker_processes = 16', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1') . "\n");
$node->start;
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner;
	CREATE ROLE stranger LOGIN});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }
as('owner', q{CREATE TABLE "Tä ""b""" (id int PRIMARY KEY, a text); INSERT INTO "Tä ""b""" VALUES (1, 'one')});

# A listener gets what was committed up to its next statement.
my $listener = $node->background_psql('postgres', extra_params => [ '-U', 'stranger' ]);
$listener->query_safe('LISTEN zdm');
sub notified
{
	my $out = $listener->query_safe('SELECT 1');
	return map { decode_json($1) } $out =~ /notification "zdm" with payload "(\{.*\})"/g;
}
sub events { return join ' ', map { "$_->{migration}:$_->{event}" } @_; }
my $log_at = 0;
sub logged
{
	my $log = slurp_file($node->logfile, $log_at);
	$log_at = -s $node->logfile;
	return join ' ', map { "$_->[0]:$_->[1]" } map { [ /LOG:  zdm: migration "(.*?)" of .*: (\S+)$/ ] } grep { /LOG:  zdm: migration/ } split /\n/, $log;
}

logged();
my $expand = q{SELECT zdm.expand_rename('"Tä ""b"""', 'a', 'b', name => 'm "1"')};
as('owner', "SET zdm.release = 'r1'; $expand");
my @told = notified();
is(events(@told), 'm "1":created', 'a listener hears of a migration');
is_deeply($told[0], { migration => 'm "1"', event => 'created', status => 'running', kind => 'rename', release => 'r1', owner => 'owner',
	table => decode_json(qq(["public.\\"T\xc3\xa4 \\"\\"b\\"\\"\\""]))->[0] }, 'with its names and words');
is(logged(), 'm "1":created', 'the log tells it, too');
as('owner', q{CALL zdm.run('m "1"')});
is(events(notified()), 'm "1":ready', 'and when it is ready');
is(logged(), 'm "1":ready', 'in the log, too');

# only what is committed
as('owner', q{BEGIN; SELECT zdm.contract('m "1"'); ROLLBACK});
as('owner', q{BEGIN; SAVEPOINT s; SELECT zdm.contract('m "1"'); ROLLBACK TO s; COMMIT});
as('owner', q{DO $$ BEGIN PERFORM zdm.contract('m "1"'); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN END $$});
is(events(notified()), '', 'nobody hears of what was rolled back');
is(logged(), '', 'nor does the log');
as('owner', q{BEGIN; SAVEPOINT s; SAVEPOINT t; SELECT zdm.contract('m "1"'); RELEASE t; SAVEPOINT u; SELECT zdm.reopen('m "1"'); ROLLBACK TO u; COMMIT});
is(events(notified()), 'm "1":contracted', 'but of what was kept of a transaction');
is(logged(), 'm "1":contracted', 'and so does the log');

# a transaction that is prepared
as('owner', q{BEGIN; SELECT zdm.reopen('m "1"'); PREPARE TRANSACTION 'p'});
as('owner', q{COMMIT PREPARED 'p'});
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'm "1"'}), 'ready', 'a call can be part of a prepared transaction');
is(events(notified()), '', 'of which nobody is told');

# an error has no place in it: it may quote rows
as('owner', q{CREATE TABLE rows (id int PRIMARY KEY, a text); INSERT INTO rows VALUES (1, 'one')});
as('owner', q{SELECT zdm.expand_add_column('rows', 'n', 'int', backfill => 'a::int', name => 'secret')});
$node->psql('postgres', q{CALL zdm.run('secret')}, extra_params => [ '-U', 'owner' ]);
is(as('owner', q{SELECT last_error ~ 'one' FROM zdm.status WHERE name = 'secret'}), 't', 'its owner sees the row');
my $text = join ' ', map { encode_json($_) } notified();
like($text, qr/secret/, 'a listener hears of a migration that fails');
unlike($text, qr/one|invalid/, 'not of its rows');
logged();
as('owner', q{SELECT zdm.rollback('secret')});

# who may change it
for my $setting ('zdm.notify = off', 'zdm.log_level = off', 'zdm.restore_point = on')
{
	my ($rc, $out, $err) = $node->psql('postgres', "SET $setting", extra_params => [ '-U', 'owner' ]);
	like($err, qr/permission denied to set parameter/, "SET $setting is for superusers");
}
notified();
logged();
$node->safe_psql('postgres', q{SET zdm.notify = off; SET zdm.log_level = off; SELECT zdm.contract('m "1"'); SELECT zdm.reopen('m "1"')});
is(events(notified()), '', 'without zdm.notify nobody is told');
is(logged(), '', 'without zdm.log_level nothing is logged');

# Restore points: the members of a release have one together.
as('owner', q{CREATE TABLE other (id int PRIMARY KEY, a text)});
as('owner', q{SET zdm.release = 'r1'; SELECT zdm.expand_rename('other', 'a', 'b', name => 'm2'); CALL zdm.run('m2')});
$node->backup('base');
$node->safe_psql('postgres', q{ALTER DATABASE postgres SET zdm.restore_point = on});
my ($rc, $out, $err) = $node->psql('postgres', q{SELECT zdm.contract('r1')}, extra_params => [ '-U', 'owner' ]);
is($rc, 0, 'contract of a release') or diag $err;
like($err, qr/NOTICE:  restore point "zdm_contract_r1_\w+" was made/, 'makes a restore point and says so');
is(as('owner', q{SELECT count(*), count(DISTINCT name), count(DISTINCT lsn), min(before) FROM zdm.restore_point}), '2|1|1|contract', 'one for all of it');
is(as('stranger', q{SELECT count(*) FROM zdm.restore_point}), 0, 'which a stranger does not see');
as('owner', q{SELECT zdm.reopen('r1')});
as('owner', q{SELECT zdm.contract('r1')});
is(as('owner', q{SELECT count(DISTINCT name) FROM zdm.restore_point}), 2, 'a second contract has one of its own');
as('owner', q{INSERT INTO "Tä ""b""" VALUES (2, 'two'); SELECT zdm.finalize('r1')});
is(as('owner', q{SELECT count(DISTINCT name) FROM zdm.restore_point WHERE before = 'finalize'}), 1, 'finalize has one, too');
is(as('owner', q{SELECT bool_and(wal_file = pg_walfile_name(lsn)) AND min(timeline) = 1 FROM zdm.restore_point WHERE lsn::text NOT LIKE '%000000'}), 't', 'the file and the timeline are named');
as('owner', q{CREATE TABLE "} . 'ü' x 30 . q{" (a int)});
as('owner', q{SELECT zdm.expand_rename('"} . 'ü' x 30 . q{"', 'a', 'b', name => '} . 'ü' x 30 . q{')});
as('owner', q{CALL zdm.run('} . 'ü' x 30 . q{')});
as('owner', q{SELECT zdm.contract('} . 'ü' x 30 . q{')});
like(as('owner', q{SELECT name FROM zdm.restore_point ORDER BY at DESC LIMIT 1}), qr/^zdm_contract_(ü)+_[0-9A-F]+_[0-9A-F]+$/, 'a long name is cut between characters, not in its position');

# Back to before the second contract.
my $target = as('owner', q{SELECT DISTINCT name FROM (SELECT name, dense_rank() OVER (ORDER BY lsn DESC) n FROM zdm.restore_point WHERE before = 'contract' AND name LIKE '%_r1_%') p WHERE n = 1});
my $walfile = $node->safe_psql('postgres', 'SELECT pg_walfile_name(pg_switch_wal())');
wait_for($node, "SELECT '$walfile' <= last_archived_wal FROM pg_stat_archiver", 'the WAL of it is in the archive');
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init_from_backup($node, 'base', has_restoring => 1, standby => 0);
$restored->append_conf('postgresql.conf', "recovery_target_name = '$target'\nrecovery_target_action = 'promote'");
$restored->start;
$restored->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()') or die;
is($restored->safe_psql('postgres', q{SELECT string_agg(status, ' ') FROM zdm.status WHERE name IN ('m "1"', 'm2')}), 'ready ready', 'a recovery to the restore point has the release ready');
is($restored->safe_psql('postgres', q{INSERT INTO "Tä ""b""" (id, a) VALUES (3, 'three'); SELECT string_agg(a || b, ' ' ORDER BY id) FROM "Tä ""b"""}), 'oneone threethree', 'with both schemas');
$restored->safe_psql('postgres', q{SELECT zdm.contract('r1'); SELECT zdm.finalize('r1')});
is($restored->safe_psql('postgres', q{SELECT string_agg(b, ' ' ORDER BY id) FROM "Tä ""b"""}), 'one three', 'and goes on from there');
$restored->stop;

$listener->quit;

# Nothing can be restored where the WAL has too little.
$node->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0\narchive_mode = off");
$node->restart;
expect_error($node, q{SELECT zdm.reopen('} . 'ü' x 30 . q{'); SELECT zdm.contract('} . 'ü' x 30 . q{')}, '55000', 'wal_level is minimal', 'a restore point that is none is refused');
$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET zdm.restore_point');

# The record forgets details of what has ended, and of that alone.
my $details = q{SELECT count(*) FROM (SELECT migration_id FROM zdm.step WHERE runs <> 'concurrent' UNION ALL SELECT migration_id FROM zdm.event
	UNION ALL SELECT migration_id FROM zdm.backfill UNION ALL SELECT migration_id FROM zdm.backfill_range) d JOIN zdm.migration m ON m.id = d.migration_id WHERE m.status};
is($node->safe_psql('postgres', "$details = 'finalized'") > 0, 1, 'without zdm.keep_record all is kept');
my $open = $node->safe_psql('postgres', "$details = 'ready'");
isnt($open, 0, 'something is open');
as('owner', q{SELECT zdm.expand_index('CREATE INDEX made ON other (b)', name => 'index')});
as('owner', q{SET zdm.start_worker = on; SELECT zdm.resume('index')});
as('owner', q{SET zdm.start_worker = on; CALL zdm.wait('index')});
as('owner', q{SELECT zdm.contract('index'); SELECT zdm.finalize('index')});
my $names = $node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration});
$node->append_conf('postgresql.conf', 'zdm.keep_record = 1');
$node->reload;
wait_for($node, "SELECT ($details IN ('finalized', 'rolled_back')) = 0", 'details of what has ended go away');
is($node->safe_psql('postgres', "$details = 'ready'"), $open, 'those of what is open stay');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration}), $names, 'and so do the migrations');
like(as('owner', q{SET client_min_messages = warning; SELECT zdm.expand_index('CREATE INDEX made ON other (b)', name => 'index'); SELECT status FROM zdm.status WHERE name = 'index'}), qr/finalized/, 'a repeated call still knows that its work is done');

log_is_clean($node);
done_testing();
