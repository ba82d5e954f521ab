# What contract and its way back carry over is made before they have their locks.  Whatever becomes of it until then,
# they leave what the same change by plain ALTER TABLE would have left.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# Definitions are compared, of tables with three rows: there is nothing to vacuum.
my $node = new_node('main', 'zdm.at_once = on', 'autovacuum = off');
install_zdm($node);
$node->safe_psql('postgres', 'CREATE ROLE reader; CREATE ROLE other');

my $views = q{
	CREATE VIEW plain AS SELECT id, a FROM t;
	CREATE VIEW upon AS SELECT id, a AS b, a + 1 AS c FROM plain;
	CREATE VIEW joined AS SELECT id, x.b, y.a FROM upon x JOIN t y USING (id);
	CREATE VIEW counted AS SELECT count(*) AS n FROM joined;
	CREATE VIEW named AS SELECT id, a AS b FROM t;
	CREATE VIEW upon_named AS SELECT b FROM named;
	CREATE VIEW defaulted AS SELECT id, a FROM t;
	CREATE VIEW given AS SELECT id, a FROM t;
	CREATE VIEW granted AS SELECT id, a FROM t;
	CREATE VIEW optioned AS SELECT id, a FROM t;
	CREATE VIEW moved AS SELECT id, a FROM t;
	CREATE VIEW gone AS SELECT a FROM t;
	CREATE VIEW other_type AS SELECT id, a FROM t;
	CREATE VIEW upon_other_type AS SELECT id, a AS b FROM other_type;
	CREATE VIEW by_key AS SELECT id, a, count(*) AS n FROM t GROUP BY id;
	CREATE VIEW upon_key AS SELECT a, n FROM by_key};
my @meanwhile = (
	'CREATE OR REPLACE VIEW plain AS SELECT id, a FROM t WHERE id > 0',
	'ALTER VIEW named RENAME COLUMN b TO other',
	'ALTER VIEW defaulted ALTER COLUMN a SET DEFAULT 7',
	'ALTER VIEW given OWNER TO other',
	'GRANT SELECT ON granted TO reader; GRANT UPDATE (a) ON granted TO reader',
	'ALTER VIEW optioned SET (security_barrier = true)',
	'ALTER VIEW moved RENAME TO moved_on',
	'DROP VIEW gone',
	'CREATE OR REPLACE VIEW other_type AS SELECT id, a::text::int AS a FROM t',
	'CREATE VIEW made AS SELECT b, id FROM upon');
# The same where the type is another one already, which a view can't take.
my %by_itself = ($meanwhile[-2] => 'DROP VIEW upon_other_type, other_type; CREATE VIEW other_type AS SELECT id, a::text::int AS a FROM t;
	CREATE VIEW upon_other_type AS SELECT id, a AS b FROM other_type');

# A schema in which zdm changes the column, and one in which the server does, with the same objects.
sub make
{
	my ($schema, $type) = @_;
	my $made = $type =~ /int/ ? $views : $views =~ s/a \+ 1/a || 'x'/r;
	$node->safe_psql('postgres', "CREATE SCHEMA $schema; GRANT USAGE ON SCHEMA $schema TO other; SET search_path = $schema; CREATE TABLE t (id int PRIMARY KEY, a int);
		INSERT INTO t SELECT g, g FROM generate_series(1, 3) g; ALTER TABLE t ALTER a TYPE $type; $made");
}

# What the views of a schema are.
sub definitions
{
	my ($schema) = @_;
	my $all = $node->safe_psql('postgres', qq{
		SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attacl, a.atthasdef, c.relacl, c.reloptions, c.relowner::regrole, pg_get_viewdef(c.oid)
		  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		 WHERE c.relkind = 'v' AND c.relnamespace = '$schema'::regnamespace ORDER BY c.relname, a.attnum});
	my $uses = $node->safe_psql('postgres', qq{
		SELECT DISTINCT c.relname, pg_describe_object(refclassid, refobjid, refobjsubid) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
		 WHERE d.classid = 'pg_rewrite'::regclass AND c.relkind = 'v' AND c.relnamespace = '$schema'::regnamespace ORDER BY 1, 2});
	s/\b$schema\.//g for $all, $uses;
	return "$all\n$uses";
}

# Calls zdm while somebody reads the table, and does something else once it waits for him.
sub call_while
{
	my ($call, $pending) = @_;
	my $reader = $node->background_psql('postgres', on_error_stop => 1);
	my $caller = $node->background_psql('postgres', on_error_stop => 0);

	$reader->query_safe('BEGIN; SELECT count(*) FROM one.t');
	$caller->query_until(qr/begun/, "\\echo begun\nSET client_min_messages = error;\nSET zdm.lock_retries = 10000;\nSET application_name = 'caller';\nSELECT zdm.$call;\n");
	$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity
		WHERE application_name = 'caller' AND wait_event_type IN ('Extension', 'Lock'))}) or die 'it does not wait';
	$node->safe_psql('postgres', "SET search_path = one; $_") for @$pending;
	$reader->query_safe('COMMIT');
	$reader->quit;
	$caller->quit;
}

# How many of the definitions that a call carries over were made before its lock.
sub made_ready
{
	my ($call) = @_;
	my $offset = -s $node->logfile;
	$node->safe_psql('postgres', "SET client_min_messages = error; SET log_min_messages = debug1; SELECT zdm.$call");
	my @ready = slurp_file($node->logfile, $offset) =~ /(\d+ of \d+ definitions were made before the lock)/g;
	return $ready[-1] // 'nothing was said';
}

make('one', 'int');
make('two', 'bigint');
make('three', 'int');
$node->safe_psql('postgres', q{SELECT zdm.expand_change_type('one.t', 'a', 'bigint', name => 'one'); CALL zdm.wait('one')});
like(made_ready(q{contract('one')}), qr/^15 of 15/, 'all are made before the lock');
is(definitions('one'), definitions('two'), 'contracted');
like(made_ready(q{reopen('one')}), qr/^15 of 15/, 'and on the way back');
is(definitions('one'), definitions('three'), 'reopened');

# Somebody changes the views between that and the lock.
call_while(q{contract('one')}, \@meanwhile);
is($node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'one' ORDER BY id DESC LIMIT 1}), 'contracted', 'contracted while views changed');
$node->safe_psql('postgres', "SET search_path = $_->[0]; $_->[1]") for
  (map { [ 'two', $by_itself{$_} // $_ ] } @meanwhile), (map { [ 'three', $_ ] } @meanwhile);
is(definitions('one'), definitions('two'), 'with what had changed');
call_while(q{rollback('one')}, [ 'CREATE OR REPLACE VIEW upon AS SELECT id, a AS b, a + 1 AS c, 5 AS d FROM plain', 'CREATE VIEW last AS SELECT a FROM plain' ]);
is($node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'one' ORDER BY id DESC LIMIT 1}), 'rolled_back', 'rolled back while views changed');
$node->safe_psql('postgres', 'SET search_path = three; CREATE OR REPLACE VIEW upon AS SELECT id, a AS b, a + 1 AS c, 5 AS d FROM plain; CREATE VIEW last AS SELECT a FROM plain');
is(definitions('one'), definitions('three'), 'likewise');

# What the server refuses under the lock it refuses, however it was before.
$node->safe_psql('postgres', q{DROP VIEW one.last; SELECT zdm.expand_change_type('one.t', 'a', 'bigint', name => 'one'); CALL zdm.wait('one')});
call_while(q{contract('one')}, ['CREATE TABLE rows_of_view (v granted)']);
is($node->safe_psql('postgres', q{SELECT status FROM zdm.migration WHERE name = 'one' ORDER BY id DESC LIMIT 1}), 'ready', 'a table with rows of a view keeps its type');
$node->safe_psql('postgres', q{DROP TABLE one.rows_of_view; SELECT zdm.contract('one'), zdm.finalize('one')});
$node->safe_psql('postgres', q{SET search_path = two; CREATE OR REPLACE VIEW upon AS SELECT id, a AS b, a + 1 AS c, 5 AS d FROM plain});
is(definitions('one'), definitions('two'), 'finalized');

# Where the server changes the type at once, the call has them made before its lock.
make('four', 'varchar(5)');
make('five', 'varchar(20)');
make('six', 'text');
like(made_ready(q{expand_change_type('four.t', 'a', 'varchar(20)', name => 'four')}), qr/^15 of 15/, 'changed at once: all are made before the lock');
is(definitions('four'), definitions('five'), 'and are what they would be');
$node->safe_psql('postgres', q{SELECT zdm.contract('four'), zdm.finalize('four')});
like(made_ready(q{expand_change_type('four.t', 'a', 'text', name => 'text')}), qr/^15 of 15/, 'likewise, another type');
is(definitions('four'), definitions('six'), 'and they are');
log_is_clean($node);
done_testing();
