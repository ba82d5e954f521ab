# Objects that use a column, in two databases beside each other: in one the column is changed by
# zdm, in the other by plain ALTER TABLE.  What pg_dump says of both is compared.
#
# A kind of object is a name and its SQL: T is the table, C a condition on the column, D a default, V a value, O the old
# type, N the name that its objects have.
package Carry;
use strict;
use warnings;

use Test::More;
use Zdm;

use base 'Exporter';
our @EXPORT = qw(carry_between table_of create call same every_end);

# old type, new type, a value, a condition, a default, further arguments
my %changes = (
	int2 => [ 'int', 'smallint', '7', 'a > 5', '7', '' ],
	int8 => [ 'int', 'bigint', '7', 'a > 5', '7', '' ],
	numeric => [ 'int', 'numeric(12,2)', '7', 'a > 5', '7', '' ],
	text => [ 'int', 'text', '7', 'a IS NOT NULL', '7', q{, 'a::text', 'a::int'} ],
	transform => [ 'int', 'bigint', '7', 'a > 5', '7', '' ],
	timestamptz => [ 'timestamp', 'timestamptz', q{'2020-01-01'}, 'a >= a', 'now()', '' ],
	catalog => [ 'varchar(5)', 'text', q{'x'}, q{a > '5'}, 'current_user', '' ],
	rename => [ 'int', 'int', '7', 'a > 5', '7', '' ],
);
my ($node, %uses, $make_table);

# The server, the kinds of objects, and the sub that gives the SQL for a table (name, type, value).
sub carry_between
{
	my (%given) = @_;
	($node, $make_table) = @given{qw(node table)};
	%uses = %{ $given{uses} };
	$node->safe_psql('postgres', 'CREATE ROLE carry_reader');
	$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(carried before after);
	install_zdm($node, 'carried');
	$node->safe_psql($_, q{CREATE FUNCTION carry_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'}) for qw(carried before after);
	return sort keys %changes;
}

sub table_of { my ($use, $change) = @_; return "t_${use}_$change"; }

# The statements that make one table, and its objects.
sub make_table
{
	my ($use, $change) = @_;
	my ($old, undef, $value) = @{ $changes{$change} };
	return $make_table->(table_of($use, $change), $old, $value);
}

sub make_uses
{
	my ($use, $change) = @_;
	my $sql = $uses{$use};
	my ($old, undef, $value, $condition, $default) = @{ $changes{$change} };
	my ($table, $name) = (table_of($use, $change), "${use}_$change");
	$sql =~ s/\bC\b/$condition/g;
	$sql =~ s/\bD\b/$default/g;
	$sql =~ s/\bV\b/$value/g;
	$sql =~ s/\bO\b/$old/g;
	$sql =~ s/\bT(_\w+)?\b/$table . ($1 \/\/ '')/ge;
	$sql =~ s/\bN(_\w+)?\b/$name . ($1 \/\/ '')/ge;
	return $sql;
}

# What pg_dump says, line by line, without what zdm has hidden; the order of columns says nothing,
# nor does the comma behind them, nor the order in a list of column aliases: see values_of().
sub lines_of
{
	my ($database) = @_;
	my $schema = schema_of($node, $database);
	$schema =~ s/^COMMENT ON \N* IS 'zdm migration .*?';$//msg;
	$schema =~ s/^CREATE MATERIALIZED VIEW public\.zdm_.*?;\n//msg;
	$schema =~ s/^ALTER TABLE (?:ONLY )?\S+\n\s+ADD CONSTRAINT zdm_\N*\n//mg;
	$schema =~ s/\b(\w+)\((\w+(?:, \w+)+)\)/"$1(" . join(', ', sort grep { !m{^zdm_} } split m{, }, $2) . ')'/ge;
	my @lines = grep { /\S/ && !/^\s*NULL::|zdm/ } split /\n/, $schema;
	s/,$//, s/;$//, s/^\s+SELECT /    /, s/^\s+// for @lines;
	return join("\n", sort @lines) . "\n";
}

# What all views show, materialized ones too.
sub values_of
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT format('SELECT %L, v FROM %s v ORDER BY v::text', relname, oid::regclass) FROM pg_class
		 WHERE relkind IN ('v', 'm') AND relispopulated AND relname NOT LIKE 'zdm%' AND relnamespace = 'public'::regnamespace ORDER BY relname \gexec});
}

sub same
{
	my ($database, $as, $what) = @_;
	my ($got, $expected) = (lines_of($database) . values_of($database), lines_of($as) . values_of($as));
	my %count;
	$count{$_}++ for split /\n/, $got;
	$count{$_}-- for split /\n/, $expected;
	my @different = map { ($count{$_} > 0 ? 'too much: ' : 'missing: ') . $_ } grep { $count{$_} != 0 } sort keys %count;
	is(join("\n", @different), '', $what);
}

# Runs statements in one session; each of them has to succeed.
sub run_all
{
	my ($database, $what, @statements) = @_;
	my $err = '';

	$node->psql($database, join(";\n", @statements), on_error_stop => 0, stderr => \$err);
	$err = join "\n", grep { !/NOTICE/ } split /\n/, $err;
	is($err, '', $what);
}

sub create
{
	my (@tables, @altered, @objects);
	for my $case (@_)
	{
		push @tables, make_table(@$case);
		push @altered, 'ALTER TABLE ' . table_of(@$case) . ($case->[1] eq 'rename' ? ' RENAME a TO a2' : " ALTER a TYPE $changes{$case->[1]}[1]");
		push @objects, make_uses(@$case);
	}
	run_all($_, "made in database $_", @tables, @objects) for qw(carried before);
	# what is made on a column means it, whatever it is called afterwards
	my $renames = grep { /RENAME/ } @altered;
	die 'renames among other changes' if $renames && $renames < @altered;
	run_all('after', 'made in database after', @tables, $renames ? (@objects, @altered) : (@altered, @objects));
}

sub call
{
	my ($call, @cases) = @_;
	my @statements = ('SET client_min_messages = warning');
	for my $case (@cases)
	{
		my ($use, $change) = @$case;
		my (undef, $type, undef, undef, undef, $more) = @{ $changes{$change} };
		my $expand = $change eq 'transform'
		  ? sprintf(q{SELECT zdm.expand_transform('%s', '{a}', '{"a": {"type": "bigint", "forward": "a"}}', '{"a": "a::int"}', name => '%s')}, table_of(@$case), "$use.$change")
		  : $change eq 'rename' ? "SELECT zdm.expand_rename('" . table_of(@$case) . "', 'a', 'a2', name => '$use.$change', indexed => true)"
		  : "SELECT zdm.expand_change_type('" . table_of(@$case) . "', 'a', '$type'$more, name => '$use.$change')";
		push @statements, $call ne 'expand' ? "SELECT zdm.$call('$use.$change')" : $expand;
	}
	push @statements, map { "CALL zdm.wait('$_->[0].$_->[1]')" } $call eq 'expand' ? @cases : ();
	run_all('carried', "$call of all", @statements);
}

# Makes the cases, and takes their migrations through every status to each end.
sub every_end
{
	my @cases = @_;
	# while both names live, the new one is no secret, as a hidden column is
	my $both = grep { $_->[1] eq 'rename' } @cases;

	create(@cases);
	same('carried', 'before', 'before anything');
	call('expand', @cases);
	same('carried', 'before', 'expanded') if !$both;
	call('contract', @cases);
	same('carried', 'after', 'contracted');
	call('reopen', @cases);
	same('carried', 'before', 'reopened') if !$both;
	call('contract', @cases);
	same('carried', 'after', 'contracted again');
	call('rollback', @cases);
	same('carried', 'before', 'rolled back');
	call($_, @cases) for qw(expand contract finalize);
	same('carried', 'after', 'finalized');
}

1;
