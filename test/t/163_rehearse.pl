# scripts/rehearse: tells by its status whether a migration may go on, reads the database alone, and leaves
# nothing behind.
use strict;
use warnings;

use lib 'test/t';
use JSON::PP;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('rehearsed', 'max_connections = 60');
my $weird = q{we"ird 'x\\ :y};
my $dir = PostgreSQL::Test::Utils::tempdir();
local @ENV{qw(PGHOST PGPORT)} = ($node->host, $node->port);
(my $quoted = $weird) =~ s/([\\'])/\\$1/g;
my $dsn = "dbname='$quoted'";
sub run_sql { my ($sql) = @_; my ($out, $err) = ('', ''); IPC::Run::run([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $dsn, '-c', $sql ], '>', \$out, '2>', \$err) or die $err; chomp $out; return $out; }
sub file { my ($name, $text) = @_; append_to_file("$dir/$name", $text); return "$dir/$name"; }
sub dumped { my $out = ''; IPC::Run::run([ 'pg_dump', '-d', $dsn ], '>', \$out) or die; $out =~ s/^\\(un)?restrict .*\n//mg; return $out; }
my ($out, $err);
sub rehearse { my (@arguments) = @_; ($out, $err) = ('', ''); IPC::Run::run([ 'scripts/rehearse', '--seconds', 1, '--clients', 2, '--max-stall-ms', 600000, @arguments ], '>', \$out, '2>', \$err); return $? >> 8; }
sub copies { return $node->safe_psql('postgres', q{SELECT count(*) FROM pg_database WHERE datname LIKE 'zdm\_rehearsal%'}); }

IPC::Run::run([ 'createdb', $weird ]) or die;
run_sql(q{CREATE TABLE "T:a ""b"" 'c'" ("K k" int, "zdm_row" int, a int, b text, PRIMARY KEY ("K k", "zdm_row"))});
run_sql(q{INSERT INTO "T:a ""b"" 'c'" SELECT i, 1, i, 'x' FROM generate_series(1, 3000) i});
run_sql(q{ALTER DATABASE "we""ird 'x\ :y" SET search_path = "$user", public, "o'dd"});
my $before = dumped();

my $good = file('good.sql', q{SELECT zdm.expand_rename('"T:a ""b"" ''c''"', 'a', 'aa', name => 'renamed'); SELECT zdm.expand_change_type('"T:a ""b"" ''c''"', 'K k', 'bigint', name => 'it''s "wide"');});
ok(-x 'zdm_rehearse', 'make has built what it installs');
is(rehearse('--db', $weird, '--migration', $good, '--format', 'json', '--rows', 1000000), 0, 'a good migration passes') or diag "$out\n$err";
my $report = decode_json($out);
is($report->{database}, $weird, 'the report names the database');
is_deeply([ map { $_->{ok} ? () : $_->{what} } @{ $report->{checks} } ], [], 'all checks hold');
is_deeply([ map { $_->{name} } @{ $report->{phases} } ], [ 'without a migration', 'expand', 'ready', 'contract', 'reopen', 'contract again', 'rollback', 'expand again', 'contract at last', 'finalize' ], 'it went through all phases');
ok($report->{facts}{rows_compared} >= 4 * 3000 && $report->{facts}{same_schema} == 1, 'rows and schema were compared');
ok((grep { $_->{transactions} > 0 } @{ $report->{phases} }) && @{ $report->{locks} } >= 16, 'clients ran, and locks are told');
is($report->{expand_needs}[1]{rows}, 1000000, 'with a forecast');
is(copies(), 0, 'the copy is gone');

# somebody is connected, so the copy comes from a dump; scripts that use one form, and one that should not
my $session = IPC::Run::start([ 'psql', '-XqAt', '-d', $dsn, '-c', 'SELECT pg_sleep(1000)' ], '>', \my $slept, '2>', \my $said);
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1000)%'}) or die;
my $old = file('old form.sql', qq{SELECT a FROM "T:a ""b"" 'c'" LIMIT 1;\n});
my $new = file('new.sql', qq{SELECT aa FROM "T:a ""b"" 'c'" LIMIT 1;\n});
is(rehearse('--db', $dsn, '--migration', $good, '--traffic', "old:$old", '--traffic', "new:$new", '--out', "$dir/report"), 0, 'scripts run while their form is there') or diag "$out\n$err";
$session->kill_kill;
like(slurp_file("$dir/report"), qr/\Q$weird\E.*passed/, 'the report is in a file');
is(rehearse('--db', $weird, '--migration', $good, '--traffic', $old, '--max-stall-ms', 0, '--format', 'html'), 1, 'clients that fail or wait break the limits') or diag $err;
like($out, qr/class="broken"><td>\Q$_\E/, "broken: $_") for 'longest stall', 'failed transactions';
like($out, qr/column &quot;a&quot; does not exist/, 'with what the clients saw');
like($out, qr{<polyline class="slowest" points="\d.*</html>}s, 'and a plot');
unlike($out, qr/<script|src=|href=|url\(/, 'in one page with nothing from elsewhere');
is(copies(), 0, 'the copy is gone');
is(dumped(), $before, 'the database is what it was');

# migrations that do not get through
run_sql(q{UPDATE "T:a ""b"" 'c'" SET b = '1'; UPDATE "T:a ""b"" 'c'" SET b = 'no number' WHERE a = 2999});
$before = dumped();
is(rehearse('--db', $weird, '--migration', file('bad.sql', q{SELECT zdm.expand_change_type('"T:a ""b"" ''c''"', 'b', 'int', forward => 'b::int', reverse => 'b::text', name => 'bad')})), 1, 'a migration that fails does not pass');
like($out, qr/no number/, 'and the reason is told') or diag $err;
is(copies(), 0, 'the copy is gone');

# what can't be run
for my $wrong ([ 'a syntax error', '--migration', file('wrong.sql', 'SELECT zdm.expand_rename(') ], [ 'no migration', '--migration', file('none.sql', 'SELECT 1;') ],
	[ 'another database', '--migration', file('connects.sql', "\\connect postgres\n") ], [ 'no file', '--migration', "$dir/nothing" ],
	[ 'wrong traffic', '--migration', $good, '--traffic', file('wrong_traffic.sql', 'SELECT nothing;') ], [ 'no number', '--migration', $good, '--clients', 'x' ],
	[ 'an unknown option', '--migration', $good, '--what', 'x' ], [ 'no such database', '--migration', $good, '--db', 'nowhere' ])
{
	my ($what, @arguments) = @$wrong;
	is(rehearse('--db', $weird, @arguments), 2, "$what: could not be run");
	like($err, qr/^error: |error:/m, 'and says why');
	is($out, '', 'without a report');
}
is(copies(), 0, 'no copy is left');

# stopped in the middle
my $handle = IPC::Run::start([ 'scripts/rehearse', '--db', $weird, '--migration', $good, '--seconds', 600 ], '>', \$out, '2>', \$err);
ok($node->poll_query_until('postgres', q{SELECT count(*) > 1 FROM pg_stat_activity WHERE datname LIKE 'zdm\_rehearsal%' AND query LIKE '%zdm_rehearsal.key%'}), 'traffic runs');
$handle->signal('TERM');
$handle->finish;
is($handle->full_result >> 8, 2, 'a signal ends it');
is(copies(), 0, 'and the copy is gone');

is(dumped(), $before, 'the database is what it was');
done_testing();
