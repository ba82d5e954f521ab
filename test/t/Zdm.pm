# What zdm's TAP tests share.
package Zdm;

use strict;
use warnings;

use Exporter 'import';
use File::Copy;
use File::Path 'make_path';
use File::Spec;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_node init_node install_zdm offer_old_versions make_accounts wait_for worker_pid kill_worker
  slow_function meter_rows allow_rows wait_for_rows take_time hurry close_gate open_gate refuse_rows let_rows begin_query
  expect_error log_is_clean flush_wal kill_server kill_on_the_way
  start_app finish_apps schema_of was_vacuumed is_sound is_status rows_missing same_rows);

# The time limit of a session in the background would be for all that it does together, and for the time in which it only
# holds something: on a slow machine it ran out in the middle of a test.  Here each thing that it does has it.
if (my $start = PostgreSQL::Test::Cluster->can('background_psql'))
{
	no warnings 'redefine';
	*PostgreSQL::Test::Cluster::background_psql = sub {
		my $session = $start->(@_);
		$session->set_query_timer_restart;
		return $session;
	};
	my $quit = PostgreSQL::Test::BackgroundPsql->can('quit');
	*PostgreSQL::Test::BackgroundPsql::quit = sub {
		my ($session) = @_;
		$session->{timeout}->start;
		return $quit->($session);
	};
}

# VACUUM and ANALYZE come by all the time, and not once a minute as on a server with nothing set: so
# every test has them beside its traffic.  A test that can't have them sets autovacuum = off, and says why.
my @autovacuum = ('autovacuum_naptime = 1', 'autovacuum_vacuum_cost_delay = 0',
	(map { ("autovacuum_${_}_threshold = 20", "autovacuum_${_}_scale_factor = 0") } qw(vacuum vacuum_insert analyze)));

# A node with settings, started.
sub new_node
{
	my $node = init_node(@_);

	$node->start;
	return $node;
}

# The same, not started; settings that are arrays are for its making and for initdb.  What the server's
# Perl modules set for streaming, older servers may not know; and they set 10 for connections, of which those
# that have just been closed have some until their processes have ended.
sub init_node
{
	my ($name, @settings) = @_;
	my ($new, $initdb) = map { [ @$_ ] } grep { ref } @settings;
	my $node = PostgreSQL::Test::Cluster->new($name, @{ $new // [] });

	@settings = grep { !ref } @settings;
	$node->init(allows_streaming => $new && @$new ? 0 : 'logical', extra => $initdb // []);
	unshift @settings, 'wal_level = logical' if $new && @$new;
	$node->append_conf('postgresql.conf', join("\n", 'max_worker_processes = 16',
		'max_connections = 100', 'max_wal_senders = 10', 'restart_after_crash = on', 'zdm.nice = 0', 'zdm.at_once = off', @autovacuum, @settings) . "\n");
	return $node;
}

sub install_zdm
{
	my ($node, $database) = @_;
	$node->safe_psql($database // 'postgres', 'CREATE EXTENSION zdm');
}

# Lets a node find the scripts of versions that are not installed any more (sql/old), in a directory
# of its own; a server that can't be told of another one gets them into its own.
sub offer_old_versions
{
	my ($node) = @_;
	my $dir = PostgreSQL::Test::Utils::tempdir();
	my %paths = map { $_ => `pg_config --$_` } qw(sharedir pkglibdir);
	my ($setting, $installed) = ('', '');
	chomp %paths;
	for my $name (qw(extension_destdir extension_control_path))
	{
		my $value = $node->safe_psql('postgres', "SELECT current_setting('$name', true)");
		($setting, $installed) = ($name, $value) if $value ne '';
	}
	my ($from, $to) = ("$paths{sharedir}/extension", "$dir/extension");
	($from, $to) = ($installed . $from, $dir . $from) if $setting eq 'extension_destdir';
	$from = (split /:/, $installed)[0] . '/extension' if $setting eq 'extension_control_path' && $installed ne '$system';
	$to = $from if $setting eq '';
	plan(skip_all => "old scripts can't be put into $to") if $setting eq '' && !-w $to;
	make_path($to);
	for my $file (glob('sql/old/*.sql'), $to eq $from ? () : glob("$from/zdm*"))
	{
		copy($file, $to) or die "cannot copy $file: $!";
	}
	return if $setting eq '';
	if ($setting eq 'extension_destdir')
	{
		# the same file: a server that loads a library under two names takes it for two
		make_path($dir . $paths{pkglibdir});
		symlink("$installed$paths{pkglibdir}/zdm.so", "$dir$paths{pkglibdir}/zdm.so") or die "cannot link zdm.so: $!";
		$node->append_conf('postgresql.conf', "extension_destdir = '$dir'");
	}
	else
	{
		$node->append_conf('postgresql.conf', "extension_control_path = '$dir:$installed'");
	}
	$node->restart;
}

# A table whose rows can be told apart.
sub make_accounts
{
	my ($node, $rows, $table) = @_;
	$table //= 'account';
	$node->safe_psql('postgres', qq{
		CREATE TABLE $table (id int PRIMARY KEY, old int NOT NULL, pad text DEFAULT repeat('x', 50));
		INSERT INTO $table (id, old) SELECT g, g * 10 FROM generate_series(1, $rows) g;
		VACUUM ANALYZE $table;});
}

# An expression that takes its time, so that a test can get at a backfill under way.
sub slow_function
{
	my ($node, $seconds) = @_;
	$node->safe_psql('postgres', qq{
		CREATE FUNCTION slow(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
			\$\$ BEGIN PERFORM pg_sleep($seconds); RETURN v + 1; END \$\$;});
}

# A function metered(int) that takes its time, too, and gives no more rows than are allowed, through whatever
# crash: a backfill is under way for as long as a test needs to look at it.  Whoever is held may have rows locked.
sub meter_rows
{
	my ($node, $seconds) = @_;
	$node->safe_psql('postgres', qq{
		CREATE SEQUENCE metered_rows;
		CREATE SEQUENCE allowed_rows MINVALUE 0 START 0;
		CREATE FUNCTION metered(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS \$\$
			DECLARE n bigint := nextval('public.metered_rows');
			BEGIN
				PERFORM pg_sleep($seconds);
				WHILE n > (SELECT last_value FROM public.allowed_rows) LOOP PERFORM pg_sleep(0.01); END LOOP;
				RETURN v + 1;
			END \$\$;});
}

# Allows so many rows more; all of them where no number is given.
sub allow_rows
{
	my ($node, $rows) = @_;
	my $last = $rows ? "last_value + $rows" : '9223372036854775807';
	$node->safe_psql('postgres', "SELECT setval('allowed_rows', $last) FROM metered_rows");
}

# These are done, and somebody wants one more.
sub wait_for_rows
{
	my ($node, $what) = @_;
	wait_for($node, 'SELECT m.last_value > a.last_value FROM metered_rows m, allowed_rows a', $what);
}

# A function unhurried(int) that takes its time until it is told to hurry.
sub take_time
{
	my ($node, $seconds) = @_;
	$node->safe_psql('postgres', qq{
		CREATE SEQUENCE IF NOT EXISTS hurried;
		SELECT setval('hurried', 1, false);
		CREATE OR REPLACE FUNCTION unhurried(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
			\$\$ BEGIN IF NOT (SELECT is_called FROM public.hurried) THEN PERFORM pg_sleep($seconds); END IF; RETURN v + 1; END \$\$;});
}

sub hurry
{
	my ($node) = @_;
	$node->safe_psql('postgres', q{SELECT nextval('hurried')});
}

# A function gated(int) that waits before each row as long as the gate is closed, so
# that a test can look at workers that have begun and are not through.  Gives the
# session that keeps it closed.
sub close_gate
{
	my ($node) = @_;
	$node->safe_psql('postgres', q{
		CREATE OR REPLACE FUNCTION gated(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
			$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN v + 1; END $$;});
	my $keeper = $node->background_psql('postgres');
	$keeper->query_safe('SELECT pg_advisory_lock(42)');
	return $keeper;
}

sub open_gate
{
	my ($keeper) = @_;
	$keeper->query_safe('SELECT pg_advisory_unlock(42)');
	$keeper->quit;
}

# Has a session begin what may be through at any time; its output is there for query_until().
sub begin_query
{
	my ($session, $sql) = @_;
	$session->{stdin} .= $sql;
	$session->{run}->pump_nb;
}

# An expression let(v) that fails as by a lock that can't be had, so that its migration is tried again and again, until
# let_rows(); then it gives what is said here, v as it is by default.
sub refuse_rows
{
	my ($node, $value) = @_;
	$value //= 'v';
	$node->safe_psql('postgres', qq{
		CREATE SEQUENCE lets;
		CREATE FUNCTION let(v int) RETURNS int LANGUAGE plpgsql STABLE AS \$\$ BEGIN
			IF NOT (SELECT is_called FROM public.lets) THEN RAISE lock_not_available; END IF;
			RETURN $value;
		END \$\$;});
}

sub let_rows
{
	my ($node) = @_;
	$node->safe_psql('postgres', q{SELECT nextval('lets')});
}

# Starts pgbench as an application, beside whatever runs.
my @running;

sub start_app
{
	my ($node, $name, $clients, $seconds, @arguments) = @_;
	my ($out, $err) = ('', '');
	my $handle = IPC::Run::start(
		[ 'pgbench', '-n', '-c', $clients, '-j', '1', '-T', $seconds, @arguments, $node->connstr('postgres') ],
		'>', \$out, '2>', \$err);
	push @running, [ $name, $handle, \$out, \$err ];
}

# Waits for all applications; none may have seen a failure.
sub finish_apps
{
	my ($phase) = @_;
	for my $app (@running)
	{
		my ($name, $handle, $out, $err) = @$app;
		ok($handle->finish, "$phase: the $name application ends well") or diag $$err;
		like($$out, qr/number of failed transactions: 0 /, "$phase: the $name application saw no failure")
		  or diag $$out . $$err;
		unlike($$err, qr/ERROR|FATAL|abort/, "$phase: the $name application saw no error");
	}
	@running = ();
}

# What pg_dump says of a database's schema public, or of others, without what is the same everywhere.
sub schema_of
{
	my ($node, $database, $schemas) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'pg_dump', '-s', '--no-owner', '-n', $schemas // 'public', $node->connstr($database) ], '>', \$out, '2>', \$err);
	return join("\n", grep { !/^(--|\\|SET |SELECT pg_catalog.set_config|$)/ } split /\n/, $out);
}

# Polls until a query gives 't'.  Where it does not there is nothing to wait for any more.
sub wait_for
{
	my ($node, $query, $what) = @_;
	ok($node->poll_query_until('postgres', $query), $what // $query) or die "it is waited for in vain: $query";
}

# One that has a migration in hand, if there is: another one may be about to end, or sent by the launcher to look.
sub worker_pid
{
	my ($node) = @_;
	return $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'zdm worker'
		ORDER BY pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 31332 AND mode = 'ExclusiveLock') DESC, pid LIMIT 1});
}

# A backfill does not wait until its commits are on disk: what is there by then, a crash leaves.
sub flush_wal
{
	my ($node) = @_;
	$node->safe_psql('postgres', q{SELECT pg_logical_emit_message(true, 'test', 'flush')});
}

# kill -9: the postmaster restarts everything.
sub kill_worker
{
	my ($node) = @_;
	my $pid = worker_pid($node);
	return 0 unless $pid && kill 'KILL', $pid;
	# The server is back when it takes connections and has forgotten the worker.  Nothing is written to
	# psql, which may have gone by then: it is refused while the server starts.
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my ($out, $err) = ('', '');
		IPC::Run::run([ 'psql', '-XAt', '-c', "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid", $node->connstr('postgres') ],
			'<', File::Spec->devnull, '>', \$out, '2>', \$err);
		return $pid if $out eq "0\n";
		select(undef, undef, undef, 0.1);
	}
	die "the server does not come back";
}

# kill -9 of the postmaster, and a new start as soon as its children are gone.  A child that is just
# dropping files may be left with a full queue of the checkpointer, which is gone, too: its end is a
# PANIC of the server's own (see internals.md, "Workers").  The queue is as long as there are buffers.
sub kill_server
{
	my ($node) = @_;
	$node->kill9;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return if $node->start(fail_ok => 1);
		# it took the pid file that the killed one left for a running server
		$node->{_pid} = undef;
		select(undef, undef, undef, 0.1);
	}
	die "the server does not start again";
}

# While a migration fills its table, or those of a release do, writes come by and the worker is killed, or the server,
# again and again; each time a test is called, with what to say, which looks for what may not be.  In the end all are
# ready.  Each time they are held, looking twice a second whether they are there, so that they are in the middle however
# slow this process is.
sub kill_on_the_way
{
	my ($node, $name, $writes, $test) = @_;
	my $kills = 0;
	my $each = "FROM zdm.migration WHERE '$name' IN (release, name)";
	my $done = "FROM zdm.progress JOIN zdm.migration m USING (id) WHERE '$name' IN (m.release, m.name)";
	for my $target (5, 30, 55, 80)
	{
		$node->safe_psql('postgres', "SELECT zdm.alter_backfill(name, nice => 0.98, go_if => \$go\$SELECT coalesce(avg(percent), 0) < $target $done\$go\$) $each AND status = 'running'");
		wait_for($node, "SELECT avg(percent) >= $target OR bool_and(m.status = 'ready') $done", "it gets to $target %");
		$node->safe_psql('postgres', $writes);
		if ($target == 55) { kill_server($node); $kills++ }
		else { $kills++ if kill_worker($node) }
		$test->("killed at $target %");
	}
	cmp_ok($kills, '>=', 2, 'it was killed in the middle, more than once');
	$node->safe_psql('postgres', "SELECT zdm.alter_backfill(name, reset => '{nice,go_if}') $each AND status = 'running'");
	wait_for($node, "SELECT bool_and(status = 'ready') FROM zdm.migration WHERE '$name' IN (release, name)", 'it gets to its end');
}

# Runs SQL that must fail with a SQLSTATE, and a message.
sub expect_error
{
	my ($node, $sql, $state, $pattern, $what, %options) = @_;
	my ($stdout, $stderr) = ('', '');
	my $status = $node->psql($options{database} // 'postgres', "\\set VERBOSITY verbose\n$sql",
		stdout => \$stdout, stderr => \$stderr, extra_params => $options{extra_params} // []);
	like($stderr, qr/ERROR:\s+$state: .*$pattern/s, $what);
	return $stderr;
}

# VACUUM has come by, so what was tested before was tested beside it.
sub was_vacuumed
{
	my ($node, $table) = @_;
	wait_for($node, "SELECT autovacuum_count > 0 FROM pg_stat_user_tables WHERE relid = '$table'::regclass", "VACUUM has been at $table");
}

# Tells whether a migration has come to a status.
sub is_status
{
	my ($node, $name, $status) = @_;
	return $node->safe_psql('postgres', "SELECT status = '$status' FROM zdm.status WHERE name = '$name'") eq 't';
}

# Rows of one table that the other one does not have, in one snapshot.
sub rows_missing
{
	my ($node, $columns, $from, $in) = @_;
	return $node->safe_psql('postgres',
		"SELECT count(*) FROM (SELECT $columns FROM $from EXCEPT ALL SELECT $columns FROM $in) AS x");
}

# Two tables have the same rows, in one snapshot.
sub same_rows
{
	my ($node, $columns, $one, $other, $what) = @_;
	is($node->safe_psql('postgres', "SELECT count(*) FROM
		((SELECT $columns FROM $one EXCEPT ALL SELECT $columns FROM $other)
		UNION ALL (SELECT $columns FROM $other EXCEPT ALL SELECT $columns FROM $one)) AS x"), 0, $what);
}

# Heap and indexes of a table as amcheck sees them: every row is in every index.
sub is_sound
{
	my ($node, $table, $what) = @_;
  SKIP:
	{
		skip 'the server has no amcheck', 2
		  unless $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'});
		$node->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS amcheck');
		is($node->safe_psql('postgres', "SELECT count(*) FROM verify_heapam('$table')"), 0, "$what: the heap of $table is sound");
		is($node->safe_psql('postgres', "SELECT count(bt_index_check(indexrelid, true)) FROM pg_index WHERE indrelid = '$table'::regclass") > 0,
			1, "$what: so are its indexes");
	}
}

# No crash, no assertion, no warning (of a leak, say), no internal error.  That a machine is busy is no fault:
# an autovacuum worker has no more than the naptime to come up, a second here.
sub log_is_clean
{
	my ($node, @allowed) = @_;
	push @allowed, 'WARNING:  (autovacuum )?worker (took too long to start; canceled|started without a worker entry)';
	my $log = slurp_file($node->logfile);
	my @bad = grep { /PANIC|TRAP|Segmentation|WARNING:  (?!terminating connection)|XX000/ } split /\n/, $log;
	for my $allowed (@allowed) { @bad = grep { !/$allowed/ } @bad; }
	is(join("\n", @bad), '', $node->name . "'s log has nothing alarming");
}

1;
