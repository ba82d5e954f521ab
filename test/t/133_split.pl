# One table becomes four under two applications that write the same rows, one by the old names and
# one by those of the parts: no write of either fails, by a deadlock or otherwise, no snapshot ever
# shows a hidden table with what is not there, and in the end all say the same.  Then what pg_dump
# says, and the same with the server killed.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use PartTraffic;
use Zdm;

my %part = (address => 'id, street, floor', login => 'id, phone, secret', remark => 'id, note');
my $parts = q{[{"table": "address", "columns": ["street", "floor"]}, {"table": "login", "columns": ["phone", "secret"]}, {"table": "remark", "columns": ["note"], "only_when": "note IS NOT NULL"}]};
my $truth = '(SELECT * FROM person WHERE note IS NOT NULL) AS p';
my $dir = PostgreSQL::Test::Utils::tempdir();
my $prepared = 0;

my $rest = 'id bigint PRIMARY KEY, name text, n int DEFAULT 0';
my @columns = (street => 'text', floor => 'int NOT NULL DEFAULT 0 CONSTRAINT floor_check CHECK (floor > -5)', phone => 'text', secret => 'text NOT NULL', note => 'text COLLATE "C"');

sub make_table
{
	my ($node) = @_;
	my %columns = @columns;
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS address, login, remark, person CASCADE;
		DROP SEQUENCE IF EXISTS more;
		CREATE SEQUENCE more START 1000000;
		CREATE TABLE person ($rest, street $columns{street}, floor $columns{floor}, phone $columns{phone} UNIQUE, secret $columns{secret}, note $columns{note}) WITH (fillfactor = 70);
		CREATE INDEX person_street ON person (street) WHERE floor > 10;
		CREATE INDEX person_note ON person (note, id);
		INSERT INTO person SELECT g, 'p' || g, 0, repeat('x', g % 20 * 150), g % 100, 'e' || g, 'secret ' || g, CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 12000) g;
		INSERT INTO person (id, name, secret) SELECT -g, g, 's' FROM generate_series(1, 5) g;
		VACUUM ANALYZE person;});
}

append_to_file("$dir/old.sql", <<'SQL');
\set id random(1, 12000)
\set what random(1, 9)
BEGIN;
INSERT INTO person (id, name, street, phone, secret) SELECT n, 'old', 'old', 'n' || n, 'old' FROM nextval('more') AS n;
UPDATE person SET floor = floor + 1, secret = secret || '.' WHERE id = :id;
SAVEPOINT s;
UPDATE person SET street = 'lost', note = 'lost', id = nextval('more') WHERE id = :id;
DELETE FROM person WHERE id = :id;
ROLLBACK TO s;
\if :what < 3
DELETE FROM person WHERE id = :id;
INSERT INTO person (id, name, street, secret) VALUES (:id, 'again', repeat(md5(:id::text), 100), 'again') ON CONFLICT (id) DO NOTHING;
\elif :what < 4
UPDATE person SET id = nextval('more') WHERE id = :id;
\elif :what < 6
INSERT INTO person (id, name, street, secret) VALUES (:id, 'upserted', 'upserted', 'x') ON CONFLICT (id) DO UPDATE SET floor = person.floor + 1, street = excluded.street;
\elif :what < 8
UPDATE person SET note = CASE WHEN note IS NULL THEN 'noted' END WHERE id = :id;
\else
UPDATE person SET name = name || '.', n = n + 1 WHERE id = :id;
\endif
END;
SQL
append_to_file("$dir/new.sql", <<'SQL');
\set id random(1, 12000)
\set what random(1, 9)
BEGIN;
INSERT INTO person (id, name) SELECT n, 'new' FROM nextval('more') AS n;
INSERT INTO login (id, secret) VALUES (currval('more'), 'new');
INSERT INTO address (id, street, floor) VALUES (currval('more'), 'new', 3);
INSERT INTO remark (id, note) VALUES (currval('more'), 'new');
\if :what < 3
UPDATE person SET n = n + 1 WHERE id = :id;
UPDATE address SET floor = floor + 1 WHERE id = :id;
UPDATE login SET secret = md5(secret) WHERE id = :id;
\elif :what < 5
UPDATE login SET secret = md5(secret), phone = NULL WHERE id = :id;
SAVEPOINT s;
UPDATE address SET floor = floor + 1, street = 'lost' WHERE id = :id;
UPDATE remark SET note = 'lost' WHERE id = :id;
ROLLBACK TO s;
UPDATE address SET floor = floor + 1, street = md5(street) WHERE id = :id;
UPDATE person SET n = n + 1 WHERE id = :id;
\elif :what < 7
SELECT count(*) AS found FROM (SELECT 1 FROM remark WHERE id = :id FOR UPDATE) AS x \gset
\if :found
DELETE FROM remark WHERE id = :id;
INSERT INTO remark (id, note) VALUES (:id, 'made again');
UPDATE address SET floor = floor - 1 WHERE id = :id AND floor > 0;
\endif
\else
DELETE FROM person WHERE id = :id;
SAVEPOINT s;
INSERT INTO person (id, name) VALUES (:id, 'again') ON CONFLICT (id) DO NOTHING;
INSERT INTO login (id, secret) SELECT id, 'again' FROM person p WHERE id = :id AND NOT EXISTS (SELECT FROM login a WHERE a.id = p.id);
RELEASE s;
\endif
END;
SQL

# Writes that an application makes by other means.
sub write_otherwise
{
	my ($node, $hidden) = @_;
	my $gid = 'p' . ++$prepared;
	my $first = $prepared * 10 + 500000000;
	$node->safe_psql('postgres', qq{
		BEGIN;
		COPY person (id, name) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv);
		COPY login (id, secret) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv);
		COPY address (id, street) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv);
		COMMIT;
		BEGIN;
		UPDATE person SET n = 77 WHERE id = $first + 1;
		UPDATE address SET street = 'prepared' WHERE id = $first + 1;
		INSERT INTO remark VALUES ($first + 1, 'prepared');
		DELETE FROM person WHERE id = $first + 2;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE person SET ${hidden}street = 'replica', ${hidden}note = 'replica' WHERE id = $first + 3;
		COMMIT PREPARED '$gid';});
}

# In one snapshot: rows that a hidden table has and its view does not.
sub all_missing
{
	my ($node) = @_;
	return $node->safe_psql('postgres', 'SELECT ' . join ' + ', map { "(SELECT count(*) FROM (SELECT $part{$_} FROM zdm_new_$_ EXCEPT ALL SELECT $part{$_} FROM $_) AS x)" } sort keys %part);
}

# All hidden tables say what their views say.
sub all_same
{
	my ($node, $what) = @_;
	same_rows($node, $part{$_}, $_, "zdm_new_$_", "$what: $_") for sort keys %part;
}

sub expand
{
	my ($name) = @_;
	return "SET client_min_messages = warning; SELECT zdm.expand_split_table('person', '$parts', name => '$name')";
}

my $node = new_node('split', 'max_prepared_transactions = 5', 'deadlock_timeout = 10s', 'zdm.nice = -1', 'zdm.batch_time = 5');
install_zdm($node);
make_table($node);
start_app($node, 'old', 2, 15, "--file=$dir/old.sql");
$node->safe_psql('postgres', 'BEGIN;' . expand('x') . q{; SELECT zdm.alter_backfill('x_' || p, nice => 0.95) FROM unnest('{address,login,remark}'::text[]) p; COMMIT});
sub start_new
{
	my ($seconds) = @_;
	start_app($node, 'new', 2, $seconds, "--file=$dir/new.sql");
	start_both_orders($node, $seconds, 'UPDATE address SET floor = floor + 1 WHERE id =', 'UPDATE login SET secret = md5(secret) WHERE id =', 'UPDATE person SET n = n + 1 WHERE id =');
}
start_new(15);
my ($moments, $wrong, $end) = (0, 0, time + 5 * $PostgreSQL::Test::Utils::timeout_default);
until ($moments >= 10 && all_ready($node, 'x'))
{
	die 'it does not become ready' if time > $end;
	$moments++;
	write_otherwise($node, '');
	$wrong += all_missing($node);
}
is($wrong, 0, "no snapshot of $moments shows a copy of what is not there");
all_same($node, 'when it is ready, both have the same rows');
same_rows($node, $part{remark}, $truth, 'zdm_new_remark', 'a part with a condition has the rows for which that holds');
finish_apps('until contract');
start_new(10);
for my $step (qw(contract reopen contract))
{
	$node->safe_psql('postgres', "SELECT zdm.$step('x')");
	is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status, ' ') FROM zdm.migration WHERE release = 'x'}),
		$step eq 'contract' ? 'contracted' : 'ready', "$step is about all parts");
	write_otherwise($node, $step eq 'contract' ? 'zdm_old_' : '');
	all_same($node, "after $step, both have the same rows");
}
finish_apps('until finalize');
all_same($node, 'nor is anything apart at the end of the traffic');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('x')}), 0, 'verify finds nothing');
is($node->safe_psql('postgres', q{BEGIN; TRUNCATE person; SELECT (SELECT count(*) FROM zdm_new_address) + (SELECT count(*) FROM zdm_new_login) + (SELECT count(*) FROM zdm_new_remark); ROLLBACK}),
	0, 'TRUNCATE empties all parts');
$node->safe_psql('postgres', "CREATE TABLE kept_$_ AS SELECT $part{$_} FROM $_") for sort keys %part;
$node->safe_psql('postgres', q{SELECT zdm.finalize('x')});
for my $table (sort keys %part)
{
	same_rows($node, $part{$table}, "kept_$table", $table, 'the new table has what the old one had');
	is_sound($node, $table, 'the new table');
	is($node->safe_psql('postgres', "SELECT count(*) FROM $table a LEFT JOIN person p USING (id) WHERE p.id IS NULL"), 0, "no row of $table is without its owner");
	$node->safe_psql('postgres', "DROP TABLE kept_$table");
}
is_sound($node, 'person', 'the old table');
is($node->safe_psql('postgres', q{SELECT count(*) FROM person WHERE id < 0 AND n = 0}), 0, 'nobody was kept from the rows that all write');

# What pg_dump says is what it says of tables that were made like that.
my %columns = @columns;
my $scratch = qq{
	CREATE SEQUENCE more START 1000000;
	CREATE TABLE person ($rest) WITH (fillfactor = 70);
	CREATE TABLE address (id bigint PRIMARY KEY REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE, street $columns{street}, floor $columns{floor});
	CREATE INDEX address_street ON address (street) WHERE floor > 10;
	CREATE TABLE login (id bigint PRIMARY KEY REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE, phone $columns{phone} UNIQUE, secret $columns{secret});
	CREATE TABLE remark (id bigint PRIMARY KEY REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE, note $columns{note});
	CREATE INDEX remark_note ON remark (note, id);};
$node->safe_psql('postgres', 'CREATE DATABASE scratch');
$node->safe_psql('scratch', $scratch);
$node->safe_psql('postgres', 'DROP EXTENSION IF EXISTS amcheck');
is(schema_of($node, 'postgres'), schema_of($node, 'scratch'), 'pg_dump -s after finalize is that of a schema made from scratch');

# Finalized under the traffic of the new application; each client has its own rows, for the two
# orders in which it writes are deadlocks of its own where there are two tables.
make_table($node);
$node->safe_psql('postgres', expand('y'));
$node->safe_psql('postgres', q{CALL zdm.wait('y')});
append_to_file("$dir/own.sql", slurp_file("$dir/new.sql") =~ s/random\(1, 12000\)/3 * random(1, 4000) - :client_id/r);
start_app($node, 'new', 3, 8, "--file=$dir/own.sql", '--protocol=prepared');
$node->safe_psql('postgres', q{SELECT zdm.contract('y')});
$node->safe_psql('postgres', q{SELECT zdm.finalize('y')});
finish_apps('finalized');
is_sound($node, $_, 'finalized beside traffic') for sort keys %part;

# Killed in the middle, again and again.
make_table($node);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\nzdm.nice = 0.9\n");
$node->restart;
$node->safe_psql('postgres', expand('z'));
kill_on_the_way($node, 'z', 'UPDATE address SET floor = floor + 1 WHERE id % 50 = 0; DELETE FROM person WHERE id % 500 = 0; UPDATE person SET id = -id - 10 WHERE id % 499 = 0; UPDATE login SET phone = NULL WHERE id % 97 = 0; UPDATE person SET note = NULL WHERE id % 96 = 0',
	sub { my ($what) = @_; is(all_missing($node), 0, "$what: the copies have nothing that is not there") });
all_same($node, 'after all kills, both have the same rows');
$node->safe_psql('postgres', q{SELECT zdm.contract('z')});
kill_server($node);
$node->safe_psql('postgres', q{UPDATE address SET floor = floor + 1 WHERE id % 7 = 0; UPDATE remark SET note = note || '.' WHERE id % 7 = 0});
all_same($node, 'killed after contract: the hidden tables follow');
$node->safe_psql('postgres', "CREATE TABLE before_$_ AS SELECT $part{$_} FROM $_") for sort keys %part;
$node->safe_psql('postgres', q{SELECT zdm.rollback('z')});
is(rows_missing($node, $part{$_}, "before_$_", 'person'), 0, "a rollback loses nothing of $_") for sort keys %part;
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ 'zdm_(new|old)_|^(address|login|remark)'}), 0, 'nor leaves anything behind');
my ($state) = $node->psql('postgres', q{INSERT INTO person (id, name) VALUES (-77, 'without a secret')});
isnt($state, 0, 'and no row is without a value again');
log_is_clean($node);
done_testing();
