# A session plans what it asks of the record once, however many migrations have ended there: the server
# would take a plan for each execution, which costs more than all the rest of a call.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# Without autovacuum: an ANALYZE of the record, which comes by at any time, has all of it planned anew.
my $node = new_node('planned', 'autovacuum = off', 'zdm.at_once = on');
install_zdm($node);
$node->safe_psql('postgres', q{CREATE TABLE t (id int PRIMARY KEY, a int, b int)});
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('t', 'a', 'c', name => 'open')});
$node->safe_psql('postgres', q{
	INSERT INTO zdm.migration_row (name, kind, relation, arguments, resolved, status, phase, created_by, written_by)
	SELECT 'old' || g, kind, relation, arguments, resolved, 'finalized', 'finalize', created_by, written_by
	  FROM zdm.migration m, generate_series(1, 2000) g;
	INSERT INTO zdm.target_row (migration_id, n, relation, role, schema_then, name_then, columns, reads_columns, trigger_name)
	SELECT m.id, t.n, t.relation, t.role, t.schema_then, t.name_then, t.columns, t.reads_columns, t.trigger_name
	  FROM zdm.migration m, zdm.target t WHERE m.name <> 'open';
	INSERT INTO zdm.step_row (migration_id, seq, phase, action, runs, locks, command, undo_action, undo, note, status)
	SELECT m.id, s.seq, s.phase, s.action, s.runs, s.locks, s.command, s.undo_action, s.undo, s.note, 'done'
	  FROM zdm.migration m, zdm.step s WHERE m.name <> 'open';});
$node->safe_psql('postgres', 'VACUUM ANALYZE zdm.migration_row, zdm.target_row, zdm.step_row');

my $calls = q{
	SELECT zdm.expand_rename('t', 'b', 'd', name => 'm');
	SELECT zdm.contract('m');
	SELECT zdm.reopen('m');
	SELECT zdm.contract('m');
	SELECT zdm.rollback('m');};
my $from = -s $node->logfile;
$node->safe_psql('postgres', "$calls SET log_planner_stats = on; SELECT count(*) FROM zdm.status; $calls");
my $log = slurp_file($node->logfile, $from);
# the view is planned each time
like($log, qr/PLANNER STATISTICS.*STATEMENT:  SELECT count/s, 'the log says what is planned');
my %planned;
$planned{$_}++ for grep { /zdm\.\w+_row/ } $log =~ /CONTEXT:  SQL statement "(.*)"$/mg;
is(join("\n", map {"$planned{$_} x $_"} sort keys %planned), '', 'nothing of the record in calls that were made before');

# What was planned when there was nothing does not go through all the steps that there are by now.
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
install_zdm($node, 'fresh');
is($node->safe_psql('fresh', q{SET client_min_messages = error;
	DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a int)', i); END LOOP; END $$;
	BEGIN;
	DO $$ BEGIN FOR i IN 1..50 LOOP PERFORM zdm.expand_rename('t' || i, 'a', 'b'); END LOOP; END $$;
	SELECT seq_tup_read, (SELECT count(*) > 200 FROM zdm.step) FROM pg_stat_xact_user_tables WHERE relid = 'zdm.step_row'::regclass}), '0|t', 'steps are read by an index from the first call on');

# The first write of a connection asks the record no more than once whose other place a table is.
$node->safe_psql('postgres', 'CREATE DATABASE first');
install_zdm($node, 'first');
$node->safe_psql('first', q{SET client_min_messages = warning;
	CREATE TABLE person (id int PRIMARY KEY, street text);
	INSERT INTO person VALUES (1, 'a');
	SELECT zdm.expand_extract('person', '{street}', 'address', name => 'extracted')});
$node->safe_psql('first', q{CALL zdm.wait('extracted')});
my $looks = $node->safe_psql('first', q{BEGIN; UPDATE person SET street = 'b';
	SELECT pg_stat_get_xact_numscans('zdm.target_row_relation_idx'::regclass)});
cmp_ok($looks, '>', 0, 'the first write of a connection looks for the targets of its table');
cmp_ok($looks, '<=', 4, 'and not twice for the same');
$node->stop;
done_testing();
