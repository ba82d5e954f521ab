# Clients of a parent and its child that take the two tables in every order: whoever holds one
# and queues for the other then waits for clients that wait for it.  Each call that locks both
# gets them all the same, and no client waits for long, or fails.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $lock_timeout = 10000;
my $node = new_node('pairs', "zdm.lock_timeout = $lock_timeout", 'deadlock_timeout = 30s');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE TABLE parent (id int PRIMARY KEY, v int);
	CREATE TABLE child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pid int REFERENCES parent, other int, v int);
	INSERT INTO parent SELECT g, g FROM generate_series(1, 1000) g;
	INSERT INTO child (pid, v) SELECT g, g FROM generate_series(1, 1000) g;});

my $insert = 'INSERT INTO child (pid, v) VALUES (:id, 1);';
my $update = 'UPDATE parent SET v = v + 1 WHERE id = :id;';
my %scripts = (child => [ $insert, $update ], parent => [ $update, $insert ]);
my $prefix = $node->basedir . '/latency';
my @arguments = ('-l', '--log-prefix', $prefix);
for my $name (sort keys %scripts)
{
	my ($first, $second) = @{ $scripts{$name} };
	my $file = $node->basedir . "/$name.sql";
	append_to_file($file, "\\set id random(1, 1000)\nBEGIN;\n$first\n\\sleep 5 ms\n$second\nEND;\n");
	push @arguments, '-f', $file;
}

my @calls = (
	q{SELECT zdm.expand_foreign_key('child', '{other}', 'parent', name => 'more')},
	q{SELECT zdm.rollback('more')},
	q{SELECT zdm.expand_change_type('parent', 'id', 'bigint', name => 'key')},
	(q{SELECT zdm.contract('key')}, q{SELECT zdm.reopen('key')}) x 3);
start_app($node, 'mixed', 6, 25, @arguments);
for my $call (@calls)
{
	my ($status, $out, $err) = $node->psql('postgres', $call, on_error_stop => 1);
	is($status, 0, $call) or diag $err;
	$node->safe_psql('postgres', q{CALL zdm.wait('key')}) if $call =~ /change_type/;
	$node->safe_psql('postgres', q{CALL zdm.wait('more')}) if $call =~ /expand_foreign_key/;
}
finish_apps('two tables in every order');
my ($longest) = sort { $b <=> $a } map { (split)[2] } map { split /\n/, slurp_file($_) } glob "$prefix.*";
cmp_ok($longest / 1000, '<', $lock_timeout / 2, 'no client waited for half of zdm.lock_timeout: a circle is seen at once');

$node->stop;
log_is_clean($node, qr/could not get/);
done_testing();
