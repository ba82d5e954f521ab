# Two tables merge into a third one under two applications that write the same rows, one by the names of
# three tables and one by the columns of one: no write of either fails, by a deadlock or otherwise; until
# the turn every key that is not noted is right in every snapshot, from then on the hidden tables are; and
# in the end all say the same.  Then what pg_dump says, and the same with the server killed.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use PartTraffic;
use Zdm;

my %part = (address => [qw(street floor)], login => [qw(phone note)]);
my %is_there = (address => 'street IS NOT NULL AND floor IS NOT NULL', login => '(phone IS NOT NULL OR note IS NOT NULL)');
my $dir = PostgreSQL::Test::Utils::tempdir();
my $prepared = 0;

my $person = 'id bigint PRIMARY KEY, name text, n int DEFAULT 0';
my $key = 'id bigint PRIMARY KEY REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE';

sub make_tables
{
	my ($node) = @_;
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS address, login, person CASCADE;
		DROP SEQUENCE IF EXISTS more;
		CREATE SEQUENCE more START 1000000;
		CREATE TABLE person ($person) WITH (fillfactor = 70);
		CREATE TABLE address ($key, street text NOT NULL, floor int NOT NULL DEFAULT 0 CONSTRAINT floor_check CHECK (floor > -100000));
		CREATE INDEX address_street ON address (street) WHERE floor > 10;
		CREATE TABLE login ($key, phone text UNIQUE, note text COLLATE "C");
		CREATE INDEX login_note ON login (note, id);
		INSERT INTO person SELECT g, 'p' || g, 0 FROM generate_series(1, 12000) g;
		INSERT INTO address SELECT g, repeat('x', g % 20 * 150), g % 100 FROM generate_series(1, 12000) g WHERE g % 4 > 0;
		INSERT INTO login SELECT g, 'e' || g, CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 12000) g WHERE g % 5 > 0;
		INSERT INTO person (id, name) SELECT -g, g FROM generate_series(1, 5) g;
		INSERT INTO address (id, street) SELECT -g, 's' FROM generate_series(1, 5) g;
		VACUUM ANALYZE person, address, login;});
}

# Who writes the three tables in one order, a then b, deletes from a, which is that order, too, has no deadlock
# there; and where each client has its own rows, in any order.
append_to_file("$dir/old.sql", <<'SQL');
\set id 8 * random(1, 1500) - :client_id
\set hot random(1, 5)
\set what random(1, 10)
BEGIN;
UPDATE address SET floor = floor + 1 WHERE id = :id RETURNING street;
SAVEPOINT s;
UPDATE address SET street = 'lost' WHERE id = :id;
UPDATE login SET note = 'lost' WHERE id = :id;
DELETE FROM person WHERE id = :id;
ROLLBACK TO s;
INSERT INTO person (id, name) SELECT n, 'old' FROM nextval('more') AS n;
INSERT INTO address (id, street) VALUES (currval('more'), 'old');
INSERT INTO login (id, phone) VALUES (currval('more'), 'n' || currval('more'));
\if :what < 3
DELETE FROM person WHERE id = :id;
INSERT INTO person (id, name) VALUES (:id, 'again') ON CONFLICT (id) DO NOTHING;
INSERT INTO address (id, street) VALUES (:id, repeat(md5(:id::text), 100));
\elif :what < 4
UPDATE person SET id = nextval('more') WHERE id = :id;
\elif :what < 5
DELETE FROM address WHERE id = :id;
UPDATE login SET phone = NULL, note = 'no phone' WHERE id = :id;
\elif :what < 7
SELECT count(*) AS found FROM (SELECT 1 FROM address WHERE id = :id FOR UPDATE) AS x \gset
\if :found
DELETE FROM address WHERE id = :id;
INSERT INTO address (id, street) VALUES (:id, 'made again') RETURNING floor;
\endif
\elif :what < 8
INSERT INTO person (id, name) VALUES (:id, 'upserted') ON CONFLICT (id) DO UPDATE SET n = person.n + 1;
INSERT INTO address (id, street) SELECT :id, 'missing' WHERE NOT EXISTS (SELECT FROM address WHERE id = :id);
INSERT INTO login (id, note) SELECT :id, 'missing' WHERE NOT EXISTS (SELECT FROM login WHERE id = :id);
\elif :what < 9
DELETE FROM login WHERE id = :id;
\else
UPDATE person SET name = name || '.', n = n + 1 WHERE id = :id;
\endif
UPDATE person SET n = n + 1 WHERE id = -:hot;
UPDATE address SET floor = floor + 1 WHERE id = -:hot;
END;
SQL
# These two write one row of both tables, one of them in one order and one in the other of two tables
append_to_file("$dir/hot.sql", <<'SQL');
\set id random(1, 5)
\set other random(1, 5)
UPDATE address SET floor = floor - 1 WHERE id = -:id;
BEGIN;
UPDATE person SET n = n + 1 WHERE id = -:id;
UPDATE address SET street = md5(street) WHERE id = -:id;
END;
UPDATE person SET n = n + 1 WHERE id = -:other;
SQL
append_to_file("$dir/new.sql", <<'SQL');
\set id 8 * random(1, 1500) - 4 - :client_id
\set hot random(1, 5)
\set what random(1, 10)
BEGIN;
INSERT INTO person (id, name, street, floor, phone) SELECT n, 'new', 'new', 1, 'n' || n FROM nextval('more') AS n;
UPDATE person SET floor = floor + 1, note = 'noted' WHERE id = :id AND street IS NOT NULL RETURNING street;
SAVEPOINT s;
UPDATE person SET street = NULL, floor = NULL, phone = 'lost' WHERE id = :id;
DELETE FROM person WHERE id = :id;
ROLLBACK TO s;
\if :what < 3
DELETE FROM person WHERE id = :id;
INSERT INTO person (id, name, street, floor) VALUES (:id, 'again', repeat(md5(:id::text), 100), 7) ON CONFLICT (id) DO NOTHING;
\elif :what < 4
UPDATE person SET id = nextval('more') WHERE id = :id;
\elif :what < 6
INSERT INTO person (id, name, street, floor) VALUES (:id, 'upserted', 'upserted', 2) ON CONFLICT (id) DO UPDATE SET floor = coalesce(person.floor, 0) + 1, street = excluded.street;
\elif :what < 7
UPDATE person SET street = NULL, floor = NULL WHERE id = :id;
\elif :what < 8
SELECT id FROM person WHERE id = :id FOR UPDATE;
UPDATE person SET phone = NULL, note = NULL WHERE id = :id;
\else
UPDATE person SET name = name || '.', n = n + 1 WHERE id = :id;
\endif
UPDATE person SET floor = floor + 1 WHERE id = -:hot::bigint;
END;
SQL

# Writes that an application makes by other means.
sub write_otherwise
{
	my ($node, $has_parts) = @_;
	my $gid = 'p' . ++$prepared;
	my $first = $prepared * 10 + 500000000;
	my $copied = "FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied; done' (FORMAT csv)";
	$node->safe_psql('postgres', $has_parts ? qq{
		BEGIN;
		COPY person (id, name) $copied;
		COPY address (id, street) $copied;
		COPY login (id, note) $copied;
		COMMIT;
		BEGIN;
		UPDATE person SET n = 77 WHERE id = $first + 1;
		UPDATE address SET street = 'prepared' WHERE id = $first + 1;
		DELETE FROM login WHERE id = $first + 1;
		DELETE FROM person WHERE id = $first + 2;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE address SET street = 'replica' WHERE id = $first + 3;
		DELETE FROM address WHERE id = $first + 4;
		COMMIT PREPARED '$gid';} : qq{
		COPY person (id, name, note) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $first)),copied,copied; done' (FORMAT csv);
		BEGIN;
		UPDATE person SET street = 'prepared', floor = 1, note = NULL WHERE id = $first + 1;
		DELETE FROM person WHERE id = $first + 2;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE person SET note = 'replica' WHERE id = $first + 3;
		COMMIT PREPARED '$gid';});
}

# The part's columns as they are called in the table.
sub is_turned
{
	my ($node, $part) = @_;
	return $node->safe_psql('postgres', "SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass('$part')") eq 't';
}

# In one snapshot: keys that no writer has noted (one that is NULL stands for all), whose
# columns are neither what the part has, nor untouched.
sub apart
{
	my ($node, $part) = @_;
	my $there = $node->safe_psql('postgres', "SELECT quote_ident(relname) FROM pg_class WHERE relname ~ 'zdm_log_$part'");
	return 0 unless $there;
	my @columns = @{ $part{$part} };
	my $untouched = join ' AND ', map { "p.zdm_new_$_ IS NULL" } @columns;
	my $differs = join ' OR ', map { "p.zdm_new_$_ IS DISTINCT FROM b.$_" } @columns;
	my ($status, $out, $err) = $node->psql('postgres', "SELECT count(*) FROM person p LEFT JOIN $part b USING (id) WHERE NOT EXISTS (SELECT FROM $there AS l WHERE l.id = p.id) AND NOT EXISTS (SELECT FROM $there WHERE id IS NULL) AND ($differs) AND NOT ($untouched)");
	return 0 if $status != 0 && $err =~ /does not exist/; # the turn has come
	return $out;
}

# From the turn on: the hidden table has what the columns have.
sub differ
{
	my ($node, $part) = @_;
	my $columns = join ', ', 'id', @{ $part{$part} };
	my $truth = "SELECT $columns FROM person WHERE $is_there{$part}";
	return $node->safe_psql('postgres', "SELECT count(*) FROM
		((SELECT $columns FROM zdm_old_$part EXCEPT ALL $truth) UNION ALL ($truth EXCEPT ALL SELECT $columns FROM zdm_old_$part)) AS x");
}

sub all_same
{
	my ($node, $what) = @_;
	is(differ($node, $_), 0, "$what: $_") for sort keys %part;
}

sub expand
{
	my ($name) = @_;
	return "SET client_min_messages = warning; SELECT zdm.expand_merge_tables('person', '{address,login}', name => '$name')";
}

my $node = new_node('merge', 'max_prepared_transactions = 5', 'deadlock_timeout = 10s', 'zdm.nice = -1', 'zdm.batch_time = 5');
install_zdm($node);
make_tables($node);
start_app($node, 'old', 3, 15, "--file=$dir/old.sql");
start_app($node, 'hot', 3, 15, "--file=$dir/hot.sql");
# The turn waits for an older snapshot, so there are moments before it, however slow they are.
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
$node->safe_psql('postgres', 'BEGIN;' . expand('x') . q{; SELECT zdm.alter_backfill('x_' || p, nice => 0.97, batch_time => '1 ms') FROM unnest('{address,login}'::text[]) p; COMMIT});
my ($moments, $wrong, $before, $behind, $end) = (0, 0, 0, 0, time + 5 * $PostgreSQL::Test::Utils::timeout_default);
until ($moments >= 10 && all_ready($node, 'x'))
{
	die 'it does not become ready' if time > $end;
	$moments++;
	write_otherwise($node, 1);
	$node->safe_psql('postgres', 'TRUNCATE login') if $moments == 1;
	if ($moments == 10)
	{
		$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('x_' || p, nice => 0) FROM unnest('{address,login}'::text[]) p});
		$reader->quit;
	}
	for my $part (sort keys %part)
	{
		if (is_turned($node, $part)) { $wrong += differ($node, $part); $behind++ }
		else { $wrong += apart($node, $part); $before++ }
	}
}
is($wrong, 0, "no snapshot of $moments has what is not so");
cmp_ok($before, '>', 0, "of which there are $before before the turn, and $behind behind it");
all_same($node, 'when it is ready, both have the same rows');
finish_apps('beside the turn');

# For a minute, eight clients write the same five rows by both names, and others besides.
sub start_both
{
	my ($seconds) = @_;
	start_app($node, 'old', 2, $seconds, "--file=$dir/old.sql");
	start_app($node, 'new', 2, $seconds, "--file=$dir/new.sql", '--protocol=prepared');
	start_both_orders($node, $seconds, 'UPDATE address SET floor = floor + 1 WHERE id =', 'UPDATE person SET n = n + 1 WHERE id =');
}
start_both(60);
for my $moment (1 .. 10)
{
	write_otherwise($node, $moment % 2);
	$wrong += differ($node, $_) for sort keys %part;
}
is($wrong, 0, 'nor has one in which both are at work');
finish_apps('both at work');
all_same($node, 'behind that');
is($node->safe_psql('postgres', q{SELECT count(*) FROM person WHERE id < 0 AND n = 0}), 0, 'nobody was kept from the rows that all write');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('x')}), 0, 'verify finds nothing');
my ($status, $out, $err) = $node->psql('postgres', q{UPDATE person SET floor = NULL WHERE id = -1});
like($err, qr/violates check constraint/, 'half a row of a part can not be written');

# Contract, and back, under the new application.
start_app($node, 'new', 3, 15, "--file=$dir/new.sql");
for my $step (qw(contract reopen contract))
{
	$node->safe_psql('postgres', "SELECT zdm.$step('x')");
	is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status, ' ') FROM zdm.migration WHERE release = 'x'}),
		$step eq 'contract' ? 'contracted' : 'ready', "$step is about all parts");
	is($node->safe_psql('postgres', q{SELECT count(to_regclass(p)) FROM unnest('{address,login}'::text[]) p}),
		$step eq 'contract' ? 0 : 2, 'the names of the parts are there for the old application');
	write_otherwise($node, $step ne 'contract');
	all_same($node, "after $step, both have the same rows");
}
is($node->safe_psql('postgres', q{BEGIN; TRUNCATE person; SELECT (SELECT count(*) FROM zdm_old_address) + (SELECT count(*) FROM zdm_old_login); ROLLBACK}),
	0, 'TRUNCATE empties all parts') ;
$node->safe_psql('postgres', 'CREATE TABLE kept_' . $_ . ' AS SELECT * FROM zdm_old_' . $_) for sort keys %part;
finish_apps('contracted');
start_app($node, 'new', 3, 6, "--file=$dir/new.sql");
$node->safe_psql('postgres', q{SELECT zdm.finalize('x')});
finish_apps('finalized');
is_sound($node, 'person', 'finalized beside traffic');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^(zdm_|address$|login$)'}), 0, 'nothing is left of the parts');
$node->safe_psql('postgres', 'DROP TABLE kept_address, kept_login');

# What pg_dump says is what it says of a table that was made like that.
my $scratch = qq{
	CREATE SEQUENCE more START 1000000;
	CREATE TABLE person ($person, street text, floor int CONSTRAINT floor_check CHECK (floor > -100000), phone text UNIQUE, note text COLLATE "C") WITH (fillfactor = 70);
	CREATE INDEX person_street ON person (street) WHERE floor > 10;
	CREATE INDEX person_note ON person (note, id);};
$node->safe_psql('postgres', 'CREATE DATABASE scratch');
$node->safe_psql('scratch', $scratch);
$node->safe_psql('postgres', 'DROP EXTENSION IF EXISTS amcheck');
is(schema_of($node, 'postgres'), schema_of($node, 'scratch'), 'pg_dump -s after finalize is that of a schema made from scratch');

# Killed in the middle, again and again.
make_tables($node);
my $scratch_parts = schema_of($node, 'postgres');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\nzdm.nice = 0.9\n");
$node->restart;
$node->safe_psql('postgres', expand('z'));
kill_on_the_way($node, 'z', 'UPDATE address SET floor = floor + 1 WHERE id % 50 = 0; DELETE FROM person WHERE id % 500 = 0; UPDATE person SET id = -id - 10 WHERE id % 499 = 0; DELETE FROM login WHERE id % 97 = 0; INSERT INTO address (id, street) SELECT id, 5 FROM person p WHERE id % 96 = 0 AND NOT EXISTS (SELECT FROM address a WHERE a.id = p.id)',
	sub { my ($what) = @_; is(apart($node, $_), 0, "$what: no key of $_ that is not noted is wrong") for sort keys %part });
all_same($node, 'after all kills, both have the same rows');
kill_server($node);
$node->safe_psql('postgres', q{SELECT zdm.contract('z')});
kill_server($node);
$node->safe_psql('postgres', q{UPDATE person SET floor = floor + 1 WHERE id % 7 = 0; UPDATE person SET note = coalesce(note, '') || '.' WHERE id % 7 = 0; UPDATE person SET street = NULL, floor = NULL WHERE id % 11 = 0});
all_same($node, 'killed after contract: the hidden tables follow');
for my $part (sort keys %part) { $node->safe_psql('postgres', "CREATE TABLE before_$part AS SELECT " . join(', ', 'id', @{ $part{$part} }) . " FROM person WHERE $is_there{$part}") }
$node->safe_psql('postgres', q{SELECT zdm.rollback('z')});
same_rows($node, join(', ', 'id', @{ $part{$_} }), "before_$_", $_, "a rollback loses nothing of $_") for sort keys %part;
$node->safe_psql('postgres', 'DROP TABLE before_address, before_login');
is(schema_of($node, 'postgres'), $scratch_parts, 'nor leaves anything behind, nor takes anything along');
log_is_clean($node);
done_testing();
