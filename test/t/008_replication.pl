# Logical replication: a published table is migrated, and a subscribed one.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $publisher = new_node('publisher', 'wal_level = logical');
my $subscriber = new_node('subscriber');
install_zdm($_) for ($publisher, $subscriber);
make_accounts($publisher, 500);
make_accounts($subscriber, 0);
my $connstr = $publisher->connstr . ' dbname=postgres';

# the subscriber's table is migrated: the apply worker's changes pass its sync trigger
$publisher->safe_psql('postgres', 'CREATE PUBLICATION pub FOR TABLE account');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION sub CONNECTION '$connstr' PUBLICATION pub");
$subscriber->wait_for_subscription_sync;
$subscriber->safe_psql('postgres', q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')});
$publisher->safe_psql('postgres', q{INSERT INTO account (id, old) VALUES (1001, 1); UPDATE account SET old = 2 WHERE id = 2});
$subscriber->safe_psql('postgres', q{CALL zdm.wait('m')});
$publisher->wait_for_catchup('sub');
is($subscriber->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '501 0', 'what is replicated passes the sync trigger');
is($subscriber->safe_psql('postgres', q{SELECT string_agg(new::text, ',' ORDER BY id) FROM account WHERE id IN (2, 1001)}), '2,1', 'with its values');

# both ends are migrated: the published table's backfill is replicated like any update
$publisher->safe_psql('postgres', q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')});
$publisher->safe_psql('postgres', q{CALL zdm.wait('m')});
$publisher->safe_psql('postgres', q{UPDATE account SET new = 33 WHERE id = 3});
$publisher->wait_for_catchup('sub');
is($subscriber->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '501 0', 'both ends in the middle');
is($subscriber->safe_psql('postgres', q{SELECT old || ' ' || new FROM account WHERE id = 3}), '33 33', 'a new writer on the publisher');
is($publisher->safe_psql('postgres', 'SELECT sum(old), sum(new) FROM account'),
	$subscriber->safe_psql('postgres', 'SELECT sum(old), sum(new) FROM account'), 'both ends hold the same');

# contract: the subscriber first, which maps columns by name, then the publisher
$subscriber->safe_psql('postgres', q{SELECT zdm.rollback('m')});
$publisher->safe_psql('postgres', q{SELECT zdm.rollback('m')});
$publisher->safe_psql('postgres', q{UPDATE account SET old = 44 WHERE id = 4});
$publisher->wait_for_catchup('sub');
is($subscriber->safe_psql('postgres', q{SELECT old FROM account WHERE id = 4}), 44, 'replication goes on after both were rolled back');

# a table that could not be updated under its publication is refused beforehand
$publisher->safe_psql('postgres', q{
	CREATE TABLE keyless (old int); INSERT INTO keyless VALUES (1); ALTER PUBLICATION pub ADD TABLE keyless});
expect_error($publisher, q{SELECT zdm.expand_rename('keyless', 'old', 'new')}, '55000', 'does not have a replica identity', 'no replica identity');
$publisher->safe_psql('postgres', q{ALTER TABLE keyless REPLICA IDENTITY FULL; SELECT zdm.expand_rename('keyless', 'old', 'new', name => 'k')});
$publisher->safe_psql('postgres', q{CALL zdm.wait('k')});
is($publisher->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('k')}), 0, 'REPLICA IDENTITY FULL will do');

# a subscribed table without a key: rows are found by comparing all columns, with those that the
# publisher does not send; everything that puts a value into a column would lose updates there
$publisher->safe_psql('postgres', q{CREATE TABLE whole (old int, n int); ALTER TABLE whole REPLICA IDENTITY FULL;
	CREATE TABLE parted (old int, n int) PARTITION BY RANGE (n); CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9);
	ALTER TABLE part REPLICA IDENTITY FULL; INSERT INTO whole VALUES (1, 1), (NULL, 2);
	CREATE PUBLICATION wholes FOR TABLE whole, parted WITH (publish_via_partition_root)});
$subscriber->safe_psql('postgres', q{CREATE TABLE whole (old int, n int);
	CREATE TABLE parted (old int, n int) PARTITION BY RANGE (n); CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9)});
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION whole_sub CONNECTION '$connstr' PUBLICATION wholes");
$subscriber->wait_for_subscription_sync;
my @calls = (
	[ 'expand_rename', q{SELECT zdm.expand_rename('%s', 'old', 'new', name => 'w')} ],
	[ 'expand_add_column', q{SELECT zdm.expand_add_column('%s', 'fresh', 'int', backfill => 'n', name => 'w')} ],
	[ 'expand_add_column with a default', q{SELECT zdm.expand_add_column('%s', 'fresh', 'int', default_value => '7', name => 'w')} ],
	[ 'expand_change_type', q{SELECT zdm.expand_change_type('%s', 'old', 'text', name => 'w')} ],
	[ 'expand_transform', q{SELECT zdm.expand_transform('%s', '{old}', '{"a": {"type": "int", "forward": "old + 1"}}', '{"old": "a - 1"}', name => 'w')} ],
	[ 'expand_not_null', q{SELECT zdm.expand_not_null('%s', 'old', fill => '0', name => 'w')} ]);
for my $call (@calls)
{
	expect_error($subscriber, sprintf($call->[1], 'whole'), '55000', 'has neither a primary key nor a replica identity index', "$call->[0] on a subscriber without a key");
}
expect_error($subscriber, sprintf($calls[0][1], 'parted'), '55000', 'subscribed table "part" has neither', 'a partition without one');
$subscriber->safe_psql('postgres', q{SELECT zdm.expand_add_column('whole', 'fresh', 'int', name => 'w')});
$publisher->safe_psql('postgres', q{UPDATE whole SET old = 5 WHERE n = 1; DELETE FROM whole WHERE n = 2});
$publisher->wait_for_catchup('whole_sub');
is($subscriber->safe_psql('postgres', 'SELECT old, n, fresh FROM whole'), '5|1|', 'a column without a value hinders nothing');
$subscriber->safe_psql('postgres', q{SELECT zdm.rollback('w'); ALTER TABLE whole ADD PRIMARY KEY (n);
	SELECT zdm.expand_rename('whole', 'old', 'new', name => 'keyed')});
$subscriber->safe_psql('postgres', q{CALL zdm.wait('keyed')});
$publisher->safe_psql('postgres', q{UPDATE whole SET old = 6});
$publisher->wait_for_catchup('whole_sub');
is($subscriber->safe_psql('postgres', 'SELECT old, new FROM whole'), '6|6', 'with a key the rows are found');

# the identity is lost in mid-run: the backfill stops, and no write of it gets through unreplicated
meter_rows($publisher, 0.001);
allow_rows($publisher, 100);
$publisher->safe_psql('postgres', q{
	SET zdm.batch_time = 5;
	SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'metered(old)', name => 'lost')});
wait_for_rows($publisher, 'a backfill is under way');
# it stands in the queue before the next batch does
my $owner = $publisher->background_psql('postgres');
$owner->query_until(qr/begun/, "\\echo begun\nALTER TABLE account REPLICA IDENTITY NOTHING;\n\\echo ended\n");
wait_for($publisher, q{SELECT count(*) = 1 FROM pg_locks WHERE relation = 'account'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted}, 'its table is wanted');
allow_rows($publisher);
$owner->query_until(qr/ended/, '');
$owner->quit;
wait_for($publisher, q{SELECT status = 'failed' AND last_error LIKE '%replica identity%' FROM zdm.status WHERE name = 'lost'}, 'it stops when the identity is lost');
$publisher->safe_psql('postgres', q{ALTER TABLE account REPLICA IDENTITY DEFAULT; SELECT zdm.resume('lost')});
$publisher->safe_psql('postgres', q{CALL zdm.wait('lost')});
is($publisher->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('lost')}), 0, 'and goes on once it is back');

$_->stop('fast') for ($subscriber, $publisher);
log_is_clean($subscriber);
log_is_clean($publisher);
done_testing();
