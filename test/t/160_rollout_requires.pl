# What a rollout requires holds each of its steps for as long as it is not true, and says why; it runs as the owner
# of the table, and code of his that does not end keeps nobody else from going on.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('rollout_requires');
install_zdm($node);
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner});
sub owner { return $node->safe_psql('postgres', $_[0], extra_params => [ '-U', 'owner' ]); }
sub rolled { my ($condition, $what) = @_; ok($node->poll_query_until('postgres', "SELECT $condition FROM zdm.rollout WHERE name = 'm'"), $what) or diag owner(q{SELECT * FROM zdm.rollout}); }
owner(q{
	CREATE TABLE gate (approved boolean, mood text); INSERT INTO gate VALUES (false, 'fine');
	CREATE FUNCTION mood() RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		IF current_user <> 'owner' THEN RETURN NULL; END IF;
		BEGIN RESET ROLE; PERFORM pg_read_file('PG_VERSION'); RETURN NULL; EXCEPTION WHEN insufficient_privilege OR invalid_transaction_state OR syntax_error_or_access_rule_violation THEN NULL; END;
		CASE (SELECT mood FROM public.gate)
			WHEN 'angry' THEN RAISE 'I am angry';
			WHEN 'deaf' THEN LOOP BEGIN LOOP PERFORM pg_sleep(0.01); END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
			ELSE NULL;
		END CASE;
		RETURN true;
	END $$;
	CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i;
	SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
owner(q{CALL zdm.wait('m')});

# A requirement that is not met holds the step, the first one as any other.
owner(q{SELECT zdm.rollout('m', steps => '{5,50,100}', every => '1 s', require => ARRAY['SELECT public.mood()', 'SELECT approved FROM public.gate'])});
rolled(q{reason = 'SELECT approved FROM public.gate is not true'}, 'what is false holds the step');
is(owner('SELECT percent, next_at IS NOT NULL FROM zdm.rollout'), '0|t', 'the first one, which is tried again');
is(owner('SELECT require[2] FROM zdm.rollout'), 'SELECT approved FROM public.gate', 'the view shows what is required');
owner(q{UPDATE gate SET approved = NULL});
my $tries = owner('SELECT next_at FROM zdm.rollout');
rolled("next_at > '$tries' AND percent = 0", 'what is not known holds it');
owner(q{DELETE FROM gate; SELECT zdm.rollout('m', require => ARRAY['SELECT approved FROM public.gate'])});
rolled(q{reason = 'SELECT approved FROM public.gate is not true' AND percent = 0}, 'no row holds it, too');

# One that fails, is not allowed any more, or returns something else.
owner(q{INSERT INTO gate VALUES (true, 'angry')});
owner(q{UPDATE gate SET mood = 'fine'; SELECT zdm.rollout('m', steps => '{5,50,100}', every => '1 h', require => ARRAY['SELECT approved FROM public.gate', 'SELECT public.mood()'])});
rolled('percent = 5', 'what is true lets it go on');
is(owner(q{SELECT reason IS NULL FROM zdm.rollout}), 't', 'without a reason');
owner(q{UPDATE gate SET mood = 'angry'; SELECT zdm.rollout('m', steps => '{50,100}', every => '1 s')});
rolled(q{reason ~ '^SELECT public.mood\(\) fails: I am angry' AND percent = 0}, 'steps that are set again are held by what was required, and by an error');
owner(q{ALTER TABLE gate RENAME TO closed});
rolled(q{reason ~ 'fails: relation "public.gate" does not exist'}, 'also where it can no longer be asked');
owner(q{ALTER TABLE closed RENAME TO gate; ALTER TABLE gate ALTER approved TYPE text});
rolled(q{reason ~ 'fails: a requirement must be a query that returns a boolean'}, 'or says something else');
owner(q{ALTER TABLE gate ALTER approved TYPE boolean USING approved::boolean; UPDATE gate SET mood = 'fine'});
rolled('percent = 100 AND next_at IS NULL AND reason IS NULL', 'then all steps are taken');

# By hand nothing is asked; '{}' takes requirements away.
owner(q{UPDATE gate SET approved = false; SELECT zdm.rollout('m', 30)});
is(owner('SELECT percent, cardinality(require) FROM zdm.rollout'), '30|2', 'by hand nothing is asked');
owner(q{SELECT zdm.rollout('m', steps => '{60}', every => '1 s', require => '{}')});
rolled('percent = 60', 'and nothing when nothing is required');

# Reasons are cut between characters.
for my $blanks ('', ' ')
{
	owner(qq{SELECT zdm.rollout('m', steps => '{70}', every => '1 s', require => ARRAY['SELECT$blanks approved AS "üüüüüüüüüüüüüüüüüüüüüüü" FROM public.gate'])});
	rolled(q{reason ~ 'is not true$' AND octet_length(reason) BETWEEN 70 AND 72 AND convert_from(convert_to(reason, 'UTF8'), 'UTF8') = reason}, 'a reason is cut between characters');
}
owner(q{SELECT zdm.guard('m', 'SELECT   1 AS "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"', 0, 'warn', every => '1 s', samples => 1), zdm.guard('m', 'SELECT 1 AS "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"', 0, 'warn', every => '1 s', samples => 1), zdm.guard('m', 'SELECT  1 AS "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"', 0, 'warn', every => '1 s', samples => 1)});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 3 FROM zdm.event WHERE event = 'guard'}), 'guards act');
is($node->safe_psql('postgres', q{SELECT count(convert_from(convert_to(detail, 'UTF8'), 'UTF8')) FROM zdm.event WHERE event = 'guard'}), 3, 'so are events of guards');
owner(q{SELECT zdm.drop_guard('m')});

# Code that catches its own cancellation, where another migration has a guard.
owner(q{UPDATE gate SET approved = true;
	CREATE TABLE u (id int PRIMARY KEY, a int); SELECT zdm.expand_rename('u', 'a', 'b', name => 'n')});
owner(q{CALL zdm.wait('n')});
owner(q{SELECT zdm.guard('n', 'active_sessions', 1e6, 'warn', every => '1 s'); SELECT zdm.rollout('m', steps => '{80}', every => '1 s', require => ARRAY['SELECT public.mood()'])});
rolled('percent = 80', 'a step is taken');
owner(q{BEGIN; SELECT zdm.rollout('m', steps => '{90}', every => '1 s'); UPDATE gate SET mood = 'deaf'; COMMIT});
rolled(q{reason = 'SELECT public.mood() did not end when it was cancelled' AND percent = 0 AND next_at > clock_timestamp() + interval '4 min'}, 'what does not end is told of, and put off');
my $at = owner(q{SELECT coalesce(measured_at, '-infinity') FROM zdm.guards});
ok($node->poll_query_until('postgres', qq{SELECT measured_at > '$at' FROM zdm.guards}), 'guards of others are measured');
owner(q{UPDATE gate SET mood = 'fine'; SELECT zdm.rollout('m', steps => '{90}', every => '1 s')});
rolled('percent = 90', 'set again it is tried at once');

# So is an expression that is evaluated when both sides are compared.
owner(q{CREATE FUNCTION maybe(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM public.mood(); RETURN $1; END';
	SELECT zdm.rollback('m'); SELECT zdm.expand_transform('t', '{a}', '{"c": {"type": "int", "forward": "maybe(a)"}}', '{"a": "maybe(c)"}', name => 'm')});
owner(q{CALL zdm.wait('m')});
owner(q{UPDATE gate SET mood = 'deaf'; SELECT zdm.rollout('m', steps => '{10}', every => '1 s')});
ok($node->poll_query_until('postgres', q{SELECT reason = 'the comparison of both sides did not end when it was cancelled' FROM zdm.rollout WHERE name = 'm' AND status = 'ready'}), 'a comparison that does not end is told of, and put off');
$at = owner(q{SELECT coalesce(measured_at, '-infinity') FROM zdm.guards});
ok($node->poll_query_until('postgres', qq{SELECT measured_at > '$at' FROM zdm.guards}), 'and guards are measured');
owner(q{UPDATE gate SET mood = 'fine'; SELECT zdm.rollback('m'), zdm.rollback('n')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}), 'then nobody is there');
$node->stop;
log_is_clean($node);
done_testing();
