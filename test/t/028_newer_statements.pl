# Statements that came with PostgreSQL 19: INSERT ... ON CONFLICT DO SELECT, before and after the backfill, by both names.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('newer', 'zdm.start_worker = off');
my ($known, undef, $error) = $node->psql('postgres', 'CREATE TEMP TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1) ON CONFLICT (id) DO SELECT RETURNING id');
if ($known != 0)
{
	like($error, qr/syntax error/, 'this server does not know ON CONFLICT DO SELECT');
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

$node->stop;
log_is_clean($node);
done_testing();
