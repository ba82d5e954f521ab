# The example application goes through a whole rollout and back, under traffic, with one and the same process: no
# request fails, none is lost, and each customer is served by the form that the rollout says.
use strict;
use warnings;

use lib 'test/t';
use HTTP::Tiny;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my ($python) = grep { my $out; eval { IPC::Run::run([ $_, '-c', 'import psycopg2.errors' ], '>&', \$out) } } qw(python3 /usr/bin/python3);
plan(skip_all => 'python3-psycopg2 is not installed') unless $python;

my $CUSTOMERS = 60;
my $node = new_node('rollout_app');
install_zdm($node);
$node->safe_psql('postgres', qq{CREATE ROLE app LOGIN;
	CREATE TABLE account (id bigint PRIMARY KEY, euro numeric(12, 2) NOT NULL); INSERT INTO account SELECT g, g FROM generate_series(1, $CUSTOMERS) g;
	GRANT SELECT, UPDATE ON account TO app});
sub sql { return $node->safe_psql('postgres', $_[0]); }

my ($out, $err) = ('', '');
my $app = IPC::Run::start([ $python, 'docs/examples/rollout_app.py', $node->connstr('postgres') . ' user=app' ], '>', \$out, '2>', \$err,
	IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
$app->pump until $out =~ /listening on (\d+)/;
my $url = "http://127.0.0.1:$1/account";
my $http = HTTP::Tiny->new(keep_alive => 0);
my %cents = map { $_ => 100 * $_ } 1 .. $CUSTOMERS;

# Each customer pays a cent and looks; returns who was served by the new form.
sub round_of_all
{
	my ($what) = @_;
	my (@new, @wrong);
	for my $id (1 .. $CUSTOMERS)
	{
		my $paid = $http->post("$url/$id?add=1");
		my $seen = $http->get("$url/$id");
		$cents{$id}++;
		push(@wrong, "$id: $paid->{status} $seen->{status} $seen->{content}"), next unless $paid->{success} && $seen->{success};
		my ($one, $two) = map { decode_json($_->{content}) } $paid, $seen;
		push @wrong, "$id: $one->{cent}, $two->{cent}, not $cents{$id}" if $one->{cent} != $cents{$id} || $two->{cent} != $cents{$id};
		push @wrong, "$id: $one->{form}, $two->{form}" if $one->{form} ne $two->{form};
		push @new, $id if $two->{form} eq 'new';
	}
	is_deeply(\@wrong, [], "$what: each has what it paid");
	return @new;
}

is(round_of_all('before'), 0, 'before the migration: the old form');
sql(q{SELECT zdm.expand_transform('account', '{euro}', '{"cent": {"type": "bigint", "forward": "(euro * 100)::bigint"}}', '{"euro": "cent / 100.0"}', name => 'account_cent')});
sql(q{CALL zdm.wait('account_cent')});
is(round_of_all('0 %'), 0, 'ready, and nobody is to use it');
sql(q{SELECT zdm.rollout('account_cent', 0, include => '{7}')});
is_deeply([ round_of_all('one') ], [7], 'one customer');
sql(q{SELECT zdm.rollout('account_cent', 50, include => '{}')});
my @half = round_of_all('50 %');
cmp_ok(scalar @half, '>', $CUSTOMERS / 5, 'half of them, more or less');
cmp_ok(scalar @half, '<', $CUSTOMERS * 4 / 5, 'not all');
is_deeply([ round_of_all('50 % again') ], \@half, 'the same ones again');
is(sql(q{SELECT mismatches FROM zdm.verify('account_cent')}), 0, 'both sides agree');
sql(q{SELECT zdm.rollout('account_cent', 100, exclude => '{8}')});
is_deeply([ round_of_all('100 %') ], [ grep { $_ != 8 } 1 .. $CUSTOMERS ], 'all but one');

# Traffic of that one, and of another, while forms come and go.
my $stop = PostgreSQL::Test::Utils::tempdir() . '/stop';
END { append_to_file($stop, '') if defined $stop } # a test that dies waits for them, too
my %client;
for my $id (8, 9)
{
	open $client{$id}, '-|', $^X, '-MHTTP::Tiny', '-e', q{
		my ($url, $stop) = @ARGV; my ($n, $failed) = (0, ''); $| = 1;
		until (-e $stop) { my $r = HTTP::Tiny->new->post($url); $r->{success} ? $n++ : ($failed ||= "$r->{status} $r->{content}"); }
		print "$n|$failed"}, "$url/$id?add=1", $stop or die;
}
sub traffic { my $before = sql('SELECT txid_snapshot_xmax(txid_current_snapshot())'); $node->poll_query_until('postgres', "SELECT txid_snapshot_xmax(txid_current_snapshot()) > $before + 20") or die; }
for (1 .. 4)
{
	traffic();
	sql(q{SELECT zdm.contract('account_cent')});
	traffic();
	sql(q{SELECT zdm.reopen('account_cent')});
}
sql(q{SELECT zdm.contract('account_cent')});
is(scalar(my @all = grep { decode_json($http->get("$url/$_")->{content})->{form} eq 'new' } 1 .. $CUSTOMERS), $CUSTOMERS, 'after contract: the new form for all');
sql(q{SELECT zdm.reopen('account_cent'); SELECT zdm.rollback('account_cent')});
traffic();
open my $file, '>', $stop or die;
close $file;
for my $id (sort keys %client)
{
	my ($n, $failed) = split /\|/, do { local $/; readline $client{$id} }, 2;
	close $client{$id};
	is($failed, '', "no request of customer $id has failed");
	cmp_ok($n, '>', 0, 'of some');
	$cents{$id} += $n;
}
is(round_of_all('rolled back'), 0, 'after rollback: the old form, of the same process');
is($http->get("$url/0")->{status} . $http->get("$url/x")->{status} . $http->post("$url/1")->{status}, '404400400', 'what makes no sense is refused');
$app->signal('TERM');
eval { $app->finish };
unlike($err, qr/Traceback/, 'the application has nothing to tell') or diag $err;
$node->stop;
done_testing();
