# What a backfill works on is dropped under it: everything ends cleanly.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('drop', 'zdm.batch_time = 10');
my $no_worker = q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'};

sub begin
{
	my ($name) = @_;
	make_accounts($node, 20000, $name);
	$node->safe_psql('postgres', qq{SELECT zdm.expand_add_column('$name', 'fresh', 'int', backfill => 'slow(old)', name => '$name')});
	wait_for($node, qq{SELECT rows_written > 0 FROM zdm.progress WHERE name = '$name'}, "$name: under way");
}

install_zdm($node);
slow_function($node, 0.0005);

begin('a_table');
$node->safe_psql('postgres', 'DROP TABLE a_table');
wait_for($node, q{SELECT status = 'failed' FROM zdm.migration WHERE name = 'a_table'}, 'DROP TABLE: the migration has failed');
wait_for($node, $no_worker, 'DROP TABLE: the worker has ended');
expect_error($node, q{CALL zdm.wait('a_table')}, '55000', 'does not exist any more', 'and says why');
$node->safe_psql('postgres', q{SELECT zdm.cancel('a_table')});
is($node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'a_table'}), 'rolled_back', 'cancel ends it');

# it is dropped before the worker gets to a step, whichever that is: by a worker, and in zdm.run()
my %steps = (rename => "'old', 'new'", check => "'positive', 'old > 0'", not_null => "'old'", unique => "'{old}'", change_type => "'old', 'bigint'");
for my $kind (sort keys %steps)
{
	$node->safe_psql('postgres', qq{CREATE TABLE before (old int); SET zdm.start_worker = off; SELECT zdm.expand_$kind('before', $steps{$kind}, name => '$kind'); DROP TABLE before});
	expect_error($node, qq{SET zdm.start_worker = off; CALL zdm.run('$kind')}, '(55000|42P01)', 'does not exist', "$kind of a table that is gone: zdm.run() says so");
	$node->safe_psql('postgres', qq{SELECT zdm.resume('$kind')}) if $node->safe_psql('postgres', qq{SELECT status FROM zdm.migration WHERE name = '$kind'}) ne 'running';
	expect_error($node, qq{CALL zdm.wait('$kind')}, '55000', 'migration "\w+" is failed.*does not exist', 'and so does the worker');
	$node->safe_psql('postgres', qq{SELECT zdm.cancel('$kind')});
}

begin('a_rollback');
$node->safe_psql('postgres', q{SELECT zdm.rollback('a_rollback')});
wait_for($node, $no_worker, 'rollback in the middle: the worker has ended');
is($node->safe_psql('postgres', q{SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'a_rollback'::regclass AND attnum > 0 AND NOT attisdropped}), 'id,old,pad', 'only the old schema is left');

begin('a_pause');
$node->safe_psql('postgres', q{SELECT zdm.pause('a_pause')});
wait_for($node, $no_worker, 'pause: the worker has ended');
my $rows = $node->safe_psql('postgres', q{SELECT rows_written FROM zdm.progress WHERE name = 'a_pause'});
$node->safe_psql('postgres', q{SELECT zdm.resume('a_pause')});
wait_for($node, qq{SELECT rows_written > $rows FROM zdm.progress WHERE name = 'a_pause'}, 'resume: it goes on');
$node->safe_psql('postgres', q{SELECT zdm.cancel('a_pause')});
wait_for($node, $no_worker, 'cancel: the worker has ended');

# a transaction that began a migration and is undone takes its worker along
$node->psql('postgres', q{
	CREATE TABLE undone (old int);
	BEGIN;
	SELECT zdm.expand_rename('undone', 'old', 'new', name => 'undone');
	SELECT 1 / 0;
	COMMIT;}, on_error_stop => 0);
wait_for($node, $no_worker, 'an undone transaction leaves no worker');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE name = 'undone'}), 0, 'nor a migration');

begin('an_extension');
$node->safe_psql('postgres', 'DROP EXTENSION zdm CASCADE');
wait_for($node, $no_worker, 'DROP EXTENSION: the worker has ended');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_trigger WHERE tgrelid = 'an_extension'::regclass}), 0, 'its triggers are gone');
$node->safe_psql('postgres', 'INSERT INTO an_extension (id, old) VALUES (0, 0)');
expect_error($node, q{SELECT zdm.pause('an_extension')}, '3F000', 'schema "zdm" does not exist', 'so are its functions');
install_zdm($node);
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm.status'), 0, 'and it can be created again');

$node->safe_psql('postgres', 'CREATE DATABASE other TEMPLATE postgres');
$node->safe_psql('other', q{
	CREATE TABLE t (id int PRIMARY KEY, old int);
	INSERT INTO t SELECT g, g FROM generate_series(1, 20000) g;
	SELECT zdm.expand_add_column('t', 'fresh', 'int', backfill => 'slow(old)', name => 'm');});
ok($node->poll_query_until('other', q{SELECT rows_written > 0 FROM zdm.progress WHERE name = 'm'}), 'another database: under way');
$node->safe_psql('postgres', 'DROP DATABASE other WITH (FORCE)');
wait_for($node, $no_worker, 'DROP DATABASE: the worker has ended');

# a partition is detached and dropped under it
$node->safe_psql('postgres', q{
	CREATE TABLE part (id int, old int) PARTITION BY RANGE (id);
	CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10000);
	CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10000) TO (20000);
	INSERT INTO part SELECT g, g FROM generate_series(1, 11000) g;
	SELECT zdm.expand_add_column('part', 'fresh', 'int', backfill => 'slow(old)', name => 'part');});
wait_for($node, q{SELECT rows_written > 0 FROM zdm.progress WHERE name = 'part'}, 'a partitioned table: under way');
$node->safe_psql('postgres', 'DROP TABLE part1');
$node->safe_psql('postgres', q{CALL zdm.wait('part')});
is($node->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('part')}), '1001 0', 'the rest gets ready');

$node->stop;
log_is_clean($node, 'there is no transaction in progress');
done_testing();
