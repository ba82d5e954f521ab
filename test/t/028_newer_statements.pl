# Statements that came with PostgreSQL 19: INSERT ... ON CONFLICT DO SELECT, before and after the backfill, by both names,
# and by those of tables that have a copy or a view beside them; and what this server does not know yet.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('newer', 'zdm.start_worker = off');

# UPDATE and DELETE of a part of a row's time: what is left of it the server inserts, and fires triggers for that.  What
# becomes of a table that is synchronised is to be tested here as soon as a server knows it (docs/caveats.md).
my (undef, undef, $unknown) = $node->psql('postgres', q{CREATE TEMP TABLE p (id int, valid daterange); DELETE FROM p FOR PORTION OF valid FROM '2026-01-01' TO '2026-02-01'});
like($unknown, qr/syntax error at or near "FOR"/, 'this server does not know FOR PORTION OF');

my ($known, undef, $error) = $node->psql('postgres', 'CREATE TEMP TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1) ON CONFLICT (id) DO SELECT RETURNING id');
if ($known != 0)
{
	like($error, qr/syntax error at or near "SELECT"/, 'this server does not know ON CONFLICT DO SELECT');
	$node->stop;
  SKIP: { skip 'ON CONFLICT DO SELECT came with PostgreSQL 19', 1; }
	done_testing();
	exit;
}

install_zdm($node);
sub value { return $node->safe_psql('postgres', @_); }

value(q{
	CREATE TABLE named (id int PRIMARY KEY, old int DEFAULT 7, note text);
	INSERT INTO named SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE typed (id int PRIMARY KEY, price int NOT NULL, UNIQUE (price));
	INSERT INTO typed SELECT g, g FROM generate_series(1, 100) g;
	SELECT zdm.expand_rename('named', 'old', 'new', name => 'named');
	SELECT zdm.expand_change_type('typed', 'price', 'bigint', name => 'typed');});

# What a row is inserted with, or selected as; the statement leaves a row that is there as it is.
sub try_all
{
	my ($from, $state) = @_;
	my $next = 1000 + $from;

	for my $lock ('', ' FOR UPDATE', ' FOR SHARE')
	{
		for my $writer ('auto', 'old', 'new')
		{
			my $set = "SET zdm.writer = $writer;";
			my $before = value("SELECT id, old, new FROM named WHERE id = $from");
			is(value("$set INSERT INTO named (id, new) VALUES ($from, -1) ON CONFLICT (id) DO SELECT$lock RETURNING id, old, new"), $before,
				"$state, $writer,$lock: a row that is there is selected");
			is(value("SELECT id, old, new FROM named WHERE id = $from"), $before, 'and is as it was');
			is(value("$set INSERT INTO named (id, old) VALUES ($next, 5) ON CONFLICT (id) DO SELECT$lock RETURNING id, old, new"), "$next|5|5", 'one that is not is inserted, with both names');
			is(value("$set INSERT INTO named (id) VALUES ($next) ON CONFLICT (id) DO SELECT$lock WHERE named.new = 5 RETURNING old, new"), '5|5', 'and found by the other name');
			$next++;
			is(value("$set INSERT INTO named (id) VALUES ($next) ON CONFLICT (id) DO SELECT$lock RETURNING old, new"), '7|7', 'what is left to the default gets it');
			is(value("$set INSERT INTO named (id) VALUES ($next) ON CONFLICT (id) DO SELECT$lock RETURNING old; UPDATE named SET old = NULL, new = NULL WHERE id = $next RETURNING old, new"),
				"7\n|", 'and a default that was not used is not taken for that of the next statement');
			is(value("$set INSERT INTO typed VALUES (500, $from) ON CONFLICT (price) DO SELECT$lock RETURNING id, price"), "$from|$from", 'by the unique key that changes its type');
			is(value("$set INSERT INTO typed VALUES ($next, $next) ON CONFLICT (price) DO SELECT$lock RETURNING id, price"), "$next|$next", 'which takes new ones');
			$next++;
		}
	}
}
try_all(1, 'not filled');
$node->append_conf('postgresql.conf', 'zdm.start_worker = on');
$node->reload;
$node->poll_query_until('postgres', q{SELECT current_setting('zdm.start_worker', true) = 'on'}) or die;
value(q{CALL zdm.wait('named')});
value(q{CALL zdm.wait('typed')});
try_all(50, 'ready');
is(value('SELECT name, mismatches FROM zdm.migration, zdm.verify(name) ORDER BY name'), "named|0\ntyped|0", 'both sides agree');
value(q{SELECT zdm.contract('named'); SELECT zdm.contract('typed')});
is(value('INSERT INTO named (id, new) VALUES (70, -1) ON CONFLICT (id) DO SELECT RETURNING id, new'), '70|70', 'contracted: selected');
is(value('INSERT INTO named (id) VALUES (71 + 2000) ON CONFLICT (id) DO SELECT RETURNING new, zdm_old_old'), '7|7', 'inserted');
is(value('INSERT INTO typed VALUES (501, 70) ON CONFLICT (price) DO SELECT FOR UPDATE RETURNING id, pg_typeof(price)'), '70|bigint', 'by the key of the new type');
value(q{SELECT zdm.finalize('named'); SELECT zdm.finalize('typed')});
is(value('INSERT INTO typed VALUES (502, 70) ON CONFLICT (price) DO SELECT RETURNING id'), '70', 'and after finalize');

# Tables with another one beside them, or below them.
value(q{
	CREATE TABLE shaped (id int PRIMARY KEY, a int UNIQUE, b text DEFAULT 'given');
	INSERT INTO shaped SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE spread (id int PRIMARY KEY, a int, b text DEFAULT 'given');
	INSERT INTO spread SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE joined (id int PRIMARY KEY, a int, b text DEFAULT 'given') PARTITION BY HASH (id);
	CREATE TABLE joined_0 PARTITION OF joined FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE joined_1 PARTITION OF joined FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	INSERT INTO joined SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE parts (LIKE joined INCLUDING ALL) PARTITION BY HASH (id);
	CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	INSERT INTO parts SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE priced (id int PRIMARY KEY, a int, b text DEFAULT 'given');
	INSERT INTO priced SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE called (id int PRIMARY KEY, a int UNIQUE, b text DEFAULT 'given');
	INSERT INTO called SELECT g, g FROM generate_series(1, 100) g;
	CREATE TABLE person (id int PRIMARY KEY, a int, b text DEFAULT 'given');
	INSERT INTO person SELECT g, g FROM generate_series(1, 100) g;
	SELECT zdm.expand_shadow_table('shaped', '(b text, a int, id int)', name => 'shaped');
	SELECT zdm.expand_partition('spread', 'HASH (id)', partitions => 3, name => 'spread');
	SELECT zdm.expand_shadow_table('joined', '()', name => 'joined');
	SELECT zdm.expand_rename('parts', 'a', 'c', name => 'parts');
	SELECT zdm.expand_transform('priced', '{a}', '{"c": {"type": "text", "forward": "a::text"}}', '{"a": "c::int"}', name => 'priced');
	SELECT zdm.expand_rename_table('called', 'named_so', name => 'called');
	SELECT zdm.expand_extract('person', '{b}', 'person_text', name => 'person')});

my $fresh = 5000;

# By a name of a table: a row that is there is selected and stays what it is, another one is inserted.
sub selects
{
	my ($table, $state, $id, $a) = @_;

	for my $lock ('', ' FOR NO KEY UPDATE', ' FOR KEY SHARE')
	{
		my $before = value("SELECT * FROM $table WHERE id = $id");
		$fresh++;
		is(value("INSERT INTO $table (id, $a) VALUES ($id, '-1') ON CONFLICT (id) DO SELECT$lock RETURNING *"), $before, "$table, $state,$lock: a row that is there is selected");
		is(value("SELECT * FROM $table WHERE id = $id"), $before, 'and is as it was');
		is(value("INSERT INTO $table (id, $a) VALUES ($fresh, '$fresh') ON CONFLICT (id) DO SELECT$lock RETURNING id, $a"), "$fresh|$fresh", 'one that is not is inserted');
		is(value("INSERT INTO $table (id, $a) VALUES ($fresh, '-1') ON CONFLICT (id) DO SELECT$lock WHERE $table.$a = '$fresh' RETURNING $a"), $fresh, 'and found again');
		is(value("INSERT INTO $table (id, $a) VALUES ($fresh, '-1') ON CONFLICT (id) DO SELECT$lock WHERE $table.$a = '-1' RETURNING $a"), '', 'or not');
	}
}

# Of a view whose rows a trigger inserts the server says no.
sub refuses
{
	my ($view, $state) = @_;
	my (undef, $out, $error) = $node->psql('postgres', "INSERT INTO $view (id, b) VALUES (50, 'x') ON CONFLICT (id) DO SELECT RETURNING b");

	like($error, qr/ERROR/, "$view, $state: refused");
	is($out, '', 'and nothing is given');
}

sub try_tables
{
	my ($state, $names) = @_;
	my $prefix = $state eq 'contracted' ? 'zdm_old' : 'zdm_new';

	selects($_, $state, 50, 'a') for qw(shaped spread joined called named_so person);
	for my $column (@$names) { selects($_, $state, 50, $column) for qw(parts priced); }
	is(value('INSERT INTO shaped (id, a) VALUES (9999, 50) ON CONFLICT (a) DO SELECT RETURNING id'), '50', 'by another unique key');
	is(value('INSERT INTO named_so (id, a) VALUES (9999, 50) ON CONFLICT (a) DO SELECT RETURNING id'), '50', 'by the view, too');
	refuses('person_text', $state);
	return if $state eq 'not filled';
	same_rows($node, 'id, a, b', $_, "${prefix}_$_", "$_, $state: the other table has the same rows") for qw(shaped spread joined);
	same_rows($node, 'id, b', 'person_text', 'zdm_new_person_text', "person, $state: the other table has the same rows");
	is(value("SELECT mismatches FROM zdm.verify('$_')"), 0, "$_, $state: both sides agree") for qw(shaped spread joined parts priced person);
}
my @all = qw(shaped spread joined parts priced called person);
try_tables('not filled', [ 'a', 'c' ]);
value("CALL zdm.wait('$_')") for @all;
try_tables('ready', [ 'a', 'c' ]);
value("SELECT zdm.contract('$_')") for @all;
try_tables('contracted', ['c']);
value("SELECT zdm.finalize('$_')") for @all;
selects($_, 'finalized', 70, 'a') for qw(shaped spread joined named_so);
selects($_, 'finalized', 70, 'c') for qw(parts priced);
is(value("INSERT INTO person_text VALUES (70, 'x') ON CONFLICT (id) DO SELECT RETURNING b"), 'given', 'and by a table that was a view');

$node->stop;
log_is_clean($node);
done_testing();
