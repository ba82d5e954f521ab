# zdm.wait where one worker after the other dies before it comes to its work.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE DATABASE closed');
install_zdm($node, 'closed');
$node->safe_psql('closed', q{CREATE TABLE account (id int PRIMARY KEY, old int); INSERT INTO account SELECT g, g FROM generate_series(1, 10) g});
my $session = $node->background_psql('closed', on_error_stop => 0);
$session->query_safe(q{SET zdm.start_worker = off; SELECT zdm.expand_rename('account', 'old', 'new', name => 'm'); RESET zdm.start_worker});

# A worker can't connect to a database that takes no connections; who is in it, stays.
$node->safe_psql('postgres', 'ALTER DATABASE closed ALLOW_CONNECTIONS false');
$session->query(q{CALL zdm.wait('m')});
like($session->{stderr}, qr/ERROR:  nobody works on migration "m": 5 background workers ended before they came to it/, 'wait gives up');
like($session->{stderr}, qr/DETAIL:  The server's log says why each of them ended\./, 'and says where to look');
like(slurp_file($node->logfile), qr/FATAL:  database "closed" is not currently accepting connections/, 'where it stands');
$session->{stderr} = '';
$node->safe_psql('postgres', 'ALTER DATABASE closed ALLOW_CONNECTIONS true');
$session->query(q{CALL zdm.wait('m')});
unlike($session->{stderr}, qr/ERROR/, 'it is waited for again');
is($node->safe_psql('closed', q{SELECT status FROM zdm.status}), 'ready', 'and becomes ready once a worker can live');
$session->quit;
$node->stop;
done_testing();
