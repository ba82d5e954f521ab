# A standby refuses, shows progress, and after a promotion goes on by itself.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $primary = new_node('primary', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1', 'zdm.batch_time = 10');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

install_zdm($primary);
make_accounts($primary, 6000);
meter_rows($primary, 0.001);
allow_rows($primary, 1000);
$primary->safe_psql('postgres', q{SELECT zdm.expand_add_column('account', 'fresh', 'int', backfill => 'metered(old)', name => 'm')});
wait_for_rows($primary, 'a backfill is under way');
wait_for($standby, q{SELECT percent > 5 FROM zdm.progress WHERE name = 'm'}, 'the standby shows its progress');

for my $call (q{SELECT zdm.expand_rename('account', 'old', 'new')}, q{SELECT zdm.pause('m')}, q{SELECT zdm.resume('m')},
	q{SELECT zdm.cancel('m')}, q{SELECT zdm.contract('m')}, q{SELECT zdm.reopen('m')}, q{SELECT zdm.rollback('m')},
	q{SELECT zdm.finalize('m')}, q{SELECT zdm.alter_backfill('m', nice => 0.5)}, q{SELECT zdm.pause_all()},
	q{CALL zdm.wait('m')}, q{CALL zdm.run('m')}, q{SELECT * FROM zdm.plan('zdm.expand_rename(''account'', ''old'', ''new'')')})
{
	my $error = expect_error($standby, $call, '25006', 'during recovery', "on a standby: $call");
	like($error, qr/HINT:  Call it on the primary/, 'with a hint');
}
expect_error($standby, q{SELECT zdm.ensure_ready('m')}, '55000', 'not ready', 'ensure_ready works on a standby');

# the primary dies, the standby takes over
$primary->stop('immediate');
$standby->promote;
allow_rows($standby);
wait_for($standby, q{SELECT status = 'ready' FROM zdm.status WHERE name = 'm'}, 'the promoted standby brings the backfill to its end');
is($standby->safe_psql('postgres', q{SELECT rows || ' ' || mismatches FROM zdm.verify('m')}), '6000 0', 'with every row');
$standby->safe_psql('postgres', q{SELECT zdm.contract('m'); SELECT zdm.rollback('m')});
$standby->stop;
log_is_clean($standby);
done_testing();
