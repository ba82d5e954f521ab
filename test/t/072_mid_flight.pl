# An update in the middle of migrations: of every kind, in every state, begun by an older version
# (test/upgrade).  They go on to each of their ends, while both applications write; what comes out is what
# comes out where the present version has begun them.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('mid_flight', 'autovacuum = off'); # a template database must have no session
offer_old_versions($node);

# Runs psql over a script, with what its \gexec make of it; gives what it says of errors.
sub script
{
	my ($database, $script) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-XqAt', $node->connstr($database) ], '<', \"SET client_min_messages = warning;\n$script", '>', \$out, '2>', \$err);
	return join("\n", grep { !/^DETAIL|^HINT|^CONTEXT/ } split /\n/, $err);
}

# A call for each migration that a condition names.
sub each_migration
{
	my ($call, $condition) = @_;
	return "SELECT format('$call', m.name) FROM zdm.migration m WHERE $condition ORDER BY id \\gexec\n";
}

# What an application writes into each table.
my $number = 2000;

sub writes
{
	my ($application, $condition) = @_;
	$number++;
	return "SELECT format(k.$application, m.name, $number) FROM kind k JOIN step_of s USING (kind)
		JOIN zdm.migration m ON m.name = s.kind || '_' || s.state WHERE $condition ORDER BY m.id \\gexec\n";
}

my $open = q{m.status NOT IN ('finalized', 'rolled_back')};
my $both = writes('old_app', "m.status IN ('running', 'paused', 'failed', 'ready')") . writes('new_app', q{m.status = 'ready'});
my $ready = $both
  . each_migration('SELECT zdm.resume(%L)', q{m.status IN ('running', 'paused', 'failed')})
  . each_migration('CALL zdm.wait(%L)', q{m.status = 'running'})
  . writes('old_app', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'ready'})
  . each_migration(q{SELECT 1 / (mismatches = 0)::int FROM zdm.verify(%L)}, "m.status = 'ready' AND m.trigger_name IS NOT NULL");
my $contract = each_migration('SELECT zdm.contract(%L)', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'contracted'});
my $rollback = each_migration('SELECT zdm.rollback(%L)', $open) . writes('old_app', q{m.status = 'rolled_back'});

# Each begins where the older version has left them.
my %ways = (
	forward => $ready . $contract . each_migration('SELECT zdm.finalize(%L)', q{m.status = 'contracted'}) . writes('new_app', q{m.status = 'finalized'}),
	back => $both . writes('new_app', q{m.status = 'contracted'}) . $rollback,
	there_and_back => $ready . $contract . each_migration('SELECT zdm.reopen(%L)', q{m.status = 'contracted'})
	  . writes('old_app', q{m.status = 'ready'}) . writes('new_app', q{m.status = 'ready'}) . $rollback);

# What is left of them: the schema, each table's rows, each migration's status.
sub outcome
{
	my ($database) = @_;
	my $tables = $node->safe_psql($database, q{
		SELECT string_agg(format('SELECT %L || t::text FROM %I t', relname || ': ', relname), ' UNION ALL ')
		  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition});
	my $rows = $node->safe_psql($database, "SELECT * FROM ($tables) AS r ORDER BY 1");
	my $status = $node->safe_psql($database, q{SELECT name || ' ' || status FROM zdm.migration ORDER BY 1});
	return schema_of($node, $database) . "\n$rows\n$status\n";
}

# The lines in which two texts differ.
sub differences
{
	my ($updated, $begun) = @_;
	my %count;
	$count{$_}++ for split /\n/, $updated;
	$count{$_}-- for split /\n/, $begun;
	return join("\n", map { ($count{$_} > 0 ? 'updated: ' : 'begun by the present version: ') . $_ } grep { $count{$_} } sort keys %count);
}

$node->safe_psql('postgres', 'CREATE DATABASE begun');
$node->safe_psql('begun', 'CREATE EXTENSION zdm');
my $failed = script('begun', slurp_file('test/upgrade/begin.sql'));
is(join(' ', $failed =~ /ERROR:  .*?migration "(.*?)" is failed/g), 'add_computed_failed fill_nulls_failed change_type_failed lossy_type_failed transform_failed',
	'the present version begins them') or diag($failed);
is(scalar(() = $failed =~ /ERROR/g), 5, 'with no other error') or diag($failed);

for my $file (glob 'test/upgrade/begun_by_*.sql')
{
	my ($old) = $file =~ /begun_by_([0-9.]+)\.sql$/;
	my $database = "from_$old";
	$database =~ tr/./_/;
	my $dump = slurp_file($file);

	# A dump that was made before the update does not fit, and says what would.
	$node->safe_psql('postgres', 'CREATE DATABASE unfit');
	like(script('unfit', $dump), qr/migrations of zdm \Q$old\E can't be restored into zdm/, "a dump with $old can't be restored into this version");
	is($node->safe_psql('unfit', q{SELECT (SELECT count(*) FROM zdm.migration) || ' ' || (SELECT count(*) FROM rename_ready)}), '0 20', 'but what else is in it');
	$node->safe_psql('postgres', 'DROP DATABASE unfit');
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	ok($dump =~ s/CREATE EXTENSION IF NOT EXISTS zdm WITH SCHEMA pg_catalog;/CREATE EXTENSION zdm VERSION '$old';/, 'the dump has the extension');
	is(script($database, $dump), '', "what $old has begun is loaded");
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
	$node->safe_psql('postgres', "CREATE DATABASE ${database}_older TEMPLATE $database");
	is(script("${database}_older", $both . writes('new_app', q{m.status = 'contracted'})), '', 'before the update both applications write');
	for my $call ("contract('rename_ready')", "resume('rename_paused')", "expand_rename('ref', 'id', 'new_id')", "ensure_ready('rename_ready')",
		"verify('rename_ready')", q{plan($$zdm.expand_rename('ref', 'id', 'new_id')$$)}, "alter_backfill('rename_paused', nice => 0.5)")
	{
		like(script("${database}_older", "SELECT zdm.$call;"), qr/^ERROR:  extension zdm has to be updated in this database first: ALTER EXTENSION zdm UPDATE$/,
			"and zdm.$call says what to do");
	}
	is(script($database, 'ALTER EXTENSION zdm UPDATE;'), '', 'and updated');
	for my $way (sort keys %ways)
	{
		for my $begun ('begun', $database)
		{
			$node->poll_query_until('postgres', "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '$begun')") or die;
			$node->safe_psql('postgres', "CREATE DATABASE ${begun}_$way TEMPLATE $begun");
			is(script("${begun}_$way", $ways{$way}), '', "$begun goes $way");
		}
		is(differences(outcome("${database}_$way"), outcome("begun_$way")), '', "$way it comes to the same");
	}
}
$node->stop;
log_is_clean($node);
done_testing();
