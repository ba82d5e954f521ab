# The copy, and then the build of an index on it, is held between its steps while a writer goes through:
# wherever it stands, whatever the writer does and however he ends, both tables have the same rows, the
# index has them all, and he waits for nobody but the visit.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('points', 'autovacuum = off'); # it would make snapshots that the copy waits for
install_zdm($node);
plan(skip_all => 'built without stop points') unless has_stop_points($node);
my $round = 0;

my %writes = (
	update => q{UPDATE t SET a = a + 1 WHERE id = 2},
	key => q{UPDATE t SET id = 20 WHERE id = 2},
	delete => q{DELETE FROM t WHERE id = 2},
	again => q{DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 7)},
	twice => q{UPDATE t SET a = a + 1 WHERE id = 2; UPDATE t SET a = a + 1 WHERE id = 2},
	savepoint => q{SAVEPOINT s; DELETE FROM t WHERE id = 2; ROLLBACK TO s; UPDATE t SET a = 9 WHERE id = 2},
	insert => q{INSERT INTO t VALUES (4, 4)},
	lock => q{SELECT 1 FROM t WHERE id = 2 FOR UPDATE});

for my $point ('copy listed', 'copy in heap', 'copy inserted', 'copy looked', 'index wanted', 'index made', 'index built')
{
	my $of_index = $point =~ /^index/;
	stop_at($node, $point);
	for my $what ($of_index ? qw(update delete insert) : sort keys %writes)
	{
		my $keeper = $node->background_psql('postgres'); # each has a time limit for all that it does
		my $writer_lock = $node->background_psql('postgres');
		for my $end ('COMMIT', $what =~ /^(update|key|delete|insert)$/ ? ('ROLLBACK', 'late COMMIT', 'late ROLLBACK') : ())
		{
			my $name = "$point, $what, $end";
			my ($late, $last) = $end =~ /^(late )?(\w+)$/;
			my ($out, $err) = ('', '');
			$round++;
			$node->safe_psql('postgres', q{
				DROP TABLE IF EXISTS t;
				CREATE TABLE t (id int PRIMARY KEY, a int);
				INSERT INTO t VALUES (1, 1), (2, 2), (3, 3);});
			$node->safe_psql('postgres', 'CREATE INDEX ON t (a)') if $of_index;
			$keeper->query_safe('SELECT pg_advisory_lock(7064)');
			$writer_lock->query_safe('SELECT pg_advisory_lock(7065)') if $late;
			$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.expand_shadow_table('t', '(a int, id int)', name => 'r$round')");
			waits_at($node, "$name: the copy is held");
			my $writer = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', "BEGIN; $writes{$what};" .
				($late ? ' SELECT pg_advisory_xact_lock_shared(7065);' : '') . " $last;", $node->connstr('postgres') ], '>', \$out, '2>', \$err);
			settle($node, $writer, $name); # until he is through, waits for the visit, or for us
			$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
			if ($late)
			{
				waits_at($node, "$name: the writer has written", 7065);
				$writer_lock->query_safe('SELECT pg_advisory_unlock(7065)');
			}
			$writer->finish;
			is($err, '', "$name: the writer sees no error");
			$node->safe_psql('postgres', "SET client_min_messages = warning; CALL zdm.wait('r$round')");
			is($node->safe_psql('postgres', 'SELECT count(*) FROM ((SELECT id, a FROM t EXCEPT ALL SELECT id, a FROM zdm_new_t)
				UNION ALL (SELECT id, a FROM zdm_new_t EXCEPT ALL SELECT id, a FROM t)) AS x'), 0, "$name: both have the same rows");
			is_sound($node, 'zdm_new_t', $name) if $of_index;
			$node->safe_psql('postgres', "SELECT zdm.rollback('r$round')");
		}
		$keeper->quit;
		$writer_lock->quit;
	}
}
log_is_clean($node);
done_testing();
