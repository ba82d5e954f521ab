# A partitioned table whose column changes its type, or is transformed, while applications go on through views over the
# table and over one of its partitions, partitions come and go, somebody holds a lock, and the server is killed: no
# statement fails, and both sides hold the same.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# deadlock_timeout: see 013_change_type.pl
my $node = new_node('main', 'deadlock_timeout = 10s');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE event (id int, day int, amount int NOT NULL DEFAULT 0, pad text DEFAULT repeat('x', 50), PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
	CREATE TABLE event_0 PARTITION OF event FOR VALUES FROM (0) TO (10);
	CREATE TABLE event_1 (junk int, pad text, amount int NOT NULL, day int NOT NULL, id int NOT NULL);
	ALTER TABLE event_1 DROP COLUMN junk;
	ALTER TABLE event ATTACH PARTITION event_1 FOR VALUES FROM (10) TO (20);
	CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (20) TO (30) PARTITION BY HASH (id);
	CREATE TABLE event_2_0 PARTITION OF event_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE event_2_1 PARTITION OF event_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	CREATE TABLE event_9 PARTITION OF event FOR VALUES FROM (90) TO (100);
	INSERT INTO event SELECT g, g % 30, g % 100 FROM generate_series(0, 2999) g;
	INSERT INTO event SELECT g, 90, 1 FROM generate_series(1, 100) g;
	CREATE INDEX event_amount ON event (amount, id);
	CREATE INDEX ON event_1 (amount) WHERE amount > 50;
	CREATE TABLE log (id int, amount bigint);
	CREATE VIEW plain AS SELECT * FROM event;
	CREATE VIEW part AS SELECT id, amount FROM event_1 WHERE amount >= 0;
	CREATE VIEW joined AS SELECT a.id, a.day, a.amount, b.amount AS same FROM plain a JOIN event b USING (id, day);
	CREATE RULE written AS ON UPDATE TO joined DO INSTEAD UPDATE event SET amount = new.amount WHERE id = old.id AND day = old.day;
	CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (new.id, new.amount); RETURN NULL; END';
	CREATE TRIGGER logged AFTER UPDATE OF amount ON event FOR EACH ROW WHEN (old.amount <> new.amount) EXECUTE FUNCTION logged();
});
my $dir = PostgreSQL::Test::Utils::tempdir();
append_to_file("$dir/read.sql", q{\set id random(0, 2999)
SELECT amount, same FROM joined WHERE id = :id AND day = :id % 30;
SELECT amount FROM part WHERE id = :id;
BEGIN;
SELECT amount FROM plain WHERE id = :id;
SELECT 1 FROM event WHERE id = :id AND day = :id % 30;
END;
});
append_to_file("$dir/write.sql", q{\set id random(0, 2999)
\set other random(3000, 1000000)
UPDATE plain SET amount = amount + 1 WHERE id = :id AND day = :id % 30;
UPDATE joined SET amount = amount + 1 WHERE id = :id AND day = :id % 30;
UPDATE part SET amount = amount + 1 WHERE id = :id;
BEGIN;
INSERT INTO plain (id, day, amount) VALUES (:other, :other % 30, 1) ON CONFLICT DO NOTHING;
UPDATE event SET amount = 3 WHERE id = :other AND day = :other % 30;
END;
});

my %expand = (
	wide => q{SELECT zdm.expand_change_type('event', 'amount', 'bigint', name => 'wide')},
	moved => q{SELECT zdm.expand_transform('event', '{amount}', '{"amount": {"type": "bigint", "forward": "amount"}}', '{"amount": "amount::int"}', name => 'moved')},
);

sub call
{
	my ($name, @calls) = @_;
	$node->safe_psql('postgres', "SELECT zdm.$_('$name')") for @calls;
}

sub shows
{
	my ($type, $what) = @_;
	is($node->safe_psql('postgres', q{SELECT DISTINCT pg_typeof(p.amount), pg_typeof(j.same) FROM part p, joined j WHERE p.id = 10 AND j.id = 10}), "$type|$type", "$what: the views show the type");
}

sub agrees
{
	my ($name, $what) = @_;
	is($node->safe_psql('postgres', "SELECT mismatches FROM zdm.verify('$name')"), '0', "$what: both columns agree");
}

# Applications, partitions that come and go, and somebody who holds a lock.
for my $name (sort keys %expand)
{
	start_app($node, 'reading', 2, 15, '-f', "$dir/read.sql");
	start_app($node, 'writing', 2, 15, '-f', "$dir/write.sql");
	$node->safe_psql('postgres', $expand{$name});
	$node->safe_psql('postgres', 'CREATE TABLE event_3 PARTITION OF event FOR VALUES FROM (30) TO (40)');
	$node->safe_psql('postgres', "CALL zdm.wait('$name')");
	$node->safe_psql('postgres', q{ALTER TABLE event DETACH PARTITION event_9; UPDATE event_9 SET amount = 77;
		INSERT INTO event SELECT g, 30, g FROM generate_series(1, 50) g; ALTER TABLE event ATTACH PARTITION event_9 FOR VALUES FROM (90) TO (100)});
	expect_error($node, "SELECT zdm.contract('$name')", '55000', 'event_9', "$name: a partition that was away keeps it from contract");
	$node->safe_psql('postgres', "SELECT zdm.resume('$name'); CALL zdm.wait('$name')");

	my $holder = $node->background_psql('postgres');
	$holder->query_safe('BEGIN; SELECT count(*) FROM part');
	expect_error($node, "SET zdm.lock_retries = 2; SELECT zdm.contract('$name')", '55P03', 'event', "$name: contract gives up where somebody stays in a partition");
	$holder->query_safe('COMMIT');
	$holder->quit;

	call($name, qw(contract reopen contract));
	shows('bigint', "$name contracted");
	agrees($name, "$name contracted");
	# An empty partition has nothing to be filled, and keeps nobody.
	$node->safe_psql('postgres', 'DROP TABLE event_3; CREATE TABLE event_3 PARTITION OF event FOR VALUES FROM (30) TO (40); INSERT INTO event SELECT g, 30, g FROM generate_series(1, 50) g');
	call($name, qw(reopen));
	agrees($name, "$name reopened");
	call($name, qw(rollback));
	shows('integer', "$name rolled back");
	$node->safe_psql('postgres', 'DROP TABLE event_3');
	finish_apps($name);
	is($node->safe_psql('postgres', 'SELECT count(*) FROM event WHERE amount IS NULL OR (day = 90 AND amount <> 77)'), '0', "$name: no value is missing");
}
log_is_clean($node);

# kill -9 in the middle of the backfill, and behind each call.
for my $name (sort keys %expand)
{
	my $sum = $node->safe_psql('postgres', 'SELECT sum(amount), count(*) FROM event');
	my $schema = schema_of($node, 'postgres');
	$node->safe_psql('postgres', $expand{$name});
	kill_worker($node);
	$node->safe_psql('postgres', "CALL zdm.wait('$name')");
	for (qw(contract reopen contract))
	{
		call($name, $_);
		kill_server($node);
		shows($_ eq 'contract' ? 'bigint' : 'integer', "$name, killed behind $_");
		is($node->safe_psql('postgres', 'SELECT sum(amount), count(*) FROM event'), $sum, "$name, killed behind $_: all values are there");
		agrees($name, "$name, killed behind $_");
	}
	call($name, 'rollback');
	is(schema_of($node, 'postgres'), $schema, "$name: rolled back to the schema of before");
}
done_testing();
