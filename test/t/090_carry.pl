# Every kind of object that uses a column, under every kind of change of that column, after each
# call: in what pg_dump says of it, it is what the same change by plain ALTER TABLE would have
# left, with the objects made after it; the order of columns apart.
#
# A kind of object is a line of CarryUses.pm.  To add a kind is to add a line.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Carry;
use CarryUses;
use Zdm;

# A generated column keeps its values, and so the change has to keep what they are made from; and what is valid on the
# way back is so only if the values are the same.
my %only = map { $_ => [ 'int8', 'int2' ] } qw(generated check default_of_shared_sequence key_from key_to key_to_itself);
# A point is made of numbers.
$only{exclusion_of_expressions} = [ 'int8', 'int2', 'numeric' ];
# What is generated from a timestamptz can't be text; what a transform makes another thing is its owner's affair.
$only{$_} = [ 'int8', 'int2', 'numeric', 'text' ] for qw(generated_anew generated_virtual);
# By the other types these are no sequences, or the plain server has them as the first type.
$only{$_} = ['int8'] for qw(serial identity);

# Definitions are compared, of hundreds of tables with few rows: there is nothing to vacuum.
my $node = new_node('main', 'zdm.at_once = on', 'autovacuum = off');
my %uses = carry_uses($node->safe_psql('postgres', 'SHOW server_version_num'));
my @changes = grep { $_ ne 'rename' } carry_between(
	node => $node,
	uses => \%uses,
	table => sub { my ($table, $old, $value) = @_; "CREATE TABLE $table (id int PRIMARY KEY, a $old, z text); INSERT INTO $table SELECT g, $value, nullif(g, 3) FROM generate_series(1, 3) g" });

# A transform leaves indexes and statistics to their owner, and refuses what decides who sees which rows.
$only{$_} = [ grep { $_ ne 'transform' } @changes ] for qw(index key statistics statistics_of_expressions replica_identity primary_key exclusion not_null default attributes policy policy_alias policy_elsewhere publication_where);
# What the server changes at once is done with another column where a materialized view is in its way.
$only{stored} = [ grep { $_ ne 'catalog' } @changes ];
$only{stored_chain} = [ grep { $_ ne 'transform' } @{ $only{stored} } ]; # it has a policy

my @cases = map { my $use = $_; map { [ $use, $_ ] } grep { $_ ne 'catalog' } $only{$use} ? @{ $only{$use} } : @changes } sort keys %uses;
push @cases, map { [ $_, 'catalog' ] } qw(stored stored_chain);

my @chosen = grep { "@$_" =~ /$ENV{ONLY}/ } @cases if $ENV{ONLY};
every_end($ENV{ONLY} ? @chosen : @cases);

# What the server changes at once, in one step and with no way back.
@cases = map { [ $_, 'catalog' ] } grep { !$only{$_} || grep { $_ eq 'catalog' } @{ $only{$_} } } sort keys %uses;
create(@cases);
call('expand', @cases);
same('carried', 'after', 'changed at once');
done_testing();
