# Who reads a standby in one old snapshot finds in a table that has got another shape the rows that he saw before: where the
# standby tells the primary of its snapshots, the migration is not ready before they have ended.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $primary = new_node('primary', 'autovacuum = off');
install_zdm($primary);
my @names = qw(without_slot with_slot);
make_accounts($primary, 1000, $_) for @names;
$primary->backup('base');

for my $name (@names)
{
	my $standby = PostgreSQL::Test::Cluster->new($name);
	$standby->init_from_backup($primary, 'base', has_streaming => 1);
	$standby->append_conf('postgresql.conf', "hot_standby_feedback = on\nwal_receiver_status_interval = 1");
	if ($name eq 'with_slot')
	{
		$primary->safe_psql('postgres', "SELECT pg_create_physical_replication_slot('$name', true)");
		$standby->append_conf('postgresql.conf', "primary_slot_name = '$name'");
	}
	$standby->start;
	$primary->wait_for_catchup($standby, 'replay');

	my $reader = $standby->background_psql('postgres');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
	wait_for($primary, $name eq 'with_slot' ? 'SELECT xmin IS NOT NULL FROM pg_replication_slots'
		: 'SELECT backend_xmin IS NOT NULL FROM pg_stat_replication', "$name: the primary knows of the snapshot");
	$primary->safe_psql('postgres', "SELECT zdm.expand_compact('$name', name => '$name')");
	my $who = $name eq 'with_slot' ? 'replication slot with_slot' : 'standby without_slot';
	wait_for($primary, "SELECT waiting_for ~ 'the end of an old snapshot, $who, which does not see the copied rows' FROM zdm.progress WHERE name = '$name'",
		"$name: the copy waits for it, and says for whose");
	is($reader->query_safe("SELECT count(*) FROM $name"), 1000, "$name: it sees its rows");
	$reader->query_safe('COMMIT');
	$primary->safe_psql('postgres', "CALL zdm.wait('$name'); SELECT zdm.contract('$name')");
	$primary->wait_for_catchup($standby, 'replay');
	is($standby->safe_psql('postgres', "SELECT count(*) FROM $name"), 1000, "$name: and then the table in its new shape");
	$reader->quit;
	$standby->stop;
	$primary->safe_psql('postgres', "SELECT pg_drop_replication_slot('$name')") if $name eq 'with_slot';
}
$primary->stop;
log_is_clean($primary);
done_testing();
