# A table becomes a partitioned one under applications that do everything to its rows, from partition
# to partition, too: no write of theirs fails, no snapshot shows the partitioned one with what the
# table does not have, and in each direction both have the same rows.  Then the same with the server
# killed, and what pg_dump says in the end against a table that was made by hand.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run;
use Test::More;
use Zdm;

my $columns = 'id, at, a, b';
my $dir = PostgreSQL::Test::Utils::tempdir();
my $table = 'id bigint NOT NULL, at timestamptz NOT NULL, a int NOT NULL DEFAULT 1, b text, CONSTRAINT t_a_check CHECK (a > 0)';
my $indexes = 'CREATE INDEX t_a ON t (a) WHERE a > 10; CREATE UNIQUE INDEX t_all ON t (id, at, a); CREATE INDEX ON t (lower(b))';
my $rows = 8000;
my $prepared = 0;

sub make_table
{
	my ($node) = @_;
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS t CASCADE;
		DROP SEQUENCE IF EXISTS more;
		CREATE SEQUENCE more START 1000000;
		CREATE TABLE t ($table, PRIMARY KEY (id)) WITH (fillfactor = 70);
		$indexes;
		CREATE VIEW v AS SELECT id, at, a AS value FROM t;
		INSERT INTO t SELECT g, '2024-01-01 00:00+00'::timestamptz + g * interval '1 hour', g % 100 + 1, repeat('x', g % 20 * 100) FROM generate_series(1, $rows) g;
		VACUUM ANALYZE t;});
}

append_to_file("$dir/rows.sql", <<"SQL");
\\set id random(1, $rows)
\\set what random(1, 9)
BEGIN;
INSERT INTO t (id, at, a) SELECT n, '2024-01-01 00:00+00'::timestamptz + n % 9000 * interval '1 hour', :what FROM nextval('more') AS n;
UPDATE v SET value = value + 1 WHERE id = :id;
SAVEPOINT s;
UPDATE t SET b = 'lost', id = nextval('more'), at = at + interval '3 months' WHERE id = :id;
DELETE FROM t WHERE id = :id;
ROLLBACK TO s;
\\if :what < 3
WITH gone AS (DELETE FROM t WHERE id = :id RETURNING *) INSERT INTO t SELECT id, at - interval '50 days', a, repeat(md5(id::text), 50) FROM gone;
\\elif :what < 5
UPDATE t SET id = nextval('more') WHERE id = :id;
\\elif :what < 7
UPDATE t SET at = at + interval '40 days', a = a + 1 WHERE id = :id;
\\elif :what < 8
UPDATE t SET at = '2030-01-01' WHERE id = :id;
UPDATE t SET at = '2024-02-01', b = 'back' WHERE id = :id;
\\else
MERGE INTO t USING (SELECT :id::bigint AS id) AS s ON t.id = s.id WHEN MATCHED AND t.a > 60 THEN DELETE
  WHEN MATCHED THEN UPDATE SET a = t.a + 2, at = t.at - interval '1 day';
\\endif
SELECT count(*) FROM (SELECT 1 FROM t WHERE id = :id FOR UPDATE) AS x;
END;
SQL
append_to_file("$dir/keys.sql", <<"SQL");
\\set id random(1, $rows)
BEGIN;
WITH gone AS (DELETE FROM t WHERE id = :id RETURNING *) INSERT INTO t SELECT id, at, 5, 'again' FROM gone ON CONFLICT DO NOTHING;
SAVEPOINT s;
UPDATE t SET a = a + 1, at = at + interval '1 month' WHERE id = :id;
RELEASE s;
UPDATE t SET id = -nextval('more'), at = at - interval '1 month' WHERE id = :id;
END;
SQL
append_to_file("$dir/mass.sql", <<'SQL');
UPDATE t SET a = a % 1000 + 1 WHERE id IN (SELECT id FROM t WHERE id % 3 = 0 ORDER BY id FOR UPDATE);
\sleep 300 ms
SQL

sub start_traffic
{
	my ($node, $seconds) = @_;
	start_app($node, 'rows', 2, $seconds, "--file=$dir/rows.sql", '--max-tries=1000');
	start_app($node, 'keys', 2, $seconds, "--file=$dir/keys.sql", '--max-tries=1000');
	start_app($node, 'mass', 1, $seconds, "--file=$dir/mass.sql", '--max-tries=1000');
}

# Everything else that writes rows, by a session of its own.
sub write_otherwise
{
	my ($node) = @_;
	my $gid = 'p' . ++$prepared;
	$node->safe_psql('postgres', qq{
		COPY t (id, at, a, b) FROM PROGRAM 'for i in 1 2 3 4 5; do echo \$((i + $prepared * 10 + 500000000)),2024-0\$i-02,1,copied; done' (FORMAT csv);
		BEGIN;
		UPDATE t SET a = 77, at = at + interval '1 month' WHERE id = $prepared * 10 + 500000001;
		DELETE FROM t WHERE id = $prepared * 10 + 500000002;
		PREPARE TRANSACTION '$gid';
		SET session_replication_role = replica;
		UPDATE t SET b = 'replica', at = '2025-01-01' WHERE id = $prepared * 10 + 500000003;
		COMMIT PREPARED '$gid';});
}

my $node = new_node('partition', 'max_prepared_transactions = 5', 'zdm.nice = -1', 'zdm.batch_time = 5',
	'deadlock_timeout = 10s');
install_zdm($node);

my %calls = (
	range => [ q{'RANGE (at)', every => '1 month', primary_key => '{id,at}'}, 'id, at' ],
	hash => [ q{'HASH (id)', partitions => 3, workers => 2}, 'id' ]);
for my $kind (sort keys %calls)
{
	my ($call, $key) = @{ $calls{$kind} };
	my $moments = 0;
	make_table($node);
	start_traffic($node, 20);
	$node->safe_psql('postgres', "SET client_min_messages = warning; SELECT zdm.expand_partition('t', $call, name => '$kind')");
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
	for my $step ([ 'contract', 'zdm_old_t' ], [ 'reopen', 'zdm_new_t' ], [ 'contract', 'zdm_old_t' ])
	{
		$node->safe_psql('postgres', "SELECT zdm.$step->[0]('$kind')");
		write_otherwise($node);
		same_rows($node, $columns, 't', $step->[1], "$kind: after $step->[0], both have the same rows");
	}
	finish_apps($kind);
	same_rows($node, $columns, 't', 'zdm_old_t', "$kind: and at the end of the traffic");
	is_sound($node, $_, $kind) for split /\n/, $node->safe_psql('postgres',
		"SELECT relid::regclass FROM pg_partition_tree('t') WHERE isleaf ORDER BY 1 LIMIT 2");
	is_sound($node, 'zdm_old_t', $kind);
	cmp_ok($node->safe_psql('postgres', 'SELECT count(DISTINCT tableoid) FROM t'), '>=', 3, "$kind: the rows are in partitions");
	$node->safe_psql('postgres', 'TRUNCATE t');
	same_rows($node, $columns, 't', 'zdm_old_t', "$kind: TRUNCATE goes along");
	$node->safe_psql('postgres', "SELECT zdm.finalize('$kind'); DROP SEQUENCE more");

	# What pg_dump says of it, and of one by hand with the same partitions.
	my $by_hand = $node->safe_psql('postgres', q{SELECT format('CREATE TABLE %s PARTITION OF t %s WITH (fillfactor = 70);', c.oid::regclass, pg_get_expr(relpartbound, c.oid))
		FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 't'::regclass ORDER BY c.oid});
	my $partkey = $node->safe_psql('postgres', q{SELECT pg_get_partkeydef('t'::regclass)});
	$node->safe_psql('postgres', "CREATE DATABASE by_hand_$kind");
	$node->safe_psql("by_hand_$kind", "CREATE TABLE t ($table, PRIMARY KEY ($key)) PARTITION BY $partkey; $by_hand $indexes; CREATE VIEW v AS SELECT id, at, a AS value FROM t");
	is(schema_of($node, 'postgres'), schema_of($node, "by_hand_$kind"), "$kind: pg_dump says what it says of a table that was made so");
}

# Two applications insert the same old key in different partitions: one of them is refused, whoever
# waits for whom, and what follows has the other one.
make_table($node);
$node->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 month', primary_key => '{id,at}', name => 'twice')});
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'twice'}, 'another one is ready');
$node->safe_psql('postgres', q{SELECT zdm.contract('twice')});
my %sessions = map { $_ => $node->background_psql('postgres', on_error_stop => 0) } qw(a b);
my $waits = q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'second'};

# Has session b write while a's transaction is open, ends that, and gives what b was told.
sub meets
{
	my ($first, $second, $end) = @_;
	$sessions{a}->query_safe("BEGIN; $first");
	$sessions{b}->query_until(qr/begun/, "\\echo begun\n$second /* second */;\n\\echo through\n");
	wait_for($node, $waits, 'the second waits');
	$sessions{a}->query_safe($end);
	wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE state <> 'idle' AND query ~ 'second' AND pid <> pg_backend_pid()}, 'and not for ever');
	$sessions{b}->query('SELECT 1');
	same_rows($node, $columns, 't', 'zdm_old_t', "$first, $end: both have the same rows");
	return $node->safe_psql('postgres', "SELECT string_agg(at::date::text, ' ') FROM t WHERE id = 7777777");
}
my ($one, $two) = map { "INSERT INTO t (id, at) VALUES (7777777, '2024-0$_-01')" } 1, 2;
is(meets($one, $two, 'COMMIT'), '2024-01-01', 'the second is refused, if the first commits');
is(meets('DELETE FROM t WHERE id = 7777777', $two, 'ROLLBACK'), '2024-01-01', 'and if its row is not deleted after all');
is(meets('DELETE FROM t WHERE id = 7777777', $two, 'COMMIT'), '2024-02-01', 'but not if it is');
$node->safe_psql('postgres', 'DELETE FROM t WHERE id = 7777777');
is(meets($one, $two, 'ROLLBACK'), '2024-02-01', 'nor if the first one was never there');
$_->quit for values %sessions;
$node->safe_psql('postgres', q{SELECT zdm.rollback('twice')});

# Killed in the middle, again and again.
make_table($node);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'zdm'\nzdm.launcher_interval = 1\nzdm.nice = 0.9\n");
$node->restart;
$node->safe_psql('postgres', q{SET client_min_messages = warning; SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 month', primary_key => '{id,at}', name => 'm')});
kill_on_the_way($node, 'm', q{UPDATE t SET a = a + 1 WHERE id % 50 = 0; DELETE FROM t WHERE id % 500 = 0; UPDATE t SET id = -id, at = at + interval '2 months' WHERE id % 499 = 0},
	sub { my ($what) = @_; is(rows_missing($node, $columns, 'zdm_new_t', 't'), 0, "$what: the copy has nothing that is not there") });
same_rows($node, $columns, 't', 'zdm_new_t', 'after all kills, both have the same rows');
$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
kill_server($node);
$node->safe_psql('postgres', q{UPDATE t SET a = a + 1, at = at + interval '1 month' WHERE id % 7 = 0});
same_rows($node, $columns, 't', 'zdm_old_t', 'killed after contract: the old table follows');
$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^(zdm_(new|old)|t_20)'}), 0, 'a rollback leaves nothing behind');

# By list, and back to one table, beside writers, with the worker killed, and every connection with it:
# whatever they had committed by then, both tables have.
$node->safe_psql('postgres', q{
	CREATE SEQUENCE more_of_u START 1000000;
	CREATE TABLE u (id bigint PRIMARY KEY, region text NOT NULL, n int NOT NULL DEFAULT 0, b text);
	INSERT INTO u SELECT g, 'r' || g % 5, g, repeat('x', g % 20 * 100) FROM generate_series(1, 8000) g;
	VACUUM ANALYZE u;});
append_to_file("$dir/u.sql", <<'SQL');
\set id random(1, 8000)
\set what random(1, 6)
BEGIN;
INSERT INTO u (id, region) SELECT v, 'r' || v % 6 FROM nextval('more_of_u') AS v;
\if :what < 3
UPDATE u SET region = 'r' || (:id + n) % 6, n = n + 1 WHERE id = :id;
\elif :what < 4
DELETE FROM u WHERE id = :id;
\elif :what < 5
UPDATE u SET id = nextval('more_of_u') WHERE id = :id;
\else
UPDATE u SET b = b || '.', n = n + 1 WHERE id = :id;
\endif
END;
SQL

sub start_writer
{
	my %writer = (out => '', err => '');
	$writer{handle} = IPC::Run::start([ 'pgbench', '-n', '-c', 2, '-T', 600, '--max-tries=1000', "--file=$dir/u.sql", $node->connstr('postgres') ],
		'>', \$writer{out}, '2>', \$writer{err});
	return \%writer;
}

# It has ended with its connections, or does now; nothing of what it did was refused.
sub end_writer
{
	my ($writer, $what) = @_;
	$writer->{handle}->signal('TERM');
	$writer->{handle}->finish;
	unlike($writer->{err}, qr/ERROR/, "$what: nothing was refused");
}

my %ways = (
	list => q{expand_partition('u', 'LIST (region)', primary_key => '{id,region}', name => 'list')},
	whole => q{expand_shadow_table('u', '()', name => 'whole')});
my $kills = 0;
for my $way (sort keys %ways)
{
	my $until = sub { "SELECT zdm.alter_backfill('$way', nice => 0.98, go_if => \$go\$SELECT coalesce(percent, 0) < $_[0] FROM zdm.progress WHERE name = '$way'\$go\$)
		FROM zdm.migration WHERE name = '$way' AND status = 'running'" };
	$node->safe_psql('postgres', "SET client_min_messages = warning; BEGIN; SELECT zdm.$ways{$way}; " . $until->(5) . '; COMMIT');
	for my $target (5, 40, 75)
	{
		$node->safe_psql('postgres', $until->($target));
		my $writer = start_writer();
		wait_for($node, qq{SELECT percent >= $target OR status = 'ready' FROM zdm.progress WHERE name = '$way'}, "$way: the copy gets to $target %");
		$kills++ if kill_worker($node);
		end_writer($writer, "$way, $target %");
		is(rows_missing($node, 'id, region, n, b', 'zdm_new_u', 'u'), 0, "$way, $target %: the copy has nothing that is not there");
	}
	my $writer = start_writer();
	$node->safe_psql('postgres', "SELECT zdm.alter_backfill('$way', reset => '{nice,go_if}') FROM zdm.migration WHERE name = '$way' AND status = 'running'");
	wait_for($node, qq{SELECT status = 'ready' FROM zdm.status WHERE name = '$way'}, "$way: it gets to its end");
	same_rows($node, 'id, region, n, b', 'u', 'zdm_new_u', "$way: after all kills, both have the same rows");
	for my $step ([ 'contract', 'zdm_old_u' ], [ 'reopen', 'zdm_new_u' ], [ 'contract', 'zdm_old_u' ])
	{
		$node->safe_psql('postgres', "SELECT zdm.$step->[0]('$way')");
		same_rows($node, 'id, region, n, b', 'u', $step->[1], "$way: after $step->[0], both have the same rows");
	}
	end_writer($writer, "$way, to contract");
	is($node->safe_psql('postgres', "SELECT mismatches FROM zdm.verify('$way')"), 0, "$way: verify finds nothing");
	$node->safe_psql('postgres', "SELECT zdm.finalize('$way')");
}
cmp_ok($kills, '>=', 2, 'the worker was killed in the middle, more than once');
is($node->safe_psql('postgres', q{SELECT relkind FROM pg_class WHERE oid = 'u'::regclass}), 'r', 'it is one table again');
is_sound($node, 'u', 'list and back');
log_is_clean($node);
done_testing();
