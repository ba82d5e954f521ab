# What is done behind a commit can't fail any more: an error there is a PANIC of the server.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('main', 'zdm.start_worker = off');
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; CREATE SCHEMA AUTHORIZATION owner});

# A client that wants to see all messages, and can't be shown the name of its migration.
for my $level (qw(log debug1))
{
	$node->safe_psql('postgres', "ALTER ROLE owner SET zdm.log_level = $level");
	my ($rc, $out, $err) = $node->psql('postgres', qq{CREATE TABLE t_$level (a int);
		SET client_encoding = LATIN1;
		SET client_min_messages = $level;
		SELECT length(zdm.expand_rename('t_$level', 'a', 'b', name => U&'\\4E16$level'));}, extra_params => [ '-U', 'owner' ]);
	# At debug1 the server tells of event triggers, and in what statement: that may fail, before the commit.
	is($rc, 0, "zdm.log_level = $level: the call comes through") or diag $err if $level eq 'log';
	is($node->safe_psql('postgres', "SELECT count(*) FROM zdm.status WHERE name ~ '$level'"), $rc == 0 ? 1 : 0,
		"$level: what the client is told is so");
}
like(slurp_file($node->logfile), qr/LOG:  zdm: migration "\x{e4}\x{b8}\x{96}log" of owner.t_log: created/, 'the log tells of it');
$node->stop;
log_is_clean($node);
done_testing();
