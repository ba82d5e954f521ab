# The worker is killed, and the server: the backfill goes on behind the last commit.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $add = q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'metered(old)', name => 'm')};
my $rows = 6000;

# Rows that are not as they should be: lost, or a writer's value overwritten.
sub check_rows
{
	my ($node, $what) = @_;
	is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, "$what: nothing skipped");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE fresh <> old + 1 AND fresh <> -id'),
		0, "$what: every value is right");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM account WHERE fresh = -id'),
		10, "$what: what writers wrote is as they wrote it");
}

# Ten rows that a new writer fills while the backfill is under way.
sub write_new
{
	my ($node) = @_;
	$node->safe_psql('postgres', "UPDATE account SET fresh = -id WHERE id % ($rows / 10) = 0");
}

sub percent
{
	my ($node) = @_;
	return $node->safe_psql('postgres', q{SELECT percent FROM zdm.progress WHERE name = 'm' AND status <> 'rolled_back'});
}

# Begins a backfill that is held at its first rows.
sub begin
{
	my ($node) = @_;
	allow_rows($node, 1);
	$node->safe_psql('postgres', $add);
}

# Lets the backfill go on for a number of rows, where it is held; gives the percentage that no crash takes away.
sub go_on
{
	my ($node, $more, $what) = @_;
	allow_rows($node, $more);
	wait_for_rows($node, $what);
	my $percent = percent($node);
	cmp_ok($percent, '>', 0, 'and has come some way');
	flush_wal($node);
	return $percent;
}

# With the launcher: killed again and again, it needs nobody.
{
	my $node = new_node('launcher', q{shared_preload_libraries = 'zdm'}, 'zdm.batch_time = 20',
		'zdm.launcher_interval = 1');
	install_zdm($node);
	make_accounts($node, $rows);
	meter_rows($node, 0.0005);
	begin($node);
	for my $time (1 .. 5)
	{
		my $before = go_on($node, $rows / 6, "the backfill is under way, $time");
		ok(kill_worker($node), 'its worker is killed in the middle');
		cmp_ok(percent($node), '>=', $before, "what was done before kill -9 at $before % is kept");
		write_new($node) if $time == 3; # nobody has a row: who comes is held before the first one
	}
	allow_rows($node);
	wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}, 'the launcher brings it to its end');
	check_rows($node, 'worker killed');

	# the whole server: immediate stop, and kill -9 of the postmaster
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	begin($node);
	go_on($node, $rows / 5, 'a second one is under way');
	$node->stop('immediate');
	$node->start;
	write_new($node);
	go_on($node, $rows / 3, 'it goes on after an immediate stop');
	kill_server($node);
	allow_rows($node);
	wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm' AND status <> 'rolled_back'},
		'it goes on after kill -9 of the postmaster');
	check_rows($node, 'server killed');

	# kill -9 between contract and finalize changes nothing
	$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
	kill_server($node);
	is($node->safe_psql('postgres', q{SELECT status FROM zdm.status WHERE name = 'm' AND status <> 'rolled_back'}),
		'contracted', 'a contract is durable');
	$node->safe_psql('postgres', q{SELECT zdm.reopen('m')});
	check_rows($node, 'after reopen');
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'fresh' }),
		0, 'rollback leaves the old schema alone');
	$node->stop;
	log_is_clean($node);
}

# Without preload: the next call that needs the worker starts one.
{
	my $node = new_node('dynamic', 'zdm.batch_time = 20');
	install_zdm($node);
	make_accounts($node, $rows);
	meter_rows($node, 0.0005);
	begin($node);
	go_on($node, $rows / 6, 'the backfill is under way');
	ok(kill_worker($node), 'its worker is killed');
	write_new($node);
	is($node->safe_psql('postgres', q{SELECT waiting_for FROM zdm.status WHERE name = 'm'}),
		q{a worker: SELECT zdm.resume('m')}, 'the status says what it waits for');
	$node->safe_psql('postgres', q{SELECT zdm.resume('m')});
	wait_for($node, q{SELECT zdm.has_worker(id) FROM zdm.migration WHERE name = 'm'}, 'resume starts a worker');
	ok(kill_worker($node), 'which is killed too');
	allow_rows($node);
	$node->safe_psql('postgres', q{CALL zdm.wait('m')});
	check_rows($node, 'wait starts a worker');

	# terminated by an operator, in its own good time
	$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});
	begin($node);
	my $before = go_on($node, $rows / 6, 'once more');
	$node->safe_psql('postgres',
		q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'zdm worker'});
	cmp_ok(go_on($node, $rows / 6, 'a cancelled batch is tried again'), '>', $before, 'behind what was done before');
	$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE backend_type = 'zdm worker'});
	write_new($node);
	allow_rows($node);
	$node->safe_psql('postgres', q{CALL zdm.run('m')});
	check_rows($node, 'run does the rest');
	$node->stop;
	log_is_clean($node);
}

done_testing();
