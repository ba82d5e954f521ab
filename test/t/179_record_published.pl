# FOR ALL TABLES publishes zdm's own tables, too.  What a subscription brings of them, with the first copy and behind
# it, is left out: each server has the record of its own migrations, and goes on.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $publisher = new_node('all_publisher', 'wal_level = logical');
my $subscriber = new_node('all_subscriber');
my $connstr = $publisher->connstr . ' dbname=postgres';
my $record = join ' UNION ALL ', map { "SELECT '$_', count(*)::text || coalesce(md5(string_agg(z::text, ';' ORDER BY z::text)), '') FROM zdm.${_}_row z" }
	qw(migration target step backfill backfill_range event restore_point tenant_schema verification guard rollout);

for my $node ($publisher, $subscriber)
{
	install_zdm($node);
	make_accounts($node, $node == $publisher ? 300 : 0);
	$node->safe_psql('postgres', 'CREATE TABLE control (percent int PRIMARY KEY)');
}
is($publisher->safe_psql('postgres', q{SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE t.tgname = 'leave_out_replicated' AND t.tgenabled = 'R' AND c.relnamespace = 'zdm'::regnamespace}),
	$publisher->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'r' AND relpersistence = 'p'}),
	'each table of zdm that can be published has the trigger');

# something of each is there before the first copy
$publisher->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.expand_rename('account', 'pad', 'filler', name => 'before')});
$publisher->safe_psql('postgres', q{CALL zdm.wait('before')});
$publisher->safe_psql('postgres', q{SELECT zdm.rollback('before'); CREATE PUBLICATION p FOR ALL TABLES});
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION '$connstr' PUBLICATION p");
$subscriber->wait_for_subscription_sync;
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM zdm.migration_row'), 0, 'nothing of the record comes with the first copy');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM account'), 300, 'the table does');

# both have migrations, of the same numbers and of others
$subscriber->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')});
$subscriber->safe_psql('postgres', q{CALL zdm.wait('m')});
my $own = $subscriber->safe_psql('postgres', $record);
$publisher->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')});
$publisher->safe_psql('postgres', q{CALL zdm.wait('m')});
$publisher->safe_psql('postgres', q{SELECT zdm.verify('m'); SELECT zdm.rollout('m', percent => 10); SELECT zdm.guard('m', 'mismatches', 0, 'pause');
	UPDATE account SET new = 77 WHERE id = 7; INSERT INTO account (id, new) VALUES (1000, 5)});
$publisher->wait_for_catchup('s');
is($subscriber->safe_psql('postgres', $record), $own, 'the record of the subscriber is its own');
is($subscriber->safe_psql('postgres', 'SELECT string_agg(old || $$ $$ || new, $$, $$ ORDER BY id) FROM account WHERE id IN (7, 1000)'), '77 77, 5 5', 'rows come over, by both names');
is($subscriber->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '301 0', 'and pass its sync trigger');

# what zdm is asked for here by a trigger, in the worker of the subscription, is this server's own
$subscriber->safe_psql('postgres', q{
	CREATE FUNCTION steer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM zdm.rollout('m', percent => new.percent); RETURN NULL; END $$;
	CREATE TRIGGER steer AFTER INSERT ON control FOR EACH ROW EXECUTE FUNCTION steer();
	ALTER TABLE control ENABLE ALWAYS TRIGGER steer});
$publisher->safe_psql('postgres', 'INSERT INTO control VALUES (35)');
$publisher->wait_for_catchup('s');
is($subscriber->safe_psql('postgres', 'SELECT percent FROM zdm.rollout_row'), '35', 'what a trigger asks zdm for in the worker of a subscription');

$publisher->safe_psql('postgres', q{SELECT zdm.contract('m')});
$publisher->wait_for_catchup('s');
$subscriber->safe_psql('postgres', q{SELECT zdm.contract('m')});
$publisher->safe_psql('postgres', q{SELECT zdm.finalize('m'); DELETE FROM zdm.event_row; UPDATE account SET new = 78 WHERE id = 7});
$publisher->wait_for_catchup('s');
$subscriber->safe_psql('postgres', q{SELECT zdm.finalize('m')});
is($subscriber->safe_psql('postgres', q{SELECT string_agg(name || ' ' || status, ',') FROM zdm.migration}), 'm finalized', 'each goes to its end');
isnt($subscriber->safe_psql('postgres', 'SELECT count(*) FROM zdm.event_row'), 0, 'what is deleted there stays here');
is($subscriber->safe_psql('postgres', 'SELECT new FROM account WHERE id = 7'), 78, 'and rows come over');

# who sets replica by hand is no worker: what zdm writes then is there
$subscriber->safe_psql('postgres', q{SET session_replication_role = replica; SET client_min_messages = warning;
	SELECT zdm.expand_rename('account', 'pad', 'filler', name => 'r')});
$subscriber->safe_psql('postgres', q{CALL zdm.wait('r')});
is($subscriber->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'r'}), 'ready', 'a session with session_replication_role = replica');

$_->stop('fast') for ($subscriber, $publisher);
log_is_clean($_) for ($publisher, $subscriber);
done_testing();
