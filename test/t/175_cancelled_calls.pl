# Every call is cancelled at every wait: whatever it waits for, the cancel request ends it, a block that catches
# the error is committed as any other, and neither locks nor a transaction are left.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::BackgroundPsql;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('cancelled', 'zdm.lock_timeout = 60s', 'zdm.start_worker = off', 'max_connections = 40', 'autovacuum = off',
	'deadlock_timeout = 60s');
install_zdm($node);
make_accounts($node, 20);
$node->safe_psql('postgres', q{
	ALTER TABLE account ADD maybe int, ADD gone int;
	CREATE INDEX account_pad ON account (pad);
	CREATE TABLE small (id int PRIMARY KEY, a int, b text);
	INSERT INTO small SELECT g, g, g FROM generate_series(1, 5) g;
	CREATE TABLE said (n int, what text);
	CREATE FUNCTION gated(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
		$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN v + 1; END $$;
	-- Cancels a call once it waits for others, and tells for whom; null: it has come through.
	CREATE FUNCTION cancel_where_it_waits(victim int, n text) RETURNS int[] LANGUAGE plpgsql AS $$
	DECLARE
		name text;
		others int[];
	BEGIN
		LOOP
			PERFORM pg_stat_clear_snapshot();
			SELECT application_name INTO STRICT name FROM pg_stat_activity WHERE pid = victim;
			IF name = n || ' done' THEN RETURN NULL; END IF;
			others := pg_blocking_pids(victim);
			IF name = n AND cardinality(others) > 0 THEN
				PERFORM pg_cancel_backend(victim);
				RETURN others;
			END IF;
			PERFORM pg_sleep(0.005);
		END LOOP;
	END $$;});

# Who is in the way, each in a session of its own.
my %blockers = map { $_ => { take => "LOCK TABLE $_ IN ACCESS EXCLUSIVE MODE" } }
  map { "zdm.${_}_row" } qw(migration target step event verification guard rollout backfill);
$blockers{$_} = { take => "LOCK TABLE $_ IN ACCESS SHARE MODE" } for qw(account small);
$blockers{gate} = { take => 'SELECT pg_advisory_xact_lock(42)' };
for my $blocker (values %blockers)
{
	$blocker->{session} = $node->background_psql('postgres');
	$blocker->{session}->set_query_timer_restart;
	$blocker->{pid} = $blocker->{session}->query_safe('SELECT pg_backend_pid()');
}

# Has those stand in the way that are not there, as far as what they lock is.
sub stand_in_the_way
{
	for my $name (@_)
	{
		next if $blockers{$name}{stands};
		$blockers{$name}{session}->query_safe("BEGIN; $blockers{$name}{take}");
		$blockers{$name}{stands} = 1;
	}
}

sub step_aside
{
	for my $name (@_)
	{
		$blockers{$name}{session}->query_safe('ROLLBACK') if $blockers{$name}{stands};
		$blockers{$name}{stands} = 0;
	}
}

my $watcher = $node->background_psql('postgres');
my $victim = $node->background_psql('postgres', on_error_stop => 0);
$_->set_query_timer_restart for $watcher, $victim;
my $pid = $victim->query_safe('SELECT pg_backend_pid()');
my $n = 0;

# Makes a call, cancels it, and makes it again without the one that was in the way, until it comes through.
sub cancel_everywhere
{
	my ($call, @tables) = @_;
	my @wrong;
	my @waits;

	stand_in_the_way((grep { /^zdm|^gate/ } keys %blockers), @tables);
	for (1 .. 40)
	{
		$n++;
		my $sql = $call =~ /^CALL/ ? "$call;" : qq{DO \$do\$ BEGIN
			INSERT INTO said VALUES ($n, 'before');
			BEGIN PERFORM $call; INSERT INTO said VALUES ($n, 'through');
			EXCEPTION WHEN query_canceled OR OTHERS THEN INSERT INTO said VALUES ($n, SQLERRM); END;
		END \$do\$;};
		$victim->{stderr} = '';
		my $out = $victim->query_until(qr/begun $n\n/, "\\echo begun $n\nSET application_name = '$n';\n$sql\nSET application_name = '$n done';\n\\echo ended $n\n");
		my $others = $watcher->query_safe("SELECT cancel_where_it_waits($pid, '$n')");
		$victim->query_until(qr/ended $n\n/, '') if $out !~ /ended $n\n/; # else it has come at once
		my $left = $watcher->query_safe(qq{
			SELECT string_agg(what, ', ') FROM (
				SELECT state AS what FROM pg_stat_activity WHERE pid = $pid AND state <> 'idle'
				UNION ALL SELECT concat_ws(' ', locktype, relation::regclass, objid, objsubid, mode) FROM pg_locks WHERE pid = $pid) l});
		my $said = $watcher->query_safe(qq{SELECT string_agg(what, ': ' ORDER BY what = 'before' DESC) FROM said WHERE n = $n});
		push @wrong, "left: $left" if $left ne '';
		if ($others eq '')
		{
			push @wrong, $call =~ /^CALL/ ? $victim->{stderr} : $said if $call =~ /^CALL/ ? $victim->{stderr} =~ /ERROR/ : $said ne 'before: through';
			last;
		}
		my ($name) = grep { $others =~ /\b$blockers{$_}{pid}\b/ } sort keys %blockers;
		die "$call waits for somebody else" if !$name;
		push @waits, $name;
		push @wrong, "goes on beside $name" if $call =~ /^CALL/ ? $victim->{stderr} !~ /ERROR/ : $said =~ /through/;
		push @wrong, "is not committed beside $name" if $call !~ /^CALL/ && $said !~ /^before: ./;
		step_aside($name);
	}
	is(join("\n", @wrong), '', "$call, cancelled at " . join(', ', @waits));
	step_aside(@tables);
}

my $a = 'account';
my @lives = (
	[ q{zdm.plan($$zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(old)')$$)}, $a ],

	[ q{zdm.expand_rename('account', 'old', 'new', name => 'm')}, $a ],
	[ q{zdm.pause('m')} ], [ q{zdm.resume('m')} ], [ q{zdm.alter_backfill('m', workers => 2)} ], [ q{zdm.pause_all()} ], [ q{zdm.resume('m')} ],
	[ q{CALL zdm.run('m')}, $a ], [ q{CALL zdm.wait('m')} ], [ q{zdm.ensure_ready('m')} ],
	[ q{zdm.verify('m')}, $a ], [ q{zdm.guard('m', 'deadlocks', 5, 'warn')} ], [ q{zdm.drop_guard('m')} ], [ q{zdm.rollout('m', 50)} ],
	[ q{zdm.contract('m')}, $a ], [ q{zdm.reopen('m')}, $a ], [ q{zdm.contract('m')}, $a ], [ q{zdm.finalize('m')}, $a ],

	# whose expression waits
	[ q{zdm.expand_add_column('account', 'fresh', 'int', backfill => 'gated(new)', name => 'g')}, $a ],
	[ q{CALL zdm.run('g')}, $a ],
	q{DO $$ BEGIN ASSERT (SELECT count(*) = 20 FROM account WHERE fresh = new + 1), 'filled'; END $$},
	[ q{zdm.contract('g')}, $a ], [ q{zdm.rollback('g')}, $a ],

	[ q{zdm.expand_change_type('account', 'maybe', 'bigint', forward => 'gated(maybe)', reverse => 'maybe::int - 1', name => 't')}, $a ],
	q{SET zdm.start_worker = on; SELECT zdm.resume('t'); CALL zdm.wait('t'); -- an index is built, which zdm.run() can't
	  ALTER TABLE account DISABLE TRIGGER "~zdm_t"; UPDATE account SET maybe = 5 WHERE id = 7; ALTER TABLE account ENABLE ALWAYS TRIGGER "~zdm_t"},
	[ q{zdm.verify('t', repair => true)}, $a ],
	q{SET zdm.start_worker = on; SELECT zdm.resume('t'); CALL zdm.wait('t')},
	[ q{zdm.contract('t')}, $a ], [ q{zdm.rollback('t')}, $a ],

	[ q{zdm.expand_check('account', 'k', 'maybe > 0', name => 'k')}, $a ],
	q{UPDATE account SET maybe = 1; ALTER TABLE account DROP CONSTRAINT k; UPDATE account SET maybe = -1 WHERE id = 4;
	  ALTER TABLE account ADD CONSTRAINT k CHECK (maybe > 0) NOT VALID},
	[ q{zdm.violations('k')} ], [ q{CALL zdm.fix_violations('k', set => '{"maybe": "1"}')}, $a ],
	[ q{CALL zdm.run('k')}, $a ], [ q{zdm.contract('k')}, $a ], [ q{zdm.finalize('k')}, $a ],

	[ q{zdm.drop_index('account_pad', 'di')}, $a ],
	[ q{zdm.contract('di')}, $a ], [ q{zdm.reopen('di')}, $a ], [ q{zdm.rollback('di')}, $a ],
	[ q{zdm.expand_drop_column('account', 'gone', name => 'd')}, $a ], [ q{zdm.contract('d')}, $a ], [ q{zdm.finalize('d')}, $a ],
	[ q{zdm.expand_not_null('account', 'maybe', fill => '1', name => 'nn')}, $a ], [ q{zdm.cancel('nn')}, $a ],
	[ q{zdm.expand_rename('account', 'maybe', 'surely', name => 'f')}, $a ], [ q{zdm.forget('f')}, $a ],

	[ q{zdm.expand_compact('small', name => 'c')}, 'small' ], [ q{zdm.rollback('c')}, 'small' ],
	[ q{zdm.expand_rename_table('small', 'little', name => 'rt')}, 'small' ], [ q{zdm.contract('rt')} ], [ q{zdm.reopen('rt')} ], [ q{zdm.rollback('rt')} ],
	[ q{zdm.expand_extract('small', '{b}', 'big', name => 'x')}, 'small' ], [ q{zdm.rollback('x')}, 'small' ],

	q{SET zdm.release = 'v1'; SELECT zdm.expand_rename('account', 'pad', 'padding', name => 'r1'); SELECT zdm.expand_rename('small', 'b', 'bb', name => 'r2');
	  CALL zdm.run('r1'); CALL zdm.run('r2')},
	[ q{zdm.contract('v1')}, $a, 'small' ], [ q{zdm.rollback('v1')}, $a, 'small' ]);

for my $call (@lives)
{
	if (ref $call)
	{
		cancel_everywhere(@$call);
		next;
	}
	step_aside(keys %blockers);
	$node->safe_psql('postgres', $call);
	# a worker that it has started is on its way out, with locks of its own
	wait_for($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type LIKE 'zdm %'}, 'no worker is left');
}
step_aside(keys %blockers);
is($node->safe_psql('postgres', q{SELECT count(*) FROM zdm.migration WHERE status NOT IN ('finalized', 'rolled_back')}), 0, 'all of them have ended');
$_->quit for $watcher, $victim, map { $_->{session} } values %blockers;
$node->stop;
log_is_clean($node, qr/canceling statement|could not get|canceled on|lock timeout/);
done_testing();
