# scripts/rehearse with a sample of the rows: what they refer to comes along, through all kinds of keys, beside
# writers; the forecast is for the database.
use strict;
use warnings;

use lib 'test/t';
use JSON::PP;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('sampled', 'max_connections = 60');
my $dir = PostgreSQL::Test::Utils::tempdir();
local @ENV{qw(PGHOST PGPORT)} = ($node->host, $node->port);
$node->safe_psql('postgres', 'CREATE DATABASE shop');
sub shop { my ($sql) = @_; return $node->safe_psql('shop', $sql); }
sub file { my ($name, $text) = @_; append_to_file("$dir/$name", $text); return "$dir/$name"; }
my ($out, $err);
sub rehearse { my (@arguments) = @_; ($out, $err) = ('', ''); IPC::Run::run([ './zdm_rehearse', '--db', 'shop', '--seconds', 1, '--clients', 2, '--max-stall-ms', 600000, @arguments ], '>', \$out, '2>', \$err); return $? >> 8; }
sub copies { return $node->safe_psql('postgres', q{SELECT count(*) FROM pg_database WHERE datname LIKE 'zdm\_rehearsal%'}); }

shop(<<'SQL');
CREATE TABLE "land '%s" ("C c" varchar(40) PRIMARY KEY, name text);
INSERT INTO "land '%s" SELECT E'odd \\ ''"%s\n\t' || i, 'land ' || i FROM generate_series(1, 20000) i;
-- a chain, by a self reference, and a key of two columns of other types than what refers to it
CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant numeric NOT NULL, "land" text COLLATE "C" REFERENCES "land '%s",
	brought_by bigint REFERENCES customer, twice int GENERATED ALWAYS AS (tenant * 2) STORED, UNIQUE (tenant, id));
INSERT INTO customer (tenant, land, brought_by) SELECT i % 7, E'odd \\ ''"%s\n\t' || i, CASE WHEN i % 4 > 0 AND i > 1 THEN i - 1 END FROM generate_series(1, 20000) i;
-- partitions on both sides, one of them with a key of its own
CREATE TABLE orders (id int, tenant int, customer int, PRIMARY KEY (id), FOREIGN KEY (tenant, customer) REFERENCES customer (tenant, id)) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (10000);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (10000) TO (20001);
INSERT INTO orders SELECT i, tenant, id FROM generate_series(1, 20000) i JOIN customer ON id = 1 + i % 19000;
CREATE TABLE item (order_id int NOT NULL REFERENCES orders, n int, price int, PRIMARY KEY (order_id, n)) PARTITION BY HASH (order_id);
CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE item_1 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE item_1 ADD FOREIGN KEY (n) REFERENCES orders (id);
INSERT INTO item SELECT i, 1 + i % 100, i FROM generate_series(1, 20000) i;
-- rows that refer to nothing, which the key allows
CREATE TABLE note (id serial PRIMARY KEY, customer int, body text);
INSERT INTO note (customer, body) SELECT -i, 'x' FROM generate_series(1, 500) i;
ALTER TABLE note ADD FOREIGN KEY (customer) REFERENCES customer NOT VALID;
-- too large to be read whole
CREATE TABLE event (id int, body text);
INSERT INTO event SELECT i, repeat('x', 900) FROM generate_series(1, 12000) i;
CREATE TABLE nothing ();
CREATE MATERIALIZED VIEW orders_by_tenant AS SELECT tenant, count(*) FROM orders GROUP BY 1;
CREATE VIEW v AS SELECT * FROM orders_by_tenant;
CREATE MATERIALIZED VIEW tenants AS SELECT count(*) FROM v;
ANALYZE;
ALTER DATABASE shop SET datestyle = 'sql, dmy';
SQL
my $sequence = shop('SELECT last_value FROM note_id_seq');

# somebody writes meanwhile: parents go with their children
my $writer = IPC::Run::start([ 'psql', '-Xq', '-d', 'shop', '-c', 'DO $$ BEGIN LOOP FOR i IN 15001..20000 LOOP DELETE FROM item WHERE order_id = i; DELETE FROM orders WHERE id = i; COMMIT;' .
	' INSERT INTO orders SELECT i, tenant, id FROM customer WHERE id = 20001 - i; INSERT INTO item VALUES (i, 1 + i % 100, -i); COMMIT; END LOOP; END LOOP; END $$' ], '>', \my $written, '2>', \my $said);
$node->poll_query_until('shop', 'SELECT count(*) > 100 FROM item WHERE price < 0') or die;
my $migration = file('rename.sql', q{SELECT zdm.expand_rename('item', 'price', 'amount', name => 'renamed')});
is(rehearse('--migration', $migration, '--sample', '10%', '--keep', '--json', "$dir/json"), 0, 'a sample is enough for a rehearsal') or diag "$out\n$err";
$writer->kill_kill;
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO $$ BEGIN LOOP%'}); # which has not heard of it
like($out, qr/sample of 10 %/, 'the report says so');
my ($copy) = $err =~ /Left behind: database (\w+)/ or die $err;
my $report = decode_json(slurp_file("$dir/json"));
my $needs = $report->{expand_needs};
cmp_ok($needs->[0]{rows}, '<', 10000, 'a part of the rows was there');
cmp_ok($needs->[1]{rows}, '>', 10000, 'and the forecast is for all of them');
sub copied { my ($sql) = @_; return $node->safe_psql($copy, $sql); }
is(copied('SELECT (SELECT count(*) FROM item_0) > 800 AND (SELECT count(*) FROM item) < 5000'), 't', 'a share of each partition');
is(copied('SELECT count(*) BETWEEN 300 AND 4000 FROM event'), 't', 'and of a large table');
is(copied(q{SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated AND conname <> 'note_customer_fkey'}), 0, 'all keys are valid');
is(copied('SELECT count(*) FROM note'), 500, 'rows whose key refers to nothing are there');
is(copied(q{SELECT count(*) FROM customer c LEFT JOIN "land '%s" ON "C c" = land WHERE "C c" IS NULL AND land IS NOT NULL OR twice <> tenant * 2}), 0, 'values are what they were');
is(copied('SELECT (SELECT count(*) FROM tenants) = 1 AND (SELECT sum(count) FROM orders_by_tenant) = (SELECT count(*) FROM orders)'), 't', 'materialized views were filled, in their order');
is(copied(q{SELECT nextval('note_id_seq')}), $sequence + 1, 'sequences go on');
is(copied(q{SELECT count(DISTINCT conrelid) FROM pg_constraint WHERE contype = 'f'}), shop(q{SELECT count(DISTINCT conrelid) FROM pg_constraint WHERE contype = 'f'}), 'no key was left out');
$node->safe_psql('postgres', "DROP DATABASE $copy WITH (FORCE)");

# a number of rows, with a migration under way; wrong traffic ends it when the copy has been made
$node->safe_psql('shop', q{CREATE EXTENSION zdm; SELECT zdm.expand_drop_column('note', 'body', name => 'under way')});
$node->safe_psql('shop', q{CALL zdm.wait('under way')});
is(rehearse('--migration', $migration, '--sample-rows', 50, '--keep', '--traffic', file('wrong.sql', 'SELECT nothing;')), 2, 'traffic that can not be run ends it');
($copy) = $err =~ /Left behind: database (\w+)/ or die $err;
is(copied(q{SELECT concat_ws(' ', (SELECT count(*) FROM note), (SELECT count(*) FROM event), (SELECT count(*) >= 50 FROM item_0))}), '50 50 t', 'so many rows of each table');
is(copied(q{SELECT name || ' ' || status FROM zdm.status}), 'under way ready', 'what is under way comes along whole');
$node->safe_psql('postgres', "DROP DATABASE $copy WITH (FORCE)");

# what is asked for must make sense
for my $wrong ([ '--sample', 0 ], [ '--sample', 101 ], [ '--sample', 'x' ], [ '--sample-rows', 0 ], [ '--sample', 1, '--sample-rows', 1 ], [ '--sample', 1, '--copy', 'dump' ])
{
	is(rehearse('--migration', $migration, @$wrong), 2, "@$wrong: could not be run");
	like($err, qr/^error: /m, 'and says why');
}
is(copies(), 0, 'no copy is left');
done_testing();
