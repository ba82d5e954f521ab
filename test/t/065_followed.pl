# Names change beside clients and workers: while rows are filled and indexes built, before a
# crash, and before a dump.  test/sql/followed.sql and followed_tables.sql have every kind of migration
# without all that.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('followed', 'shared_buffers = 64MB');
my $dir = PostgreSQL::Test::Utils::tempdir();
my @port = ('-h', $node->host, '-p', $node->port);

sub value { return $node->safe_psql('postgres', @_); }

install_zdm($node);
value(q{
	CREATE SCHEMA "a ""b";
	CREATE TABLE "a ""b".account (id int PRIMARY KEY, old int, other int);
	INSERT INTO "a ""b".account SELECT g, g, g FROM generate_series(1, 30000) g;
	CREATE VIEW app AS SELECT id, old FROM "a ""b".account;
	CREATE TABLE named AS SELECT 'a "b'::text AS schema, 'account'::text AS name;});

# Gives the table the next of its names, or its schema: nobody waits for that for long.
value(q{
	CREATE FUNCTION next_name() RETURNS void LANGUAGE plpgsql AS $$
	DECLARE n named; BEGIN
		SET LOCAL lock_timeout = '100ms';
		SELECT * INTO n FROM named FOR UPDATE;
		IF random() < 0.5 THEN
			EXECUTE format('ALTER SCHEMA %I RENAME TO %I', n.schema, 's' || txid_current());
			EXECUTE format('CREATE SCHEMA %I; CREATE TABLE %I.account (id int, old int, new int)', n.schema, n.schema);
			UPDATE named SET schema = 's' || txid_current();
		ELSE
			EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', n.schema, n.name, 't' || txid_current());
			EXECUTE format('CREATE TABLE %I.%I (id int, old int, new int)', n.schema, n.name);
			UPDATE named SET name = 't' || txid_current();
		END IF;
	EXCEPTION WHEN lock_not_available THEN NULL;
	END $$;});
append_to_file("$dir/app.sql", <<'SQL');
\set id random(1, 30000)
\set new random(100000, 2000000000)
UPDATE app SET old = old + 1 WHERE id = :id;
INSERT INTO app VALUES (:new, :new) ON CONFLICT DO NOTHING;
SQL
append_to_file("$dir/names.sql", "SELECT next_name();\n\\sleep 20 ms\n");

sub whole_table { return value(q{SELECT format('%I.%I', schema, name) FROM named}); }

value(q{
	CREATE FUNCTION differing(old text, new text) RETURNS bigint LANGUAGE plpgsql AS $$
	DECLARE n named; result bigint; BEGIN
		SELECT * INTO n FROM named FOR UPDATE; -- keeps the names
		EXECUTE format('SELECT count(*) FROM %I.%I WHERE %I IS DISTINCT FROM %I', n.schema, n.name, old, new) INTO result;
		RETURN result;
	END $$;});

sub agree
{
	my ($old, $new, $what) = @_;
	is(value("SELECT differing('$old', '$new')"), 0, "$what: every row agrees");
}

# everything at once, through a whole life
my $oid = value(q{SELECT '"a ""b".account'::regclass::oid});
start_app($node, 'view', 2, 8, '-f', "$dir/app.sql");
start_app($node, 'names', 1, 8, '-f', "$dir/names.sql");
value("SELECT zdm.expand_rename('$oid', 'old', 'new', name => 'm')");
# the names stay while a call begins that names its table in a text
value(q{SELECT zdm.expand_index(format('CREATE INDEX "by other" ON %I.%I (other) WHERE other > 5', schema, name), name => 'i') FROM (SELECT * FROM named FOR UPDATE) AS n});
value(q{CALL zdm.wait('m')});
value(q{CALL zdm.wait('i')});
agree('old', 'new', 'ready');
value("SELECT zdm.$_('m')") for ('contract', 'reopen', 'contract');
agree('zdm_old_old', 'new', 'contracted');
value(q{SELECT zdm.reopen('m')});
finish_apps('renamed all the time');
agree('old', 'new', 'in the end');
is(value(q{SELECT mismatches FROM zdm.verify('m')}), 0, 'verify says so, too');
cmp_ok(value(q{SELECT count(*) FROM pg_namespace WHERE nspname ~ '^s[0-9]'}), '>', 3, 'the schema had many names');
is(value(q{SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace <> 'zdm'::regnamespace}), 1, 'no other table got a trigger');
is(value(q{SELECT indisvalid FROM pg_index WHERE indexrelid = (SELECT oid FROM pg_class WHERE relname = 'by other')}), 't', 'and the index is where it belongs');
value(q{SELECT zdm.rollback('m')});
value(q{SELECT zdm.contract('i'); SELECT zdm.finalize('i')});

# likewise while another table takes over: from contract on it is another one behind the name
$oid = value(q{SELECT to_regclass(format('%I.%I', schema, name))::oid FROM named});
start_app($node, 'view', 2, 8, '-f', "$dir/app.sql");
start_app($node, 'names', 1, 8, '-f', "$dir/names.sql");
value("SELECT zdm.expand_compact('$oid', name => 'c')");
value(q{CALL zdm.wait('c')});
value("SELECT zdm.$_('c')") for ('contract', 'reopen', 'contract');
isnt(value(q{SELECT to_regclass(format('%I.%I', schema, name))::oid FROM named}), $oid, 'another table has the name');
finish_apps('renamed all the time, the whole table');
is(value(q{SELECT mismatches FROM zdm.verify('c')}), 0, 'the hidden one has all of it');
value(q{SELECT zdm.finalize('c')});
is(value(q{SELECT count(*) FROM pg_class WHERE relname ~ '^zdm_(old|new)_account' OR relname ~ '^zdm_(old|new)_t[0-9]'}), 0, 'and is gone in the end');

# a schema gets another name between the plan of a call and its first step, or its statement, and another table the old one
for my $stop ('expand planned', 'step named')
{
SKIP: {
	skip 'this build has no stop points', 5 unless has_stop_points($node);
	my $at = "names, $stop";
	my $name = $stop =~ s/ /_/r;
	my $keeper = $node->background_psql('postgres');
	my $caller = $node->background_psql('postgres', on_error_stop => 0);
	value(q{DROP SCHEMA IF EXISTS planned, planned_then CASCADE; CREATE SCHEMA planned; CREATE TABLE planned.account (id int PRIMARY KEY, old int); INSERT INTO planned.account VALUES (1, 2)});
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	$caller->query_safe(qq{LOAD 'zdm'; SET zdm.stop_at = '$stop'});
	$caller->query_until(qr/called/, qq{\\echo called\nSELECT zdm.expand_rename('planned.account', 'old', 'new', name => '$name');\n\\echo over\n});
	waits_at($node, "$at: the call is held");
	value(q{ALTER SCHEMA planned RENAME TO planned_then; CREATE SCHEMA planned; CREATE TABLE planned.account (id int, old int)});
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	$keeper->quit;
	$caller->query_until(qr/over/, '');
	$caller->quit;
	value(qq{CALL zdm.wait('$name')});
	is(value(q{SELECT new FROM planned_then.account}), 2, "$at: the table has the column");
	is(value(q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'planned.account'::regclass AND attname = 'new'}), 0, '... and what has its name not');
	is(value(qq{SELECT string_agg(schema_then, ' ') FROM zdm.target WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = '$name')}),
		$stop eq 'step named' ? 'planned' : 'planned_then', '... nor does the record speak of it');
	value(qq{SELECT zdm.rollback('$name')});
	is(value(q{SELECT count(*) FROM pg_attribute WHERE attname = 'new' AND attrelid = 'planned_then.account'::regclass AND NOT attisdropped}), 0, '... and rollback has the same one');
}
}

# while an index is built, the schema can have another name; then the server crashes
value(q{ALTER TABLE } . whole_table() . q{ RENAME TO settled; CREATE SCHEMA now});
value(q{ALTER TABLE } . value(q{SELECT quote_ident(schema) FROM named}) . q{.settled SET SCHEMA now});
value(q{ALTER TABLE now.settled RENAME TO account});
value(q{TRUNCATE now.account; INSERT INTO now.account SELECT g, g, g FROM generate_series(1, 100) g});
my $keeper = close_gate($node);
value(q{SELECT zdm.expand_index('CREATE INDEX gated ON now.account (gated(other))', name => 'gated')});
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase LIKE 'building index%'}, 'an index is being built');
value(q{ALTER SCHEMA now RENAME TO later; CREATE SCHEMA now; CREATE TABLE now.account (other int)});
open_gate($keeper);
value(q{CALL zdm.wait('gated')});
is(value(q{SELECT indrelid::regclass FROM pg_index WHERE indexrelid = 'later.gated'::regclass AND indisvalid}), 'later.account', 'and it becomes ready there');
value(q{SELECT zdm.rollback('gated')});

$keeper = close_gate($node);
value(q{SELECT zdm.expand_index('CREATE INDEX gated ON later.account (gated(other))', name => 'crashed')});
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase LIKE 'building index%'}, 'another one');
value(q{ALTER SCHEMA later RENAME TO last});
kill_server($node);
value(q{SELECT zdm.resume('crashed')});
value(q{CALL zdm.wait('crashed')});
is(value(q{SELECT count(*) FROM pg_index WHERE indexrelid = 'last.gated'::regclass AND indisvalid}), 1, 'after a crash what was left is found, and built anew');
value(q{SELECT zdm.rollback('crashed')});

# a dump has the table by its new name, and the steps by the old one; columns of no concern have others, too
value(q{
	ALTER TABLE last.account ALTER old SET NOT NULL, ADD CHECK (old > 0);
	CREATE INDEX by_old ON last.account (old);
	SELECT zdm.expand_change_type('last.account', 'old', 'bigint', name => 'dumped');});
value(q{CALL zdm.wait('dumped')});
value(q{
	CREATE SCHEMA "x y";
	ALTER TABLE last.account RENAME other TO another;
	ALTER TABLE last.account SET SCHEMA "x y";
	ALTER TABLE "x y".account RENAME TO "z""z";
	CREATE TABLE last.account (id int, old int);});
$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", @port, 'postgres' ], 'pg_dump');
value(q{CREATE DATABASE restored});
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/dump.sql", @port, 'restored' ], 'and a restore');
for my $database ('restored', 'postgres')
{
	my $status = $node->safe_psql($database, q{SELECT status FROM zdm.status WHERE name = 'dumped'});
	is($status, 'ready', "$database: it is ready");
	$node->safe_psql($database, "SELECT zdm.$_('dumped')") for ('contract', 'reopen', 'contract', 'finalize');
	is($node->safe_psql($database, q{
			SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' ORDER BY attname) FROM pg_attribute
			 WHERE attrelid = '"x y"."z""z"'::regclass AND attnum > 0 AND NOT attisdropped}),
		'another integer, id integer, old bigint', "$database: it goes on to the end");
	is($node->safe_psql($database, q{SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'last.account'::regclass AND attnum > 0}),
		'id old', "$database: and has left alone what has the name");
}
log_is_clean($node);

done_testing();
