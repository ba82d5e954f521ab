# A build of an index takes the processes that clients leave room for.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('builds', 'zdm.nice = -1', 'log_min_messages = debug1', 'min_parallel_table_scan_size = 0', 'max_parallel_maintenance_workers = 2',
	'maintenance_work_mem = 256MB');
install_zdm($node);
make_accounts($node, 2000);
my $processors = `getconf _NPROCESSORS_ONLN`;
my $room = int($processors / 4) - 1;
$room = $room < 0 ? 0 : $room > 2 ? 2 : $room;

# How many processes helped to build an index that a worker has made.  With $later the worker does not begin before
# this session, which is at work itself, has come to wait for it, and so is none that counts.
my $n = 0;
sub helpers
{
	my ($settings, $later) = (@_, 0);
	my $from = -s $node->logfile;
	$n++;
	$node->safe_psql('postgres', qq{
		BEGIN;
		SELECT zdm.expand_index('CREATE INDEX account_old_$n ON account (old)', name => 'i$n');
		SELECT zdm.alter_backfill('i$n', $settings);
		UPDATE zdm.migration_row SET retry_at = clock_timestamp() + make_interval(secs => $later) WHERE name = 'i$n';
		COMMIT;
		CALL zdm.wait('i$n')});
	$node->wait_for_log(qr/building index "account_old_$n" on table "account" /, $from);
	my $log = slurp_file($node->logfile, $from);
	return $log =~ /building index "account_old_$n" on table "account" with request for (\d+) parallel workers?/ ? $1 : 0;
}

is(helpers(q{pace => 'auto'}, 3), 2, 'where nobody is at work the server has its way');
my $client = $node->background_psql('postgres');
# always at work, and no transaction of it for long: a build waits for those that are older
begin_query($client, "DO \$\$ BEGIN LOOP PERFORM pg_sleep(0.01); COMMIT; END LOOP; END \$\$;\n");
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query ~ '^DO' AND state = 'active'}, 'a client is at work');
is(helpers(q{pace => 'auto'}), $room, 'beside clients all processes make up a quarter of the processors at most');
is(helpers(q{pace => 'gentle'}), 0, 'gently it is one');
is(helpers(q{pace => 'full'}), 2, 'at full pace the server has its way');
is(helpers(q{nice => 0.5}), 2, 'and where a share is given');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^DO'});
$client->{run}->finish;

# What is written is on its way by the time that others wait for it: the WAL, and what the server waits for at the end, before 17.
my $from = -s $node->logfile;
$node->safe_psql('postgres', q{
	CREATE TABLE large AS SELECT g AS id FROM generate_series(1, 1000000) g;
	SELECT zdm.expand_index('CREATE INDEX large_id ON large (id)', name => 'large');
	CALL zdm.wait('large')});
my $log = slurp_file($node->logfile, $from);
like($log, qr/zdm: the WAL writer was woken [1-9]\d* times during the build/, 'the WAL writer writes while an index is built');
SKIP:
{
	skip 'from 17 on the server does not wait for it', 1 if $node->pg_version >= 17;
	skip 'the server was built without sync_file_range()', 1 unless check_pg_config('#define HAVE_SYNC_FILE_RANGE 1');
	like($log, qr/zdm: [1-9]\d{5,} bytes of the index were on their way to the disk before it was complete/, 'an index is written while it is built');
}
$node->stop;
log_is_clean($node);
done_testing();
