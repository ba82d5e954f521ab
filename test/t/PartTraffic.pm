# What tests share in which columns move from one table to several ones, or back, beside traffic.
package PartTraffic;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Zdm;

our @EXPORT = qw(start_both_orders all_ready);

# Two applications of two clients each that write the same five rows of tables, one in the order given and one in the
# other: of tables that have the columns for themselves that would be a deadlock.  Each statement ends at the row's id.
sub start_both_orders
{
	my ($node, $seconds, @statements) = @_;
	my $dir = PostgreSQL::Test::Utils::tempdir();
	my @lines = map { "$_ -:id;\n" } @statements;
	append_to_file("$dir/there.sql", join('', "\\set id random(1, 5)\nBEGIN;\n", @lines, "END;\n"));
	append_to_file("$dir/back.sql", join('', "\\set id random(1, 5)\nBEGIN;\n", reverse(@lines), "END;\n"));
	start_app($node, 'same', 2, $seconds, "--file=$dir/there.sql");
	start_app($node, 'same, the other way round', 2, $seconds, "--file=$dir/back.sql");
}

# Tells whether all parts of a release are ready.
sub all_ready
{
	my ($node, $release) = @_;
	my $states = $node->safe_psql('postgres', "SELECT string_agg(DISTINCT status, ' ') FROM zdm.migration WHERE release = '$release'");
	die "a part has failed: $states" if $states =~ /failed/;
	return $states eq 'ready';
}

1;
