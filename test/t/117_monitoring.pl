# What is in monitoring/ works with the programs that it is for, and scripts/watch with psql.
use strict;
use warnings;

use lib 'test/t';
use JSON::PP;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('monitored', q{shared_preload_libraries = 'zdm'});
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner; CREATE ROLE stranger LOGIN});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }

# nothing is there; then something of each kind
sub watch { my ($role) = @_; my ($out, $err) = ('', ''); IPC::Run::run([ 'bash', 'scripts/watch', '-1', '-U', $role, '-d', $node->connstr('postgres') ], '>', \$out, '2>', \$err) or diag $err; return $out; }
like(watch('owner'), qr/Migrations/, 'watch shows an empty screen');
as('owner', q{CREATE TABLE "Tä ""b""" (id int PRIMARY KEY, a int); INSERT INTO "Tä ""b""" SELECT i, i FROM generate_series(1, 5000) i; SELECT zdm.expand_rename('"Tä ""b"""', 'a', 'b', name => 'old "1"')});
as('owner', q{CALL zdm.wait('old "1"')});
as('owner', q{SELECT a FROM "Tä ""b"""; SELECT zdm.guard('old "1"', 'SELECT 5', 1, 'warn', every => '1 s', samples => 1); SELECT rows FROM zdm.verify('old "1"')});
# of another owner, with the same name
$node->safe_psql('postgres', q{CREATE ROLE other LOGIN; CREATE SCHEMA other AUTHORIZATION other});
as('other', q{CREATE TABLE other."Tä ""b""" (id int PRIMARY KEY, a int); INSERT INTO other."Tä ""b""" SELECT i, i FROM generate_series(1, 10) i; SELECT zdm.expand_rename('other."Tä ""b"""', 'a', 'b', name => 'old "1"')});
as('other', q{CALL zdm.wait('old "1"')});
as('other', q{SELECT a FROM other."Tä ""b"""; SELECT rows FROM zdm.verify('old "1"')});
$node->safe_psql('postgres', q{SELECT pg_create_physical_replication_slot('kept', true)});
is(as('owner', q{SELECT kind || ' ' || name || ' ' || (bytes >= 0) FROM zdm.lag}), 'slot kept true', 'what keeps WAL');
is(as('owner', q{SELECT name, locks > 0 AND longest_wait >= '0' AND held >= longest_held AND longest_held > '0' FROM zdm.lock_cost}), 'old "1"|t', 'what locks have cost');
is(as('stranger', 'SELECT count(*) FROM zdm.lock_cost'), 0, 'is for the owner');
my $gate = close_gate($node);
as('owner', q{CREATE TABLE slow (id int PRIMARY KEY, a int); INSERT INTO slow SELECT i, i FROM generate_series(1, 100) i; SELECT zdm.expand_add_column('slow', 'n', 'int', backfill => 'gated(a)', name => 'slow')});
as('owner', q{CREATE TABLE bad (id int PRIMARY KEY, a text); INSERT INTO bad VALUES (1, 'x'); SELECT zdm.expand_add_column('bad', 'n', 'int', backfill => 'a::int', name => 'bad')});
my $holder = $node->background_psql('postgres');
$holder->query_safe(q{BEGIN; SELECT count(*) FROM "Tä ""b"""});
$node->poll_query_until('postgres', q{SELECT (SELECT status = 'failed' FROM zdm.status WHERE name = 'bad') AND (SELECT acted_at IS NOT NULL FROM zdm.guards) AND (SELECT count(*) = 2 FROM zdm.usage)
	AND EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted)}) or die; # which has a snapshot that a build waits for
my $screen = watch('owner');
like($screen, qr/\Q$_\E/, "watch shows $_") for 'old "1"', 'running, backfill', 'In the way', 'Guards', 'SELECT 5', 'Old form', 'failed';
like($screen, qr/^ +name +\| +table +\| +status +\| +bar +\| +% +\| rows\/s \| pace \| +left/m, 'with bars, pace and the time that is left');
like($screen, qr/old "1" .*\[#{20}\] \| 100/, 'a full bar') or diag $screen;
is(() = watch('stranger') =~ /old "1"|slow|bad/g, 0, 'and a stranger nothing');
is(as('owner', q{SELECT string_agg(name, ' ' ORDER BY name) FROM zdm.size WHERE table_bytes > 0 AND index_bytes > 0 AND growth >= 0}), 'bad old "1" slow', 'sizes');
is(as('stranger', 'SELECT count(*) FROM zdm.size') + as('stranger', 'SELECT count(*) FROM zdm.build'), 0, 'are for the owner');

# an index build that waits
as('owner', q{CREATE TABLE built (id int PRIMARY KEY, a int); INSERT INTO built SELECT i, i FROM generate_series(1, 10) i; SELECT zdm.expand_index('CREATE INDEX built_a ON built (a)', name => 'build')});
ok($node->poll_query_until('postgres', q{SELECT waiting_for IS NOT NULL FROM zdm.build WHERE name = 'build'}), 'a build is shown, and whom it waits for') or diag as('owner', 'TABLE zdm.build');

# every query of the exporter gives what it says; by itself, wherever there is no exporter
my $queries = slurp_file('monitoring/postgres_exporter.yml');
my %metrics;
while ($queries =~ /^(zdm_\w+):\n  query: \|\n((?:    .*\n)+)  metrics:\n((?:    - .*\n)+)/mg)
{
	my ($name, $sql, $metrics) = ($1, $2, $3);
	my @declared = $metrics =~ /^    - (\w+):/mg;
	my %labels = map { $_ => 1 } $metrics =~ /^    - (\w+): \{ usage: "LABEL"/mg;
	$node->safe_psql('postgres', "CREATE VIEW of_$name AS $sql");
	is($node->safe_psql('postgres', "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'of_$name'::regclass"), "@declared", "$name has the columns that it declares");
	is($node->safe_psql('postgres', "SELECT count(*) > 0 FROM of_$name"), 't', "$name has rows");
	my $keys = join ', ', sort keys %labels;
	is($node->safe_psql('postgres', "SELECT count(*) FROM (SELECT FROM of_$name GROUP BY $keys HAVING count(*) > 1) AS twice"), 0, "$name has no two with the same labels");
	$metrics{"${name}_$_"} = 1 for grep { !$labels{$_} } @declared;
	next if $name eq 'zdm_lag';
	# VACUUM may have a lock on the other's table, too.
	like($node->safe_psql('postgres', "SELECT string_agg(DISTINCT owner, ' ' ORDER BY owner) FROM of_$name WHERE migration = 'old \"1\"'"), $name =~ /guard|blocking/ ? qr/^(other )?owner$/ : qr/^other owner$/, "$name says whose it is");
}
is(scalar(grep { /^zdm_guard_/ } keys %metrics), 6, 'all queries were found');

# rules and the dashboard use what the queries give
my ($rules, $dashboard) = map { slurp_file("monitoring/$_") } 'zdm.rules.yml', 'dashboard.json';
for my $text ($rules, $dashboard)
{
	my %used = map { $_ => 1 } $text =~ /\b(zdm_\w+)/g;
	is(join(' ', sort grep { !$metrics{$_} } keys %used), '', 'no metric is used that there is not');
}
ok(decode_json($dashboard)->{panels}, 'the dashboard is JSON');

# the real programs
sub program { my ($name) = @_; for my $dir (split /:/, ($ENV{ZDM_PROGRAMS} // '') . ":$ENV{PATH}") { return "$dir/$name" if -x "$dir/$name"; } return undef; }
SKIP:
{
	my $promtool = program('promtool') or skip 'promtool is not installed', 1;
	my $out = '';
	ok(IPC::Run::run([ $promtool, 'check', 'rules', 'monitoring/zdm.rules.yml' ], '>', \$out, '2>&1'), 'promtool takes the rules') or diag $out;
}
SKIP:
{
	my $exporter = program('prometheus-postgres-exporter') or skip 'prometheus-postgres-exporter is not installed', 3;
	my $port = PostgreSQL::Test::Cluster::get_free_port();
	local $ENV{DATA_SOURCE_NAME} = 'host=' . $node->host . ' port=' . $node->port . ' user=' . $node->safe_psql('postgres', 'SELECT current_user') . ' dbname=postgres sslmode=disable';
	my $log = '';
	my $handle = IPC::Run::start([ $exporter, '--disable-default-metrics', '--disable-settings-metrics', "--web.listen-address=127.0.0.1:$port",
		'--extend.query-path=monitoring/postgres_exporter.yml' ], '>', \$log, '2>&1');
	my $text = '';
	require IO::Select;
	require IO::Socket::INET;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$handle->pump_nb;
		# From another address: as long as nobody listens, a socket that gets this very port is connected to itself, and hears no end.
		my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.2', PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5);
		if ($socket)
		{
			print $socket "GET /metrics HTTP/1.0\r\n\r\n";
			$text = '';
			while (IO::Select->new($socket)->can_read($PostgreSQL::Test::Utils::timeout_default) && sysread($socket, $text, 65536, length $text)) { }
			last if $text =~ /^zdm_/m;
		}
		select undef, undef, undef, 0.1;
	}
	$handle->kill_kill;
	my %got = map { $_ => 1 } $text =~ /^(zdm_\w+)\{/mg;
	is(join(' ', sort grep { !$got{$_} } keys %metrics), '', 'the exporter gives all of them') or diag $log;
	like($text, qr/^zdm_migration_failed\{.*migration="bad".*\} 1$/m, 'a failed migration');
	like($text, qr/^zdm_old_form_reads\{.*migration="old \\"1\\"".*\} 1$/m, 'a use of the old form');
}
$holder->quit;
open_gate($gate);
done_testing();
