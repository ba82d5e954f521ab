# A table that a subscription writes gets another shape: what is sent goes to the table of that name through every
# call, also where another apply worker begins behind it, which asks the catalog whether it is to write that table.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $publisher = new_node('sending', 'wal_level = logical');
my $subscriber = new_node('subscribed');
install_zdm($subscriber);
my $connstr = $publisher->connstr . ' dbname=postgres';
my @tables = qw(shadowed compacted partitioned joined plain);
my %expand = (
	shadowed => q{zdm.expand_shadow_table('shadowed', '(b text, a int, id int)', name => 'shadowed')},
	compacted => q{zdm.expand_compact('compacted', name => 'compacted')},
	partitioned => q{zdm.expand_partition('partitioned', 'HASH (id)', partitions => 3, name => 'partitioned')},
	joined => q{zdm.expand_shadow_table('joined', '()', name => 'joined')});
my $id = 1000;

for my $node ($publisher, $subscriber)
{
	$node->safe_psql('postgres', "CREATE TABLE $_ (id int PRIMARY KEY, a int, b text)") for grep { $_ ne 'joined' } @tables, 'late';
	$node->safe_psql('postgres', q{CREATE TABLE joined (id int PRIMARY KEY, a int, b text) PARTITION BY RANGE (id);
		CREATE TABLE joined_low PARTITION OF joined FOR VALUES FROM (0) TO (500); CREATE TABLE joined_rest PARTITION OF joined DEFAULT});
}
$publisher->safe_psql('postgres', "INSERT INTO $_ SELECT g, g, 'b' || g FROM generate_series(1, 900) g") for @tables, 'late';
$publisher->safe_psql('postgres', 'CREATE PUBLICATION p FOR TABLE ' . join(', ', @tables) . ' WITH (publish_via_partition_root)');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION '$connstr' PUBLICATION p");
$subscriber->wait_for_subscription_sync;

# Writes each table on the publisher, and has the subscriber, by whatever worker, take it.
sub write_and_compare
{
	my ($what) = @_;

	for my $table (@tables)
	{
		$id++;
		$publisher->safe_psql('postgres', qq{INSERT INTO $table VALUES ($id, 1, '$what'); UPDATE $table SET a = a + 1 WHERE id % 10 = 3;
			DELETE FROM $table WHERE id = $id - 1000});
	}
	$publisher->wait_for_catchup('s');
	for my $table (@tables)
	{
		my $rows = "SELECT count(*), md5(string_agg(concat(id, ',', a, ',', b), ';' ORDER BY id)) FROM $table";

		is($subscriber->safe_psql('postgres', $rows), $publisher->safe_psql('postgres', $rows), "$what: $table");
	}
}

sub begin_anew
{
	$subscriber->safe_psql('postgres', 'ALTER SUBSCRIPTION s DISABLE');
	wait_for($subscriber, q{SELECT count(*) = 0 FROM pg_stat_subscription WHERE pid IS NOT NULL}, 'the worker has ended');
	$subscriber->safe_psql('postgres', 'ALTER SUBSCRIPTION s ENABLE');
}

sub call
{
	my ($call) = @_;
	$subscriber->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.$call('$_')") for sort keys %expand;
}

$subscriber->safe_psql('postgres', "SET client_min_messages = warning; SELECT $_") for map { $expand{$_} } sort keys %expand;
$subscriber->safe_psql('postgres', "CALL zdm.wait('$_')") for sort keys %expand;
write_and_compare('ready');
for my $call (qw(contract reopen contract))
{
	call($call);
	write_and_compare("$call, by the worker that is there");
	begin_anew();
	write_and_compare("$call, by the next one");
	is($subscriber->safe_psql('postgres', 'SELECT string_agg(srrelid::regclass || srsubstate::text, $$ $$ ORDER BY srrelid::regclass::text) FROM pg_subscription_rel'),
		'compactedr joinedr partitionedr plainr shadowedr', "$call: the named tables alone are subscribed");
	is($subscriber->safe_psql('postgres', "SELECT mismatches FROM zdm.verify('$_')"), 0, "$call: $_ is followed") for sort keys %expand;
}
$subscriber->safe_psql('postgres', 'ALTER SUBSCRIPTION s REFRESH PUBLICATION');
write_and_compare('refreshed');

# on the way back from there, and behind the end
$subscriber->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.rollback('shadowed'), zdm.rollback('joined')});
$subscriber->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.finalize('$_')") for qw(compacted partitioned);
begin_anew();
write_and_compare('ended');

# one who alters a subscription is not waited for, under the locks of a contract
$subscriber->safe_psql('postgres', "SET client_min_messages = warning; SELECT $expand{shadowed}");
$subscriber->safe_psql('postgres', q{CALL zdm.wait('shadowed')});
my $altering = $subscriber->background_psql('postgres');
$altering->query_safe(q{BEGIN; ALTER SUBSCRIPTION s SET (synchronous_commit = 'off')});
expect_error($subscriber, q{SELECT zdm.contract('shadowed')}, '55P03', 'a subscription is being altered', 'contract beside ALTER SUBSCRIPTION');
$altering->query_safe('COMMIT');
$altering->quit;
call_one('contract');
begin_anew();
write_and_compare('altered');

# a table that is not copied yet belongs to the worker that is to copy it
$publisher->safe_psql('postgres', 'ALTER PUBLICATION p ADD TABLE late');
$subscriber->safe_psql('postgres', q{INSERT INTO late VALUES (1, 1, 'in the way'); SET client_min_messages = warning;
	SELECT zdm.expand_compact('late', name => 'late')});
$subscriber->safe_psql('postgres', q{CALL zdm.wait('late'); ALTER SUBSCRIPTION s REFRESH PUBLICATION});
expect_error($subscriber, q{SELECT zdm.contract('late')}, '55000', 'subscription "s" has not copied table public.late yet', 'contract before the copy');
$subscriber->safe_psql('postgres', 'DELETE FROM late');
wait_for($subscriber, q{SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel}, 'it is copied');
$subscriber->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.contract('late')});
push @tables, 'late';
begin_anew();
write_and_compare('late');

# partitions that are subscribed by their own names would be gone
$publisher->safe_psql('postgres', 'CREATE PUBLICATION leaves FOR TABLE joined');
$subscriber->safe_psql('postgres', "DROP SUBSCRIPTION s; TRUNCATE joined; CREATE SUBSCRIPTION s CONNECTION '$connstr' PUBLICATION leaves");
expect_error($subscriber, "SELECT $expand{joined}", '0A000', 'a subscription writes its partition', 'a subscribed partition');

sub call_one
{
	my ($call) = @_;
	$subscriber->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.$call('shadowed')");
}

$_->stop('fast') for ($subscriber, $publisher);
log_is_clean($publisher);
# 18's apply worker does so where a partitioned table has any AFTER trigger for rows
log_is_clean($subscriber, 'WARNING:  resource was not closed: relation "(joined|partitioned)_');
done_testing();
