# What the trigger makes of a row is, byte for byte, what the server would have made:
# types of every length and alignment, few and many columns, with and without NULLs.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# VACUUM would freeze rows, which is to be seen in their bytes.
my $node = new_node('shapes', 'fsync = off', 'autovacuum = off', 'zdm.start_worker = off');
install_zdm($node);
my $dir = PostgreSQL::Test::Utils::tempdir();

# a value of each type for row i
my %value = (
	bool => 'i % 2 = 0',
	'"char"' => 'chr(65 + i % 26)::"char"',
	smallint => '(i * 7)::smallint',
	int => 'i * 11',
	bigint => 'i::bigint * 13000000000',
	real => 'i / 3::real',
	uuid => 'md5(i::text)::uuid',
	text => q{repeat('x', i * 20)},    # from empty over short to long
	numeric => 'i::numeric / 7',
	name => q{('n' || i)::name},
	interval => q{i * interval '1 day'},
	point => 'point(i, i)');

# The newest versions of a table's rows, some of them locked, as they lie on the pages of its file.
sub rows_on_disk
{
	my ($table) = @_;
	my $file = $node->safe_psql('postgres', "CHECKPOINT; SELECT pg_relation_filepath('$table')");
	my $pages = slurp_file($node->data_dir . "/$file");
	my @rows;
	for my $page (unpack '(a8192)*', $pages)
	{
		for my $pointer (unpack 'L*', substr($page, 24, unpack('x12 S', $page) - 24))
		{
			next if ($pointer >> 15 & 3) != 1;    # not a row
			my $row = substr($page, $pointer & 0x7fff, $pointer >> 17);
			my ($xmax, $natts, $mask, $hoff) = unpack 'x4 L x10 S S C', $row;
			$natts &= 2047;
			next if $xmax != 0 && ($mask & (0x80 | 0x800)) == 0;    # neither just locked nor without an end
			push @rows, join ' ', $mask & 7, $natts, $hoff, ($mask & 1) ? unpack("x23 b$natts", $row) : '', unpack('H*', substr($row, $hoff));
		}
	}
	return @rows;
}

# Columns of all kinds of length, the last ones NULL in some rows.
sub columns
{
	my ($n) = @_;
	my @types = ('int', 'text', 'smallint', 'bool', 'bigint');
	return map { [ "c$_", $types[ $_ % 5 ] ] } 1 .. $n;
}

# What both tables take, of the columns of either and the value of row i.
sub statements
{
	my ($table, $type, $new, @columns) = @_;
	my $names = join ', ', 'id', 'old', ($new ? 'new' : ()), map { $_->[0] } @columns;
	my $list = join ', ', 'i', 'v', ($new ? 'v' : ()),
	  map { "CASE WHEN i % 3 = 0 THEN NULL ELSE ($value{$_->[1]})::$_->[1] END" } @columns;
	my $rows = sub { "SELECT $list FROM (SELECT i, ($value{$type})::$type AS v FROM generate_series($_[0]) AS i) AS s" };
	my $file = "$dir/" . ($new ? 'new' : 'old') . '.copy';
	return join ";\n", "INSERT INTO $table ($names) " . $rows->('1, 12'),
	  "COPY (" . $rows->('13, 24') . ") TO '$file'", "COPY $table ($names) FROM '$file'",
	  map({ my ($id, $i) = @$_;
		  "UPDATE $table SET " . join(', ', map { "$_ = ($value{$type})::$type" } 'old', $new ? 'new' : ())
			. " FROM (SELECT $i AS i) AS s WHERE id = $id" } [ 2, 5 ], [ 3, 7 ], [ 15, 16 ]),
	  "UPDATE $table SET old = NULL" . ($new ? ', new = NULL' : '') . ' WHERE id IN (4, 6, 17)',
	  "UPDATE $table SET " . join(', ', map { "$_ = ($value{$type})::$type" } 'old', $new ? 'new' : ())
	  . " FROM (SELECT 9 AS i) AS s WHERE id IN (4, 6)";
}

for my $n (0, 1, 5, 6, 7, 14)
{
	for my $type (sort keys %value)
	{
		my @columns = columns($n);
		my $definition = join ', ', 'id int', "old $type", map { "$_->[0] $_->[1]" } @columns;
		$node->safe_psql('postgres', <<"SQL" . statements('synced', $type, 0, @columns) . ";\n" . statements('plain', $type, 1, @columns));
			SET client_min_messages = error;
			DROP TABLE IF EXISTS synced, plain CASCADE;
			CREATE TABLE synced ($definition);
			CREATE TABLE plain ($definition, new $type);
			SELECT zdm.expand_rename('synced', 'old', 'new', name => 's_${n}_' || pg_my_temp_schema() || md5('$type'));
SQL
		my @synced = rows_on_disk('synced');
		is(scalar @synced, 24, "$type behind $n more columns: all rows are there");
		is(join("\n", @synced), join("\n", rows_on_disk('plain')), "$type behind $n more columns: the same bytes");
	}
}
SKIP:
{
	skip 'the server has no amcheck', 1
	  unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'});
	$node->safe_psql('postgres', 'CREATE EXTENSION amcheck');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM verify_heapam('synced')}), 0, 'amcheck finds nothing wrong');
}
$node->stop;
log_is_clean($node);

done_testing();
