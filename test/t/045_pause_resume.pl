# pause and resume in quick succession: the worker that is about to end and the one that takes over
# meet each other, and one of them goes on.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('again', 'zdm.batch_time = 1', 'max_worker_processes = 64');
install_zdm($node);
my $stuck = 0;
for my $round (1 .. 5)
{
	make_accounts($node, 20000, "t$round");
	take_time($node, 0.0002);
	$node->safe_psql('postgres', "SELECT zdm.expand_add_column('t$round', 'fresh', 'int', backfill => 'unhurried(old)', name => 't$round')");
	my $calls = '';
	$calls .= "SELECT zdm.pause('t$round'); SELECT pg_sleep(0.0005 * $_); SELECT zdm.resume('t$round');" for 0 .. 10;
	$node->safe_psql('postgres', $calls);
	hurry($node);
	$stuck++ unless $node->poll_query_until('postgres', "SELECT status = 'ready' FROM zdm.migration WHERE name = 't$round'");
}
is($stuck, 0, 'it is always gone on with');
$node->stop;
log_is_clean($node);
done_testing();
