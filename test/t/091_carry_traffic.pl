# Applications go on through views while the column under them changes its type, there and back:
# no statement fails, and both sides hold the same.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# deadlock_timeout: see 013_change_type.pl
my $node = new_node('main', 'zdm.at_once = off', 'deadlock_timeout = 10s');
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
	CREATE TABLE priced (id int PRIMARY KEY, price int, quantity int, total bigint GENERATED ALWAYS AS (price * quantity) STORED);
	INSERT INTO priced SELECT g, nullif(g % 50, 0), g % 7 FROM generate_series(1, 5000) g;
	CREATE VIEW totals AS SELECT id, price, quantity, total FROM priced;
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
SELECT 1 / (count(*) = 0 OR bool_and(total IS NOT DISTINCT FROM price * quantity))::int FROM totals WHERE id = :id;
});
append_to_file("$dir/write.sql", q{\set id random(1, 5000)
\set other random(5001, 1000000)
UPDATE plain SET amount = amount + 1 WHERE id = :id;
UPDATE joined SET amount = amount + 1 WHERE id = :id;
BEGIN;
INSERT INTO plain (id, amount) VALUES (:other, 1) ON CONFLICT DO NOTHING;
UPDATE account SET amount = 3 WHERE id = :other;
END;
UPDATE totals SET price = price + 1 WHERE id = :id;
UPDATE priced SET quantity = quantity + 1 WHERE id = :id;
INSERT INTO totals (id, price, quantity) VALUES (:other, 2, 3) ON CONFLICT DO NOTHING;
});
start_app($node, 'reading', 3, 25, '-f', "$dir/read.sql");
start_app($node, 'writing', 3, 25, '-f', "$dir/write.sql");
$node->safe_psql('postgres', q{SELECT zdm.expand_change_type('account', 'amount', 'bigint', name => 'wide')});
$node->safe_psql('postgres', q{SELECT zdm.expand_change_type('priced', 'price', 'numeric(12,2)', name => 'priced')});
$node->safe_psql('postgres', qq{CALL zdm.wait('$_')}) for qw(wide priced);

sub call
{
	my ($call) = @_;
	for my $name (qw(wide priced))
	{
		$node->safe_psql('postgres', "SELECT zdm.$call('$name')");
		is($node->safe_psql('postgres', "SELECT mismatches FROM zdm.verify('$name')"), '0', "$call: both columns of $name agree");
	}
	is($node->safe_psql('postgres', 'SELECT count(*) FROM priced WHERE total IS DISTINCT FROM price * quantity'), '0', "$call: generated values are right");
}

call($_) for qw(contract reopen contract);
# Not at once from contracted to rolled back: a call of a function that waits meanwhile would look for a column that is gone.
is($node->safe_psql('postgres', q{SELECT pg_typeof(double) FROM upon LIMIT 1}), 'bigint', 'the views show the new type');
call('reopen');
$node->safe_psql('postgres', "SELECT zdm.rollback('$_')") for qw(wide priced);
is($node->safe_psql('postgres', q{SELECT pg_typeof(double) FROM upon LIMIT 1}), 'integer', 'the views show the old type again');
finish_apps('contracted and rolled back');
is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE amount IS NULL'), '0', 'no value is missing');
log_is_clean($node);
done_testing();
