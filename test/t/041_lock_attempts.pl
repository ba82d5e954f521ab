# An attempt at several locks: it has one deadline, takes what its step needs and no more, and
# leaves no client as the victim of a deadlock.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use Zdm;

my $node = new_node('attempts', 'deadlock_timeout = 2s');
install_zdm($node);

# Runs SQL that must come through.
sub succeeds
{
	my ($sql, $what) = @_;
	my ($status, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 1);
	is($status, 0, $what) or diag $err;
}

# Begins a session that has a lock on a table, and keeps it.
sub holder
{
	my ($sql) = @_;
	my $session = $node->background_psql('postgres');
	$session->query_safe("BEGIN; $sql");
	return $session;
}

# Only the locks that a step needs: each step of a change of each end of a foreign key, beside
# somebody who has the other end.  VACUUM is kept away: the one attempt is not to meet it.
$node->safe_psql('postgres', q{
	CREATE TABLE parent (id int PRIMARY KEY, v int) WITH (autovacuum_enabled = off);
	CREATE TABLE child (id int PRIMARY KEY, pid int REFERENCES parent, v int) WITH (autovacuum_enabled = off);
	INSERT INTO parent SELECT g, g FROM generate_series(1, 1000) g;
	INSERT INTO child SELECT g, g, g FROM generate_series(1, 1000) g;});
my $once = 'SET zdm.lock_retries = 0;';
for my $change ([ 'parent', 'id', 'child' ], [ 'child', 'pid', 'parent' ])
{
	my ($table, $column, $other) = @$change;
	my $busy = holder("UPDATE $other SET v = 0 WHERE id = 1");

	succeeds("$once SELECT zdm.expand_change_type('$table', '$column', 'bigint', name => 'm_$table')", "$table.$column: expand does not need $other");
	succeeds("CALL zdm.wait('m_$table', '3min')", 'nor does the worker');
	expect_error($node, "$once SELECT zdm.contract('m_$table')", '55P03', 'could not get', 'which does');
	$busy->query_safe('COMMIT');
	$node->safe_psql('postgres', "SELECT zdm.contract('m_$table')");
	$busy->query_safe("BEGIN; UPDATE $other SET v = 0 WHERE id = 1");
	succeeds("$once SELECT zdm.finalize('m_$table')", 'and finalize does not again');
	$busy->query_safe('COMMIT');
	$busy->quit;
}
# what goes with a column that refers to another table is locked beforehand, as all is
$node->safe_psql('postgres', q{SELECT zdm.expand_drop_column('child', 'pid', name => 'd'); SELECT zdm.contract('d')});
my $reader = holder('SELECT count(*) FROM parent');
my $error = expect_error($node, q{SET zdm.lock_retries = 2; SELECT zdm.finalize('d')}, '55P03', 'could not get ACCESS EXCLUSIVE lock on public.child in 3 attempts',
	'finalize of a column with a foreign key tries politely for the other table, too');
$reader->query_safe('COMMIT');
$node->safe_psql('postgres', q{SELECT zdm.rollback('d')});

# Clients that lock two tables, in each order, and VACUUM: zdm gets both, none of them fails.
$node->safe_psql('postgres', q{ALTER TABLE parent RESET (autovacuum_enabled); ALTER TABLE child RESET (autovacuum_enabled);
	SELECT zdm.expand_change_type('parent', 'v', 'bigint', name => 'v'); CALL zdm.wait('v');
	SELECT zdm.expand_change_type('child', 'pid', 'int', name => 'p'); CALL zdm.wait('p');});
my %script = (
	up => '\set id random(1, 1000)
		BEGIN; UPDATE child SET v = v + 1 WHERE id = :id; SELECT pg_sleep(0.005); SELECT v FROM parent WHERE id = :id; END;',
	down => '\set id random(1, 1000)
		BEGIN; SELECT v FROM parent WHERE id = :id; SELECT pg_sleep(0.005); UPDATE child SET v = v + 1 WHERE id = :id; END;',
	insert => 'INSERT INTO child (pid, v) VALUES (1 + random() * 900, 1);');
$node->safe_psql('postgres', 'CREATE SEQUENCE child_id START 5000; ALTER TABLE child ALTER id SET DEFAULT nextval(\'child_id\')');
for my $order ([ 'up' ], [ 'down' ], [ 'up', 'insert' ])
{
	my @arguments;
	for my $name (@$order)
	{
		my $file = $node->basedir . "/$name.sql";
		append_to_file($file, $script{$name}) unless -e $file;
		push @arguments, '-f', $file;
	}
	start_app($node, "@$order", 8, 6, @arguments);
	my ($status, $out, $err) = $node->psql('postgres', "SET zdm.lock_timeout = '12s'; SET zdm.lock_retries = 1000;" . join(';', map { "SELECT zdm.contract('p'); SELECT zdm.reopen('p')" } 1 .. 5));
	is($status, 0, "@$order: contract and reopen get both tables") or diag $err;
	finish_apps("two tables, @$order");
}
$node->safe_psql('postgres', "SELECT zdm.rollback('$_')") for qw(v p);

# One deadline for all locks: partitions that come free one after the other hold a reader of
# the root up no longer than one.  With one for each they would for all the time that it takes.
my $parts = 30;
my $timeout = 500;
$node->safe_psql('postgres', join ';', 'CREATE TABLE root (id int, k int, old int) PARTITION BY LIST (k)',
	map { "CREATE TABLE root$_ PARTITION OF root FOR VALUES IN ($_)" } 1 .. $parts);
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('root', 'old', 'new', name => 'r'); CALL zdm.wait('r')});
$node->safe_psql('postgres', "ALTER SYSTEM SET deadlock_timeout = '1min'");
$node->reload;
$node->poll_query_until('postgres', 'SHOW deadlock_timeout', '1min') or die;
my @holders = map { holder("SELECT 1 FROM root$_") } 1 .. $parts;
$holders[$_]->query_until(qr/asleep/, sprintf("\\echo asleep\nSELECT pg_sleep(%s);\nCOMMIT;\n", 0.7 * ($_ + 1) * $timeout / 1000)) for 0 .. $parts - 1;
my $contract = $node->background_psql('postgres');
my $stall = 0;
$contract->query_until(qr/started/, "SET zdm.lock_timeout = $timeout; SET zdm.lock_retries = 1000;\n\\echo started\nSELECT zdm.contract('r');\n");
my $end = time + $PostgreSQL::Test::Utils::timeout_default; # a contract that has failed leaves it ready
while (time < $end && $node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'r'}) eq 'ready')
{
	my $start = time;
	$reader->query_safe('SELECT count(*) FROM root WHERE k = 0');
	my $took = time - $start;
	$stall = $took if $took > $stall;
}
is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'r'}), 'contracted', 'contract gets them all');
cmp_ok($stall, '<', 0.7 * $timeout / 1000 * $parts / 2, 'a reader of the root waited for no multiple of zdm.lock_timeout');

# Several calls in one transaction: what would wait with strong locks held gives up at once.
$node->safe_psql('postgres', 'CREATE TABLE one (id int PRIMARY KEY, a int, b int); CREATE TABLE two (id int PRIMARY KEY, a int, b int)');
$reader->query_safe('BEGIN; SELECT count(*) FROM two');
for my $first (q{SELECT zdm.expand_rename('one', 'a', 'x', name => 'one')}, q{SELECT zdm.expand_foreign_key('one', '{b}', 'parent', name => 'one')})
{
	$error = expect_error($node, "BEGIN; $first; SELECT zdm.expand_rename('two', 'a', 'x', name => 'two')", '55P03',
		'could not get ACCESS EXCLUSIVE lock on public.two at once', 'the second call does not wait');
	like($error, qr/DETAIL:  This transaction holds .* on public\.one/, 'because the first one has a table');
	like($error, qr/HINT:  .*transaction of (its|their) own/, 'and says how to do it');
}
succeeds(q{BEGIN; SELECT zdm.expand_rename('one', 'a', 'x', name => 'one'); SELECT zdm.expand_rename('one', 'b', 'y', name => 'more'); COMMIT}, 'what need not wait is done');
expect_error($node, q{BEGIN; SAVEPOINT s; SELECT zdm.rollback('more'); ROLLBACK TO s; SET zdm.lock_retries = 1; SELECT zdm.expand_rename('two', 'a', 'x', name => 'two')},
	'55P03', 'in 2 attempts', 'a lock that a savepoint has given back does not count');
$reader->query_safe('COMMIT');
succeeds(q{BEGIN; SELECT zdm.rollback('more'); SELECT zdm.expand_rename('two', 'a', 'x', name => 'two'); COMMIT}, 'nor does a second table that is free');

$_->quit for ($reader, $contract, @holders);
$node->stop;
log_is_clean($node, qr/could not get/);
done_testing();
