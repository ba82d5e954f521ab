# Whatever relation of a client's somebody has, no call waits for it in a queue that others would stand in
# behind it: it does without, or gives up in zdm's words.  Every call of every kind of migration that has more
# relations than its table, with each of them held; also where the table of the migration is gone, and what is
# left is cleaned up.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('polite', 'zdm.at_once = on', 'zdm.lock_timeout = 20', 'zdm.lock_retries = 1', 'autovacuum = off', 'deadlock_timeout = 10s');
install_zdm($node);

my $refers = 'CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t); CREATE TABLE other (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES other;';
my $viewed = 'CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT * FROM v; CREATE MATERIALIZED VIEW m AS SELECT a FROM t;';
my $table = 'CREATE TABLE t (id int PRIMARY KEY, a int, b int);';
my $part = 'CREATE TABLE part (id int PRIMARY KEY REFERENCES t ON DELETE CASCADE, x int);';
my %kinds = (
	rename => [ "$table$refers$viewed", q{expand_rename('t', 'a', 'c', name => 'm')} ],
	type => [ "$table$refers$viewed", q{expand_change_type('t', 'a', 'bigint', name => 'm')} ],
	key => [ "$table$refers", q{expand_change_type('t', 'id', 'bigint', referencing => true, name => 'm')} ],
	drop_column => [ "$table$refers", q{expand_drop_column('t', 'a', name => 'm')} ],
	shadow => [ "$table$refers$viewed", q{expand_shadow_table('t', '(b int, a int, id int)', name => 'm')} ],
	partition => [ "$table$refers", q{expand_partition('t', 'HASH (id)', partitions => 2, name => 'm')} ],
	rename_table => [ "$table$refers$viewed", q{expand_rename_table('t', 't_new', name => 'm')} ],
	extract => [ "$table$refers", q{expand_extract('t', '{a}', 'apart', name => 'm')} ],
	merge => [ "$table$part", q{expand_merge_tables('t', '{part}', name => 'm')} ],
);
my %calls = (
	expand => sub { "SELECT zdm.$kinds{ $_[0] }[1]" },
	wait => sub { "CALL zdm.wait('m')" },
	# that which is the table by then, of two names
	drop => sub { q{DO $$ BEGIN EXECUTE (SELECT format('DROP TABLE %s CASCADE', min(oid::regclass::text)) FROM pg_class WHERE relkind IN ('r', 'p') AND relname IN ('t', 't_new')); END $$} },
	again => sub { my $name = { key => 'm_t', merge => 'm_part' }->{ $_[0] } // 'm'; # those are releases
		"CREATE TABLE fresh (id int PRIMARY KEY, a int); SELECT zdm.expand_rename('fresh', 'a', 'b', name => '$name')" },
	map { my $call = $_; $call => sub { "SELECT zdm.$call('m')" } } qw(contract reopen rollback finalize forget)
);
my @lives = map { [ split ] } 'expand wait contract reopen rollback', 'expand wait rollback', 'expand wait contract rollback', 'expand wait contract finalize',
  'expand wait forget', 'expand wait contract forget', map { ("expand wait drop $_", "expand wait contract drop $_") } qw(rollback forget again);

# The relations that clients know, and how to have one and nothing else.
sub relations
{
	return map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', q{SELECT relname, relkind FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND relname !~ '^zdm_' ORDER BY 1});
}

sub hold
{
	my ($name, $kind) = @_;
	return $kind eq 'v' ? "COMMENT ON VIEW $name IS 'held'" : $kind eq 'm' ? "SELECT FROM $name LIMIT 0" : "LOCK TABLE ONLY $name IN ACCESS SHARE MODE";
}

my %tried;
my $held = 0;
my $refused = 0;
for my $kind (sort keys %kinds)
{
	my @rude;
	my $holder = $node->background_psql('postgres'); # one for each kind: it ends after some minutes
	for my $life (@lives)
	{
		$node->safe_psql('postgres', "SET client_min_messages = error; $kinds{$kind}[0]");
		for my $n (0 .. $#$life)
		{
			my $call = $calls{ $life->[$n] }->($kind);
			if ($life->[$n] !~ /^(wait|drop)$/ && !$tried{ join ' ', $kind, @$life[0 .. $n] }++)
			{
				for my $relation (relations())
				{
					$holder->query_safe('BEGIN; ' . hold(@$relation));
					my ($status, $out, $err) = $node->psql('postgres', "SET client_min_messages = error; SET statement_timeout = '3s';\nBEGIN;\n$call;\nROLLBACK");
					$held++;
					$refused++ if $err =~ /could not get/;
					push @rude, "@$life[0 .. $n] with $relation->[0]: $err" unless $err eq '' || $err =~ /ERROR:  could not get \S+ .*lock on/;
					$holder->query_safe('ROLLBACK');
				}
			}
			$node->safe_psql('postgres', "SET client_min_messages = error; $call");
		}
		# the next one begins without what this one has left
		$node->safe_psql('postgres', 'SET client_min_messages = error; DROP EXTENSION zdm CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION zdm');
	}
	$holder->quit;
	is(join("\n", @rude), '', "$kind: no call waits for what a client has");
}
cmp_ok($held, '>', 150, 'there were as many relations to have');
cmp_ok($refused, '>', 100, 'and calls that wanted them');

# An extension goes with what is under way, also where a table of it is gone.
$node->safe_psql('postgres', "$table$part SELECT zdm.$kinds{merge}[1]; CALL zdm.wait('m'); DROP TABLE t CASCADE");
$node->safe_psql('postgres', 'DROP EXTENSION zdm CASCADE');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'zdm'}), '0', 'it is gone');
$node->stop;
log_is_clean($node, qr/could not get|statement timeout/);
done_testing();
