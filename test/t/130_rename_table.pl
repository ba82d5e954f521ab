# A table by two names, of which one is a view, under the writers of both: no statement fails from
# expand to finalize, and back and forth between; through a crash; and what is left is what would
# be there had the table always been called so.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', q{shared_preload_libraries = 'zdm'}, 'deadlock_timeout = 10s');
install_zdm($node);

# The same tables, made with the names that they have in the end.
sub schema_text
{
	my ($schema, $table) = @_;
	my $prefix = $schema eq 'public' ? '' : "$schema.";
	return qq{
	CREATE TABLE $prefix$table (
		id bigserial PRIMARY KEY,
		email text NOT NULL CONSTRAINT ${table}_mail_key UNIQUE,
		n int NOT NULL DEFAULT 0 CONSTRAINT ${table}_n_check CHECK (n >= 0),
		twice int GENERATED ALWAYS AS (n * 2) STORED,
		up bigint CONSTRAINT ${table}_up_fkey REFERENCES $prefix$table);
	CREATE INDEX ${table}_n_idx ON $prefix$table (n);
	CREATE STATISTICS public.${table}_stat ON id, n FROM $prefix$table;
	ALTER TABLE $prefix$table ENABLE ROW LEVEL SECURITY;
	CREATE POLICY p ON $prefix$table USING (true) WITH CHECK (true);
	CREATE TABLE ordered (id bigserial PRIMARY KEY, customer bigint NOT NULL REFERENCES $prefix$table ON DELETE CASCADE);
	CREATE VIEW busy AS SELECT id, email FROM $prefix$table WHERE n > 10;
	GRANT SELECT, INSERT, UPDATE ON $prefix$table TO reader WITH GRANT OPTION;
	GRANT UPDATE (n) ON $prefix$table TO other;
	COMMENT ON TABLE $prefix$table IS 'who buys';
	CREATE PUBLICATION p FOR TABLE $prefix$table;};
}

# What an application does with a table by one of its names, and with that which refers to it.
sub application
{
	my ($name) = @_;
	my $file = $node->basedir . "/$name.sql";
	append_to_file($file, qq{
\\set a random(1, 200)
\\set b :a + random(1, 50)
UPDATE $name SET n = n + 1 WHERE id = :a;
INSERT INTO $name (email) VALUES ('c' || :a) ON CONFLICT (email) DO UPDATE SET n = $name.n + 1;
INSERT INTO $name (email, n) VALUES ('x' || clock_timestamp()::text || random()::text, DEFAULT) RETURNING id \\gset new
DELETE FROM $name WHERE id = :newid;
SELECT n, twice FROM $name WHERE id = :a;
BEGIN;
SELECT n FROM $name WHERE id = :a FOR UPDATE;
UPDATE $name SET n = n + 1 WHERE id = :a;
UPDATE $name SET up = :a WHERE id = :b;
INSERT INTO ordered (customer) VALUES (:b);
END;
UPDATE $name SET n = n + 1 WHERE id IN (SELECT id FROM $name WHERE id BETWEEN :a AND :a + 3 ORDER BY id FOR UPDATE);
});
	return $file;
}

my $kinds = q{SELECT string_agg(c.oid::regclass::text || ' ' || relkind::text, ', ' ORDER BY relkind) FROM pg_class c
	WHERE relname IN ('customer', 'client') AND relkind IN ('r', 'v')};
$node->safe_psql('postgres', q{CREATE ROLE reader; CREATE ROLE other; CREATE SCHEMA shop;} . schema_text('public', 'customer') . q{
	INSERT INTO customer (email) SELECT 'c' || g FROM generate_series(1, 260) g;});

sub under_traffic
{
	my ($what, $names, $calls, $expected) = @_;
	for my $name (@$names)
	{
		my $file = application($name);
		start_app($node, "$name, simple", 2, 5, '-f', $file);
		start_app($node, "$name, prepared", 2, 5, '-M', 'prepared', '-f', $file);
	}
	for my $call (@$calls)
	{
		my ($out, $err) = ('', '');
		is($node->psql('postgres', $call, stdout => \$out, stderr => \$err), 0, "$what under traffic: $call") or diag $err;
		$node->safe_psql('postgres', 'SELECT pg_sleep(random() / 2)');
	}
	finish_apps($what);
	is($node->safe_psql('postgres', $kinds), $expected, "$what: $expected");
}

# A call in a transaction that a crash ends has not happened.
sub crash_in
{
	my ($call, $expected) = @_;
	my ($out, $err) = ('', '');
	my $session = IPC::Run::start([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', 'BEGIN', '-c', $call, '-c', 'SELECT pg_sleep(3600)',
			$node->connstr('postgres') ], '>', \$out, '2>', \$err);
	wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'}, "$call is done, and not committed")
	  or diag $err;
	kill_server($node);
	$session->finish;
	is($node->safe_psql('postgres', $kinds), $expected, "a crash in $call: $expected");
}

sub migrate
{
	my ($expand, $old, $new, $name) = @_;
	my ($before, $both, $after, $end) = ("$old r", "$old r, $new v", "$new r, $old v", "$new r");
	crash_in("SELECT $expand", $before);
	under_traffic('expand', [$old], ["SELECT $expand"], $both);
	crash_in("SELECT zdm.contract('$name')", $both);
	under_traffic('both names', [ $old, $new ], [
			"SELECT zdm.contract('$name')", "SELECT zdm.reopen('$name')", "SELECT zdm.contract('$name')",
			"SELECT zdm.reopen('$name')", "SELECT zdm.contract('$name')" ], $after);
	crash_in("SELECT zdm.reopen('$name')", $after);
	under_traffic('rollback', [$old], ["SELECT zdm.rollback('$name')"], $before);
	under_traffic('expand again', [$old], ["SELECT $expand"], $both);
	under_traffic('contract', [ $old, $new ], ["SELECT zdm.contract('$name')"], $after);
	crash_in("SELECT zdm.finalize('$name')", $after);
	under_traffic('finalize', [$new], ["SELECT zdm.finalize('$name')"], $end);
	is_sound($node, $new, 'after all that');
}

migrate(q{zdm.expand_rename_table('customer', 'client', name => 'r', rename_objects => true)}, 'customer', 'client', 'r');
$node->safe_psql('postgres', 'CREATE DATABASE scratch');
$node->safe_psql('scratch', schema_text('public', 'client'));
is(schema_of($node, 'postgres'), schema_of($node, 'scratch'), 'a table that was renamed is dumped as one that was made so');

$node->safe_psql('postgres', q{SELECT zdm.expand_rename_table('client', 'customer', name => 'back', rename_objects => true)});
$node->safe_psql('postgres', q{SELECT zdm.contract('back'); SELECT zdm.finalize('back');});
migrate(q{zdm.expand_move_table('customer', 'shop', name => 'm')}, 'customer', 'shop.customer', 'm');
$node->safe_psql('postgres', 'CREATE DATABASE moved');
$node->safe_psql('moved', 'CREATE SCHEMA shop;' . schema_text('shop', 'customer'));
is(schema_of($node, 'postgres', '(public|shop)'), schema_of($node, 'moved', '(public|shop)'), 'a table that was moved is dumped as one that was made there');

# A dump of both names, restored.
$node->safe_psql('postgres', q{SELECT zdm.expand_move_table('shop.customer', 'public', name => 'dumped'); GRANT DELETE ON customer TO other; REVOKE UPDATE ON shop.customer FROM reader;});
$node->safe_psql('postgres', 'CREATE DATABASE restored');
my ($dump, $out, $err) = ($node->basedir . '/dump.sql', '', '');
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'both names are dumped');
is($node->psql('restored', '', stdout => \$out, stderr => \$err, extra_params => [ '-f', $dump ], on_error_stop => 1), 0, 'and restored') or diag $err;
for my $database (qw(postgres restored))
{
	$node->safe_psql($database, q{SELECT zdm.contract('dumped'); INSERT INTO shop.customer (email) VALUES ('late'); SELECT zdm.finalize('dumped');});
	is($node->safe_psql($database, q{SELECT has_table_privilege('other', 'customer', 'DELETE'), has_table_privilege('reader', 'customer', 'UPDATE'),
		has_table_privilege('reader', 'customer', 'INSERT')}), 't|f|t', "$database: what was granted and revoked by one name is so by the other");
}

$node->safe_psql('postgres', q{CREATE TABLE small (id int); INSERT INTO small VALUES (1); ALTER TABLE small OWNER TO reader; GRANT CREATE ON SCHEMA public TO reader;
	SELECT zdm.expand_rename_table('small', 'tiny', name => 'done', complete => true)});
wait_for($node, q{SELECT status = 'finalized' FROM zdm.status WHERE name = 'done'}, 'a rename is completed by itself');
is($node->safe_psql('postgres', 'SELECT * FROM tiny'), 1, 'and the table is there');
$node->stop;
log_is_clean($node);
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'nobody has met a deadlock');
done_testing();
