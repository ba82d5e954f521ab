# The copy of a table writes nothing to it: its pages are what they were, byte by byte, and no record of
# the WAL is about its files.  What a read does is not excepted but for hints: of rows that nobody has
# read yet the copy, as any SELECT, notes in their headers that their transactions have ended, without WAL.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# Autovacuum writes tables by itself; and behind a checkpoint the first hint of a page is WAL, too.
my $node = new_node('reads', 'autovacuum = off', 'checkpoint_timeout = 1d', 'max_wal_size = 1GB');
install_zdm($node);
plan(skip_all => 'the server has no pageinspect')
  unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pageinspect'});
$node->safe_psql('postgres', 'CREATE EXTENSION pageinspect');

# All pages of a table, its free space map and its visibility map; `masked`: the rows without their hints.
sub pages
{
	my ($table, $masked) = @_;
	return $node->safe_psql('postgres', qq{
		SELECT fork, block, md5(get_raw_page('$table', fork, block::int)) FROM unnest('{main,fsm,vm}'::text[]) AS fork,
		    generate_series(0, pg_relation_size('$table', fork) / 8192 - 1) AS block ORDER BY 1, 2}) unless $masked;
	return $node->safe_psql('postgres', qq{
		SELECT block, p.lsn, p.lower, p.upper, p.prune_xid, i.lp, i.lp_off, i.lp_flags, i.t_xmin, i.t_xmax, i.t_ctid, i.t_infomask2, md5(i.t_data)
		  FROM generate_series(0, pg_relation_size('$table') / 8192 - 1) AS block, get_raw_page('$table', block::int) AS page,
		       page_header(page) AS p, heap_page_items(page) AS i ORDER BY block, i.lp});
}

# Copies a table, and tells which records of the WAL since then are about its files.
sub records_of_copy
{
	my ($table) = @_;
	my $file = $node->safe_psql('postgres', qq{SELECT (SELECT oid FROM pg_tablespace WHERE spcname = 'pg_default') || '/' ||
		(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode('$table')});
	my $start = $node->safe_psql('postgres', 'SELECT pg_current_wal_insert_lsn()');
	$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.expand_compact('$table', name => 'c_$table'); CALL zdm.wait('c_$table')");
	$node->safe_psql('postgres', "CREATE TABLE end_of_$table ()"); # which is flushed
	my $end = $node->safe_psql('postgres', 'SELECT pg_current_wal_flush_lsn()');
	my ($all) = run_command([ 'pg_waldump', '-p', $node->data_dir . '/pg_wal', '-s', $start, '-e', $end ]);
	cmp_ok(length($all), '>', 1000, "$table: the copy has written WAL");
	my ($out) = run_command([ 'pg_waldump', '-p', $node->data_dir . '/pg_wal', '-s', $start, '-e', $end, '-R', $file ]);
	return $out;
}

$node->safe_psql('postgres', q{
	CREATE TABLE quiet (id int PRIMARY KEY, a text);
	INSERT INTO quiet SELECT g, md5(g::text) FROM generate_series(1, 5000) g;
	CREATE INDEX ON quiet (a);
	DELETE FROM quiet WHERE id % 10 = 0;
	VACUUM ANALYZE quiet;
	CREATE TABLE dead (id int PRIMARY KEY, a text);
	INSERT INTO dead SELECT g, md5(g::text) FROM generate_series(1, 5000) g;
	CREATE INDEX ON dead (a);
	UPDATE dead SET a = 'x' || a WHERE id % 3 = 0;
	DELETE FROM dead WHERE id % 10 = 0;});

my $before = pages('quiet');
cmp_ok(scalar(split /\n/, $before), '>', 10, 'quiet: there are pages to compare');
is(records_of_copy('quiet'), '', 'quiet: no record of the WAL is about its files');
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm_new_quiet'), 4500, 'quiet: its rows are copied');
is(pages('quiet'), $before, 'quiet: all of its pages are what they were');

$before = pages('dead', 1);
is(records_of_copy('dead'), '', 'dead: nor where rows are dead, or were never read');
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm_new_dead'), 4500, 'dead: its rows are copied');
is(pages('dead', 1), $before, 'dead: its pages are what they were, but for hints');
done_testing();
