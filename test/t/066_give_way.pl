# One call after the other on a table, while zdm builds what the one before has left: no call fails
# because of that, and everything is built in the end.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.lock_timeout = 20ms', 'zdm.lock_retries = 30');
install_zdm($node);
make_accounts($node, 200);
my $index = "SELECT zdm.expand_index('CREATE INDEX account_built ON account (gated(old))', name => 'built')";
my $status = q{SELECT status || coalesce(', ' || last_error, '') FROM zdm.status WHERE name = 'built'};
my $builds = q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase ~ '^building'};

# The line that zdm.wait() shows of a build has every part whole, or not at all.
sub line_is_whole
{
	my ($name, $what) = @_;
	my $line = $node->safe_psql('postgres', "SELECT zdm.progress_line(id) FROM zdm.migration WHERE name = '$name' ORDER BY id DESC LIMIT 1");

	like($line, qr{^$name \[[#.]{20}\] \d+\.\d % running, \w+(, \d+ of \d+ rows)?(, \d+ rows/s)?(, [\d:]+ left)?, $what( \d+ %)?(, waiting for \w.*)?$}, "its line of progress: $what");
	unlike($line, qr/waiting for nothing/, 'and is sensible');
}

# A build that does not come to its end by itself.
my $keeper = close_gate($node);
$node->safe_psql('postgres', $index);
wait_for($node, $builds, 'an index is being built');
line_is_whole('built', 'building index: scanning table');
$node->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'a', 'int', name => 'first')});
is($node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'a') || ' ' ||
	(SELECT count(*) FROM pg_index WHERE indrelid = 'account'::regclass AND indisvalid)}), '1 1', 'a call gets its lock all the same, and the index is not there');
wait_for($node, $builds, 'and the build begins anew');
is($node->safe_psql('postgres', $status), 'running', 'without an error');

# One that waits for the call's own snapshot, and for what its transaction has changed.
open_gate($keeper);
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'built'}, 'it comes to its end');
$node->safe_psql('postgres', q{SELECT zdm.rollback('built')});
my $session = $node->background_psql('postgres');
$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM account; UPDATE account SET old = old + 1 WHERE id = 1');
$node->safe_psql('postgres', $index =~ s/gated\(old\)/old/r =~ s/'built'/'again'/r);
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase ~ '^waiting'}, 'a build waits for a transaction');
line_is_whole('again', 'waiting for [a-z ]+');
$session->query_safe(q{SELECT zdm.expand_add_column('account', 'b', 'int', name => 'second')});
is($session->query_safe(q{SELECT (SELECT count(*) FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'b') || ' ' ||
	(SELECT count(*) FROM pg_index WHERE indrelid = 'account'::regclass AND indisvalid)}), '1 1', 'whose call gets its lock, and the index is not there');
wait_for($node, q{SELECT waiting_for = 'the end of a call that changes the same table' FROM zdm.status WHERE name = 'again'}, 'nothing is built until it ends');
$session->query_safe('COMMIT');
$session->quit;
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'again'}, 'then it is');
is($node->safe_psql('postgres', q{SELECT attempts || ' ' || coalesce(waiting_for, 'nothing') FROM zdm.migration WHERE name = 'again'}), '0 nothing', 'and no attempt has failed');

# A migration file: each call meets what the one before has left to a worker.
my @calls = map {
	("zdm.expand_index('CREATE INDEX account_index_$_ ON account (id, old)', name => 'index_$_')", "zdm.expand_add_column('account', 'c_$_', 'int', backfill => 'old', name => 'column_$_')",
		"zdm.expand_unique('account', '{id,pad}', constraint_name => 'unique_$_', name => 'unique_$_')")
} 1 .. 4;
my ($rc, $out, $err) = $node->psql('postgres', join('', map { "SELECT $_;\n" } @calls));
is($rc, 0, 'a file of calls goes through') or diag $err;
unlike($err, qr/ERROR/, 'without an error');
wait_for($node, q{SELECT bool_and(status = 'ready') FROM zdm.status WHERE status <> 'rolled_back'}, 'all of it becomes ready');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.status WHERE last_error IS NOT NULL}), 0, 'no worker has met an error');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_index WHERE NOT indisvalid'), 0, 'no build has left anything');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_index WHERE indrelid = 'account'::regclass}), 10, 'every index is there once');

# One that has just begun: the server computes what is constant in an expression before it builds.
$node->safe_psql('postgres', q{SET zdm.start_worker = off; SELECT zdm.expand_index('CREATE INDEX account_begun ON account ((old + gated(1)))', name => 'begun')});
$keeper = close_gate($node);
$node->safe_psql('postgres', q{SELECT zdm.resume('begun')});
wait_for($node, q{SELECT count(*) = 1 FROM pg_stat_progress_create_index WHERE phase = 'initializing'}, 'a build begins');
line_is_whole('begun', 'initializing');
open_gate($keeper);
wait_for($node, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'begun'}, 'and comes to its end');

$node->stop;
log_is_clean($node);
done_testing();
