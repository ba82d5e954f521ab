# Nobody queues behind a schema change: locks are tried politely, and given up.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# A VACUUM would be one more that holds the lock, where the test says who does.
my $node = new_node('locks', 'autovacuum = off');
install_zdm($node);
make_accounts($node, 1000);

my $impatient = 'SET zdm.lock_timeout = 20; SET zdm.lock_retries = 3;';
my $patient = 'SET zdm.lock_timeout = 20; SET zdm.lock_retries = 10000;';

# a reader in an open transaction: given up, with the culprit's name, and nothing changed
my $reader = $node->background_psql('postgres');
$reader->query_safe(q{SET application_name = 'long reader'; BEGIN; SELECT count(*) FROM account});
my $error = expect_error($node, "$impatient SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')",
	'55P03', 'could not get ACCESS EXCLUSIVE lock on public.account in 4 attempts', 'a lock that cannot be had is given up');
like($error, qr/In the way: process \d+ \(long reader, idle in transaction\)/, 'the error names who is in the way');
like($error, qr/HINT:  Nothing was changed/, 'and says that nothing was changed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM zdm.migration'), 0, 'nothing was');

# While it tries, others go on: between two attempts each of them gets something done.  Whoever stood in
# the queue all the time would hold them up until the reader ends.
my $expander = $node->background_psql('postgres');
$expander->query_until(qr/started/, "SET zdm.lock_timeout = 100; SET zdm.lock_retries = 10000;\n\\echo started\nSELECT zdm.expand_rename('account', 'old', 'new', name => 'm');\n\\echo expanded\n");
my @writers = map { $node->background_psql('postgres') } 1 .. 2;
$node->safe_psql('postgres', 'CREATE TABLE switch (stop boolean)');
$writers[$_ - 1]->query_until(qr/started/, "\\echo started\nDO \$\$ BEGIN LOOP UPDATE account SET old = old + 1 WHERE id = $_; COMMIT; PERFORM pg_sleep(0.001); EXIT WHEN EXISTS (SELECT FROM switch); END LOOP; END \$\$;\n\\echo stopped\n") for 1 .. 2;
my $queued = q{SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'account'::regclass};
for my $attempt (1 .. 5)
{
	wait_for($node, $queued, "beside the writers it stands in the queue, attempt $attempt");
	my @now = split /\n/, $node->safe_psql('postgres', 'SELECT old FROM account WHERE id IN (1, 2) ORDER BY id');
	wait_for($node, "SELECT NOT ($queued)", 'and leaves it');
	wait_for($node, "SELECT bool_and(old > CASE id WHEN 1 THEN $now[0] ELSE $now[1] END) FROM account WHERE id IN (1, 2)", 'whereupon each of them goes on');
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration}), 0, 'it has not got the lock');
$reader->query_safe('COMMIT');
$expander->query_until(qr/expanded/, '');
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.event WHERE event = 'created' AND lock_wait > '100 ms'}), 1, 'it gets it once the reader has ended');
$node->safe_psql('postgres', 'INSERT INTO switch VALUES (true)');
$_->query_until(qr/stopped/, '') for @writers;
unlike(join('', map { $_->{stderr} } @writers), qr/ERROR/, 'no writer has met an error');
$_->quit for @writers;
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'every row agrees');

# contract, reopen and rollback likewise; what would block them can be seen beforehand
$reader->query_safe('BEGIN; SELECT count(*) FROM account');
like($node->safe_psql('postgres', q{SELECT holder FROM zdm.blocking WHERE name = 'm'}), qr/long reader/, 'zdm.blocking shows who would be in the way');
expect_error($node, "$impatient SELECT zdm.contract('m')", '55P03', 'could not get', 'contract gives up');
is($node->safe_psql('postgres', q{SELECT status FROM zdm.status}), 'ready', 'and leaves everything as it was');
$reader->query_safe('COMMIT');
$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
$reader->query_safe('BEGIN; SELECT count(*) FROM account');
expect_error($node, "$impatient SELECT zdm.$_('m')", '55P03', 'could not get', "$_ gives up") for qw(reopen rollback finalize);
is($node->safe_psql('postgres', q{SELECT status FROM zdm.status}), 'contracted', 'and leaves everything as it was');
$reader->query_safe('COMMIT');
$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});

# a transaction of the caller's own that holds the table is not in the way
$node->safe_psql('postgres', q{BEGIN; SELECT count(*) FROM account; SELECT zdm.expand_rename('account', 'old', 'new', name => 'm'); COMMIT});
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
$node->safe_psql('postgres', q{BEGIN; UPDATE account SET new = 5 WHERE id = 5; SELECT zdm.contract('m'); UPDATE account SET new = 6 WHERE id = 6; COMMIT});
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'a contract in a transaction with writes before and after it');
$node->safe_psql('postgres', q{SELECT zdm.rollback('m')});

# two that want the same table at the same time
my @racers = map { $node->background_psql('postgres') } 1 .. 2;
begin_query($_, "$patient\nSELECT zdm.expand_rename('account', 'old', 'new', name => 'race');\n\\echo done\n") for @racers;
$_->query_until(qr/done/, '') for @racers;
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE name = 'race'}), 1, 'the same call from two sessions makes one migration');
$node->safe_psql('postgres', q{CALL zdm.wait('race')});
$node->safe_psql('postgres', q{SELECT zdm.rollback('race')});

# a prepared transaction is named, too
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 2');
$_->quit for ($reader, $expander, @racers);
$node->restart;
$node->safe_psql('postgres', q{BEGIN; UPDATE account SET old = 1 WHERE id = 1; PREPARE TRANSACTION 'two-phase'});
$error = expect_error($node, "$impatient SELECT zdm.expand_rename('account', 'old', 'new', name => 'm')", '55P03', 'could not get', 'a prepared transaction is in the way');
like($error, qr/a prepared transaction, see pg_prepared_xacts/, 'the error says so');
$node->safe_psql('postgres', q{COMMIT PREPARED 'two-phase'});

# an expand can be prepared itself; its work begins after the second phase
$node->safe_psql('postgres', q{BEGIN; SELECT zdm.expand_rename('account', 'old', 'new', name => 'm'); PREPARE TRANSACTION 'expand'});
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE name = 'm'  AND status = 'running'}), 0, 'a prepared expand is not there yet');
$node->safe_psql('postgres', q{COMMIT PREPARED 'expand'});
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
is($node->safe_psql('postgres', q{SELECT mismatches FROM zdm.verify('m')}), 0, 'then it is, and gets ready');
$node->stop;
log_is_clean($node);
done_testing();
