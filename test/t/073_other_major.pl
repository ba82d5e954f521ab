# A server's major release in the middle of migrations: of every kind, in every state, begun on an older
# server.  By pg_upgrade, and by dump and restore, they come to the newer one and go on there to each of
# their ends, while both applications write; what comes out is what comes out where they have been begun there.
#
# Without an older server there is a dump of the same major alone.  OLD_PG_CONFIG is the older server's,
# OLD_TEMP_CONFIG has the settings by which that finds zdm: scripts/test makes the latter, scripts/matrix
# 15-18 and 17-18 have both servers.
use strict;
use warnings;

use lib 'test/t';
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use MidFlight;
use Zdm;

# What is the same in both servers' words.  NOT NULL has a name from 18 on, which pg_upgrade makes from that of
# the table of then, if it is not a hidden one; NOT VALID is a check before.  How far a fill came before its error
# depends on the time.  A hidden index is not in a dump, nor does pg_upgrade bring it.
sub as_either
{
	my ($outcome) = @_;
	$outcome =~ s/ CONSTRAINT ((?!zdm)\w)+_not_null (?=NOT NULL)/ /g;
	$outcome =~ s/ADD CONSTRAINT (?:\w+_not_null CHECK \(\((\w+) IS NOT NULL\)\)|\w+ NOT NULL (\w+)) NOT VALID/'ADD NOT NULL ' . ($1 \/\/ $2) . ' NOT VALID'/ge;
	$outcome =~ s/^fill_nulls_failed: \(\d+,0?,\d+\)\n//mg;
	$outcome =~ s/^CREATE INDEX drop_index_contracted_idx .*\n|^drop_index_contracted: .*\n//mg;
	return $outcome;
}

my @autovacuum_off = ('autovacuum = off'); # a template database must have no session
my $more = 'more_kinds=test/upgrade/whole_tables.sql';
my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
my @databases = ('restored');
my $new;

# Begins them on an older server, and brings that to the present one by pg_upgrade; gives the node.
sub upgrade
{
	my $old;
	{
		local $ENV{TEMP_CONFIG} = $ENV{OLD_TEMP_CONFIG};
		$old = new_node('older', @autovacuum_off, [ install_path => dirname(dirname($ENV{OLD_PG_CONFIG})) ]);
	}
	my $old_major = $old->safe_psql('postgres', q{SELECT current_setting('server_version_num')::int / 10000});
	# what 18 has by default, older ones do not
	my $node = init_node('newer', @autovacuum_off, [], `initdb --help` =~ /--no-data-checksums/ ? ['--no-data-checksums'] : []);

	$old->safe_psql('postgres', 'CREATE DATABASE upgraded');
	$old->safe_psql('upgraded', 'CREATE EXTENSION zdm');
	begin_all($old, 'upgraded', $more);
	# Minor releases that mark columns (pg_attver) have a pg_dump that leaves the marks out; to a newer major that
	# has not heard of them nothing comes over, with or without zdm.
	if (index(slurp_file($node->config_data('--bindir') . '/pg_dump'), 'pg_attver') < 0)
	{
		$old->safe_psql('upgraded', q{UPDATE pg_attribute SET attoptions = nullif(array(SELECT o FROM unnest(attoptions) o WHERE o !~ '^pg_attver='), '{}')
			WHERE attoptions::text ~ 'pg_attver='});
	}
	$node->command_ok([ 'pg_dump', '-f', $dump, $old->connstr('upgraded') ], 'the newer pg_dump dumps it');
	$old->stop;
	log_is_clean($old);
	$node->command_ok([ 'pg_upgrade', '--no-sync', '--old-datadir' => $old->data_dir, '--new-datadir' => $node->data_dir,
			'--old-bindir' => $old->config_data('--bindir'), '--new-bindir' => $node->config_data('--bindir'),
			'--socketdir' => $node->host, '--old-port' => $old->port, '--new-port' => $node->port ], 'pg_upgrade');
	$node->start;
	my $major = $node->safe_psql('postgres', q{SELECT current_setting('server_version_num')::int / 10000});
	cmp_ok($major, '>', $old_major, "from $old_major to $major");
	return $node;
}

if ($ENV{OLD_PG_CONFIG})
{
	$new = upgrade();
	push @databases, 'upgraded';
}
else
{
	$new = new_node('newer', @autovacuum_off);
  SKIP: { skip 'no older server, OLD_PG_CONFIG is not set: the dump is one of the same major', 1; }
}
$new->safe_psql('postgres', "CREATE DATABASE $_") for 'restored', 'begun';
$new->safe_psql('begun', 'CREATE EXTENSION zdm');
begin_all($new, 'begun', $more);
$new->command_ok([ 'pg_dump', '-f', $dump, $new->connstr('begun') ], 'pg_dump') if !$ENV{OLD_PG_CONFIG};
is(script($new, 'restored', slurp_file($dump)), '', 'the dump is restored');

for my $database (@databases)
{
	my %differences = go_each_way($new, $database, 'begun', as => \&as_either,
		errors => { there_and_back => 'ERROR:  cannot reopen migration "drop_index_contracted": something that it needs was dropped' });
	is($differences{$_}, '', "$database, $_ it comes to the same") for sort keys %differences;
}
$new->stop;
log_is_clean($new);
done_testing();
