# The server dies at the end of each step, when all of it is done and before anybody has heard of
# that: the step is repeated, or judged to be done, and the migration goes on.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('step_ends', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'zdm.max_workers = 24',
	'zdm.max_workers_per_database = 24', 'zdm.max_builds = 24', 'max_worker_processes = 40');
install_zdm($node);

my %call = (
	type => q{zdm.expand_change_type('type', 'a', 'bigint', name => 'type')},
	text => q{zdm.expand_change_type('text', 'a', 'text', name => 'text')},
	add => q{zdm.expand_add_column('add', 'b', 'int', backfill => 'a + 1', not_null => true, index => true, name => 'add')},
	key => q{zdm.expand_primary_key('key', '{id}', name => 'key')},
	fkey => q{zdm.expand_foreign_key('fkey', '{a}', 'other', name => 'fkey')},
	parts => q{zdm.expand_index('CREATE INDEX parts_a ON parts (a)', name => 'parts')},
	reindex => q{zdm.reindex('reindex', name => 'reindex')},
	rename => q{zdm.expand_rename('rename', 'a', 'b', name => 'rename')},
	transform => q{zdm.expand_transform('transform', '{a}', '{"b": {"type": "bigint", "forward": "a + 1"}}', '{"a": "b - 1"}', name => 'transform')},
	not_null => q{zdm.expand_not_null('not_null', 'a', '7', name => 'not_null')},
	checks => q{zdm.expand_check('checks', 'checks_small', 'a < 1000', name => 'checks')},
	uniq => q{zdm.expand_unique('uniq', '{a}', name => 'uniq')},
	drop_column => q{zdm.expand_drop_column('drop_column', 'a', '1', name => 'drop_column')},
	drop_index => q{zdm.drop_index('drop_index_a', name => 'drop_index')},
	shadow => q{zdm.expand_shadow_table('shadow', '(b int, a int, id int)', name => 'shadow')},
	compact => q{zdm.expand_compact('compact', name => 'compact')},
	partition => q{zdm.expand_partition('partition', 'HASH (id)', partitions => 2, name => 'partition')},
	extract => q{zdm.expand_extract('extract', '{b}', 'extracted', name => 'extract')},
	rename_table => q{zdm.expand_rename_table('rename_table', 'renamed', name => 'rename_table')},
	move_table => q{zdm.expand_move_table('move_table', 'elsewhere', name => 'move_table')});
# How the rows of a migration's table are read once it is contracted, where not as before.
my %rows = (
	type => 'SELECT id, a FROM type', add => 'SELECT id, b - 1 FROM add', rename => 'SELECT id, b FROM rename', transform => 'SELECT id, b - 1 FROM transform',
	drop_column => 'SELECT id, id FROM drop_column', extract => 'SELECT id, a FROM extract JOIN extracted USING (id) WHERE b = a',
	rename_table => 'SELECT id, a FROM renamed', move_table => 'SELECT id, a FROM elsewhere.move_table');

$node->safe_psql('postgres', 'CREATE TABLE other (id int PRIMARY KEY); INSERT INTO other SELECT generate_series(1, 50); CREATE SCHEMA elsewhere');
for my $kind (sort keys %call)
{
	my $columns = $kind eq 'parts' ? '(id int, a int) PARTITION BY RANGE (id)'
		: $kind =~ /shadow|compact|partition|extract/ ? '(id int PRIMARY KEY, a int NOT NULL, b int)'
		: $kind eq 'not_null' ? '(id int NOT NULL, a int)'
		: '(id int NOT NULL, a int NOT NULL' . ($kind eq 'text' ? ')' : ' CHECK (a > 0))');
	$node->safe_psql('postgres', "CREATE TABLE $kind $columns"
		. ($kind eq 'parts' ? '; CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (20); CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (20) TO (99)' : '')
		. ($kind eq 'drop_index' ? '; CREATE INDEX drop_index_a ON drop_index (a)' : '')
		. ($kind =~ /^(type|text|reindex)$/ ? "; CREATE UNIQUE INDEX ON $kind (a); CREATE INDEX ON $kind (a, id)" : '')
		. "; INSERT INTO $kind (id, a) SELECT g, g FROM generate_series(1, 50) g"
		. ($kind eq 'extract' ? '; UPDATE extract SET b = a' : ''));
}

# A step that has come to its end stops there, once.
$node->safe_psql('postgres', q{
	CREATE TABLE survived (migration_id bigint, seq int, PRIMARY KEY (migration_id, seq));
	CREATE FUNCTION stop_at_end() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF NOT EXISTS (SELECT FROM public.survived s WHERE (s.migration_id, s.seq) = (NEW.migration_id, NEW.seq)) THEN
			PERFORM pg_advisory_xact_lock_shared(NEW.migration_id::int, NEW.seq);
			PERFORM pg_sleep(300);
		END IF;
		RETURN NEW;
	END $$;
	CREATE TRIGGER stop_at_end AFTER UPDATE ON zdm.step_row FOR EACH ROW
		WHEN (NEW.status = 'done' AND OLD.status <> 'done' AND NEW.runs <> 'caller') EXECUTE FUNCTION stop_at_end()});

my $stopped = q{SELECT classid AS migration_id, objid AS seq FROM pg_locks
	WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock' AND classid < 1000 AND granted};
my $waiting = q{SELECT count(*) FROM zdm.status WHERE status = 'running'};
$node->safe_psql('postgres', "SELECT $call{$_}") for sort keys %call;
my %ends;
my $oids = q{SELECT string_agg(indexrelid::text, ' ' ORDER BY indexrelid) FROM pg_index WHERE indrelid = 'reindex'::regclass};
my $before = $node->safe_psql('postgres', $oids);
my $rebuilt;

for my $round (1 .. 200) # one step in each of them will do
{
	last if $node->safe_psql('postgres', $waiting) == 0;
	wait_for($node, "SELECT EXISTS ($stopped) OR ($waiting) = 0", "round $round: a step has come to its end");
	last if $node->safe_psql('postgres', $waiting) == 0;
	for my $end (split /\n/, $node->safe_psql('postgres',
		"WITH s AS ($stopped) INSERT INTO survived SELECT migration_id::bigint, seq::int FROM s ON CONFLICT DO NOTHING RETURNING (SELECT name FROM zdm.migration WHERE id = migration_id) || ' ' || seq"))
	{
		$ends{$end}++;
		$rebuilt = $node->safe_psql('postgres', $oids) if $end =~ /^reindex/;
	}
	kill_server($node);
}
cmp_ok(scalar keys %ends, '>=', 40, 'each step has come to its end without being recorded') or diag(join ', ', sort keys %ends);
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status, ' ') FROM zdm.status}), 'ready', 'all of them are ready');
is($node->safe_psql('postgres', q{SELECT string_agg(m.name || ' ' || s.seq, ', ' ORDER BY m.name, s.seq) FROM zdm.step s JOIN zdm.migration m ON m.id = s.migration_id
	WHERE s.runs <> 'caller' AND s.phase <> 'contract' AND s.status <> 'done'}), '', 'with no step left out');
isnt($rebuilt, $before, 'indexes were rebuilt before the crash');
is($node->safe_psql('postgres', $oids), $rebuilt, 'and not once more after it');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_index WHERE NOT indisvalid'), 0, 'no build has left anything');

# A caller's steps are one transaction: a crash in the middle undoes all of them, and they go through again.
$node->safe_psql('postgres', q{DROP TRIGGER stop_at_end ON zdm.step_row;
	CREATE TRIGGER stop_at_end AFTER UPDATE ON zdm.step_row FOR EACH ROW
		WHEN (NEW.status = 'done' AND OLD.status <> 'done' AND NEW.action IN ('set_unique', 'sync_trigger')) EXECUTE FUNCTION stop_at_end()});
for my $time (1 .. 3)
{
	my $call = $node->background_psql('postgres', on_error_stop => 0);
	$call->query_until(qr/begun/, "\\echo begun\nSELECT zdm.contract('type');\n");
	wait_for($node, "SELECT EXISTS ($stopped)", "contract has come to an end of a step, $time");
	$node->safe_psql('postgres', "INSERT INTO survived SELECT migration_id::bigint, seq::int FROM ($stopped) s ON CONFLICT DO NOTHING");
	kill_server($node);
	eval { $call->quit };
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'type'}), 'ready', 'it is undone');
}
$node->safe_psql('postgres', q{DROP TRIGGER stop_at_end ON zdm.step_row});
$node->safe_psql('postgres', "SELECT zdm.contract('$_')") for sort keys %call;
is($node->safe_psql('postgres', 'SELECT count(*), sum(id), sum(a::int) FROM (' . ($rows{$_} // "SELECT id, a FROM \"$_\"") . ') AS r (id, a)'),
	'50|1275|1275', "the rows of $_") for sort keys %call;
is($node->safe_psql('postgres', q{SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'type'::regclass AND attname = 'a'}), 'bigint', 'contracted at last');
$node->safe_psql('postgres', "SELECT zdm.finalize('$_')") for sort keys %call;
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status, ' ') FROM zdm.status}), 'finalized', 'and finalized');
$node->stop;
done_testing();
