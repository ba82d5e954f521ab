# A key and what refers to it in one call, in every shape that the two tables can have: what pg_dump says after each call is
# what the same change by plain ALTER TABLE would have left, and the keys hold. What can't be done is refused before
# anything has changed.
#
# A case is a kind of parent, a kind of child, whether the key is composite, and whether the parent refers to itself.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Carry;
use Zdm;

# P, C: the tables, with K: the columns of a key by their names in the parent, R: in the child.
my %parent = (
	plain => q{CREATE TABLE P (tenant int NOT NULL, id int NOT NULL, up int, note text, PRIMARY KEY (K))},
	parts => q{CREATE TABLE P (tenant int NOT NULL, id int NOT NULL, up int, note text, PRIMARY KEY (K)) PARTITION BY LIST (tenant);
		CREATE TABLE P_1 PARTITION OF P FOR VALUES IN (1);
		CREATE TABLE P_2 (note text, up int, junk int, id int NOT NULL, tenant int NOT NULL);
		ALTER TABLE P_2 DROP COLUMN junk;
		ALTER TABLE P ATTACH PARTITION P_2 DEFAULT},
	nested => q{CREATE TABLE P (tenant int NOT NULL, id int NOT NULL, up int, note text, UNIQUE (K)) PARTITION BY RANGE (tenant);
		CREATE TABLE P_1 (id int NOT NULL, junk int, tenant int NOT NULL, up int, note text) PARTITION BY HASH (tenant);
		ALTER TABLE P_1 DROP COLUMN junk;
		CREATE TABLE P_1a PARTITION OF P_1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
		ALTER TABLE P ATTACH PARTITION P_1 FOR VALUES FROM (1) TO (2);
		CREATE TABLE P_2 PARTITION OF P DEFAULT},
);
my $into_parent = q{INSERT INTO P SELECT g % 2 + 1, g, CASE WHEN g > 2 THEN g - 2 END, 'x' FROM generate_series(1, 12) g};
my %child = (
	plain => q{CREATE TABLE C (id serial PRIMARY KEY, tenant int, pid int, at int NOT NULL DEFAULT 1, CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P (K) ON DELETE CASCADE);
		CREATE INDEX ON C (pid)},
	parts => q{CREATE TABLE C (id serial, tenant int, pid int, at int NOT NULL DEFAULT 1, CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P (K) ON DELETE CASCADE) PARTITION BY RANGE (at);
		CREATE INDEX ON C (pid);
		CREATE TABLE C_1 PARTITION OF C FOR VALUES FROM (0) TO (5);
		CREATE TABLE C_2 (junk int, at int NOT NULL, pid int, tenant int, id int NOT NULL DEFAULT 0);
		ALTER TABLE C_2 DROP COLUMN junk;
		ALTER TABLE C ATTACH PARTITION C_2 DEFAULT},
	nested => q{CREATE TABLE C (id serial, tenant int, pid int NOT NULL, at int NOT NULL DEFAULT 1, CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P (K) DEFERRABLE INITIALLY DEFERRED) PARTITION BY RANGE (at);
		CREATE TABLE C_1 PARTITION OF C FOR VALUES FROM (0) TO (5) PARTITION BY LIST (id);
		CREATE TABLE C_1a PARTITION OF C_1 DEFAULT;
		CREATE TABLE C_2 PARTITION OF C DEFAULT},
	one_part => q{CREATE TABLE C (id serial, tenant int, pid int, at int NOT NULL DEFAULT 1) PARTITION BY RANGE (at);
		CREATE TABLE C_1 PARTITION OF C DEFAULT;
		ALTER TABLE C_1 ADD CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P (K)},
	to_part => q{CREATE TABLE C (id serial, tenant int NOT NULL DEFAULT 1, pid int, at int NOT NULL DEFAULT 1, CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P_2 (K)) PARTITION BY LIST (at);
		CREATE TABLE C_1 PARTITION OF C DEFAULT},
	twice => q{CREATE TABLE C (id serial PRIMARY KEY, tenant int, pid int, at int NOT NULL DEFAULT 1, also int, CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P (K),
			CONSTRAINT C_also FOREIGN KEY (A) REFERENCES P (K) ON UPDATE CASCADE) PARTITION BY HASH (id);
		CREATE TABLE C_1 PARTITION OF C FOR VALUES WITH (MODULUS 1, REMAINDER 0);
		CREATE UNIQUE INDEX ON C (id, pid, also)},
);
my $into_child = q{INSERT INTO C (tenant, pid, at) SELECT tenant, id, id FROM P ORDER BY id};
my $into_one = q{INSERT INTO C (tenant, pid, at) SELECT tenant, id, id FROM P_2 ORDER BY id};
my $refer_to_itself = q{ALTER TABLE P ADD CONSTRAINT P_up FOREIGN KEY (U) REFERENCES P (K)};

sub sql_of
{
	my ($case, $sql) = @_;
	my %word = (
		P => "p_$case->{name}", C => "c_$case->{name}",
		K => $case->{composite} ? 'tenant, id' : 'id', R => $case->{composite} ? 'tenant, pid' : 'pid',
		A => $case->{composite} ? 'tenant, also' : 'also', U => $case->{composite} ? 'tenant, up' : 'up');
	$sql =~ s/\b([PC])(_\w+)?\b/$word{$1} . ($2 \/\/ '')/ge;
	$sql =~ s/\b([KRAU])\b/$word{$1}/g;
	return $sql;
}

my @cases;
for my $parent (sort keys %parent)
{
	for my $child (sort keys %child)
	{
		next if $child eq 'to_part' && $parent eq 'plain';
		for my $composite (0, 1)
		{
			next if !$composite && $parent ne 'plain'; # the server wants the partition key in it
			for my $self (0, 1)
			{
				next if $self && $child !~ /^(plain|parts)$/;
				push @cases, { parent => $parent, child => $child, composite => $composite, self => $self,
					name => join('_', $parent, $child, $composite ? 'two' : 'one', $self ? 'self' : ()) };
			}
		}
	}
}

# Definitions are compared, of tables with few rows: there is nothing to vacuum.
my $node = new_node('main', 'autovacuum = off', 'max_locks_per_transaction = 512');
carry_between(node => $node, uses => {}, table => sub { });

sub in_all
{
	my ($database, $what, @statements) = @_;
	my $err = '';
	$node->psql($database, join(";\n", 'SET client_min_messages = warning', @statements), on_error_stop => 0, stderr => \$err);
	is($err, '', $what);
}

sub each_case
{
	my ($what, $statement) = @_;
	in_all('carried', $what, map { sprintf($statement, $_->{name}) } @cases);
}

my @made = map {
	my $case = $_;
	map { sql_of($case, $_) } $parent{ $case->{parent} }, $into_parent, ($case->{self} ? $refer_to_itself : ()), $child{ $case->{child} },
	  $case->{child} eq 'to_part' ? $into_one : $into_child;
} @cases;
my @altered = map {
	my $alter = 'ALTER TABLE P ALTER id TYPE bigint' . ($_->{self} ? ', ALTER up TYPE bigint' : '') . '; ALTER TABLE C ALTER pid TYPE bigint'
	  . ($_->{child} eq 'twice' ? ', ALTER also TYPE bigint' : '');
	# The server itself has no way to change a partition's key that something refers to.
	$alter = "ALTER TABLE C DROP CONSTRAINT C_ref; $alter; ALTER TABLE C ADD CONSTRAINT C_ref FOREIGN KEY (R) REFERENCES P_2 (K)" if $_->{child} eq 'to_part';
	sql_of($_, $alter);
} @cases;
in_all($_, "made in database $_", @made) for qw(carried before after);
in_all('after', 'altered', @altered);
same('carried', 'before', 'before anything');

# A key that the old type has no room for, and one that is missing; what each table says of them.
sub keys_hold
{
	my ($database, $what, $id) = @_;
	my ($sql, $err) = ('', '');
	for my $case (@cases)
	{
		$sql .= sql_of($case, "\\warn == $case->{name}
			BEGIN; INSERT INTO P (tenant, id) VALUES (2, $id); INSERT INTO C (tenant, pid, at) VALUES (2, $id, 1); UPDATE P SET note = 'y' WHERE id = $id;
			DELETE FROM C WHERE pid = $id; DELETE FROM P WHERE id = $id; END;
			INSERT INTO C (tenant, pid, at) VALUES (2, $id, 1);\n");
	}
	$node->psql($database, $sql, on_error_stop => 0, stderr => \$err);
	my @said = split /^== /m, $err;
	shift @said;
	is(@said, @cases, "$what: all were asked");
	my @failed = grep { !/^\w+\n[^\n]*ERROR: [^\n]*violates foreign key constraint[^\n]*\n[^\n]*DETAIL:[^\n]*\n*\z/ } @said;
	is(join("\n", @failed), '', $what);
}

each_case('expand', q{SELECT zdm.expand_change_type('p_%1$s', 'id', 'bigint', name => 'k_%1$s', referencing => true)});
each_case('wait', q{CALL zdm.wait('k_%s')});
same('carried', 'before', 'expanded');
keys_hold('carried', 'the keys hold, expanded', 1000);
each_case('contract', q{SELECT zdm.contract('k_%s')});
same('carried', 'after', 'contracted');
keys_hold('carried', 'the keys hold, contracted', 3000000000);
each_case('reopen', q{SELECT zdm.reopen('k_%s')});
same('carried', 'before', 'reopened');
keys_hold('carried', 'the keys hold, reopened', 1000);
each_case('contract', q{SELECT zdm.contract('k_%s')});
each_case('rollback', q{SELECT zdm.rollback('k_%s')});
same('carried', 'before', 'rolled back');
each_case('expand', q{SELECT zdm.expand_change_type('p_%1$s', 'id', 'bigint', name => 'k_%1$s', referencing => true)});
each_case('wait', q{CALL zdm.wait('k_%s')});
each_case("$_ at last", "SELECT zdm.$_('k_%s')") for qw(contract finalize);
same('carried', 'after', 'finalized');
keys_hold('carried', 'the keys hold, finalized', 3000000000);

# What can't be done: nothing of it begins.
my %refused = (
	key_in_partition_key => [ q{CREATE TABLE P (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE C (pid int REFERENCES P)},
		qr/column "id" is part of the partition key of "p_/ ],
	reference_in_partition_key => [ q{CREATE TABLE P (id int PRIMARY KEY); CREATE TABLE C (pid int REFERENCES P) PARTITION BY LIST (pid)},
		qr/column "pid" is part of the partition key of "c_/ ],
	parent_inherited => [ q{CREATE TABLE P (id int PRIMARY KEY); CREATE TABLE P_1 () INHERITS (P); CREATE TABLE C (pid int REFERENCES P)},
		qr/cannot change columns of public\.p_\w+ under traffic\n.*DETAIL:  Other tables inherit from it/ ],
	child_inherited => [ q{CREATE TABLE P (id int PRIMARY KEY); CREATE TABLE C (pid int REFERENCES P); CREATE TABLE C_1 () INHERITS (C)},
		qr/cannot change public\.c_\w+ \(pid\), which refers to public\.p_\w+ \(id\), along with it\n.*DETAIL:  Its table inherits/ ],
	child_inherits => [ q{CREATE TABLE P (id int PRIMARY KEY); CREATE TABLE C (pid int); CREATE TABLE C_1 (FOREIGN KEY (pid) REFERENCES P) INHERITS (C)},
		qr/cannot change public\.c_\w+ \(pid\), which refers to public\.p_\w+ \(id\), along with it\n.*DETAIL:  Its table inherits/ ],
	within_the_tree => [ q{CREATE TABLE P (tenant int, id int, up int, PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant); CREATE TABLE P_1 PARTITION OF P DEFAULT;
		ALTER TABLE P_1 ADD CONSTRAINT P_up FOREIGN KEY (tenant, up) REFERENCES P (tenant, id); CREATE TABLE C (id int)},
		qr/other objects depend on it\n.*DETAIL:  zdm can't carry these over: constraint p_\w+_up on table/ ],
);
for my $name (sort keys %refused)
{
	my ($sql, $expected) = @{ $refused{$name} };
	my $case = { name => $name, composite => 0 };
	my $table = sql_of($case, 'P');
	$node->safe_psql('carried', sql_of($case, $sql));
	for my $call ("SELECT count(*) FROM zdm.plan('zdm.expand_change_type(''$table'', ''id'', ''bigint'', referencing => true)')",
		"SELECT zdm.expand_change_type('$table', 'id', 'bigint', referencing => true)")
	{
		my $err = '';
		$node->psql('carried', $call, stderr => \$err);
		like($err, $expected, "$name is refused");
	}
}
is($node->safe_psql('carried', q{SELECT count(*) FROM zdm.status WHERE status NOT IN ('finalized', 'rolled_back')}), 0, 'and has not begun');
$node->stop;
log_is_clean($node);
done_testing();
