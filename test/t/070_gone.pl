# The extension is dropped under migrations, and what no dump tells of is gone after a restore.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('gone');
my $dir = PostgreSQL::Test::Utils::tempdir();
my @port = ('-h', $node->host, '-p', $node->port);

sub value { return $node->safe_psql(@_); }

# One migration of each kind that hides something, in a database of its own.
sub make_database
{
	my ($database) = @_;
	value('postgres', "CREATE DATABASE $database");
	install_zdm($node, $database);
	value($database, q{
		SET client_min_messages = warning;
		CREATE TABLE renamed (id int PRIMARY KEY, old int NOT NULL);
		CREATE TABLE typed (id serial PRIMARY KEY, old int);
		CREATE TABLE indexed (id int PRIMARY KEY, a int);
		CREATE TABLE added (id int PRIMARY KEY, a int);
		CREATE INDEX indexed_a ON indexed (a);
		INSERT INTO renamed SELECT g, g FROM generate_series(1, 10) g;
		INSERT INTO typed (old) SELECT g FROM generate_series(1, 10) g;
		INSERT INTO indexed SELECT g, g FROM generate_series(1, 10) g;
		CREATE TABLE defaulted (id int PRIMARY KEY, old int DEFAULT 7);
		SELECT zdm.expand_rename('renamed', 'old', 'new', name => 'renamed');
		SELECT zdm.expand_rename('defaulted', 'old', 'new', name => 'defaulted');
		SELECT zdm.expand_change_type('typed', 'id', 'bigint', name => 'typed');
		SELECT zdm.expand_add_column('added', 'b', 'int', backfill => 'a', not_null => true, name => 'added');
		SELECT zdm.drop_index('indexed_a', name => 'indexed');});
	value($database, "CALL zdm.wait('$_')") for ('renamed', 'defaulted', 'typed', 'added');
	value($database, "SELECT zdm.contract('$_')") for ('renamed', 'indexed');
}

make_database('dropped');
my $error = expect_error($node, 'DROP EXTENSION zdm', '2BP01', 'migrations are under way', 'DROP EXTENSION is refused', database => 'dropped');
like($error, qr/There are: "renamed" is contracted, "defaulted" is ready, "typed" is ready, "added" is ready, "indexed" is contracted/, 'and names them');
expect_error($node, 'DROP EXTENSION IF EXISTS plpgsql, zdm', '2BP01', 'migrations are under way', 'also beside another one', database => 'dropped');
my ($out, $err) = ('', '');
$node->psql('dropped', 'DROP EXTENSION zdm CASCADE', stdout => \$out, stderr => \$err);
like($err, qr/NOTICE:  migration "renamed" leaves behind: column zdm_old_old of table renamed/, 'CASCADE says what it leaves');
is(value('dropped', q{SELECT count(*) FROM pg_extension WHERE extname = 'zdm'}), 0, 'and drops it');
is(value('dropped', q{SELECT indisvalid FROM pg_index WHERE indexrelid = 'indexed_a'::regclass}), 't', 'a hidden index is seen again');
value('dropped', q{
	INSERT INTO renamed (id, new) VALUES (100, 1);
	INSERT INTO typed (old) VALUES (1);
	INSERT INTO added (id, a) VALUES (1, 1);
	INSERT INTO defaulted (id) VALUES (1);
	INSERT INTO indexed VALUES (100, 1);});
is(value('dropped', 'SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal'), 0, 'no trigger is left');
install_zdm($node, 'dropped');
value('dropped', 'DROP EXTENSION zdm');
ok(1, 'without migrations it is dropped as any other');

# the other way: nothing is left to refuse it where the tables are gone
make_database('emptied');
value('emptied', q{SELECT zdm.forget('defaulted')});
value('emptied', 'DROP TABLE renamed, typed, added, indexed');
value('emptied', 'DROP EXTENSION zdm');
ok(1, 'nor where the tables are gone, or forgotten');

# a restored database: the hidden index is not in the dump, nor what the triggers depend on
make_database('dumped');
$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", @port, 'dumped' ], 'pg_dump');
for my $call ('finalize', 'rollback', 'forget')
{
	my $database = "restored_$call";

	value('postgres', "CREATE DATABASE $database");
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/dump.sql", @port, $database ], 'restored');
	is(value($database, q{SELECT to_regclass('indexed_a') IS NULL}), 't', 'without the hidden index');
	value($database, "SELECT zdm.$call('indexed')");
	is(value($database, q{SELECT status IN ('finalized', 'rolled_back') FROM zdm.migration WHERE name = 'indexed'}), 't',
		"$call ends that migration");
}

# columns that nothing holds any more are dropped; the migrations end nevertheless
value('restored_finalize', 'ALTER TABLE renamed DROP COLUMN zdm_old_old; ALTER TABLE typed DROP COLUMN zdm_new_id');
expect_error($node, q{SELECT zdm.reopen('renamed')}, '42703', 'zdm.finalize', 'what is gone is not seen again', database => 'restored_finalize');
value('restored_finalize', q{SELECT zdm.finalize('renamed'); SELECT zdm.rollback('typed')});
value('restored_finalize', 'INSERT INTO renamed (id, new) VALUES (100, 1); INSERT INTO typed (old) VALUES (1)');

# a step that makes the trigger anew holds the columns again, and so does resume
value('restored_rollback', q{SELECT zdm.reopen('renamed')});
expect_error($node, 'ALTER TABLE renamed DROP COLUMN new', '2BP01', 'depends on column new', 'reopen ties the trigger', database => 'restored_rollback');

$node->stop;
log_is_clean($node, 'lost its sync trigger');
done_testing();
