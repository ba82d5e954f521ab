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

# A circle that is closed only once the attempt has looked for one: it has got what it began to
# queue for, waits for the other table, and after that its holder wants the first one.
my ($of_first, $of_second, $caller) = map { $node->background_psql('postgres') } 1 .. 3;
my $patience = $lock_timeout / 5;
my $is_waiting = sub { "SELECT count(*) > 0 FROM pg_locks WHERE relation = '$_[0]'::regclass AND NOT granted AND clock_timestamp() - waitstart $_[1]" };
$of_first->query_safe('BEGIN; LOCK parent IN ACCESS SHARE MODE');
begin_query($caller, "SET zdm.lock_timeout = $patience;\nSELECT zdm.contract('key');\n\\echo contracted\n");
my $most = $patience * 3 / 4;
wait_for($node, $is_waiting->('parent', "> '$most ms'"), 'attempts have come to their full length');
wait_for($node, $is_waiting->('parent', "< '$most ms'"), 'and another one waits for the first table');
$of_second->query_safe('BEGIN; LOCK child IN ACCESS SHARE MODE');
$of_first->query_safe('COMMIT');
wait_for($node, $is_waiting->('child', "> '50 ms'"), 'it waits for the second one, and holds the first');
$of_second->query_safe('CREATE TEMP TABLE clock AS SELECT clock_timestamp() AS began; SELECT FROM parent LIMIT 1');
my $waited = $of_second->query_safe('SELECT 1000 * extract(epoch FROM clock_timestamp() - began) FROM clock');
cmp_ok($waited, '<', $patience / 2, 'a circle that a client closes later is seen, too');
$of_second->query_safe('COMMIT');
$caller->query_until(qr/contracted/, '');
$_->quit for $of_first, $of_second, $caller;

$node->stop;
log_is_clean($node, qr/could not get/);
done_testing();
