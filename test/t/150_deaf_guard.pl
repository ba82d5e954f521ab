# A guard's query, or an expression that it evaluates, that catches its own cancellation keeps no other guard of
# the database from being measured.  There is no launcher here that could start another process.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

my $node = new_node('deaf_guard', 'fsync = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE ROLE owner LOGIN; GRANT CREATE ON SCHEMA public TO owner});
sub as { my ($role, $sql) = @_; return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $role ]); }
as('owner', q{
	CREATE TABLE switch (deaf boolean); INSERT INTO switch VALUES (false);
	CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 10) i;
	CREATE FUNCTION deaf() RETURNS float8 LANGUAGE plpgsql AS $$
	BEGIN
		IF NOT (SELECT deaf FROM public.switch) THEN RETURN 0; END IF;
		LOOP BEGIN LOOP PERFORM pg_sleep(0.01); END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
	END $$;
	SELECT zdm.expand_rename('t', 'a', 'b', name => 'm')});
as('owner', q{CALL zdm.wait('m')});
as('owner', q{SELECT zdm.guard('m', 'SELECT public.deaf()', 1, 'warn', every => '1 s');
	SELECT zdm.guard('m', 'active_sessions', 1e6, 'warn', every => '1 s')});
my $keeper = q{SELECT pid FROM pg_locks WHERE objsubid = 31346};
ok($node->poll_query_until('postgres', q{SELECT count(*) = 2 FROM zdm.guards WHERE value IS NOT NULL}), 'both are measured');
my $first = $node->safe_psql('postgres', $keeper);
as('owner', q{UPDATE switch SET deaf = true});
ok($node->poll_query_until('postgres', q{SELECT error = 'did not end when it was cancelled' FROM zdm.guards WHERE metric ~ 'deaf'}), 'the deaf one is told of');
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_locks WHERE objsubid = 31346 AND pid <> $first"), 'another process measures');
for (1 .. 3)
{
	my $at = as('owner', q{SELECT measured_at FROM zdm.guards WHERE metric !~ 'deaf'});
	ok($node->poll_query_until('postgres', qq{SELECT measured_at > '$at' FROM zdm.guards WHERE metric !~ 'deaf'}), 'the other one goes on');
}
is(as('owner', q{SELECT status FROM zdm.status}), 'ready', 'the migration is as it was');
is($node->safe_psql('postgres', q{SELECT put_off_to > measured_at + interval '4 min' FROM zdm.guard_row WHERE metric ~ 'deaf'}), 't', 'the deaf one waits');

# Set anew it is measured at once; and it can be taken away while it runs.
as('owner', q{UPDATE switch SET deaf = false; SELECT zdm.drop_guard('m', id) FROM zdm.guards WHERE metric ~ 'deaf'; SELECT zdm.guard('m', 'SELECT public.deaf()', 1, 'warn', every => '1 s')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 2 FROM zdm.guards WHERE value IS NOT NULL}), 'one that is set anew is measured');
as('owner', q{UPDATE switch SET deaf = true});
ok($node->poll_query_until('postgres', q{SELECT error = 'did not end when it was cancelled' FROM zdm.guards WHERE metric ~ 'deaf'}), 'and ended again');

# Rows are compared by expressions, which may be such code, too.
as('owner', q{UPDATE switch SET deaf = false; SELECT zdm.drop_guard('m'); SELECT zdm.rollback('m');
	CREATE FUNCTION maybe(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM public.deaf(); RETURN $1; END';
	SELECT zdm.expand_transform('t', '{a}', '{"c": {"type": "int", "forward": "maybe(a)"}}', '{"a": "maybe(c)"}', name => 'd')});
as('owner', q{CALL zdm.wait('d')});
as('owner', q{SELECT zdm.guard('d', 'mismatches', 1e6, 'warn', every => '1 s'), zdm.guard('d', 'active_sessions', 1e6, 'warn', every => '1 s')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 2 FROM zdm.guards WHERE value IS NOT NULL}), 'rows are compared');
as('owner', q{UPDATE switch SET deaf = true});
ok($node->poll_query_until('postgres', q{SELECT error = 'did not end when it was cancelled' FROM zdm.guards WHERE metric = 'mismatches'}), 'an expression that does not end is told of');
my $at = as('owner', q{SELECT measured_at FROM zdm.guards WHERE metric <> 'mismatches'});
ok($node->poll_query_until('postgres', qq{SELECT measured_at > '$at' FROM zdm.guards WHERE metric <> 'mismatches'}), 'and the other one goes on');
as('owner', q{UPDATE switch SET deaf = false; SELECT zdm.rollback('d')});
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'zdm worker'}), 'when all is over nobody measures');
$node->stop;
log_is_clean($node);
done_testing();
