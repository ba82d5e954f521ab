# Constraints, keys and indexes come and go under an application that keeps to them:
# pgbench runs through expand, contract, reopen and finalize, and sees no error.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# deadlock_timeout: see 013_change_type.pl
my $node = new_node('constraint_traffic', 'fsync = off', 'zdm.nice = -1', 'deadlock_timeout = 10s');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE kind (id int PRIMARY KEY);
	INSERT INTO kind SELECT generate_series(1, 100);
	CREATE TABLE item (id bigint NOT NULL, number bigint, amount int NOT NULL DEFAULT 1, kind int, full_name text NOT NULL DEFAULT 'A B');
	INSERT INTO item (id, number, amount, kind) SELECT g, g, g % 100 + 1, g % 100 + 1 FROM generate_series(1, 20000) g;
	CREATE SEQUENCE item_id START 1000000;
	CREATE INDEX item_kind ON item (kind);});

my $dir = PostgreSQL::Test::Utils::tempdir();
append_to_file("$dir/app.sql", <<'SQL');
\set id random(1, 20000)
\set kind random(1, 100)
BEGIN;
INSERT INTO item (id, number, amount, kind) SELECT n, n, :kind, :kind FROM nextval('item_id') AS n;
UPDATE item SET amount = amount % 100 + 1, kind = :kind WHERE id = :id;
DELETE FROM item WHERE id = :id + 20000;
SELECT count(*) FROM item WHERE kind = :kind AND amount > 50;
END;
SQL

my @kinds = (
	q{expand_not_null('item', 'kind', fill => '1', name => 'm')},
	q{expand_check('item', 'amount_is_positive', 'amount > 0', name => 'm')},
	q{expand_foreign_key('item', '{kind}', 'kind', name => 'm')},
	q{expand_unique('item', '{number}', name => 'm')},
	q{expand_primary_key('item', '{id}', name => 'm')},
	q{expand_index('CREATE INDEX item_amount ON item (amount) WHERE kind > 10', name => 'm')},
	q{reindex('item', name => 'm')},
	q{drop_index('item_kind', name => 'm')},
	q{expand_transform('item', '{full_name}', '{"first": {"type": "text", "forward": "split_part(full_name, '' '', 1)", "default": "''A''"}, "last": {"type": "text", "forward": "split_part(full_name, '' '', 2)", "default": "''B''"}}',
		'{"full_name": "first || '' '' || last"}', name => 'm')});

for my $call (@kinds)
{
	my ($kind) = $call =~ /^(\w+)/;
	my $open = q{SELECT count(*) FROM zdm.status WHERE name = 'm' AND status NOT IN ('finalized', 'rolled_back')};

	start_app($node, 'only', 3, 6, "--file=$dir/app.sql");
	$node->safe_psql('postgres', "SET client_min_messages = error; SELECT zdm.$call");
	$node->safe_psql('postgres', q{CALL zdm.wait('m')});
	for my $step ('contract', 'reopen', 'contract', 'finalize')
	{
		last if $node->safe_psql('postgres', $open) == 0;
		next if $kind eq 'reindex' && $step eq 'reopen';
		$node->safe_psql('postgres', "SET client_min_messages = error; SELECT zdm.$step('m')");
	}
	is($node->safe_psql('postgres', $open), 0, "$kind is through");
	finish_apps($kind);
	$node->safe_psql('postgres', 'DELETE FROM zdm.migration');
}
$node->stop;
log_is_clean($node);

done_testing();
