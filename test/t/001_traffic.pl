# pgbench runs through every transition, and no client sees an error.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('traffic', 'shared_buffers = 128MB', 'fsync = off', 'zdm.nice = -1');
install_zdm($node);
$node->command_ok([ 'pgbench', '-i', '-s', '2', '-q', $node->connstr('postgres') ], 'pgbench -i');

my $dir = PostgreSQL::Test::Utils::tempdir();
my %application = (
	old => ['--builtin=tpcb-like'],
	# what an application with an ORM does: every column by name, insert and delete too
	new => ["--file=$dir/new.sql"],
	orm => ["--file=$dir/orm.sql"],
	prepared => [ '--builtin=tpcb-like', '--protocol=prepared' ]);
append_to_file("$dir/new.sql", <<'SQL');
\set aid random(1, 100000 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET balance = balance + :delta WHERE aid = :aid;
SELECT balance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = 1;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = 1;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, :aid, :delta, CURRENT_TIMESTAMP);
END;
SQL
append_to_file("$dir/orm.sql", <<'SQL');
\set aid random(1, 100000 * :scale)
\set new random(1000000, 2000000)
BEGIN;
INSERT INTO pgbench_accounts (aid, bid, abalance, filler) VALUES (:new, 1, 0, 'orm') ON CONFLICT (aid) DO UPDATE SET abalance = EXCLUDED.abalance;
UPDATE pgbench_accounts SET bid = bid, abalance = abalance, filler = 'orm' WHERE aid = :aid;
DELETE FROM pgbench_accounts WHERE aid = :new AND abalance = 0;
END;
SQL

sub start
{
	my ($name, $clients, $seconds) = @_;
	start_app($node, $name, $clients, $seconds, '-s', '2', @{ $application{$name} });
}

# Rows in which the columns disagree, as verify counts them and as plain SQL does.
sub mismatches
{
	my ($old, $new) = @_;
	return $node->safe_psql('postgres', qq{
		SELECT mismatches, (SELECT count(*) FROM pgbench_accounts WHERE $old IS DISTINCT FROM $new) FROM zdm.verify('m')});
}

start('old', 2, 6);
start('orm', 1, 6);
start('prepared', 1, 6);
$node->safe_psql('postgres', q{SELECT zdm.expand_rename('pgbench_accounts', 'abalance', 'balance', name => 'm')});
$node->safe_psql('postgres', q{CALL zdm.wait('m')});
is(mismatches('abalance', 'balance'), '0|0', 'ready, and every row agrees, under traffic');
finish_apps('backfill');

start('old', 1, 4);
start('orm', 1, 4);
start('new', 2, 4);
finish_apps('both');
is(mismatches('abalance', 'balance'), '0|0', 'every row agrees after both have written');

start('new', 4, 5);
$node->safe_psql('postgres', q{SELECT pg_sleep(1); SELECT zdm.contract('m')});
is(mismatches('zdm_old_abalance', 'balance'), '0|0', 'every row agrees after contract, under traffic');
$node->safe_psql('postgres', q{SELECT pg_sleep(1); SELECT zdm.reopen('m')});
start('old', 2, 3);
finish_apps('contract and reopen');
is(mismatches('abalance', 'balance'), '0|0', 'every row agrees after reopen');

# back and forth as fast as it goes
start('new', 4, 4);
for my $i (1 .. 10)
{
	$node->safe_psql('postgres', q{SELECT zdm.contract('m')});
	$node->safe_psql('postgres', q{SELECT zdm.reopen('m')});
}
finish_apps('ten times contract and reopen');

start('old', 2, 4);
start('prepared', 2, 4);
$node->safe_psql('postgres', q{SELECT pg_sleep(1); SELECT zdm.rollback('m')});
finish_apps('rollback');

is( $node->safe_psql('postgres', q{
		SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM pgbench_history)
		   AND (SELECT sum(bbalance) FROM pgbench_branches) = (SELECT sum(delta) FROM pgbench_history)}),
	't', 'not a cent is lost');
was_vacuumed($node, 'pgbench_accounts');
is_sound($node, 'pgbench_accounts', 'in the end');
log_is_clean($node);

done_testing();
