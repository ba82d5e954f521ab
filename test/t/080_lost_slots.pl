# A replication slot that the server has invalidated retains nothing, and holds no backfill back,
# however far behind it stood.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# A backfill with a limit that any slot at work would exceed.
sub goes_on
{
	my ($node, $slot) = @_;
	$node->safe_psql('postgres', qq{
		CREATE TABLE junk_$slot AS SELECT g FROM generate_series(1, 100000) g;
		BEGIN;
		SELECT zdm.expand_add_column('account', '$slot', 'int', backfill => 'old', name => '$slot');
		SELECT zdm.alter_backfill('$slot', max_slot_wal => '1MB');
		COMMIT;});
	wait_for($node, qq{SELECT status = 'ready' FROM zdm.status WHERE name = '$slot'}, "$slot: the backfill goes on");
	is($node->safe_psql('postgres', qq{SELECT waiting_for FROM zdm.progress WHERE name = '$slot'}), '', 'and waits for nothing');
	isnt($node->safe_psql('postgres', q{SELECT zdm.oldest_snapshot()}), "replication slot $slot", 'nor does it keep a snapshot');
}

# VACUUM would write WAL, where the test says when a slot falls behind.
my $primary = new_node('primary', 'autovacuum = off', 'max_slot_wal_keep_size = 1MB');
install_zdm($primary);
make_accounts($primary, 500);

# whose WAL is gone
$primary->safe_psql('postgres', q{SELECT pg_create_physical_replication_slot('removed', true)});
$primary->safe_psql('postgres', 'CREATE TABLE filler (g int)');
for (1 .. 4)
{
	$primary->safe_psql('postgres', q{INSERT INTO filler SELECT g FROM generate_series(1, 1000) g; SELECT pg_switch_wal(); CHECKPOINT});
}
wait_for($primary, q{SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = 'removed'}, 'a slot has lost its WAL');
goes_on($primary, 'removed');

SKIP:
{
	skip 'a standby decodes from 16 on', 5 if $primary->safe_psql('postgres', 'SHOW server_version_num') < 160000;

	# one that is invalid for another reason keeps the position that it had
	$primary->append_conf('postgresql.conf', 'max_slot_wal_keep_size = -1');
	$primary->reload;
	$primary->backup('base');
	my $standby = PostgreSQL::Test::Cluster->new('standby');
	$standby->init_from_backup($primary, 'base', has_streaming => 1);
	$standby->start;
	my $maker = $standby->background_psql('postgres');
	$maker->query_until(qr/begun/, "\\echo begun\nSELECT pg_create_logical_replication_slot('invalid', 'pgoutput');\n");
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$primary->safe_psql('postgres', 'SELECT pg_log_standby_snapshot()');
		last if $standby->safe_psql('postgres', q{SELECT restart_lsn IS NOT NULL FROM pg_replication_slots WHERE slot_name = 'invalid'}) eq 't';
		select(undef, undef, undef, 0.1);
	}
	$maker->quit;
	$primary->append_conf('postgresql.conf', 'wal_level = replica');
	$primary->restart;
	$primary->wait_for_catchup($standby, 'replay');
	ok($standby->poll_query_until('postgres', q{SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = 'invalid'}),
		'a slot is invalid because the primary has no logical WAL any more');
	$primary->stop;
	$standby->promote;
	is($standby->safe_psql('postgres', q{SELECT restart_lsn IS NULL FROM pg_replication_slots WHERE slot_name = 'invalid'}), 'f',
		'and keeps its position');
	goes_on($standby, 'invalid');
	$standby->stop;
}
done_testing();
