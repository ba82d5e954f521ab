# A worker that has looked at the queue for the last time, and is not gone yet, has the only seat: what comes then is not
# forgotten, though nobody waits for it.  Nor is what somebody stands by for who takes up a completion.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('main', 'zdm.max_workers = 1');
install_zdm($node);
plan(skip_all => 'built without stop points') unless has_stop_points($node);
make_accounts($node, 10, $_) for qw(one other);

my $keeper = $node->background_psql('postgres');
$keeper->query_safe('SELECT pg_advisory_lock(7064)');
stop_at($node, 'last look');
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('one', 'old', 'new', name => 'one')});
waits_at($node, 'the worker has looked for the last time');
is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'one'}), 'ready', 'at a queue that was empty');
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('other', 'old', 'new', name => 'other')});
# ZDM_LOCK_REQUEST
wait_for($node, q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31340 AND NOT granted}, 'the next one finds no seat, and waits until it is gone');
$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'other'}, 'then it takes up what has come');
wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, 'and goes, too');
$keeper->quit;
$node->stop;
log_is_clean($node);

$node = new_node('completion', 'zdm.lock_retries = 1');
install_zdm($node);
make_accounts($node, 10, $_) for qw(one other);
refuse_rows($node);
my $reader = $node->background_psql('postgres');
$keeper = $node->background_psql('postgres');
$reader->query_safe('BEGIN');
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('one', 'old', 'new', name => 'one'); CALL zdm.wait('one')});
$reader->query_safe('SELECT count(*) FROM one');
$node->safe_psql('postgres', q{
	SELECT zdm.alter_backfill('one', complete => true);
	SELECT zdm.expand_add_column('other', 'fresh', 'int', backfill => 'let(old)', name => 'other')});
wait_for($node, q{SELECT bool_and(attempts > 1) FROM zdm.migration}, 'neither is due');
$keeper->query_safe('SELECT pg_advisory_lock(7064)');
stop_at($node, 'completion begun');
waits_at($node, 'who stands by is at work on a completion');
let_rows($node);
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'other'}, 'somebody else comes to what is due meanwhile');
$reader->query_safe('COMMIT');
$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
wait_for($node, q{SELECT status = 'finalized' FROM zdm.migration WHERE name = 'one'}, 'and the completion to its end');
$_->quit for ($reader, $keeper);
$node->stop;
done_testing();
