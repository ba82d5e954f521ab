# An update in the middle of migrations: of every kind, in every state, begun by an older version
# (test/upgrade).  They go on to each of their ends, while both applications write; what comes out is what
# comes out where the present version has begun them.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use MidFlight;
use Zdm;

my $node = new_node('mid_flight', 'autovacuum = off'); # a template database must have no session
offer_old_versions($node);

$node->safe_psql('postgres', 'CREATE DATABASE begun');
$node->safe_psql('begun', 'CREATE EXTENSION zdm');
begin_all($node, 'begun');

for my $file (glob 'test/upgrade/begun_by_*.sql')
{
	my ($old) = $file =~ /begun_by_([0-9.]+)\.sql$/;
	my $database = "from_$old";
	$database =~ tr/./_/;
	my $dump = slurp_file($file);

	# A dump that was made before the update does not fit, and says what would.
	$node->safe_psql('postgres', 'CREATE DATABASE unfit');
	like(script($node, 'unfit', $dump), qr/migrations of zdm \Q$old\E can't be restored into zdm/, "a dump with $old can't be restored into this version");
	is($node->safe_psql('unfit', q{SELECT (SELECT count(*) FROM zdm.migration) || ' ' || (SELECT count(*) FROM rename_ready)}), '0 20', 'but what else is in it');
	$node->safe_psql('postgres', 'DROP DATABASE unfit WITH (FORCE)');
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	ok($dump =~ s/CREATE EXTENSION IF NOT EXISTS zdm WITH SCHEMA pg_catalog;/CREATE EXTENSION zdm VERSION '$old';/, 'the dump has the extension');
	is(script($node, $database, $dump), '', "what $old has begun is loaded");
	# A dump makes all files and triggers anew, an update does not.
	$node->safe_psql($database, q{
		UPDATE zdm.backfill b SET filenode = pg_relation_filenode(b.relation), total_blocks = pg_relation_size(b.relation) / 8192,
		       next_block = pg_relation_size(b.relation) / 8192, system_id = (SELECT system_identifier FROM pg_control_system()),
		       root_trigger = (SELECT t.oid FROM pg_trigger t JOIN zdm.migration m ON t.tgrelid = m.relation AND t.tgname = m.trigger_name
		                        WHERE m.id = b.migration_id),
		       own_trigger = (SELECT t.oid FROM pg_trigger t JOIN zdm.migration m ON t.tgname = m.trigger_name
		                       WHERE m.id = b.migration_id AND t.tgrelid = b.relation);
		UPDATE zdm.backfill_range SET end_block = pg_relation_size(relation) / 8192}) if $old eq '0.1.0';
	# A dump leaves out what is hidden.
	$node->safe_psql($database, q{CREATE INDEX drop_index_contracted_idx ON drop_index_contracted (v);
		UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'drop_index_contracted_idx'::regclass});
	# Between the installation of the library and the update.
	copy_database($node, $database, "${database}_older");
	is(script($node, "${database}_older", $both . writes('new_app', q{m.status = 'contracted'})), '', 'before the update both applications write');
	for my $call ("contract('rename_ready')", "resume('rename_paused')", "expand_rename('ref', 'id', 'new_id')", "ensure_ready('rename_ready')",
		"verify('rename_ready')", q{plan($$zdm.expand_rename('ref', 'id', 'new_id')$$)}, "alter_backfill('rename_paused', nice => 0.5)")
	{
		like(script($node, "${database}_older", "SELECT zdm.$call;"), qr/^ERROR:  extension zdm has to be updated in this database first: ALTER EXTENSION zdm UPDATE$/,
			"and zdm.$call says what to do");
	}
	is(script($node, $database, 'ALTER EXTENSION zdm UPDATE;'), '', 'and updated');
	my %differences = go_each_way($node, $database, 'begun');
	is($differences{$_}, '', "$_ it comes to the same") for sort keys %differences;
}
$node->stop;
log_is_clean($node);
done_testing();
