# Every kind of change of a column, in every phase, by applications of both schemas,
# with every statement that writes rows: the statement does what it says, and both
# sides agree afterwards.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('statements', 'fsync = off');
install_zdm($node);

# For each kind: the table, the call, and for each schema the columns that it writes
# with the values of version v of a row; `agree`: what holds while both schemas live.
my @kinds = (
	{   name => 'rename',
		columns => 'price int NOT NULL',
		call => q{zdm.expand_rename('t', 'price', 'amount', name => 'm')},
		old => { price => 'v * 10' },
		new => { amount => 'v * 10' },
		agree => 'price = amount' },
	{   name => 'add',
		columns => 'price int NOT NULL',
		call => q{zdm.expand_add_column('t', 'doubled', 'bigint', backfill => 'price * 2', not_null => true, name => 'm')},
		old => { price => 'v * 10' },
		new => { price => 'v * 10', doubled => 'v * 20' },
		agree => 'doubled = price * 2' },
	{   name => 'drop',
		columns => 'price int NOT NULL, doubled int NOT NULL',
		call => q{zdm.expand_drop_column('t', 'doubled', reverse => 'price * 2', name => 'm')},
		old => { price => 'v * 10', doubled => 'v * 20' },
		new => { price => 'v * 10' },
		agree => 'doubled = price * 2' },
	{   name => 'transform',
		columns => 'price numeric(12, 2) NOT NULL, currency text NOT NULL',
		call => q{zdm.expand_transform('t', '{price, currency}',
			jsonb_build_object('money', jsonb_build_object('type', 'text', 'forward', 'price || '' '' || currency', 'not_null', true)),
			jsonb_build_object('price', 'split_part(money, '' '', 1)::numeric', 'currency', 'split_part(money, '' '', 2)'), name => 'm')},
		old => { price => 'v * 10', currency => q{'EUR'} },
		new => { money => q{(v * 10)::numeric(12, 2) || ' EUR'} },
		agree => q{money = price || ' ' || currency} },
	{   name => 'type',
		columns => 'price int NOT NULL',
		call => q{zdm.expand_change_type('t', 'price', 'bigint', name => 'm')},
		old => { price => 'v * 10' },
		new => { price => 'v * 10' },
		same_name => 1,
		agree => 'price = zdm_new_price' },
	{   name => 'type by expression',
		columns => 'price int NOT NULL',
		call => q{zdm.expand_change_type('t', 'price', 'text', 'price || '' cents''', 'split_part(price, '' '', 1)::int', name => 'm')},
		old => { price => 'v * 10' },
		new => { price => q{(v * 10) || ' cents'} },
		same_name => 1,
		agree => q{zdm_new_price = price || ' cents'} });

my ($kind, $id, $version) = (undef, 0, 0);

# What a writer of a schema writes as version v of a row.
sub values_of
{
	my ($schema, $v) = @_;
	my %columns = %{ $kind->{$schema} };
	return map { my $value = $columns{$_}; $value =~ s/\bv\b/$v/g; ($_ => $value) } keys %columns;
}

sub assignments
{
	my ($schema, $v, $prefix) = @_;
	my %values = values_of($schema, $v);
	return join ', ', map { "$_ = $values{$_}" } sort keys %values;
}

sub condition
{
	my ($schema, $v) = @_;
	my %values = values_of($schema, $v);
	return join ' AND ', map { "t.$_ = $values{$_}" } sort keys %values;
}

# The rows are there, as version v of that schema, and both sides agree.
sub rows_are
{
	my ($what, $schema, $v, $agree, @ids) = @_;
	my $list = join ', ', @ids;
	is( $node->safe_psql('postgres', sprintf(
				q{SELECT count(*) FILTER (WHERE id IN (%s) AND %s), count(*) FILTER (WHERE (%s) IS NOT TRUE) FROM t},
				$list, condition($schema, $v), $agree)),
		@ids . '|0', $what);
}

# All statements, by a writer of one schema.
sub statements
{
	my ($phase, $schema, $agree) = @_;
	my $what = "$kind->{name}, $phase, $schema writer";
	my @columns = sort keys %{ $kind->{$schema} };
	my $names = join ', ', 'id', @columns;
	my $row = sub { my ($i, $v) = @_; my %values = values_of($schema, $v); join ', ', $i, @values{@columns} };
	my $run = sub {
		my ($name, $v, $sql, @ids) = @_;
		$node->safe_psql('postgres', $sql);
		rows_are("$what: $name", $schema, $v, $agree, @ids);
	};
	# what RETURNING gives is what is written, on this side
	my $returning = sub {
		my ($name, $v, $sql, @ids) = @_;
		is($node->safe_psql('postgres', "$sql RETURNING " . condition($schema, $v)), join("\n", ('t') x @ids), "$what: $name returns it");
		rows_are("$what: $name", $schema, $v, $agree, @ids);
	};
	my @ids = map { ++$id } 1 .. 5;
	my $v = ++$version;

	$returning->('INSERT', $v, "INSERT INTO t ($names) VALUES (" . $row->($ids[0], $v) . '), (' . $row->($ids[1], $v) . ')', @ids[0, 1]);
	$run->('INSERT ... SELECT', $v, "INSERT INTO t ($names) SELECT " . $row->('i', $v) . " FROM generate_series($ids[2], $ids[3]) AS i", @ids[2, 3]);
	my $file = PostgreSQL::Test::Utils::tempdir() . '/rows';
	$run->('COPY', $v, 'COPY (SELECT ' . $row->($ids[4], $v) . ") TO '$file'; COPY t ($names) FROM '$file'", $ids[4]);
	$v = ++$version;
	$returning->('UPDATE', $v, 'UPDATE t SET ' . assignments($schema, $v) . " WHERE id IN ($ids[0], $ids[1])", @ids[0, 1]);
	$run->('UPDATE ... FROM', $v, 'UPDATE t SET ' . assignments($schema, $v) . " FROM generate_series($ids[2], $ids[3]) AS i WHERE t.id = i", @ids[2, 3]);
	$run->('UPDATE of a row', $v, "UPDATE t SET ($names) = ROW(" . $row->($ids[4], $v) . ") WHERE id = $ids[4]", $ids[4]);
	$v = ++$version;
	my @more = map { ++$id } 1 .. 3;
	$returning->('INSERT ... ON CONFLICT DO UPDATE', $v,
		"INSERT INTO t ($names) VALUES (" . $row->($ids[0], $v) . '), (' . $row->($more[0], $v) . ') ON CONFLICT (id) DO UPDATE SET '
		  . join(', ', map { "$_ = EXCLUDED.$_" } @columns), $ids[0], $more[0]);
	$run->('INSERT ... ON CONFLICT DO NOTHING', $v - 1,
		"INSERT INTO t ($names) VALUES (" . $row->($ids[1], $v) . ') ON CONFLICT DO NOTHING', $ids[1]);
	$run->('MERGE', $v,
		"MERGE INTO t USING (VALUES ($ids[2]), ($more[1])) AS s (i) ON t.id = s.i WHEN MATCHED THEN UPDATE SET " . assignments($schema, $v)
		  . " WHEN NOT MATCHED THEN INSERT ($names) VALUES (" . $row->('s.i', $v) . ')', $ids[2], $more[1]);
	$run->('a writable CTE', $v,
		"WITH w AS (DELETE FROM t WHERE id = $ids[3] RETURNING *) INSERT INTO t ($names) SELECT " . $row->('w.id', $v) . ' FROM w', $ids[3]);
	$run->('a prepared statement', $v,
		"PREPARE p (int) AS INSERT INTO t ($names) VALUES (" . $row->('$1', $v) . "); EXECUTE p ($more[2])", $more[2]);
	is($node->safe_psql('postgres', "DELETE FROM t WHERE id = $ids[1] RETURNING " . condition($schema, $v - 1)), 't', "$what: DELETE returns what was there");
	$run->('UPDATE of an unrelated column', $v, q{UPDATE t SET note = 'x'}, $ids[0]);
}

for my $k (@kinds)
{
	$kind = $k;
	my @old = sort keys %{ $kind->{old} };
	my %first = values_of('old', 'i');
	$node->safe_psql('postgres', "CREATE TABLE t (id int PRIMARY KEY, note text, $kind->{columns});"
		  . 'INSERT INTO t (id, ' . join(', ', @old) . ') SELECT ' . join(', ', 'i', @first{@old}) . ' FROM generate_series(-9, -1) AS i;'
		  . "SELECT $kind->{call};");
	$node->safe_psql('postgres', q{CALL zdm.wait('m')});
	statements('both', 'old', $kind->{agree});
	statements('both', 'new', $kind->{agree}) unless $kind->{same_name};
	$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
	statements('contracted', 'new', 'true');
	$node->safe_psql('postgres', q{SELECT zdm.reopen('m')});
	is($node->safe_psql('postgres', "SELECT count(*) FROM t WHERE ($kind->{agree}) IS NOT TRUE"), 0, "$kind->{name}: reopened, and both sides agree");
	statements('reopened', 'old', $kind->{agree});
	statements('reopened', 'new', $kind->{agree}) unless $kind->{same_name};
	is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, "$kind->{name}: verify finds no mismatch");
	my $before = $node->safe_psql('postgres', 'SELECT md5(string_agg(concat_ws($$ $$, id, ' . join(', ', @old) . '), $$,$$ ORDER BY id)) FROM t');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	is($node->safe_psql('postgres', 'SELECT md5(string_agg(concat_ws($$ $$, id, ' . join(', ', @old) . '), $$,$$ ORDER BY id)) FROM t'),
		$before, "$kind->{name}: rollback leaves every old value");
	statements('rolled back', 'old', 'true');
	$node->safe_psql('postgres', q{DROP TABLE t; DELETE FROM zdm.migration});
}
log_is_clean($node);
$node->stop;

done_testing();
