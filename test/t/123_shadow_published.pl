# A published table gets another shape under traffic: the subscriber goes on by the table's name, and
# has in the end what the publisher has, through every call, with a list of columns and a condition, too.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $dir = PostgreSQL::Test::Utils::tempdir();
my $publisher = new_node('shape_publisher', 'wal_level = logical', 'zdm.nice = -1', 'deadlock_timeout = 10s');
my $subscriber = new_node('shape_subscriber');
install_zdm($publisher);
for my $node ($publisher, $subscriber)
{
	$node->safe_psql('postgres', q{CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE TABLE part (id int PRIMARY KEY, a int, b text);
		CREATE SEQUENCE more START 100000});
}
$publisher->safe_psql('postgres', q{
	INSERT INTO t SELECT g, g, md5(g::text) FROM generate_series(1, 3000) g;
	INSERT INTO part SELECT g, g, md5(g::text) FROM generate_series(1, 3000) g;
	ALTER TABLE part ALTER a SET NOT NULL;
	CREATE UNIQUE INDEX part_identity ON part (id, a);
	ALTER TABLE part REPLICA IDENTITY USING INDEX part_identity;
	CREATE PUBLICATION p FOR TABLE t, part (id, a) WHERE (a > 0);});
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION '" . $publisher->connstr . " dbname=postgres' PUBLICATION p");
$subscriber->wait_for_subscription_sync;

sub rows_of
{
	my ($node, $query) = @_;
	return $node->safe_psql('postgres', $query);
}

# Compares both ends, when the subscriber has got all that the publisher has committed.
sub same
{
	my ($what) = @_;
	$publisher->wait_for_catchup('s');
	my $whole = q{SELECT count(*), md5(string_agg(concat(id, ',', a, ',', b), ';' ORDER BY id)) FROM t};
	my $some = q{SELECT count(*), md5(string_agg(concat(id, ',', a), ';' ORDER BY id)) FROM part WHERE a > 0};
	is(rows_of($subscriber, $whole), rows_of($publisher, $whole), "$what: a whole table");
	is(rows_of($subscriber, $some), rows_of($publisher, $some), "$what: some columns of some rows");
	is(rows_of($subscriber, 'SELECT count(*) FROM part WHERE b IS NOT NULL OR a <= 0'), 0, "$what: and nothing else");
}

append_to_file("$dir/rows.sql", <<'SQL');
\set id random(1, 3000)
\set a random(-3000, 3000)
UPDATE t SET a = :a WHERE id = :id;
UPDATE part SET a = :a, b = 'changed' WHERE id = :id;
INSERT INTO t (id, a) SELECT n, :a FROM nextval('more') AS n;
INSERT INTO part (id, a, b) SELECT n, :a, 'new' FROM nextval('more') AS n;
DELETE FROM t WHERE id = :a;
DELETE FROM part WHERE id = :a;
SQL

same('before');
start_app($publisher, 'rows', 2, 15, "--file=$dir/rows.sql", '--max-tries=100');
$publisher->safe_psql('postgres', q{SET client_min_messages = warning;
	SELECT zdm.expand_shadow_table('t', '(b text, a int, id int)', name => 't'), zdm.expand_shadow_table('part', '(b text, a int, id int)', name => 'part')});
$publisher->safe_psql('postgres', "CALL zdm.wait('$_')") for qw(t part);
for my $call (qw(contract reopen contract))
{
	$publisher->safe_psql('postgres', "SELECT zdm.$call('$_')") for qw(t part);
	same_later($call);
}
finish_apps('the traffic');
same('after the traffic');
$publisher->safe_psql('postgres', "SELECT zdm.finalize('$_')") for qw(t part);
$publisher->safe_psql('postgres', q{UPDATE t SET a = -a; UPDATE part SET a = -a; TRUNCATE t; INSERT INTO t VALUES ('last', 1, 1)});
same('finalized');

# Under traffic both ends are never the same; what was written before a call has to come over.
sub same_later
{
	my ($call) = @_;
	my $id = $publisher->safe_psql('postgres', q{SELECT nextval('more')});
	$publisher->safe_psql('postgres', "INSERT INTO t (id, a) VALUES ($id, 1); INSERT INTO part (id, a) VALUES ($id, 1)");
	$publisher->wait_for_catchup('s');
	is(rows_of($subscriber, "SELECT count(*) FROM t JOIN part USING (id, a) WHERE id = $id"), 1, "after $call, writes come over");
	is($publisher->safe_psql('postgres', q{SELECT string_agg(prrelid::regclass::text, ' ' ORDER BY prrelid::regclass::text) FROM pg_publication_rel}), 'part t', "after $call, the named tables alone are published");
}
log_is_clean($publisher);
done_testing();
