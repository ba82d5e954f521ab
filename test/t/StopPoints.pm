# Holding a process at a stop point (base/stop_point.h): whoever comes to the one that zdm.stop_at names waits there
# for as long as a session of the test has the advisory lock 7064.
package StopPoints;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

our @EXPORT = qw(has_stop_points stop_at waits_at settle);

# Only builds for tests have them.
sub has_stop_points
{
	my ($node) = @_;
	return $node->psql('postgres', q{LOAD 'zdm'; SHOW zdm.stop_at}, on_error_stop => 1) == 0;
}

# All sessions and workers stop there from now on; '': nowhere.
sub stop_at
{
	my ($node, $point) = @_;
	$node->safe_psql('postgres', "LOAD 'zdm'; ALTER SYSTEM SET zdm.stop_at = '$point'");
	$node->safe_psql('postgres', 'SELECT pg_reload_conf()');
	# what is started from now on knows it, and what is there has been told
	$node->poll_query_until('postgres', "SELECT current_setting('zdm.stop_at', true) = '$point'") or die;
}

# Somebody waits for an advisory lock, that of stop points unless another one is given.
sub waits_at
{
	my ($node, $what, $key) = @_;
	$key //= 7064;
	wait_for($node, "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = $key AND NOT granted", $what);
}

# Waits until a writer, a psql that was started with a command that begins with BEGIN, is through or waits for somebody.
sub settle
{
	my ($node, $writer, $what) = @_;
	for (1 .. 20 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return unless $writer->pumpable;
		$writer->pump_nb;
		return if $node->safe_psql('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND query LIKE 'BEGIN;%' AND state = 'active' AND wait_event_type = 'Lock'}) eq 't';
		select(undef, undef, undef, 0.05);
	}
	die "$what: the writer neither ends nor waits";
}

1;
