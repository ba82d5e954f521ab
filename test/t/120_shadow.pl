# A table gets another shape under an application that does everything to its rows: no write of
# it fails, no snapshot ever shows the hidden table with what the table does not have, and in the
# end both have the same rows, in each direction.  Then the same with the server killed.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $columns = 'id, a, b, email';
my $dir = PostgreSQL::Test::Utils::tempdir();
my $prepared = 0;

sub make_table
{
	my ($node) = @_;
	$node->safe_psql('postgres', q{
		DROP TABLE IF EXISTS t CASCADE;
		DROP SEQUENCE IF EXISTS more;
		CREATE SEQUENCE more START 1000000;
		CREATE TABLE t (id bigint PRIMARY KEY, a int NOT NULL DEFAULT 1, b text, email text UNIQUE DEFERRABLE) WITH (fillfactor = 70);
		CREATE UNIQUE INDEX t_email ON t (email, a);
		CREATE INDEX t_a ON t (a) WHERE a > 10;
		CREATE STATISTICS t_s ON a, email FROM t;
		CREATE VIEW v AS SELECT id, a AS value, t.b FROM t;
		CREATE VIEW w AS SELECT v.id, v.value, u.email FROM v JOIN t u USING (id);
		CREATE FUNCTION value_of(key bigint) RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT t.a FROM t WHERE t.id = key; END;
		INSERT INTO t SELECT g, g % 100, repeat('x', g % 20 * 200), 'e' || g FROM generate_series(1, 12000) g;
		VACUUM ANALYZE t;});
}

append_to_file("$dir/rows.sql", <<'SQL');
\set id random(1, 12000)
\set other random(1, 12000)
\set what random(1, 9)
BEGIN;
INSERT INTO t (id, a, email) SELECT n, :id % 50, 'n' || n FROM nextval('more') AS n;
UPDATE v SET value = value + 1 WHERE id = :id;
SELECT count(value_of(id)) FROM w WHERE id = :id;
SAVEPOINT s;
UPDATE t SET b = 'lost', id = nextval('more') WHERE id = :id;
DELETE FROM t WHERE id = :id;
ROLLBACK TO s;
\if :what < 3
DELETE FROM t WHERE id = :id;
INSERT INTO t (id, a, b) VALUES (:id, 7, repeat(md5(:id::text), 100)) ON CONFLICT (id) DO NOTHING;
\elif :what < 5
UPDATE t SET id = nextval('more') WHERE id = :id;
\elif :what < 7
INSERT INTO t (id, a, b) VALUES (:id, 9, 'upserted') ON CONFLICT (id) DO UPDATE SET a = t.a + 1, b = excluded.b;
\elif :what < 8
WITH gone AS (DELETE FROM t WHERE id = :id RETURNING *) INSERT INTO t (id, a, b, email) SELECT nextval('more'), a, b, email FROM gone;
\else
MERGE INTO t USING (SELECT :id::bigint AS id) AS s ON t.id = s.id WHEN MATCHED AND t.a > 60 THEN DELETE
  WHEN MATCHED THEN UPDATE SET a = t.a + 2 WHEN NOT MATCHED THEN INSERT (id, a) VALUES (s.id, 3);
\endif
SELECT count(*) FROM (SELECT 1 FROM t WHERE id = :id FOR UPDATE) AS x;
END;
SQL
append_to_file("$dir/keys.sql", <<'SQL');
\set id random(1, 12000)
BEGIN;
DELETE FROM t WHERE id = :id;
SAVEPOINT s;
INSERT INTO t (id, a, b) VALUES (:id, 5, 'again') ON CONFLICT (id) DO NOTHING;
UPDATE t SET a = a + 1 WHERE id = :id;
RELEASE s;
UPDATE t SET id = -nextval('more') WHERE id = :id;
INSERT INTO t (id, a, b) VALUES (:id, 6, 'and again') ON CONFLICT (id) DO NOTHING;
END;
SQL
append_to_file("$dir/late.sql", <<'SQL');
\set id random(1, 12000)
SELECT count(*) FROM late WHERE id = :id;
UPDATE late SET a = a + 1 WHERE id = :id;
SQL
append_to_file("$dir/mass.sql", <<'SQL');
UPDATE t SET a = a % 1000 + 1 WHERE id IN (SELECT id FROM t WHERE id % 3 = 0 ORDER BY id FOR UPDATE);
\sleep 300 ms
SQL

sub start_traffic
{
	my ($node, $seconds) = @_;
	start_app($node, 'rows', 3, $seconds, "--file=$dir/rows.sql", '--max-tries=100');
	start_app($node, 'keys', 2, $seconds, "--file=$dir/keys.sql", '--max-tries=100');
	start_app($node, 'mass', 1, $seconds, "--file=$dir/mass.sql", '--max-tries=100');
}

# Everything else that writes rows, by a session of its own.
sub write_otherwise
{
	my ($node) = @_;
	my $gid = 'p' . ++$prepared;
	$node->safe_psql('postgres', qq{
		COPY t (id, a, b) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $prepared * 10 + 500000000)),1,copied; done' (FORMAT csv);
		BEGIN;
		UPDATE t SET a = 77 WHERE id = $prepared * 10 + 500000001;
		DELETE FROM t WHERE id = $prepared * 10 + 500000002;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE t SET b = 'replica' WHERE id = $prepared * 10 + 500000003;
		COMMIT PREPARED '$gid';});
}

my $shape = '(b text, email text, a int, id bigint)';
my $node = new_node('shadow', 'max_prepared_transactions = 5', 'zdm.nice = -1', 'zdm.batch_time = 5',
	'deadlock_timeout = 10s');
install_zdm($node);
make_table($node);

for my $call ("expand_shadow_table('t', '$shape WITH (fillfactor = 90)', name => 'expand_shadow_table')",
	"expand_compact('t', name => 'expand_compact', workers => 2)")
{
	my ($kind) = $call =~ /^(\w+)/;
	my $moments = 0;
	start_traffic($node, 25);
	$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.$call");
	my ($wrong, $end) = (0, time + 5 * $PostgreSQL::Test::Utils::timeout_default);
	until (is_status($node, $kind, 'ready'))
	{
		die 'it does not become ready' if time > $end || is_status($node, $kind, 'failed');
		$moments++;
		write_otherwise($node);
		$wrong += rows_missing($node, $columns, 'zdm_new_t', 't');
	}
	is($wrong, 0, "$kind: no snapshot of $moments shows a copy of what is not there");
	same_rows($node, $columns, 't', 'zdm_new_t', "$kind: when it is ready, both have the same rows");
	$node->safe_psql('postgres', 'CREATE OR REPLACE VIEW late AS SELECT id, a FROM t');
	start_app($node, 'late', 2, 8, "--file=$dir/late.sql", '--max-tries=100');
	for my $step ([ 'contract', 'zdm_old_t' ], [ 'reopen', 'zdm_new_t' ], [ 'contract', 'zdm_old_t' ])
	{
		$node->safe_psql('postgres', "SELECT zdm.$step->[0]('$kind')");
		write_otherwise($node);
		same_rows($node, $columns, 't', $step->[1], "$kind: after $step->[0], both have the same rows");
	}
	finish_apps($kind);
	same_rows($node, $columns, 't', 'zdm_old_t', "$kind: nor at the end of the traffic");
	is_sound($node, 't', $kind);
	is_sound($node, 'zdm_old_t', $kind);
	$node->safe_psql('postgres', q{TRUNCATE t});
	same_rows($node, $columns, 't', 'zdm_old_t', "$kind: TRUNCATE goes along");
	$node->safe_psql('postgres', "SELECT zdm.finalize('$kind');
		INSERT INTO t (id, a, b, email) SELECT g, g, 'x', 'e' || g FROM generate_series(1, 12000) g");
}

# A snapshot that is older than the copy of a row does not see it, and would miss the row from contract
# on: so that is not reached before the snapshot is gone.
$node->safe_psql('postgres', 'CREATE TABLE seen (id int PRIMARY KEY); INSERT INTO seen SELECT generate_series(1, 10)');
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
$node->safe_psql('postgres', q{SELECT zdm.expand_shadow_table('seen', '(id int)', name => 'seen')});
wait_for($node, q{SELECT status = 'running' AND waiting_for ~ 'old snapshot, process \d+ .*does not see the copied rows' FROM zdm.status WHERE name = 'seen'},
	'an old snapshot keeps it from being ready');
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm_new_seen'), 10, 'though all rows are copied');
$reader->query_safe('COMMIT');
$reader->quit;
$node->safe_psql('postgres', q{CALL zdm.wait('seen')});
$node->safe_psql('postgres', q{SELECT zdm.rollback('seen')});

# One that writes in another database is in the xmin of every snapshot of this one, too, the worker's own included;
# but none of these is older than the copy.
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
my $elsewhere = $node->background_psql('elsewhere');
$elsewhere->query_safe('BEGIN; SELECT txid_current()');
$node->safe_psql('postgres', q{CREATE TABLE part (id int PRIMARY KEY REFERENCES seen ON DELETE CASCADE, a int NOT NULL); INSERT INTO part SELECT id, id FROM seen;
	SELECT zdm.expand_merge_tables('seen', '{part}', name => 'merged')});
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name ~ 'merged'}, 'a writer in another database does not keep a merge from its turn');
$node->safe_psql('postgres', q{SELECT zdm.rollback('merged'); DROP TABLE part; SELECT zdm.expand_compact('seen', name => 'compact')});
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'compact'}, 'nor a copy from being ready');
$node->safe_psql('postgres', q{SELECT zdm.rollback('compact')});
$elsewhere->query_safe('COMMIT');
$elsewhere->quit;

# Killed in the middle, again and again.
make_table($node);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\nzdm.nice = 0.9\n");
$node->restart;
$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.expand_shadow_table('t', '$shape', name => 'm')");
kill_on_the_way($node, 'm', 'UPDATE t SET a = a + 1 WHERE id % 50 = 0; DELETE FROM t WHERE id % 500 = 0; UPDATE t SET id = -id WHERE id % 499 = 0',
	sub { my ($what) = @_; is(rows_missing($node, $columns, 'zdm_new_t', 't'), 0, "$what: the copy has nothing that is not there") });
same_rows($node, $columns, 't', 'zdm_new_t', 'after all kills, both have the same rows');
$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
kill_server($node);
$node->safe_psql('postgres', q{UPDATE t SET a = a + 1 WHERE id % 7 = 0});
same_rows($node, $columns, 't', 'zdm_old_t', 'killed after contract: the old table follows');
$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname LIKE 'zdm_new%' OR relname LIKE 'zdm_old%'}), 0, 'a rollback leaves nothing behind');
is($node->safe_psql('postgres', q{SELECT sum((a > 100)::int) >= 0 FROM t}), 't', 'nor takes anything');
log_is_clean($node);
done_testing();
