# A column is added whose expression fails for some rows, with an index and NOT NULL,
# and neither application sees an error.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('add_column', 'shared_buffers = 128MB', 'fsync = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE item (id int PRIMARY KEY, size text NOT NULL, hits int NOT NULL DEFAULT 0);
	INSERT INTO item SELECT g, CASE WHEN g % 1000 = 0 THEN 'big' ELSE g::text END FROM generate_series(1, 50000) g;});

my $dir = PostgreSQL::Test::Utils::tempdir();
# one write in ten has a value that the expression fails for
append_to_file("$dir/old.sql", <<'SQL');
\set id random(1, 50000)
\set new 100000 + :client_id * 50000 + random(1, 50000)
\set size random(1, 1000)
UPDATE item SET size = CASE WHEN :size > 900 THEN 'huge' ELSE :size::text END WHERE id = :id;
UPDATE item SET hits = hits + 1 WHERE id = :id;
INSERT INTO item (id, size) VALUES (:new, CASE WHEN :size > 900 THEN 'tiny' ELSE :size::text END)
	ON CONFLICT (id) DO UPDATE SET hits = item.hits + 1;
DELETE FROM item WHERE id = :new AND hits > 1;
SQL
append_to_file("$dir/new.sql", <<'SQL');
\set id random(1, 50000)
\set new 300000 + :client_id * 50000 + random(1, 50000)
\set inches random(1, 1000)
UPDATE item SET inches = :inches, size = :inches::text WHERE id = :id;
SELECT size, inches FROM item WHERE inches = :inches LIMIT 5;
INSERT INTO item (id, size, inches) VALUES (:new, 'unknown', :inches) ON CONFLICT (id) DO UPDATE SET inches = EXCLUDED.inches;
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

start('old', 6);
call(q{zdm.expand_add_column('item', 'inches', 'int', backfill => 'size::int', not_null => true,
	on_error => 'null', index => true, name => 'a')});
$node->safe_psql('postgres', q{CALL zdm.wait('a')});
finish_apps('backfill');
is( $node->safe_psql('postgres', q{
		SELECT count(*) FROM item
		 WHERE inches IS DISTINCT FROM CASE WHEN size ~ '^[0-9]+$' THEN size::int END}),
	0, 'every row has what the expression gives, or nothing where it fails');
is( $node->safe_psql('postgres', q{
		SELECT (SELECT mismatches FROM zdm.verify('a')) - (SELECT count(*) FROM item WHERE inches IS NULL)}),
	0, 'verify counts the rows without a value');
is( $node->safe_psql('postgres', q{
		SELECT bool_and(indisvalid) FROM pg_index WHERE indexrelid = 'item_inches_idx'::regclass}), 't', 'the index is there');

start('old', 4);
start('new', 4);
finish_apps('both');
expect_error($node, q{SELECT zdm.contract('a')}, '23502', 'has no value in some rows', 'contract waits for all values');

start('new', 8);
call(q{pg_sleep(1)});
$node->safe_psql('postgres', q{UPDATE item SET inches = 0 WHERE inches IS NULL});
call(q{zdm.contract('a')});
call(q{pg_sleep(1)});
call(q{zdm.reopen('a')});
call(q{zdm.contract('a')});
call(q{zdm.finalize('a')});
$node->safe_psql('postgres', q{ALTER TABLE item ALTER COLUMN inches SET NOT NULL, DROP CONSTRAINT inches_not_null});
finish_apps('contract and finalize');
is( $node->safe_psql('postgres', q{
		SELECT attnotnull FROM pg_attribute WHERE attrelid = 'item'::regclass AND attname = 'inches'}),
	't', 'the column is NOT NULL in the end');
log_is_clean($node);

done_testing();
