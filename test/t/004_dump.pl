# Dump and restore in the middle of a migration, and in each of its later states.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('dump', 'zdm.batch_time = 10');
my $dir = PostgreSQL::Test::Utils::tempdir();

install_zdm($node);
make_accounts($node, 5000);
make_accounts($node, 100, 'ready_one');
make_accounts($node, 100, 'contracted_one');
meter_rows($node, 0.0005);
allow_rows($node, 500);
$node->safe_psql('postgres', q{
	SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'metered(old)', name => 'm');
	ALTER TABLE ready_one ALTER old SET DEFAULT 77;
	SELECT zdm.expand_rename('ready_one', 'old', 'new', name => 'ready');
	SELECT zdm.expand_rename('contracted_one', 'old', 'new', name => 'contracted');});
$node->safe_psql('postgres', q{CALL zdm.wait('ready')});
$node->safe_psql('postgres', q{CALL zdm.wait('contracted')});
$node->safe_psql('postgres', q{SELECT zdm.contract('contracted')});
wait_for_rows($node, 'a backfill is under way');
$node->safe_psql('postgres', q{SELECT zdm.pause('m')});
allow_rows($node);
cmp_ok($node->safe_psql('postgres', q{SELECT rows_written FROM zdm.progress WHERE name = 'm'}), '>', 0, 'with rows that are filled');

for my $format ('plain', 'custom')
{
	my $database = "restored_$format";
	my @port = ('-h', $node->host, '-p', $node->port);

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	if ($format eq 'plain')
	{
		$node->command_ok([ 'pg_dump', '-f', "$dir/plain.sql", @port, 'postgres' ], 'pg_dump, plain');
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/plain.sql", @port, $database ], 'restored by psql');
	}
	else
	{
		$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/custom", @port, 'postgres' ], 'pg_dump, custom');
		$node->command_ok([ 'pg_restore', '-e', '-j', '2', '-d', $database, @port, "$dir/custom" ], 'restored by pg_restore, parallel');
	}
	is($node->safe_psql($database, q{SELECT string_agg(name || ' ' || status, ', ' ORDER BY name) FROM zdm.status}),
		'contracted contracted, m paused, ready ready', 'the record is there');
	is($node->safe_psql($database, q{SELECT count(*) FROM zdm.step}),
		$node->safe_psql('postgres', q{SELECT count(*) FROM zdm.step}), 'with its steps');

	# both applications go on
	$node->safe_psql($database, q{INSERT INTO account (id, old) VALUES (9001, 7)});
	is($node->safe_psql($database, q{SELECT fresh FROM account WHERE id = 9001}), 8, 'the sync trigger is there');
	$node->safe_psql($database, q{UPDATE ready_one SET new = 3 WHERE id = 3; UPDATE contracted_one SET new = 4 WHERE id = 4});
	is($node->safe_psql($database, q{SELECT old FROM ready_one WHERE id = 3}), 3, 'in a migration that is ready');
	is($node->safe_psql($database, q{UPDATE ready_one SET new = DEFAULT WHERE id = 5 RETURNING old}), 77, 'DEFAULT is still told from NULL');
	is($node->safe_psql($database, q{SELECT zdm_old_old FROM contracted_one WHERE id = 4}), 4, 'in one that is contracted');

	# and the migrations too
	$node->safe_psql($database, q{SELECT zdm.resume('m')});
	$node->safe_psql($database, q{CALL zdm.wait('m')});
	is($node->safe_psql($database, q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '5001 0', 'the backfill gets to its end');
	cmp_ok($node->safe_psql($database, q{SELECT restarts FROM zdm.backfill b JOIN zdm.migration m ON m.id = b.migration_id WHERE name = 'm'}),
		'>', 0, 'from the beginning, since block numbers of the old cluster mean nothing');
	$node->safe_psql($database, q{SELECT zdm.contract('m'); SELECT zdm.finalize('m')});
	$node->safe_psql($database, q{SELECT zdm.contract('ready'); SELECT zdm.finalize('ready')});
	$node->safe_psql($database, q{SELECT zdm.reopen('contracted'); SELECT zdm.rollback('contracted')});
	is($node->safe_psql($database, q{SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
			WHERE attrelid = 'contracted_one'::regclass AND attnum > 0 AND NOT attisdropped}), 'id,old,pad', 'and back');
	ok($node->safe_psql($database, q{SELECT zdm.expand_rename('contracted_one', 'old', 'newer')}), 'a new one can begin');
}
$node->stop;
log_is_clean($node);
done_testing();
