# The speed of a backfill, from which the time is computed that is left, does not jump: it is a
# mean that forgets slowly, and is kept over a crash of the worker.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main');
install_zdm($node);
make_accounts($node, 1000);
$node->safe_psql('postgres', q{
	CREATE TABLE switch (go boolean);
	INSERT INTO switch VALUES (false);
	BEGIN;
	SELECT zdm.expand_add_column('account', 'copy', 'int', backfill => 'old', name => 'm');
	SELECT zdm.alter_backfill('m', go_if => 'SELECT go FROM public.switch');
	COMMIT;});
my $rate = q{SELECT rows_per_second FROM zdm.migration WHERE name = 'm'};
wait_for($node, "SELECT ($rate) = 0", 'nothing is done, and the speed says so');

# one second in which nothing is done
$node->safe_psql('postgres', q{UPDATE zdm.migration SET rows_per_second = 1e6 WHERE name = 'm'});
wait_for($node, "SELECT ($rate) < 1e6", 'it goes down');
cmp_ok($node->safe_psql('postgres', $rate), '>', 0, 'but not to nothing at once');
like($node->safe_psql('postgres', q{SELECT time_left IS NOT NULL FROM zdm.progress WHERE name = 'm'}), qr/^t$/, 'so the time that is left is known');

# and another worker goes on with it
$node->safe_psql('postgres', q{UPDATE zdm.migration SET rows_per_second = 1e6 WHERE name = 'm';
	SELECT pg_terminate_backend(zdm.worker_pid(id)) FROM zdm.migration WHERE name = 'm'});
wait_for($node, q{SELECT zdm.worker_pid(id) IS NULL FROM zdm.migration WHERE name = 'm'}, 'the worker is gone');
$node->safe_psql('postgres', q{SELECT zdm.resume('m')});
wait_for($node, "SELECT ($rate) < 1e6", 'the next one goes on');
cmp_ok($node->safe_psql('postgres', $rate), '>', 0, 'from what was known');

$node->safe_psql('postgres', 'UPDATE switch SET go = true');
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
$node->stop;
done_testing();
