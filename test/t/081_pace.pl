# The pace beside clients follows what the kernel says, and what is said of it is true.
use strict;
use warnings;

use POSIX ();
use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use Zdm;

my $node = new_node('pace', 'zdm.nice = -1', 'zdm.batch_time = 1', 'zdm.max_workers_per_role = 0');
my $dir = $node->basedir . '/pressure';
mkdir $dir or die "$dir: $!";
install_zdm($node);
$node->append_conf('postgresql.conf', "zdm.pressure_path = '$dir'");
$node->reload;
make_accounts($node, 1000000); # more than are filled before the last word on the pace, on a slow machine, too
$node->safe_psql('postgres', q{
	CREATE FUNCTION slowly(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
		'BEGIN FOR i IN 1 .. 10000 LOOP NULL; END LOOP; RETURN $1; END'});

# Replaces a file, which is never seen half written.
sub write_file
{
	my ($name, $text) = @_;
	open my $file, '>', "$dir/.new" or die "$dir/.new: $!";
	print $file $text;
	close $file or die "$dir/.new: $!";
	rename "$dir/.new", "$dir/$name" or die "$dir/$name: $!";
}

sub stalled
{
	my ($name, $usec) = @_;
	write_file($name, sprintf("some avg10=0.00 avg60=0.00 avg300=0.00 total=%.0f\n", $usec));
}

# Has some process wait all the time, by a process that says so more often than anybody looks.
sub press
{
	my ($name) = @_;
	my $parent = $$;
	my $pid = fork // die "cannot fork: $!";
	return $pid if $pid;
	while (getppid() == $parent)
	{
		stalled($name, time * 1e6);
		Time::HiRes::sleep(0.005);
	}
	POSIX::_exit(0);
}

# Polls until the condition holds of the progress, under pressure of a kind, or without.
sub comes_to
{
	my ($condition, $what, $pressure) = @_;
	my $presser = $pressure && press($pressure);
	my $end = time + $PostgreSQL::Test::Utils::timeout_default;
	my $seen = '';
	while ($seen !~ /^t/ && time < $end)
	{
		$seen = $node->safe_psql('postgres', qq{SELECT coalesce(($condition), false), pace, waiting_for, status FROM zdm.progress WHERE name = 'm'});
		Time::HiRes::sleep(0.02);
	}
	if ($presser) { kill 'KILL', $presser; waitpid $presser, 0; }
	like($seen, qr/^t/, $what) or die "it is waited for in vain: $condition";
}

stalled($_, 0) for qw(cpu io memory);
append_to_file($node->basedir . '/app.sql', 'SELECT count(*) FROM generate_series(1, 20000);');
my ($out, $err) = ('', '');
my @app = ([ 'pgbench', '-n', '-c', 2, '-T', 600, '--file=' . $node->basedir . '/app.sql', $node->connstr('postgres') ], '>', \$out, '2>', \$err);

# The server's processes that are called so, as the system has them: a session that looks is a client, which on a slow
# machine is at work for long.
sub processes
{
	my ($title) = @_;
	my $postmaster = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0];
	my $n = 0;
	for my $process (glob '/proc/[0-9]*')
	{
		my ($stat, $command) = map { my $file; open($file, '<', "$process/$_") ? <$file> // '' : '' } qw(stat cmdline); # it may end
		$n++ if $stat =~ /\) \S $postmaster / && $command =~ /$title/;
	}
	return $n;
}

# alone there is room for all workers; at the bottom beside clients there is for one
my $workers = q{(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'zdm worker')};
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'slowly(old)', name => 'm', workers => 3)});
my $end = time + $PostgreSQL::Test::Utils::timeout_default;
my $there;
Time::HiRes::sleep(0.02) while ($there = processes('zdm worker')) < 3 && time < $end;
is($there, 3, 'as many workers as are wanted where no client is');
my $app = IPC::Run::start(@app);
comes_to("$workers = 1 AND pace < 0.11", 'one where there is room for no more', 'cpu');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m', workers => 1)});
comes_to('pace > 0.2 AND rows_written > 0', 'up where there is room');
comes_to(q{pace < 0.11 AND waiting_for = 'its turn, 92 % of the time: processors are busy'}, 'down where processors are short', 'cpu');
comes_to('pace > 0.15', 'and up again');
comes_to(q{pace < 0.11 AND waiting_for ~ 'memory is short'}, 'down where memory is short', 'memory');
comes_to('pace > 0.15', 'and up again');

# half of what a slot may retain
$node->safe_psql('postgres', q{
	SELECT pg_create_physical_replication_slot('slot', true);
	CREATE TABLE wal AS SELECT g, repeat('x', 100) FROM generate_series(1, 100000) g;
	SELECT zdm.alter_backfill('m', max_slot_wal => (pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) * 1.8)::bigint::text)
	  FROM pg_replication_slots});
comes_to(q{pace < 0.11 AND waiting_for ~ 'a standby or slot is halfway to its limit'}, 'down before a limit is reached');
$node->safe_psql('postgres', q{SELECT pg_drop_replication_slot('slot'), zdm.alter_backfill('m', reset => '{max_slot_wal}')});
comes_to('pace > 0.15', 'and up again');

# without pressure: running processes
unlink map { "$dir/$_" } qw(cpu io memory);
write_file('loadavg', "9.99 9.99 9.99 9999/10000 1\n");
comes_to(q{pace < 0.11 AND waiting_for ~ 'processors are busy'}, 'down where more run than there are processors');
write_file('loadavg', "0.00 0.00 0.00 0/100 1\n");
comes_to('pace > 0.15', 'and up again');

# nothing known, and nonsense: gently
write_file('loadavg', "nonsense\n");
write_file('cpu', "nonsense\n");
comes_to(q{pace < 0.11 AND waiting_for = 'its turn, 92 % of the time: clients are at work'}, 'gently where nothing is known');
stalled('cpu', 0);
comes_to('pace > 0.15', 'and up where it is again');

# by hand
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m', pace => 'gentle')});
comes_to(q{pace < 0.11 AND waiting_for = 'its turn, 92 % of the time: clients are at work'}, 'gentle, whatever the kernel says');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m', nice => 0.5)});
comes_to('pace = 0.5 AND waiting_for IS NULL', 'a share of its own');
$node->safe_psql('postgres', q{SELECT zdm.alter_backfill('m', pace => 'full')});
comes_to(q{(pace = 1 AND waiting_for IS NULL) OR status = 'ready'}, 'full speed beside clients');
$node->safe_psql('postgres', q{CREATE OR REPLACE FUNCTION slowly(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'});
ok($app->pumpable, 'clients were at work all the time') or diag $err;
$app->signal('TERM'); # a test in the background ignores INT
$app->finish;
comes_to(q{status = 'ready' AND pace IS NULL}, 'no pace when it is done');
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'every row is filled');
$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});

$node->stop;
log_is_clean($node);
done_testing();
