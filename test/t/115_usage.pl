# zdm.usage tells who uses which form, by reads and by writes; contract(quiet) refuses while the old
# one is in use, and where that is not known.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('usage', q{shared_preload_libraries = 'zdm'}, 'compute_query_id = on', 'zdm.launcher_interval = 0', 'max_prepared_transactions = 5');
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner;
	CREATE ROLE app LOGIN; CREATE ROLE stranger LOGIN; GRANT CREATE ON SCHEMA public TO stranger});
sub as { my ($role, $sql, $app) = @_; return $node->safe_psql('postgres', ($app ? "SET application_name = '$app'; " : '') . $sql, extra_params => [ '-U', $role ]); }
my $list = q{SELECT string_agg(format('%s/%s/%s:%s/%s', side, application_name, role, reads, writes), ' ' ORDER BY side, application_name, role) FROM zdm.usage WHERE name = };
sub used { my ($name) = @_; return as('owner', "$list'$name'"); }

# what each kind of statement says, each in a session of its own, with an application's name of its own
as('owner', q{CREATE TABLE t (id int PRIMARY KEY, a int, c text); INSERT INTO t SELECT i, i, 'x' FROM generate_series(1, 10) i;
	CREATE TABLE child (id int PRIMARY KEY, a int REFERENCES t); CREATE VIEW v AS SELECT id, a FROM t;
	CREATE FUNCTION reads() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT sum(a) FROM t';
	GRANT ALL ON t, v, child TO app});
as('app', 'SELECT a FROM t', 'before');
as('owner', q{SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
as('owner', q{CALL zdm.wait('m')});
is(used('m'), '', 'nobody has used it since it began');
my @cases = (
	[ 'SELECT a FROM t', 'old', 1, 0 ],
	[ 'SELECT b FROM t', 'new', 1, 0 ],
	[ 'SELECT a + b FROM t', 'new old', 1, 0 ],
	[ 'SELECT id FROM t WHERE a = 1', 'old', 1, 0 ],
	[ 'SELECT c FROM t ORDER BY b', 'new', 1, 0 ],
	[ 'SELECT * FROM t', 'all columns', 1, 0 ],
	[ 'SELECT t FROM t', 'all columns', 1, 0 ],
	[ 'SELECT * FROM v', 'old', 1, 0 ],
	[ 'SELECT reads()', 'old', 1, 0 ],
	[ 'SELECT count(*), max(c) FROM t', '' ],
	[ 'EXPLAIN SELECT a FROM t', '' ],
	[ 'INSERT INTO child VALUES (1, 1); DELETE FROM child', '' ],
	[ 'INSERT INTO t (id, a) VALUES (101, 1)', 'old', 0, 1 ],
	[ 'INSERT INTO t (id, b) VALUES (102, 1), (103, 1)', 'new', 0, 2 ],
	[ 'INSERT INTO t VALUES (104, 1)', 'old', 0, 1 ],
	[ 'UPDATE t SET a = 7 WHERE id = 101', 'old', 0, 1 ],
	[ 'UPDATE t SET b = 8 WHERE id = 101', 'new', 0, 1 ],
	[ 'UPDATE t SET a = 9, b = 9 WHERE id = 101', 'new old', 0, 1 ],
	[ q{UPDATE t SET a = 9, b = 9, c = 'y' WHERE id = 101}, '' ],
	[ 'UPDATE t SET a = a + 1 WHERE id = 102', 'old', 1, 1 ],
	[ q{UPDATE t SET c = 'z' WHERE id = 102 RETURNING b}, 'new', 1, 0 ],
	[ q{DELETE FROM t WHERE a = 1000}, 'old', 1, 0 ],
	[ qq{COPY t (id, a) FROM STDIN;\n105\t1\n106\t1\n\\.\n}, 'old', 0, 2 ],
	[ q{DO $$ BEGIN PERFORM a FROM t; PERFORM a FROM t; END $$}, 'old', 2, 0 ],
	[ q{BEGIN; INSERT INTO t (id, a) VALUES (107, 1); PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p'}, 'old', 0, 1 ],
	[ q{PREPARE s AS SELECT b FROM t; EXECUTE s; EXECUTE s; EXECUTE s}, 'new', 3, 0 ]);
my $n = 0;
for my $case (@cases)
{
	my ($sql, $sides, $reads, $writes) = @$case;
	my $app = sprintf 'c%02d', $n++;
	as('app', $sql, $app);
	# A session tells what it has seen when it ends, which is not when psql ends.
	my $expected = join ' ', map { "$_/$app/app:$reads/$writes" } grep { $_ } $sides eq 'all columns' ? $sides : split / /, $sides;
	my $query = qq{SELECT coalesce(string_agg(format('%s/%s/%s:%s/%s', side, application_name, role, reads, writes), ' ' ORDER BY side), '') = '$expected' FROM zdm.usage WHERE application_name = '$app'};
	ok($node->poll_query_until('postgres', $query), $sql) or diag as('owner', "${list}'m' AND application_name = '$app'");
}
is(as('owner', q{SELECT count(*) FROM zdm.usage WHERE application_name = 'before'}), 0, 'what was before is not known');
is(as('owner', q{SELECT count(*) FROM zdm.usage WHERE query_id IS NULL AND reads > 0}), 0, 'each reader has the id of a query');
is(as('owner', q{SELECT bool_and(coalesce(last_read, last_write) BETWEEN now() - interval '1 hour' AND now()) FROM zdm.usage}), 't', 'and a time');

# who sees it
is(as('stranger', 'SELECT count(*) FROM zdm.usage'), 0, 'a stranger sees nothing of it');
is(as('stranger', 'SELECT count(*) FROM zdm.usage_entries()'), 0, 'nor behind the view');
is(as('app', 'SELECT count(*) FROM zdm.usage'), 0, 'nor does who uses it');

# quiet
expect_error($node, q{SELECT zdm.contract('m', quiet => '1 hour')}, '55006', 'it is not known who used the old form in the last 3600 s', 'what is not known for so long is refused');
$node->safe_psql('postgres', q{UPDATE zdm.migration_row SET created_at = created_at - interval '1 day'});
# for nearly as long as the server runs, in which the use is: it may have been some time ago by then
$node->poll_query_until('postgres', q{SELECT clock_timestamp() - pg_postmaster_start_time() > interval '10 s'}) or die;
as('app', 'SELECT a FROM t', 'last "one"');
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM zdm.usage WHERE application_name = 'last "one"'}) or die;
expect_error($node, q{SELECT zdm.contract('m', quiet => clock_timestamp() - pg_postmaster_start_time() - interval '1 s')}, '55006', 'application "last "one"" has read the old form', 'and who has used it so recently is named');
expect_error($node, q{SELECT set_config('zdm.quiet', floor(extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) - 1) || 's', false); SELECT zdm.contract('m')}, '55006', 'has read the old form', 'zdm.quiet asks for the same');
expect_error($node, q{SELECT zdm.contract('m', quiet => '1 month')}, '22023', 'quiet must be a number of days', 'a month is no time');
$node->safe_psql('postgres', q{ALTER SYSTEM SET zdm.quiet = '2 s'});
$node->reload;
as('owner', q{SELECT zdm.alter_backfill('m', complete => true)});
as('owner', q{CALL zdm.wait('m')});
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'm'}), 'finalized', 'what is completed by itself waits until it is quiet');
is(used('m'), '', 'of what is over nothing is shown');
as('owner', q{CREATE TABLE new (id int PRIMARY KEY, a int); SELECT zdm.expand_rename('new', 'a', 'b', name => 'new'); CALL zdm.wait('new'); SELECT zdm.contract('new')});
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'new'}), 'contracted', 'of an empty table zdm.quiet is not asked');
$node->safe_psql('postgres', q{ALTER SYSTEM RESET zdm.quiet});
$node->reload;

# other kinds
as('owner', q{CREATE TABLE k (id int PRIMARY KEY, a int, b int, c int, d int); INSERT INTO k SELECT i, i, i, i, i FROM generate_series(1, 10) i; GRANT ALL ON k TO app;
	SELECT zdm.expand_change_type('k', 'a', 'bigint', name => 'type'), zdm.expand_add_column('k', 'e', 'int', backfill => 'b * 2', name => 'added'),
	       zdm.expand_not_null('k', 'c', fill => '0', name => 'filled'), zdm.expand_drop_column('k', 'd', reverse => '1', name => 'dropped')});
as('owner', q{CALL zdm.wait('type'); CALL zdm.wait('added'); CALL zdm.wait('filled'); CALL zdm.wait('dropped')});
as('app', 'SELECT a, b, c FROM k; INSERT INTO k (id, a, b, c, e) VALUES (11, 1, 1, 1, 1)', 'newest');
as('app', 'SELECT a, b, c, d FROM k; INSERT INTO k (id, a, b, d) VALUES (12, 1, 1, 1)', 'oldest');
# in parts: at the end of a transaction, and of the session
for my $case ([ 'added', 'new/newest/app:0/1 old/oldest/app:0/1', 'of a column that is added the writers count' ],
	[ 'filled', 'new/newest/app:0/1 old/oldest/app:0/1', 'of one that is filled those who give it and those who leave it out' ],
	[ 'dropped', 'new/newest/app:0/1 old/oldest/app:1/1', 'of one that goes away who reads and who gives it' ])
{
	my ($name, $expected, $what) = @$case;
	ok($node->poll_query_until('postgres', "$list'$name'", $expected), $what) or diag used($name);
}
is(used('type'), '', 'a change of type has one name for both forms');

# partitions; and what comes by another name of the table
as('owner', q{CREATE TABLE p (id int PRIMARY KEY, a int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100); GRANT ALL ON p, p1 TO app;
	INSERT INTO p VALUES (1, 1); SELECT zdm.expand_rename('p', 'a', 'b', name => 'parts')});
as('owner', q{CALL zdm.wait('parts')});
as('app', 'SELECT a FROM p; SELECT a FROM p1; INSERT INTO p (id, a) VALUES (2, 2); INSERT INTO p1 (id, a) VALUES (3, 2)', 'x');
ok($node->poll_query_until('postgres', q{SELECT reads = 2 AND writes = 2 FROM zdm.usage WHERE name = 'parts'}), 'partitions count for their table') or diag used('parts');

# a trigger by hand, with whatever in it
as('stranger', q{CREATE TABLE own (id int, a int)});
for my $argument ('{', '[]', '{"old": ["a"], "new": ["zz"]}', '{"old": ["a"], "new": ["a"], "forward": [null], "reverse": [null], "authority": "both"}', '')
{
	as('stranger', qq{CREATE OR REPLACE TRIGGER "~zdm_own" BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('$argument'); SELECT a FROM own});
	pass("a trigger by hand with $argument fails no SELECT");
}

# Where there is no room, nothing is known from before.
$node->append_conf('postgresql.conf', 'zdm.usage_entries = 3');
$node->restart;
as('owner', q{SELECT zdm.reopen('new')});
for my $i (1 .. 5) { as('app', 'SELECT a FROM p', "many$i"); }
ok($node->poll_query_until('postgres', q{SELECT count(*) = 3 FROM zdm.usage}), 'no more than there is room for');
$node->safe_psql('postgres', q{UPDATE zdm.migration_row SET created_at = created_at - interval '1 day'});
expect_error($node, q{SELECT zdm.contract('parts', quiet => '1 hour')}, '55006', 'it is not known who used the old form', 'and what is not known is refused');

# not preloaded
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{''});
$node->restart;
my ($rc, $out, $err) = $node->psql('postgres', 'SELECT count(*) FROM zdm.usage');
is($out, 0, 'without preloading there is nothing');
like($err, qr/^[^\n]*NOTICE:  who uses which form is not known\n(?!.*NOTICE)/s, 'and that is said');
expect_error($node, q{SELECT zdm.contract('parts', quiet => '10 s')}, '55000', 'who uses the old form is not known', 'quiet is refused');
is($node->safe_psql('postgres', q{SELECT zdm.contract('parts', quiet => '0'); SELECT status FROM zdm.status WHERE name = 'parts'}), "\ncontracted", 'but for none');

log_is_clean($node);
done_testing();
