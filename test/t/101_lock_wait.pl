# Whoever waits long for a table lock says so, and others can see it, before there is a record.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.lock_retries = 100000');
install_zdm($node);
make_accounts($node, 10);
$node->safe_psql('postgres', q{CREATE ROLE zdm_stranger LOGIN});

my $reader = $node->background_psql('postgres');
$reader->query_safe(q{SET application_name = 'long reader'});
$reader->query_safe('BEGIN');
$reader->query_safe('SELECT count(*) FROM account');

# Runs a call behind the reader, sees it wait, and lets it through.
sub waits
{
	my ($call, $name) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0);

	$session->query_until(qr/asked/, "\\echo asked\n$call;\n\\echo answered\n");
	ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM zdm.blocking WHERE waiter IS NOT NULL}), "$call: stands in zdm.blocking");
	my $line = $node->safe_psql('postgres', q{SELECT coalesce(name, 'none yet'), relation, holder, waiter FROM zdm.blocking});
	like($line, qr/^\Q$name\E\|account\|process \d+ \(long reader, idle in transaction\).*\|process \d+ \(.*, active\) for \d+ s: \Q$call\E;?$/s, 'with who is in the way, and the call itself');
	is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm.blocking', extra_params => [ '-U', 'zdm_stranger' ]), '0', 'not for everybody');
	$reader->query_safe('COMMIT');
	$session->query_until(qr/answered/, '');
	like($session->{stderr}, qr/NOTICE:  waiting for ACCESS EXCLUSIVE lock on public.account, in the way: process \d+ \(long reader/, 'and says so to its user');
	$session->quit;
	is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm.blocking WHERE waiter IS NOT NULL'), '0', 'until it is through');
	$reader->query_safe('BEGIN');
	$reader->query_safe('SELECT count(*) FROM account');
}

waits(q{SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')}, 'none yet');
$reader->query_safe('COMMIT');
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
$reader->query_safe('BEGIN');
$reader->query_safe('SELECT count(*) FROM account');
waits(q{SELECT zdm.contract('m')}, 'm');

# One that gives up leaves nothing behind.
$reader->query_safe('SELECT count(*) FROM account');
my $session = $node->background_psql('postgres', on_error_stop => 0);
$session->query_until(qr/asked/, "\\echo asked\nSELECT zdm.reopen('m');\n\\echo answered\n");
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM zdm.blocking WHERE waiter IS NOT NULL}), 'reopen waits');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%reopen%' AND pid <> pg_backend_pid()});
$session->query_until(qr/answered/, '');
like($session->{stderr}, qr/canceling statement due to user request/, 'and is cancelled');
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm.blocking WHERE waiter IS NOT NULL'), '0', 'nobody waits any more');
$session->quit;
$reader->quit;
$node->stop;
done_testing();
