# Every kind of object that uses a column, under a rename of that column with indexes for its new name: after each call it
# is in what pg_dump says of it what ALTER TABLE ... RENAME would have left.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Carry;
use CarryUses;
use Zdm;

# Definitions are compared, of tables with few rows: there is nothing to vacuum.
my $node = new_node('main', 'zdm.at_once = on', 'autovacuum = off');
my %uses = carry_uses($node->safe_psql('postgres', 'SHOW server_version_num'));
carry_between(
	node => $node,
	uses => \%uses,
	table => sub { my ($table, $old, $value) = @_; "CREATE TABLE $table (id int PRIMARY KEY, a $old, z text); INSERT INTO $table SELECT g, $value, nullif(g, 3) FROM generate_series(1, 3) g" });

my @cases = map { [ $_, 'rename' ] } grep { !$ENV{ONLY} || /$ENV{ONLY}/ } sort keys %uses;
every_end(@cases);
done_testing();
