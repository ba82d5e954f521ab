# Two workers come to complete a release at the same moment: the second one finds nothing left to do.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('meanwhile', 'zdm.start_worker = off', 'zdm.at_once = off');
install_zdm($node);
plan(skip_all => 'built without stop points') unless has_stop_points($node);
$node->safe_psql('postgres', q{
	CREATE TABLE t (id int PRIMARY KEY, a int, b int);
	INSERT INTO t SELECT g, g, g FROM generate_series(1, 100) g;
	SELECT zdm.expand_split_table('t', '[{"table": "t_a", "columns": ["a"]}, {"table": "t_b", "columns": ["b"]}]', name => 's', complete => true);
	CALL zdm.run('s_t_a')});
my $keeper = $node->background_psql('postgres');
$keeper->query_safe('SELECT pg_advisory_lock(7064)');
my $late = $node->background_psql('postgres', on_error_stop => 0);
$late->query_safe(q{LOAD 'zdm'; SET zdm.stop_at = 'completion due'});
$late->query_until(qr/started/, "\\echo started\nCALL zdm.run('s_t_b');\n");
waits_at($node, 'one is about to complete it');
$node->safe_psql('postgres', q{CALL zdm.run('s_t_a')});
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status, ' ') FROM zdm.migration WHERE release = 's'}), 'finalized', 'the other one has completed it');
$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
$late->query_safe('SELECT 1');
is($late->{stderr}, '', 'the first one goes on');
$late->quit;
$keeper->quit;
is($node->safe_psql('postgres', q{SELECT count(*) FROM t JOIN t_a USING (id) JOIN t_b USING (id) WHERE a = b}), 100, 'all is there');
$node->stop;
log_is_clean($node);
done_testing();
