# Applications go on through views while the column under them changes its type, there and back:
# no statement fails, and both sides hold the same.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.at_once = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE account (id int PRIMARY KEY, amount int NOT NULL, pad text DEFAULT repeat('x', 50));
	INSERT INTO account SELECT g, g % 100 FROM generate_series(1, 5000) g;
	CREATE TABLE log (id int, amount bigint);
	CREATE VIEW plain AS SELECT * FROM account;
	CREATE VIEW upon WITH (security_barrier = true) AS SELECT id, amount * 2 AS double FROM plain WHERE amount >= 0;
	CREATE VIEW joined AS SELECT a.id, a.amount, b.amount AS same FROM plain a JOIN account b USING (id);
	CREATE RULE written AS ON UPDATE TO joined DO INSTEAD UPDATE account SET amount = new.amount WHERE id = old.id;
	CREATE FUNCTION total(int) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT sum(amount) FROM account WHERE id < $1; END;
	CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (new.id, new.amount); RETURN NULL; END';
	CREATE TRIGGER logged AFTER UPDATE OF amount ON account FOR EACH ROW WHEN (old.amount <> new.amount) EXECUTE FUNCTION logged();
});
my $dir = PostgreSQL::Test::Utils::tempdir();
append_to_file("$dir/read.sql", q{\set id random(1, 5000)
SELECT double FROM upon WHERE id = :id;
SELECT total(50);
BEGIN;
SELECT amount, same FROM joined WHERE id = :id;
SELECT 1 FROM account WHERE id = :id;
END;
});
append_to_file("$dir/write.sql", q{\set id random(1, 5000)
\set other random(5001, 1000000)
UPDATE plain SET amount = amount + 1 WHERE id = :id;
UPDATE joined SET amount = amount + 1 WHERE id = :id;
BEGIN;
INSERT INTO plain (id, amount) VALUES (:other, 1) ON CONFLICT DO NOTHING;
UPDATE account SET amount = 3 WHERE id = :other;
END;
});
start_app($node, 'reading', 3, 25, '-f', "$dir/read.sql");
start_app($node, 'writing', 3, 25, '-f', "$dir/write.sql");
$node->safe_psql('postgres', q{SELECT zdm.expand_change_type('account', 'amount', 'bigint', name => 'wide')});
$node->safe_psql('postgres', q{CALL zdm.wait('wide')});
$node->safe_psql('postgres', "SELECT zdm.$_('wide')") for qw(contract reopen contract);
# Not at once from contracted to rolled back: a call of a function that waits meanwhile would look for a column that is gone.
is($node->safe_psql('postgres', q{SELECT pg_typeof(double) FROM upon LIMIT 1}), 'bigint', 'the views show the new type');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('wide')}), '0', 'both columns agree');
$node->safe_psql('postgres', "SELECT zdm.$_('wide')") for qw(reopen rollback);
is($node->safe_psql('postgres', q{SELECT pg_typeof(double) FROM upon LIMIT 1}), 'integer', 'the views show the old type again');
finish_apps('contracted and rolled back');
is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE amount IS NULL'), '0', 'no value is missing');
log_is_clean($node);
done_testing();
