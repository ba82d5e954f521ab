# Every kind of object that hangs on a table, under every change of a whole table: it is carried, and then
# pg_dump says of it in the end what it says of one that was made so, line by line but for their order;
# or it is refused by name, before anything has changed.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Uses;
use Zdm;

my $columns = 'id int PRIMARY KEY, a int, z text';
my $partitions = sub { my ($table, $n) = @_; join '', map { "CREATE TABLE ${table}_$_ PARTITION OF $table FOR VALUES WITH (modulus $n, remainder $_); " } 0 .. $n - 1 };

# What is not of a kind of object, but of the table itself: without T it has the table made, too.
my %tables = (
	security_labels => q{INSERT INTO pg_seclabel SELECT 'T'::regclass, 'pg_class'::regclass, n, 'zdm_test', 'secret ' || n FROM generate_series(0, 1) n},
	reloptions => 'ALTER TABLE T SET (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false)',
	parent => 'CREATE TABLE N (x int) INHERITS (T)',
	child => 'CREATE TABLE N (id int NOT NULL); ALTER TABLE T INHERIT N',
	typed => 'CREATE TYPE N AS (id int, a int, z text); ALTER TABLE T OF N',
	row_type => 'CREATE TABLE N (x T)',
	row_type_of_function => q{CREATE FUNCTION N(x T) RETURNS int LANGUAGE sql AS 'SELECT 1'},
	sequence_default => 'CREATE SEQUENCE N; ALTER TABLE T ALTER a SET DEFAULT nextval(\'N\')',
	of_column => q{CREATE INDEX N ON T (a) WHERE a > 3; ALTER TABLE T ADD CONSTRAINT N_1 UNIQUE (a, id), ADD CONSTRAINT N_2 CHECK (a > 0); CREATE TABLE N_t (id int PRIMARY KEY);
		ALTER TABLE T ADD CONSTRAINT N_3 FOREIGN KEY (a) REFERENCES N_t; COMMENT ON INDEX N IS 'i'; COMMENT ON INDEX N_1 IS 'u'; COMMENT ON CONSTRAINT N_1 ON T IS 'uc';
		COMMENT ON CONSTRAINT N_2 ON T IS 'c'; COMMENT ON CONSTRAINT N_3 ON T IS 'f'},
	exclusion => 'ALTER TABLE T ADD CONSTRAINT N EXCLUDE (a WITH =)',
	generated => 'ALTER TABLE T ADD N int GENERATED ALWAYS AS (a + 1) STORED',
	not_valid => 'ALTER TABLE T ADD CONSTRAINT N CHECK (a > 0) NOT VALID',
	all_tables => 'CREATE PUBLICATION N FOR ALL TABLES',
);
$uses{$_} = $tables{$_} for keys %tables;
delete $uses{all_tables}; # it publishes every other table of the test, too

# The changes: what the table is at first, the call, and what it is in the end.
my %changes = (
	shadow_table => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_shadow_table('$_[0]', '(z text, id int, a int)', name => '$_[0]')" },
		after => sub { "CREATE TABLE $_[0] (z text, id int PRIMARY KEY, a int);" }
	},
	unlogged => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_shadow_table('$_[0]', '()', unlogged => true, name => '$_[0]')" },
		after => sub { "CREATE UNLOGGED TABLE $_[0] ($columns);" },
		uses => { sequences => $uses{sequences} =~ s/CREATE SEQUENCE/CREATE UNLOGGED SEQUENCE/r }
	},
	partition => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_partition('$_[0]', 'HASH (id)', partitions => 2, name => '$_[0]')" },
		after => sub { "CREATE TABLE $_[0] ($columns) PARTITION BY HASH (id); " . $partitions->($_[0], 2) },
		# partitions have what they can have alone, and what is of values
		uses => {
			column_settings => join('; ', $uses{column_settings}, map { "ALTER TABLE T_$_ ALTER z SET COMPRESSION pglz, ALTER a SET (n_distinct = 5)" } 0, 1),
			reloptions => join '; ', map { "ALTER TABLE T_$_ SET (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false)" } 0, 1
		}
	},
	unpartition => {
		before => sub { "CREATE TABLE $_[0] ($columns) PARTITION BY HASH (id); " . $partitions->($_[0], 2) },
		call => sub { "expand_shadow_table('$_[0]', '()', name => '$_[0]')" },
		after => sub { "CREATE TABLE $_[0] ($columns);" }
	},
	rename_table => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_rename_table('$_[0]', 'new_$_[0]', rename_objects => true, name => '$_[0]')" },
		after => sub { "CREATE TABLE new_$_[0] ($columns);" },
		name => sub { "new_$_[0]" }
	},
	move_table => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_move_table('$_[0]', 'other', name => '$_[0]')" },
		after => sub { "CREATE TABLE other.$_[0] ($columns);" },
		name => sub { "other.$_[0]" },
		# a name without its schema, and a sequence, which has to be in that of its table
		uses => {
			comments => $uses{comments} =~ s/CONSTRAINT T_pkey/CONSTRAINT t_comments_move_table_pkey/r,
			sequences => $uses{sequences} =~ s/\bN\b/other.N/gr,
			of_column => $uses{of_column} =~ s/ON INDEX N/ON INDEX other.N/gr,
		}
	},
	extract => {
		before => sub { "CREATE TABLE $_[0] ($columns, y int);" },
		call => sub { "expand_extract('$_[0]', '{y}', 'new_$_[0]', name => '$_[0]')" },
		after => sub { "CREATE TABLE $_[0] ($columns);" .
			"CREATE TABLE new_$_[0] (id int CONSTRAINT new_$_[0]_pkey PRIMARY KEY CONSTRAINT new_$_[0]_id_fkey REFERENCES $_[0] ON UPDATE CASCADE ON DELETE CASCADE, y int);" },
		uses => { grants => $uses{grants} . '; GRANT SELECT ON new_T TO shape_reader; GRANT REFERENCES (id) ON new_T TO shape_reader WITH GRANT OPTION; REVOKE TRUNCATE ON new_T FROM postgres' }
	},
	extract_used => {
		before => sub { "CREATE TABLE $_[0] ($columns);" },
		call => sub { "expand_extract('$_[0]', '{a}', 'new_$_[0]', name => '$_[0]')" },
		after => sub { "CREATE TABLE $_[0] (id int PRIMARY KEY, z text);" .
			"CREATE TABLE new_$_[0] (id int CONSTRAINT new_$_[0]_pkey PRIMARY KEY CONSTRAINT new_$_[0]_id_fkey REFERENCES $_[0] ON UPDATE CASCADE ON DELETE CASCADE, a int);" },
		# what has gone to the new table with the column
		uses => {
			column_settings => 'ALTER TABLE T ALTER z SET STORAGE EXTERNAL, ALTER z SET COMPRESSION pglz; ALTER TABLE new_T ALTER a SET STATISTICS 50, ALTER a SET (n_distinct = 5)',
			comments => q{COMMENT ON TABLE T IS 't'; COMMENT ON COLUMN new_T.a IS 'a'; COMMENT ON CONSTRAINT T_pkey ON T IS 'key'},
			grants => 'GRANT SELECT ON T, new_T TO shape_reader; GRANT REFERENCES (id) ON T TO shape_reader WITH GRANT OPTION; GRANT REFERENCES (id) ON new_T TO shape_reader WITH GRANT OPTION; GRANT UPDATE (a) ON new_T TO shape_reader WITH GRANT OPTION; REVOKE TRUNCATE ON T, new_T FROM postgres',
			of_column => q{CREATE INDEX new_T_N ON new_T (a) WHERE a > 3; ALTER TABLE new_T ADD CONSTRAINT new_T_N_1 UNIQUE (a, id), ADD CONSTRAINT N_2 CHECK (a > 0); CREATE TABLE N_t (id int PRIMARY KEY);
				ALTER TABLE new_T ADD CONSTRAINT N_3 FOREIGN KEY (a) REFERENCES N_t; COMMENT ON INDEX new_T_N IS 'i'; COMMENT ON INDEX new_T_N_1 IS 'u'; COMMENT ON CONSTRAINT new_T_N_1 ON new_T IS 'uc';
				COMMENT ON CONSTRAINT N_2 ON new_T IS 'c'; COMMENT ON CONSTRAINT N_3 ON new_T IS 'f'},
			references => 'CREATE TABLE N_t (id int PRIMARY KEY, t int REFERENCES T ON UPDATE CASCADE); ALTER TABLE new_T ADD CONSTRAINT N FOREIGN KEY (a) REFERENCES N_t',
			self_reference => q{ALTER TABLE new_T ADD CONSTRAINT N FOREIGN KEY (a) REFERENCES T ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT N ON new_T IS 'k'},
		}
	},
);

# What can't be on a table as it is at first: the server says so.
my %impossible = (
	unpartition => [qw(child cluster constraints exclusion parent publication_columns publication_where reloptions)],
	extract => ['typed'], # a column of its own
);

# What is refused, and what the message says besides the name of the object, which is always in it.
my @whole = (typed => 'cannot migrate typed table');
my @shadow = (@whole, child => 'inherits', parent => 'inherits', exclusion => 'constraint', not_valid => 'is not valid', row_type => 'column x of table', row_type_of_function => 'function');
my @partitioned = (publication => 'each partition by its own name', publication_columns => 'each partition by its own name', publication_where => 'each partition by its own name',
	replica_identity => 'is its replica identity');
my @own = qw(child parent typed policies); # the message is about the table, which is what it is
my %refused = (
	shadow_table => { @shadow, generated => 'the definition has column' },
	unlogged => { @shadow, (map { $_ => 'publishes it' } qw(publication publication_columns publication_where)), references => 'foreign key' },
	partition => { @shadow, @partitioned, cluster => 'is marked for CLUSTER', constraints => 'does not have column "id"', self_reference => 'refers to the table itself' },
	unpartition => { @shadow, @partitioned, self_reference => 'partitioned table' },
	rename_table => { @whole },
	move_table => { @whole },
	extract => { @whole, child => 'inherits', parent => 'inherits', policies => 'row level security', function_that_writes => 'depends on column "y"' },
	extract_used => {
		@whole, child => 'inherits', parent => 'inherits', policies => 'row level security',
		(map { $_ => 'depends on column "a"' } qw(function function_that_writes generated policy_disabled policy_elsewhere publication_columns publication_where rule rule_elsewhere
			statistics stored stored_chain triggers), grep { /^view/ && $_ ne 'view_whole_row' } keys %uses),
		exclusion => 'depends on column|exclusion', not_valid => 'not valid', constraints => 'uses column "(id|z)"', cluster => 'uses column', replica_identity => 'is the replica identity',
		sequence_default => 'the default of column "a"', sequences => 'the default of column "a"'
	},
);

my $node = new_node('hangs', 'zdm.at_once = on', 'autovacuum = off', 'wal_level = logical', 'max_locks_per_transaction = 1000', 'allow_system_table_mods = on');
# Nobody can rename a constraint that is inherited, which NOT NULL is from 18 on.
$changes{rename_table}{uses}{child} = $uses{child} =~ s/ALTER TABLE T/ALTER TABLE T RENAME CONSTRAINT T_id_not_null TO t_child_rename_table_id_not_null; ALTER TABLE T/r
  if $node->safe_psql('postgres', 'SHOW server_version_num') >= 180000;
$node->safe_psql('postgres', 'CREATE ROLE shape_reader');
for my $database (qw(changed before after))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, q{CREATE SCHEMA other; CREATE FUNCTION shape_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
		CREATE FUNCTION try(sql text) RETURNS text LANGUAGE plpgsql AS $$
			BEGIN EXECUTE sql; RETURN ''; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || replace(SQLERRM, E'\n', ' '); END $$});
}
install_zdm($node, 'changed');
my @cases = map { my $change = $_; map { [ $change, $_ ] } sort keys %uses } sort keys %changes;

# Runs SQL for each case, and returns what it has failed with.
sub try_each
{
	my ($database, $sql_of, @of) = @_;
	my %result;
	my $out = $node->safe_psql($database, join(";\n", 'SET client_min_messages = error',
		map { my $sql = $sql_of->(@$_); "SELECT '$_->[0]', '$_->[1]', try(\$call\$$sql\$call\$)" } @of));
	for my $line (split /\n/, $out)
	{
		my ($change, $use, $error) = split /\|/, $line, 3;
		$result{$change}{$use} = $error;
	}
	return \%result;
}

sub table_of { my ($change, $use) = @_; return "t_${use}_$change" }

sub make
{
	my ($change, $use, $stage) = @_;
	my ($table, $how) = (table_of($change, $use), $changes{$change});
	my $name = $stage eq 'after' && $how->{name} ? $how->{name}->($table) : $table;
	my $special = $stage eq 'after' && $how->{uses}{$use};
	$special =~ s/\bnew_T_N(\w*)\b/new_${table}_${use}_$change$1/g if $special;
	$special =~ s/\bnew_T\b/new_$table/g if $special;
	return $how->{$stage}->($table) . use_sql($use, $name, "${use}_$change", $special);
}

my $made = try_each('before', sub { make(@_, 'before') }, @cases);
my @there;
for my $case (@cases)
{
	my ($change, $use) = @$case;
	my $impossible = grep { $_ eq $use } @{ $impossible{$change} // [] };
	push @there, $case if $made->{$change}{$use} eq '';
	is($made->{$change}{$use} ne '' ? 'impossible' : '', $impossible ? 'impossible' : '', "$change, $use: before") or diag $made->{$change}{$use};
}
try_each('changed', sub { make(@_, 'before') }, @there);
same_lines($node, 'changed', 'before', 'before anything');
my $expanded = try_each('changed', sub { 'SELECT zdm.' . $changes{ $_[0] }{call}->(table_of(@_)) }, @there);
my @carried;
for my $case (@there)
{
	my ($change, $use) = @$case;
	my $error = $expanded->{$change}{$use};
	push @carried, $case if $error eq '';
	my $refused = $refused{$change}{$use};
	my $named = (grep { $_ eq $use } @own, qw(sequence_default sequences)) ? table_of(@$case) : "${use}_$change";
	if ($refused) { like($error, qr/^(0A000|42P16) .*(\b$named.*($refused)|($refused).*$named|column "$named")/, "$change, $use: refused by name") }
	else { is($error, '', "$change, $use: carried") }
}
sub call
{
	my ($function) = @_;
	my $result = try_each('changed', sub { "SELECT zdm.$function('" . table_of(@_) . "')" }, @carried);
	is($result->{ $_->[0] }{ $_->[1] }, '', "$_->[0], $_->[1]: $function") for @carried;
}
sub expand_again { try_each('changed', sub { 'SELECT zdm.' . $changes{ $_[0] }{call}->(table_of(@_)) }, @carried) }

call('rollback');
same_lines($node, 'changed', 'before', 'what is refused is as it was, and so is what is rolled back');
expand_again();
call('contract');
call('rollback');
same_lines($node, 'changed', 'before', 'rolled back from contract');
expand_again();
call('contract');
call('finalize');
my %is_carried = map { ("@$_" => 1) } @carried;
my $after = try_each('after', sub { make(@_, $is_carried{"@_"} ? 'after' : 'before') }, @there);
is($after->{ $_->[0] }{ $_->[1] }, '', "$_->[0], $_->[1]: made so") for @there;
same_lines($node, 'changed', 'after', 'finalized');
is($node->safe_psql('changed', q{SELECT string_agg(relname, ', ') FROM pg_class WHERE relname LIKE 'zdm\_%'}), '', 'nothing is left of it');
done_testing();
