# An expression that never ends, and one that catches the cancel request besides, hold up
# nobody who wants to stop the migration: pause, cancel, rollback, pause_all.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('stopping', 'zdm.max_workers = 8', 'fsync = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE ROLE owner LOGIN;
	CREATE SCHEMA o AUTHORIZATION owner;});
$node->safe_psql('postgres', q{
	CREATE TABLE o.t (id int PRIMARY KEY, pad text);
	INSERT INTO o.t SELECT g, repeat('x', 500) FROM generate_series(1, 200) g;
	CREATE SEQUENCE o.begun;
	CREATE FUNCTION o.endless(int) RETURNS int LANGUAGE plpgsql STABLE AS $$
	BEGIN
		PERFORM nextval('o.begun');
		LOOP PERFORM pg_sleep(0.01); END LOOP;
	END $$;
	CREATE FUNCTION o.deaf(int) RETURNS int LANGUAGE plpgsql STABLE AS $$
	BEGIN
		PERFORM nextval('o.begun');
		LOOP BEGIN LOOP PERFORM pg_sleep(0.01); END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
	END $$;}, extra_params => [ '-U', 'owner' ]);

my $n = 0;
for my $function ('endless', 'deaf')
{
	for my $call (q{zdm.pause('%s')}, q{zdm.cancel('%s')}, q{zdm.rollback('%s')}, q{zdm.pause_all()})
	{
		my $name = 'm' . ++$n;
		my $workers = $n % 2 + 1;
		my $sql = sprintf($call, $name);

		$node->safe_psql('postgres', qq{
			SELECT setval('o.begun', 1, false);
			SELECT zdm.expand_add_column('o.t', '$name', 'int', backfill => 'o.$function(id)', name => '$name', workers => $workers)},
			extra_params => [ '-U', 'owner' ]);
		# A helper has nothing to take where the leader has the only range.
		wait_for($node, q{SELECT is_called FROM o.begun}, "$function: it has begun");
		my ($rc, $out, $err) = $node->psql('postgres', qq{SET zdm.lock_retries = 30; SELECT $sql}, extra_params => [ '-U', 'owner' ]);
		is($rc, 0, "$function: $sql") or diag $err;
		like($node->safe_psql('postgres', qq{SELECT status || coalesce(' ' || last_error, '') FROM zdm.migration WHERE name = '$name'}),
			qr/^(paused|rolled_back)$/, "$function: it is stopped");
		wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}, "$function: no worker is left");
		# and can go on, or be given up
		$node->safe_psql('postgres', qq{SELECT zdm.rollback('$name')}, extra_params => [ '-U', 'owner' ]);
	}
}
# One that makes progress is not cut off.
$node->safe_psql('postgres', q{
	CREATE TABLE o.more AS SELECT * FROM o.t;
	INSERT INTO o.more SELECT g, repeat('x', 500) FROM generate_series(201, 5000) g;
	CREATE SEQUENCE o.hurried;
	CREATE FUNCTION o.slow(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN IF NOT (SELECT is_called FROM o.hurried) THEN PERFORM pg_sleep(0.005); END IF; RETURN $1; END';
	SELECT zdm.expand_add_column('o.more', 'slow', 'int', backfill => 'o.slow(id)', name => 'slow')}, extra_params => [ '-U', 'owner' ]);
for (1 .. 4)
{
	$node->safe_psql('postgres', q{SELECT zdm.pause('slow')}, extra_params => [ '-U', 'owner' ]);
	$node->safe_psql('postgres', q{SELECT zdm.resume('slow')}, extra_params => [ '-U', 'owner' ]);
}
$node->safe_psql('postgres', q{SELECT nextval('o.hurried')});
$node->safe_psql('postgres', q{CALL zdm.wait('slow', '1 min')}, extra_params => [ '-U', 'owner' ]);
is($node->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('slow')}), '5000 0', 'a slow one comes to its end');
is($node->safe_psql('postgres', q{SELECT max(attempts) FROM zdm.step}), 1, 'no cancel request counts as an error');
$node->stop;
log_is_clean($node);
done_testing();
