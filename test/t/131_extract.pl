# Columns move to a table of their own under two applications that write the same rows, one by the
# old names and one by the new one: no write of either fails, by a deadlock or otherwise, no snapshot
# ever shows the hidden table with what is not there, and in the end both say the same.  Then the
# same with the server killed.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use PartTraffic;
use Zdm;

my $columns = 'id, street, floor, phone';
my $dir = PostgreSQL::Test::Utils::tempdir();
my $prepared = 0;

sub make_table
{
	my ($node, $null) = @_;
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS address, person CASCADE;
		DROP SEQUENCE IF EXISTS more;
		CREATE SEQUENCE more START 1000000;
		CREATE TABLE person (id bigint PRIMARY KEY, name text, street text $null, floor int NOT NULL DEFAULT 0 CHECK (floor > -100000), phone text UNIQUE, n int DEFAULT 0) WITH (fillfactor = 70);
		CREATE INDEX person_street ON person (street) WHERE floor > 10;
		INSERT INTO person SELECT g, 'p' || g, repeat('x', g % 20 * 200), g % 100, 'e' || g FROM generate_series(1, 12000) g;
		VACUUM ANALYZE person;});
}

append_to_file("$dir/old.sql", <<'SQL');
\set id random(1, 12000)
\set hot -random(1, 5)
\set what random(1, 8)
BEGIN;
UPDATE person SET floor = floor + 1 WHERE id = :hot;
INSERT INTO person (id, name, street, phone) SELECT n, 'old', 'old', 'n' || n FROM nextval('more') AS n;
UPDATE person SET floor = floor + 1 WHERE id = :id;
SAVEPOINT s;
UPDATE person SET street = 'lost', id = nextval('more') WHERE id = :id;
DELETE FROM person WHERE id = :id;
ROLLBACK TO s;
\if :what < 3
DELETE FROM person WHERE id = :id;
INSERT INTO person (id, name, street) VALUES (:id, 'again', repeat(md5(:id::text), 100)) ON CONFLICT (id) DO NOTHING;
\elif :what < 4
UPDATE person SET id = nextval('more') WHERE id = :id;
\elif :what < 6
INSERT INTO person (id, name, street) VALUES (:id, 'upserted', 'upserted') ON CONFLICT (id) DO UPDATE SET floor = person.floor + 1, street = excluded.street;
\else
UPDATE person SET name = name || '.', n = n + 1 WHERE id = :id;
\endif
END;
SQL
append_to_file("$dir/new.sql", <<'SQL');
\set id random(1, 12000)
\set hot -random(1, 5)
\set what random(1, 8)
BEGIN;
UPDATE address SET floor = floor - 1 WHERE id = :hot;
INSERT INTO person (id, name) SELECT n, 'new' FROM nextval('more') AS n;
INSERT INTO address (id, street, floor) VALUES (currval('more'), 'new', 3);
\if :what < 3
UPDATE person SET n = n + 1 WHERE id = :id;
UPDATE address SET floor = floor + 1 WHERE id = :id;
\elif :what < 5
UPDATE address SET floor = floor + 1, street = md5(street) WHERE id = :id;
UPDATE person SET n = n + 1 WHERE id = :id;
\elif :what < 7
SELECT count(*) AS found FROM (SELECT 1 FROM address WHERE id = :id FOR UPDATE) AS x \gset
\if :found
DELETE FROM address WHERE id = :id;
INSERT INTO address (id, street, floor) VALUES (:id, 'made again', 5);
\endif
\else
DELETE FROM person WHERE id = :id;
SAVEPOINT s;
INSERT INTO person (id, name) VALUES (:id, 'again') ON CONFLICT (id) DO NOTHING;
INSERT INTO address (id, street) SELECT id, 'again' FROM person p WHERE id = :id AND NOT EXISTS (SELECT FROM address a WHERE a.id = p.id);
RELEASE s;
\endif
END;
SQL

# Writes that an application makes by other means.
sub write_otherwise
{
	my ($node, $column) = @_;
	my $gid = 'p' . ++$prepared;
	my $first = $prepared * 10 + 500000000;
	$node->safe_psql('postgres', qq{
		BEGIN;
		COPY person (id, name) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv);
		COPY address (id, street) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv);
		COMMIT;
		BEGIN;
		UPDATE person SET n = 77 WHERE id = $first + 1;
		UPDATE address SET street = 'prepared' WHERE id = $first + 1;
		DELETE FROM person WHERE id = $first + 2;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE person SET $column = 'replica' WHERE id = $first + 3;
		COMMIT PREPARED '$gid';});
}

sub expand
{
	my ($name) = @_;
	return "SET client_min_messages = warning; SELECT zdm.expand_extract('person', '{street,floor,phone}', 'address', name => '$name')";
}

my $node = new_node('extract', 'max_prepared_transactions = 5', 'deadlock_timeout = 10s', 'zdm.nice = -1', 'zdm.batch_time = 5');
install_zdm($node);
make_table($node, 'NOT NULL');
$node->safe_psql('postgres', q{INSERT INTO person (id, name, street) SELECT -g, g, 's' FROM generate_series(1, 5) g});
# For a minute, eight clients write the same five rows by both names, and others besides.
start_app($node, 'old', 2, 60, "--file=$dir/old.sql");
$node->safe_psql('postgres', expand('x'));
sub start_new
{
	my ($seconds) = @_;
	start_app($node, 'new', 2, $seconds, "--file=$dir/new.sql");
	start_both_orders($node, $seconds, 'UPDATE address SET floor = floor + 1 WHERE id =', 'UPDATE person SET n = n + 1 WHERE id =');
}
start_new(60);
my ($moments, $wrong, $end) = (0, 0, time + 5 * $PostgreSQL::Test::Utils::timeout_default);
until (is_status($node, 'x', 'ready'))
{
	die 'it does not become ready' if time > $end || is_status($node, 'x', 'failed');
	$moments++;
	write_otherwise($node, 'street');
	$wrong += rows_missing($node, $columns, 'zdm_new_address', 'person');
}
is($wrong, 0, "no snapshot of $moments shows a copy of what is not there");
same_rows($node, $columns, 'address', 'zdm_new_address', 'when it is ready, both have the same rows');
finish_apps('until contract');
start_new(10);
for my $step (qw(contract reopen contract))
{
	$node->safe_psql('postgres', "SELECT zdm.$step('x')");
	write_otherwise($node, $step eq 'contract' ? 'zdm_old_street' : 'street');
	same_rows($node, $columns, 'address', 'zdm_new_address', "after $step, both have the same rows");
}
finish_apps('until finalize');
same_rows($node, $columns, 'address', 'zdm_new_address', 'nor at the end of the traffic');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('x')}), 0, 'verify finds nothing');
$node->safe_psql('postgres', q{CREATE TABLE kept AS TABLE address; SELECT zdm.finalize('x')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM ((TABLE kept EXCEPT ALL TABLE address) UNION ALL (TABLE address EXCEPT ALL TABLE kept)) AS x}),
	0, 'the new table has what the old one had');
is_sound($node, 'person', 'the old table');
is_sound($node, 'address', 'the new table');
is($node->safe_psql('postgres', q{SELECT string_agg(conname || ' ' || convalidated, ', ' ORDER BY conname) FROM pg_constraint WHERE conrelid = 'address'::regclass AND contype <> 'n'}),
	'address_id_fkey true, address_phone_key true, address_pkey true, person_floor_check true', 'with its constraints');
is($node->safe_psql('postgres', q{SELECT count(*) FROM address a LEFT JOIN person p USING (id) WHERE p.id IS NULL}), 0, 'no row is without its owner');
is($node->safe_psql('postgres', q{SELECT count(*) FROM person WHERE id < 0 AND n = 0}), 0, 'nobody was kept from the rows that all write');

is($node->safe_psql('postgres', q{SELECT attnotnull FROM pg_attribute WHERE attrelid = 'address'::regclass AND attname = 'street'}), 't', 'NOT NULL has gone along');

# Finalized under the traffic of the new application.
make_table($node, 'NULL');
$node->safe_psql('postgres', expand('y'));
$node->safe_psql('postgres', q{CALL zdm.wait('y')});
# It writes the two tables in both orders, which are deadlocks of its own where there are two: each
# client has its own rows.
append_to_file("$dir/own.sql", slurp_file("$dir/new.sql") =~ s/random\(1, 12000\)/3 * random(1, 4000) - :client_id/r);
start_app($node, 'new', 3, 8, "--file=$dir/own.sql", '--protocol=prepared');
$node->safe_psql('postgres', q{SELECT zdm.contract('y')});
$node->safe_psql('postgres', q{SELECT zdm.finalize('y')});
finish_apps('finalized');
is_sound($node, 'address', 'finalized beside traffic');

# Killed in the middle, again and again.
make_table($node, 'NOT NULL');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\nzdm.nice = 0.9\n");
$node->restart;
$node->safe_psql('postgres', expand('z'));
kill_on_the_way($node, 'z', 'UPDATE address SET floor = floor + 1 WHERE id % 50 = 0; DELETE FROM person WHERE id % 500 = 0; UPDATE person SET id = -id WHERE id % 499 = 0',
	sub { my ($what) = @_; is(rows_missing($node, $columns, 'zdm_new_address', 'person'), 0, "$what: the copy has nothing that is not there") });
same_rows($node, $columns, 'address', 'zdm_new_address', 'after all kills, both have the same rows');
$node->safe_psql('postgres', q{SELECT zdm.contract('z')});
kill_server($node);
$node->safe_psql('postgres', q{UPDATE address SET floor = floor + 1 WHERE id % 7 = 0});
same_rows($node, $columns, 'address', 'zdm_new_address', 'killed after contract: the hidden table follows');
$node->safe_psql('postgres', q{CREATE TABLE before AS TABLE address; SELECT zdm.rollback('z')});
is($node->safe_psql('postgres', "SELECT count(*) FROM (SELECT $columns FROM before EXCEPT ALL SELECT $columns FROM person) AS x"), 0, 'a rollback loses nothing');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ 'zdm_(new|old)_|^address'}), 0, 'nor leaves anything behind');
my ($state) = $node->psql('postgres', q{INSERT INTO person (id, name) VALUES (-77, 'without a street')});
isnt($state, 0, 'and no row is without a value again');
log_is_clean($node);
done_testing();
