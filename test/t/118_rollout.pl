# zdm.use_new tells an application which form to use for a key, the same in each session, and at once
# when that changes; steps are taken by themselves while guards hold, and taken back when one does not.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('rollout', q{shared_preload_libraries = 'zdm'}, 'zdm.launcher_interval = 1');
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner; CREATE ROLE app LOGIN; CREATE ROLE stranger LOGIN});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }
sub refused { my ($role, $sql, $pattern, $what) = @_; my ($rc, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', $role ]); like($err, qr/$pattern/, $what); }
as('owner', q{CREATE TABLE level (value float8); INSERT INTO level VALUES (0); CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i; GRANT SELECT ON t TO app});

# An application keeps its session.
my $app = $node->background_psql('postgres', extra_params => [ '-U', 'app' ]);
sub uses { my ($key) = @_; return $app->query_safe("SELECT zdm.use_new('m', '$key')"); }
sub share { return $app->query_safe(q{SELECT count(*) FILTER (WHERE zdm.use_new('m', 'user ' || i)) FROM generate_series(1, 10000) i}); }
is(uses('a'), 'f', 'without a migration: the old form');
as('owner', q{BEGIN; SELECT zdm.expand_rename('t', 'a', 'b', name => 'm'); SELECT zdm.pause('m'); COMMIT});
as('owner', q{SELECT zdm.rollout('m', 100)});
is(uses('a'), 'f', 'and while it is not ready');
as('owner', q{SELECT zdm.resume('m')});
as('owner', q{CALL zdm.wait('m')});
is(uses('a'), 't', 'then as the rollout says');
is(share(), 10000, 'for all');
as('owner', q{SELECT zdm.rollout('m', 0, include => ARRAY['a', 'ü "b"'], exclude => '{c}')});
is(join(' ', map { uses($_) } 'a', 'ü "b"', 'c', 'd', ''), 't t f f f', 'or for some, at once');
as('owner', q{SELECT zdm.rollout('m', 100)});
is(uses('c'), 'f', 'but for who is excluded');
as('owner', q{SELECT zdm.rollout('m', exclude => '{}')});
is(uses('c') . as('owner', q{SELECT percent FROM zdm.rollout}), 't100', 'what is not given stays');
as('owner', q{SELECT zdm.rollout('m', 10, include => '{}')});
my $tenth = share();
cmp_ok($tenth, '>', 850, 'a tenth of the keys');
cmp_ok($tenth, '<', 1150, 'more or less');
is($node->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE zdm.use_new('m', 'user ' || i)) FROM generate_series(1, 10000) i}), $tenth, 'the same for another session');
$app->query_safe(q{CREATE TEMP TABLE tenth AS SELECT i FROM generate_series(1, 10000) i WHERE zdm.use_new('m', 'user ' || i)});
as('owner', q{SELECT zdm.rollout('m', 50)});
is($app->query_safe(q{SELECT bool_and(zdm.use_new('m', 'user ' || i)) FROM tenth}), 't', 'whoever is in stays in when the share grows');
as('owner', q{BEGIN; SELECT zdm.rollout('m', 100); SELECT zdm.use_new('m', 'x'); ROLLBACK});
is(as('owner', q{SELECT zdm.rollout('m', 0); BEGIN; SAVEPOINT s; SELECT zdm.rollout('m', 100); SELECT zdm.use_new('m', 'x'); ROLLBACK TO s; SELECT zdm.use_new('m', 'x'); COMMIT}), "\n\nt\nf", 'what is rolled back does not count');

# who may ask, and set
is(as('stranger', q{SELECT zdm.use_new('m', 'a')}), 'f', 'who may not use the table learns nothing');
as('owner', q{SELECT zdm.rollout('m', 100)});
is(as('stranger', q{SELECT zdm.use_new('m', 'a')}), 'f', 'whatever it says');
is(uses('a'), 't', 'but who may does');
as('owner', 'REVOKE SELECT ON t FROM app');
is(uses('a'), 'f', 'until his right is taken away');
as('owner', 'GRANT SELECT (a) ON t TO app');
is(uses('a'), 't', 'a right on a column will do');
refused('app', q{SELECT zdm.rollout('m', 0)}, 'does not exist', 'who uses the table does not set it');
refused('owner', "SELECT zdm.rollout('m', $_->[0])", $_->[1], "refused: $_->[0]")
  for [ '101', 'between 0 and 100' ], [ '-1', 'between 0 and 100' ], [ q{steps => '{}'}, 'percentages' ], [ q{steps => '{5,5}'}, 'percentages' ], [ q{steps => '{0}'}, 'percentages' ],
  [ q{require => ARRAY['SELECT 1']}, 'returns a boolean' ], [ q{require => ARRAY['SELECT true; SELECT true']}, 'one statement' ], [ q{require => ARRAY['SELECT true FROM nowhere']}, 'nowhere' ],
  [ q{require => ARRAY['DELETE FROM public.level']}, 'returns a boolean|read-only|not allowed' ], [ q{require => ARRAY[NULL]}, 'without nulls' ], [ q{require => ARRAY['']}, 'one statement' ],
  [ q{require => array_fill('SELECT true'::text, ARRAY[21])}, 'may require 20 things' ], [ q{5, steps => '{5}'}, 'either' ], [ q{steps => '{5,NULL}'}, 'without nulls' ], [ q{steps => '{5}', every => '1 ms'}, 'at least 1 s' ], [ q{steps => '{5}', every => NULL}, 'must not be null' ];
is(as('app', 'SELECT count(*) FROM zdm.rollout'), 0, 'nor sees it');

# by itself
as('owner', q{SELECT zdm.guard('m', 'SELECT value FROM public.level', 10, 'reopen', every => '1 s', samples => 2);
	SELECT zdm.rollout('m', 100)});
# what it requires holds it at 50, until the guard acts
is(as('owner', q{BEGIN; SELECT zdm.rollout('m', steps => '{5,50,100}', every => '2 s', require => ARRAY['SELECT percent < 50 FROM zdm.rollout']); SELECT percent FROM zdm.rollout; COMMIT}), "\n0", 'steps begin with nothing');
ok($node->poll_query_until('postgres', 'SELECT percent = 50 FROM zdm.rollout'), 'they are taken by themselves');
as('owner', 'UPDATE level SET value = 11');
ok($node->poll_query_until('postgres', 'SELECT percent = 0 AND next_at IS NULL FROM zdm.rollout'), 'a guard that acts takes them back');
$node->poll_query_until('postgres', 'SELECT in_a_row > 2 FROM zdm.guards') or die; # others are told right behind the commit
is(uses('a'), 'f', 'at once');
is(as('owner', 'SELECT reason FROM zdm.rollout'), 'SELECT value FROM public.level was 11, above 10', 'and says why');
is(as('owner', q{SELECT count(*) FROM zdm.event WHERE event = 'rollout' AND detail IN ('5 %', '50 %', 'taken back to 0 %: SELECT value FROM public.level was 11, above 10')}), 3, 'in events, too');
is(as('owner', q{SELECT status FROM zdm.status WHERE name = 'm'}), 'ready', 'the migration stays ready');
as('owner', q{SELECT zdm.rollout('m', steps => '{100}', every => '1 s', require => '{}')});
ok($node->poll_query_until('postgres', 'SELECT percent = 0 AND next_at IS NULL FROM zdm.rollout'), 'and again, as long as it is too high');
as('owner', q{SELECT zdm.drop_guard('m'); SELECT zdm.guard('m', 'SELECT value FROM public.level', 10, 'warn', every => '1 s', samples => 2);
	SELECT zdm.rollout('m', steps => '{100}', every => '1 s')});
ok($node->poll_query_until('postgres', q{SELECT reason ~ '^guard [0-9]+: SELECT value' FROM zdm.rollout}), 'while one that warns does not hold no step is taken') or diag as('owner', 'TABLE zdm.rollout');
as('owner', q{UPDATE level SET value = 0; SELECT zdm.rollout('m', steps => '{100}', every => '1 s')});
ok($node->poll_query_until('postgres', 'SELECT percent = 100 AND next_at IS NULL AND reason IS NULL FROM zdm.rollout'), 'else all are');
as('owner', q{SELECT zdm.drop_guard('m'); SELECT zdm.rollout('m', 0)});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}), 'then nobody measures');

# the end
as('owner', q{SELECT zdm.contract('m')});
is(uses('a'), 't', 'after contract: the new form');
as('owner', q{SELECT zdm.reopen('m')});
is(uses('a'), 'f', 'and as before when it is reopened');
as('owner', q{SELECT zdm.contract('m'); SELECT zdm.finalize('m')});
is(uses('a'), 't', 'for ever after finalize');
refused('owner', q{SELECT zdm.rollout('m', 0)}, 'it is finalized', 'which no rollout changes');
# Others have the name, too, and let everybody use their tables: whose the migration is says the search_path, or the call.
$node->safe_psql('postgres', q{CREATE SCHEMA other AUTHORIZATION stranger; GRANT USAGE ON SCHEMA other TO PUBLIC});
as('stranger', q{CREATE TABLE other.t (id int PRIMARY KEY, a int); GRANT SELECT ON other.t TO PUBLIC; SELECT zdm.expand_rename('other.t', 'a', 'b', name => 'm')});
as('stranger', q{CALL zdm.wait('m')});
as('stranger', q{SELECT zdm.rollout('m', 0)});
is(uses('a'), 't', 'somebody else has the name, too');
is($app->query_safe(q{SELECT zdm.use_new('m', 'a', 'public.t') AND NOT zdm.use_new('m', 'a', 'other.t')}), 't', 'the call may say of which table');
is($app->query_safe(q{SET search_path = other; SELECT zdm.use_new('m', 'a'); SET search_path = public; SELECT zdm.use_new('m', 'a'); RESET search_path}), "f\nt", 'the search_path does');
refused('app', q{SET search_path = pg_catalog; SELECT zdm.use_new('m', 'a')}, 'is ambiguous', 'else nobody guesses');
is(as('owner', q{SET search_path = other; SELECT zdm.use_new('m', 'a')}), 't', 'to an owner it is his own');
as('stranger', q{SELECT zdm.rollback('m'); DROP TABLE other.t});
is(uses('a'), 't', 'and when that is gone');

$app->quit;
done_testing();
