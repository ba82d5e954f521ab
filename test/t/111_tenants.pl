# Five hundred schemas, one after another: each has its rows and its applications as before, however
# often the session or the server dies in between.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $schemas = 500;
my $node = new_node('tenants', 'fsync = off', 'max_locks_per_transaction = 256', 'log_statement = none', 'shared_buffers = 32MB', 'zdm.lock_retries = 100000');
install_zdm($node);
$node->safe_psql('postgres', qq{
	DO \$\$ BEGIN FOR i IN 1 .. $schemas LOOP
		EXECUTE format('CREATE SCHEMA t%s; CREATE TABLE t%1\$s.item (id int PRIMARY KEY, a int, pad text);
			INSERT INTO t%1\$s.item SELECT g, g * %1\$s FROM generate_series(1, 5) g', i);
		COMMIT;
	END LOOP; END \$\$});
my $call = q{CALL zdm.expand_each('t%', $$zdm.expand_change_type('item', 'a', 'bigint')$$, batch => 25, name => 'v')};
my $complete = q{SELECT count(*) FROM zdm.tenant WHERE state = 'complete'};
# What each row must be, without zdm: a and its copy, whatever the column is called just now.
my $wrong = join ' UNION ALL ', map { "SELECT $_ AS t, id, a::bigint FROM t$_.item" } 1 .. $schemas;
$wrong = "SELECT count(*), count(*) FILTER (WHERE a <> id * t) FROM ($wrong) r";

# Holds the call where it comes to a schema: they are taken in the order of their names.
sub hold_at
{
	my ($schema) = @_;
	my $holder = $node->background_psql('postgres');
	$holder->query_safe("BEGIN; LOCK TABLE $schema.item IN ACCESS SHARE MODE");
	return $holder;
}

# the session is cancelled
my $holder = hold_at('t200'); # the 114th
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_until(qr/begun/, "\\echo begun\n$call;\n\\echo ended\n");
wait_for($node, "SELECT ($complete) >= 50", 'some are complete');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query ~ '^CALL zdm.expand_each'});
$session->query_until(qr/ended/, '');
$session->quit;
$holder->quit;
my $before = $node->safe_psql('postgres', $complete);
cmp_ok($before, '<', $schemas, 'not all');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.tenant WHERE state = 'rolled_back'}), 0, 'a cancelled call rolls nothing back');

# the server dies
$holder = hold_at('t99'); # the last one
$session = $node->background_psql('postgres', on_error_stop => 0, wait => 0);
$session->query_until(qr/begun/, "\\echo begun\n$call;\n");
wait_for($node, "SELECT ($complete) >= $before + 50", 'the same call goes on');
kill_server($node);
eval { $_->{run}->kill_kill } for $session, $holder;
$before = $node->safe_psql('postgres', $complete);
cmp_ok($before, '<', $schemas, 'the server died before the end');

# one of them can't
$node->safe_psql('postgres', "SELECT zdm.expand_rename('t$schemas.item', 'a', 'b', name => 'first')");
my ($rc, $out, $err) = $node->psql('postgres', $call =~ s/name =>/on_failure => 'skip', name =>/r);
is($rc, 0, 'the same call goes through the rest') or diag $err;
my ($failed) = $err =~ /WARNING:  release "v": (\d+ of \d+ schemas are complete, \d+ failed)/;
is($failed, ($schemas - 1) . " of $schemas schemas are complete, 1 failed", 'but for the one that can not') or diag $err;
is($node->safe_psql('postgres', $wrong), 5 * $schemas . '|0', 'all rows are there, and right');
$node->safe_psql('postgres', q{SELECT zdm.rollback('first')});
$node->safe_psql('postgres', $call);
is($node->safe_psql('postgres', $complete), $schemas, 'then it can, too');
is($node->safe_psql('postgres', q{SELECT count(DISTINCT migrations) || ' ' || max(cardinality(migrations)) FROM zdm.tenant_schema}), "$schemas 1", 'each has one migration');

# one goes back, the others on, in one transaction
$node->safe_psql('postgres', q{SELECT zdm.rollback('v', 't7')});
$node->safe_psql('postgres', q{SELECT zdm.contract('v')});
is($node->safe_psql('postgres', $wrong), 5 * $schemas . '|0', 'all rows are right after contract');
is($node->safe_psql('postgres', q{SELECT atttypid::regtype, count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relname = 'item' WHERE attname = 'a' GROUP BY 1 ORDER BY 1}),
	'bigint|' . ($schemas - 1) . "\ninteger|1", 'one schema has the old type, the others the new one');
$node->safe_psql('postgres', q{SELECT zdm.finalize('v')});
is($node->safe_psql('postgres', q{SELECT zdm.schema_version('t8') || coalesce(zdm.schema_version('t7'), ' none')}), 'v none', 'an application is told');
$node->stop;
log_is_clean($node, 'release "v"', 'no free background worker slot'); # workers that have just ended
done_testing();
