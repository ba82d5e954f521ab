# Rows that clients have locked while they are filled: a fill takes a row as an UPDATE would,
# if that needs no wait.  Each strength of lock x each kind of column.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use StopPoints;
use Zdm;

my $node = new_node('row_locks', 'zdm.max_workers = 4');
install_zdm($node);

# What the column is to others, with the expression that fills it, and the locks that stand
# a change of it: of nothing but a plain column FOR KEY SHARE does.
my %column = (
	plain => [ 'v int', [ 'KEY SHARE', 'KEY SHARE, KEY SHARE' ] ],
	indexed => [ 'v int, w int, UNIQUE (w, id) INCLUDE (v)', [ 'KEY SHARE' ] ],
	partial => [ 'v int, w int; CREATE UNIQUE INDEX ON %s (v) WHERE v > 0', [ 'KEY SHARE' ] ],
	key => [ 'v int UNIQUE', [] ],
	computed_key => [ 'v int, g int GENERATED ALWAYS AS (v * 2) STORED UNIQUE', [] ],
);
my @locks = ('KEY SHARE', 'KEY SHARE, KEY SHARE', 'SHARE', 'KEY SHARE, SHARE', 'NO KEY UPDATE', 'KEY SHARE, NO KEY UPDATE', 'UPDATE');

for my $kind (sort keys %column)
{
	my ($definition, $stands) = @{ $column{$kind} };
	for my $lock (@locks)
	{
		# the locks that keep everybody out are the same for all kinds
		next if $kind ne 'plain' && $lock !~ /^KEY SHARE$|^KEY SHARE, SHARE$/;
		my ($columns, $more) = split /; /, $definition;
		my $table = "t_$kind";
		my @sessions;
		$node->safe_psql('postgres', "DROP TABLE IF EXISTS $table; CREATE TABLE $table (id int PRIMARY KEY, $columns);"
			  . ($more ? sprintf($more, $table) . ';' : '')
			  . "INSERT INTO $table (id) SELECT g FROM generate_series(1, 100) g;"
			  . "SET zdm.start_worker = off; SELECT zdm.expand_not_null('$table', 'v', fill => 'id', name => 'm')");
		for my $strength (split /, /, $lock)
		{
			my $session = $node->background_psql('postgres');
			$session->query_safe('BEGIN');
			$session->query_safe("SELECT id FROM $table WHERE id % 2 = 0 FOR $strength");
			push @sessions, $session;
		}
		$node->safe_psql('postgres', q{SELECT zdm.resume('m')});
		if (grep { $_ eq $lock } @$stands)
		{
			wait_for($node, "SELECT count(v) = 100 FROM $table", "$kind column: filled beside FOR $lock");
			$_->query_safe('COMMIT') for @sessions;
			wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}, 'and ready');
		}
		else
		{
			wait_for($node, q{SELECT waiting_for LIKE 'rows that %' FROM zdm.status WHERE name = 'm'}, "$kind column: waits for FOR $lock");
			is($node->safe_psql('postgres', "SELECT count(*) FROM $table WHERE v IS NOT NULL"), 50, 'with all others filled');
			$_->query_safe('COMMIT') for @sessions;
			wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}, 'and is ready once it is gone');
		}
		$_->quit for @sessions;
		is($node->safe_psql('postgres', "SELECT count(*) FROM $table WHERE v = id"), 100, 'every row is filled');
		$node->safe_psql('postgres', q{SELECT zdm.rollback('m'); DELETE FROM zdm.migration});
	}
}

# The key of a busy parent: inserts into a child lock its rows all the time.
$node->safe_psql('postgres', q{
	CREATE TABLE parent (id int PRIMARY KEY, old int, pad text DEFAULT repeat('x', 100)) WITH (fillfactor = 70);
	INSERT INTO parent SELECT g, g FROM generate_series(1, 500) g;
	CREATE TABLE child (id bigint GENERATED ALWAYS AS IDENTITY, parent int REFERENCES parent);
	VACUUM ANALYZE parent;});
my $script = $node->basedir . '/children.sql';
append_to_file($script, q{\set p random(1, 500)
BEGIN;
INSERT INTO child (parent) VALUES (:p);
INSERT INTO child (parent) SELECT g FROM generate_series(1, 500) g;
SELECT pg_sleep(0.05);
COMMIT;
});
$node->safe_psql('postgres', q{SET zdm.start_worker = off; SELECT zdm.expand_change_type('parent', 'id', 'bigint', name => 'm')});
# until it is told to end, so that there is no moment without a lock
my ($out, $err) = ('', '');
my $clients = IPC::Run::start([ 'pgbench', '-n', '-c', '4', '-T', '3600', '-f', $script, $node->connstr('postgres') ], '>', \$out, '2>', \$err);
wait_for($node, q{SELECT count(*) > 0 FROM child}, 'children come in');
$node->safe_psql('postgres', q{SELECT zdm.resume('m')});
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}, 'the key of a busy parent becomes ready');
ok($clients->pumpable, 'beside clients that never stop');
$clients->signal('TERM');
$clients->finish;
is($err, '', 'which saw no error');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'every row agrees');

# The check of a foreign key looks at the row that is referred to.  Where somebody has that, rows
# of the table itself are locked meanwhile: so it gives up, and they can be written.
$node->safe_psql('postgres', q{
	CREATE TABLE far (id int PRIMARY KEY);
	INSERT INTO far VALUES (1);
	CREATE TABLE near (id int PRIMARY KEY, far int REFERENCES far);
	INSERT INTO near SELECT g FROM generate_series(1, 10) g;});
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN');
$holder->query_safe('SELECT id FROM far FOR UPDATE');
$node->safe_psql('postgres', q{SELECT zdm.expand_not_null('near', 'far', fill => '1', name => 'checked')});
wait_for($node, q{SELECT last_error ~ 'check of the rows that were filled' FROM zdm.status WHERE name = 'checked'}, 'a check that would wait for a row elsewhere gives up');
is($node->safe_psql('postgres', q{SET lock_timeout = '20s'; SELECT count(*) FROM (SELECT FROM near FOR UPDATE) AS n}), 10, 'and keeps no row of the table');
$holder->query_safe('COMMIT');
$holder->quit;
$node->safe_psql('postgres', q{CALL zdm.wait('checked')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM near WHERE far = 1}), 10, 'then every row is filled');

# A visit that pauses has rows: NOWAIT fails on them, SKIP LOCKED passes them by.  With a batch_time of a millisecond
# none pauses before its transaction has ended.
SKIP:
{
	skip 'built without stop points', 1 unless has_stop_points($node);
	stop_at($node, 'visit paused');
	my $keeper = $node->background_psql('postgres');
	$keeper->query_safe('SELECT pg_advisory_lock(7064)');
	make_accounts($node, 5000, $_) for ('paused', 'prompt');
	for my $case ([ 'paused', '50 ms' ], [ 'prompt', '1 ms' ])
	{
		my ($name, $batch_time) = @$case;
		$node->safe_psql('postgres', qq{
			BEGIN;
			SELECT zdm.expand_add_column('$name', 'fresh', 'int', backfill => 'old + 1', name => '$name');
			SELECT zdm.alter_backfill('$name', nice => 0.9, batch_time => '$batch_time');
			COMMIT;});
	}
	waits_at($node, 'a visit is held where it pauses');
	expect_error($node, q{SELECT id FROM paused FOR UPDATE NOWAIT}, '55P03', 'could not obtain lock', 'it has rows');
	my $free = $node->safe_psql('postgres', q{SELECT count(*) FROM (SELECT FROM paused FOR UPDATE SKIP LOCKED) AS p});
	cmp_ok($free, '>', 0, 'but not all of them');
	cmp_ok($free, '<', 5000, 'so others pass them by');
	$node->safe_psql('postgres', q{CALL zdm.wait('prompt')});
	is($node->safe_psql('postgres', q{SELECT count(fresh) FROM prompt}), 5000, 'with a short batch_time none is held there');
	$keeper->query_safe('SELECT pg_advisory_unlock(7064)');
	$keeper->quit;
	$node->safe_psql('postgres', q{CALL zdm.wait('paused')});
	is($node->safe_psql('postgres', q{SELECT count(fresh) FROM paused}), 5000, 'the other one goes on');
}

$node->stop;
log_is_clean($node);
done_testing();
