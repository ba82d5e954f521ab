# A table is only taken for empty where no writer is about to change that, and nobody waits
# for the lock under which it is looked at; ensure_ready with a timeout.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.at_once = on');
install_zdm($node);
my $status = sub { $node->safe_psql('postgres', "SELECT status FROM zdm.status WHERE name = '$_[0]'") };

# A writer that has not committed: the table looks empty, the lock is not to be had.
$node->safe_psql('postgres', q{CREATE TABLE t (id int, a int); LOAD 'zdm'; ALTER SYSTEM SET zdm.start_worker = off; SELECT pg_reload_conf()});
my $writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN');
$writer->query_safe('INSERT INTO t VALUES (1, 1)');
$node->safe_psql('postgres', q{SET statement_timeout = '20 s'; SELECT zdm.expand_index('CREATE INDEX ON t (a)', name => 'busy')});
is($status->('busy'), 'running', 'with a writer under way the build is left to the worker, at once');
$writer->query_safe('ROLLBACK');
$node->safe_psql('postgres', q{SELECT zdm.rollback('busy')});
$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX ON t (a)', name => 'free')});
is($status->('free'), 'ready', 'without one it is done by the call');
$node->safe_psql('postgres', q{SELECT zdm.rollback('free')});

# A reader is no hindrance for an index, and does not wait for it.
my $reader = $node->background_psql('postgres');
$reader->query_safe('BEGIN');
$reader->query_safe('SELECT count(*) FROM t');
my $caller = $node->background_psql('postgres');
$caller->query_safe('BEGIN');
$caller->query_safe(q{SELECT zdm.expand_index('CREATE INDEX ON t (a)', name => 'read')});
is($node->safe_psql('postgres', q{SET lock_timeout = '5 s'; SELECT count(*) FROM t}), '0', 'readers go on');
$caller->query_safe('COMMIT');
$reader->quit;
$caller->quit;
is($status->('read'), 'ready', 'beside a reader it is done by the call');
$node->safe_psql('postgres', q{SELECT zdm.finalize('read') FROM zdm.contract('read')});

# A row that an old snapshot still sees is none that the call would have to care for.
$node->safe_psql('postgres', q{INSERT INTO t VALUES (1, 10)});
my $old = $node->background_psql('postgres');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$old->query_safe('SELECT count(*) FROM t');
$old->query_safe('COMMIT');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$old->query_safe('SELECT 1 FROM pg_class LIMIT 1');
$node->safe_psql('postgres', q{DELETE FROM t});
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('t', 'a', 'b', name => 'rows')});
is($status->('rows'), 'ready', 'deleted rows are no rows');
is($old->query_safe('SELECT a, b FROM t'), '10|', 'who still sees them sees them as they were');
$old->query_safe('COMMIT');
$node->safe_psql('postgres', q{SELECT zdm.rollback('rows')});

$node->safe_psql('postgres', q{LOAD 'zdm'; ALTER SYSTEM RESET zdm.start_worker; SELECT pg_reload_conf()});

# ensure_ready within its timeout.
$node->safe_psql('postgres', q{INSERT INTO t SELECT g, g FROM generate_series(1, 10) g});
my $keeper = close_gate($node);
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'gated(a)', name => 'late')});
my $file = $node->background_psql('postgres', on_error_stop => 0);
$file->query_until(qr/asked/, "\\echo asked\nSELECT zdm.ensure_ready('late', '10 s');\n\\echo answered\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%ensure_ready%10 s%' AND pid <> pg_backend_pid() AND wait_event = 'Extension'}),
	'ensure_ready waits');
open_gate($keeper);
$file->query_until(qr/answered/, '');
is($status->('late'), 'ready', 'and returns once it is ready');
is($file->{stderr}, '', 'without an error');
expect_error($node, q{SELECT zdm.ensure_ready('nobody', '1 s')}, '42704', 'does not exist', 'an unknown name is an error at once');

# An index build that waits for the very transaction which asks.
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$old->query_safe('SELECT count(*) FROM t');
$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX ON t (id)', name => 'circle')});
ok($node->poll_query_until('postgres', q{SELECT doing ~ 'old snapshots' FROM zdm.progress WHERE name = 'circle'}), 'the build waits for a snapshot');
$old->quit;
ok($node->poll_query_until('postgres', q{SELECT status = 'ready' FROM zdm.status WHERE name = 'circle'}), 'and goes on without it');
$node->safe_psql('postgres', q{SELECT zdm.rollback('circle')});
my $asker = $node->background_psql('postgres', on_error_stop => 0);
$asker->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$asker->query_safe('SELECT count(*) FROM t');
$node->safe_psql('postgres', q{SELECT zdm.expand_index('CREATE INDEX ON t (id)', name => 'again')});
ok($node->poll_query_until('postgres', q{SELECT doing ~ 'old snapshots' FROM zdm.progress WHERE name = 'again'}), 'the next build waits for it');
$asker->query(q{SELECT zdm.ensure_ready('again', '10 s')});
like($asker->{stderr}, qr/will not be before this transaction ends: its worker waits for it/, 'ensure_ready does not wait for what waits for it');
$asker->quit;
ok($node->poll_query_until('postgres', q{SELECT status = 'ready' FROM zdm.status WHERE name = 'again'}), 'the build goes on');

$file->quit;
$writer->quit;
$node->stop;
done_testing();
