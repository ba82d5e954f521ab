# Both applications write without one error while a column goes away, comes back, and goes.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('drop_column', 'shared_buffers = 128MB', 'fsync = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE person (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, hits int NOT NULL DEFAULT 0,
		full_name text NOT NULL CHECK (full_name <> ''), region text NOT NULL, weight int NOT NULL DEFAULT 7);
	INSERT INTO person SELECT g, 'f' || g, 'l' || g, 0, 'f' || g || ' l' || g, 'eu', g FROM generate_series(1, 2000) g;
	CREATE INDEX ON person (region);});

my $dir = PostgreSQL::Test::Utils::tempdir();
append_to_file("$dir/old.sql", <<'SQL');
\set id random(1, 2000)
\set new random(10000, 19999)
BEGIN;
UPDATE person SET last = 'old', full_name = 'Old ' || :id WHERE id = :id;
SELECT first, last, full_name, region, weight FROM person WHERE id = :id;
INSERT INTO person (id, first, last, full_name, region, weight) VALUES (:new, 'o', 'o', 'o o', 'us', 1)
	ON CONFLICT (id) DO UPDATE SET full_name = EXCLUDED.full_name, weight = person.weight + 1;
END;
SQL
append_to_file("$dir/new.sql", <<'SQL');
\set id random(1, 2000)
\set new 20000 + :client_id * 5000 + random(1, 5000)
\set gone 20000 + :client_id * 5000 + random(1, 5000)
BEGIN;
UPDATE person SET last = 'new', hits = hits + 1 WHERE id = :id;
INSERT INTO person (id, first, last) VALUES (:new, 'n', 'n') ON CONFLICT (id) DO UPDATE SET hits = person.hits + 1;
END;
DELETE FROM person WHERE id = :gone;
MERGE INTO person p USING (VALUES (:new)) v (id) ON p.id = v.id
	WHEN MATCHED THEN UPDATE SET first = 'm' WHEN NOT MATCHED THEN INSERT (id, first, last) VALUES (v.id, 'm', 'm');
SQL

sub start
{
	my ($name, $seconds) = @_;
	start_app($node, $name, 2, $seconds, "--file=$dir/$name.sql");
}

sub call
{
	$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT $_[0]");
}

# three columns at once: one computed, one relaxed, one with a default
my @drops = (
	q{zdm.expand_drop_column('person', 'full_name', reverse => $$first || ' ' || last$$, name => 'd1')},
	q{zdm.expand_drop_column('person', 'region', name => 'd2')},
	q{zdm.expand_drop_column('person', 'weight', name => 'd3')});
my @names = qw(d1 d2 d3);

start('old', 5);
$node->safe_psql('postgres', 'SELECT pg_sleep(1)');
call($_) for @drops;
start('new', 4);
finish_apps('expand');
is($node->safe_psql('postgres', q{SELECT count(*) FROM person WHERE full_name IS NULL OR weight IS NULL}),
	0, 'a computed column and one with a default have a value in every row');
is($node->safe_psql('postgres', q{SELECT count(*) FROM person WHERE full_name <> first || ' ' || last AND last <> 'old' AND id > 20000}),
	0, 'the computed one follows the columns that it is computed from');

start('new', 6);
$node->safe_psql('postgres', 'SELECT pg_sleep(1)');
call("zdm.contract('$_')") for @names;
$node->safe_psql('postgres', 'SELECT pg_sleep(1)');
call("zdm.reopen('$_')") for @names;
start('old', 3);
finish_apps('contract and reopen');

# back and forth as fast as it goes
start('new', 5);
for my $i (1 .. 5)
{
	call("zdm.contract('$_')") for @names;
	call("zdm.reopen('$_')") for @names;
}
finish_apps('five times contract and reopen');

start('old', 4);
$node->safe_psql('postgres', q{UPDATE person SET region = 'eu' WHERE region IS NULL});
$node->safe_psql('postgres', 'SELECT pg_sleep(1)');
call("zdm.rollback('$_')") for @names;
$node->safe_psql('postgres', q{
	SELECT format('ALTER TABLE person VALIDATE CONSTRAINT %I', conname)
	  FROM pg_constraint WHERE conrelid = 'person'::regclass AND NOT convalidated \gexec
});
# from 18 on that is all
$node->safe_psql('postgres', q{
	ALTER TABLE person ALTER COLUMN region SET NOT NULL, DROP CONSTRAINT zdm_region_not_null;
	ALTER TABLE person ALTER COLUMN full_name SET NOT NULL, DROP CONSTRAINT zdm_full_name_not_null;})
  if $node->safe_psql('postgres', 'SHOW server_version_num') < 180000;
finish_apps('rollback');
is( $node->safe_psql('postgres', q{
		SELECT string_agg(attname || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY attnum)
		  FROM pg_attribute WHERE attrelid = 'person'::regclass AND attnum > 0}),
	join(', ', map { "$_ NOT NULL" } qw(id first last hits full_name region weight)),
	'rollback leaves the table as it was');

start('old', 3);
call($_) for @drops;
finish_apps('expand again');
start('new', 5);
call("zdm.contract('$_')") for @names;
$node->safe_psql('postgres', 'SELECT pg_sleep(1)');
call("zdm.finalize('$_')") for @names;
finish_apps('finalize');
is( $node->safe_psql('postgres', q{
		SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
		 WHERE attrelid = 'person'::regclass AND attnum > 0 AND NOT attisdropped}),
	'id, first, last, hits', 'the columns are gone');
log_is_clean($node);

done_testing();
