# Code of a user in an expression is run as the owner of the table, however it gets in:
# every kind of node that the server's parser knows is either known to do nothing that
# can't be seen, or taken for code of a user.
use strict;
use warnings;

use lib 'test/t';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Zdm;

# Nodes that is_transparent() does not have, on purpose: they call what no walker sees ...
my @opaque = qw(FieldStore ConvertRowtypeExpr CoerceToDomainValue XmlExpr JsonConstructorExpr JsonExpr
  JsonIsPredicate JsonValueExpr JsonBehavior JsonFormat JsonReturning JsonTablePath JsonTablePathScan
  JsonTablePlan JsonTableSiblingJoin NextValueExpr TableFunc);
# ... or do not stand in an expression over one row.
push @opaque, qw(Alias RangeVar IntoClause Param Aggref GroupingFunc WindowFunc WindowFuncRunCondition
  MergeSupportFunc MergeAction SubLink SubPlan AlternativeSubPlan SetToDefault CurrentOfExpr InferenceElem
  ReturningExpr TargetEntry RangeTblRef JoinExpr FromExpr OnConflictExpr Expr);

my $include = qx{$ENV{PG_CONFIG} --includedir-server} if $ENV{PG_CONFIG};
$include = qx{pg_config --includedir-server} unless $include;
chomp $include;
my $header = slurp_file("$include/nodes/primnodes.h");
$header =~ s{/\*.*?\*/}{}gs;
my %nodes;
$nodes{$1} = 1 while $header =~ /typedef struct (\w+)\s*\{\s*(?:pg_node_attr\([^;]*?\)\s*)?(?:NodeTag\s+type|Expr\s+xpr|\w+Path\s+path|JsonTablePlan\s+plan);/g;
$nodes{$1} = 1 while $header =~ /typedef OpExpr (\w+);/g;
cmp_ok(scalar keys %nodes, '>', 40, 'the server\'s list of nodes was read');

my $source = slurp_file('src/base/expression.c');
my ($list) = $source =~ /\nis_transparent\(.*?\n\}/s ? $& : '';
my %transparent = map { $_ => 1 } $list =~ /case T_(\w+):/g;
is(join(' ', grep { $transparent{$_} } @opaque), '', 'no node is both');
is(join(' ', grep { !$transparent{$_} && $_ ne 'List' } grep { my $n = $_; !grep { $_ eq $n } @opaque } sort keys %nodes),
	'', 'every node of this server has been thought of');

my $node = new_node('nodes', 'fsync = off');
install_zdm($node);
$node->safe_psql('postgres', q{
	CREATE ROLE author LOGIN;
	CREATE ROLE writer LOGIN;
	CREATE SCHEMA s AUTHORIZATION author;
	GRANT USAGE ON SCHEMA s TO writer;
	SET ROLE author;
	CREATE TABLE s.ran (who name);
	CREATE FUNCTION s.note() RETURNS boolean LANGUAGE sql SECURITY INVOKER AS 'INSERT INTO s.ran VALUES (current_user) RETURNING true';
	GRANT INSERT, SELECT ON s.ran TO writer;
	CREATE FUNCTION s.checks(anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN s.note(); END';
	CREATE DOMAIN s.int AS pg_catalog.int4 CHECK (s.checks(VALUE));
	CREATE DOMAIN s.text AS pg_catalog.text CHECK (s.checks(VALUE));
	CREATE DOMAIN s.json AS pg_catalog.jsonb CHECK (s.checks(VALUE));
	CREATE DOMAIN s.ints AS pg_catalog.int4[] CHECK (s.checks(VALUE));
	CREATE TYPE s.pair AS (a s.int, b pg_catalog.int4);
	CREATE DOMAIN s.pairs AS s.pair CHECK (s.checks(VALUE));
	CREATE FUNCTION s.equal(s.pair, s.pair) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN s.note(); END';
	CREATE OPERATOR s.= (LEFTARG = s.pair, RIGHTARG = s.pair, FUNCTION = s.equal);
	CREATE FUNCTION s.f(x pg_catalog.int4, y pg_catalog.int4 DEFAULT 1) RETURNS pg_catalog.int4 LANGUAGE plpgsql IMMUTABLE
	    AS 'BEGIN PERFORM s.note(); RETURN x; END';
	CREATE FUNCTION s.compare(pg_catalog.int4, pg_catalog.int4) RETURNS pg_catalog.bool LANGUAGE plpgsql IMMUTABLE
	    AS 'BEGIN RETURN s.note(); END';
	CREATE OPERATOR s.=== (LEFTARG = pg_catalog.int4, RIGHTARG = pg_catalog.int4, FUNCTION = s.compare, COMMUTATOR = OPERATOR(s.===));
	CREATE FUNCTION s.pair_json(s.pair) RETURNS pg_catalog.json LANGUAGE plpgsql IMMUTABLE
	    AS 'BEGIN PERFORM s.note(); RETURN ''1''; END';
	CREATE CAST (s.pair AS pg_catalog.json) WITH FUNCTION s.pair_json(s.pair);
});
my $version = $node->safe_psql('postgres', 'SHOW server_version_num');
my $xml = $node->safe_psql('postgres', q{SELECT count(*) FROM pg_config WHERE name = 'CONFIGURE' AND setting LIKE '%libxml%'});

# Each: from which server on, the expression, its type.
my @cases = (
	[ 0, 's.f(a)', 'int' ],
	[ 0, 's.f(y => 1, x => a)', 'int' ],
	[ 0, 'a::s.int', 'int' ],
	[ 0, 't::s.int', 'int' ],
	[ 0, 'CASE WHEN a > 0 THEN a::s.int ELSE 1 END', 'int' ],
	[ 0, 'CASE a WHEN s.f(a) THEN 1 ELSE 2 END', 'int' ],
	[ 0, 'coalesce(NULL, a::s.int)', 'int' ],
	[ 0, 'greatest(a, s.f(a))', 'int' ],
	[ 0, 'nullif(s.f(a), 3)', 'int' ],
	[ 0, 'a OPERATOR(s.===) 1', 'boolean' ],
	[ 0, 'a OPERATOR(s.===) ANY (ARRAY[1, 2])', 'boolean' ],
	[ 0, 'NOT (a OPERATOR(s.===) 1 OR a IS NULL)', 'boolean' ],
	[ 0, '(a OPERATOR(s.===) 1) IS TRUE', 'boolean' ],
	[ 0, '(ARRAY[s.f(a), a])[1]', 'int' ],
	[ 0, 'ARRAY[a]::s.ints', 'int[]' ],
	[ 0, 'ARRAY[a]::s.int[]::int[]', 'int[]' ],
	[ 0, '(ARRAY[t]::s.int[])[1]', 'int' ],
	[ 0, '(ROW(a, a)::s.pair).a', 'int' ],
	[ 0, '(ROW(a, a)::s.pairs).b', 'int' ],
	[ 0, '(concat(\'(\', a, \',1)\')::s.pair).b', 'int' ],
	[ 0, 'ROW(a, a)::s.pair OPERATOR(s.=) ROW(a, a)::s.pair', 'boolean' ],
	[ 0, 't::s.text COLLATE "C"', 'text' ],
	[ 0, 'j::s.json', 'jsonb' ],
	[ 0, '(jsonb_populate_record(NULL::s.pair, jsonb_build_object(\'a\', a))).b', 'int' ],
	[ 0, q{query_to_xml('SELECT s.note()', true, true, '')::text}, 'text', 1 ],
	[ 0, q{xmlserialize(CONTENT xmlelement(name x, s.f(a)) AS text)}, 'text', 1 ],
	[ 160000, 'JSON_OBJECT(\'a\': s.f(a) RETURNING pg_catalog.text)', 'text' ],
	[ 160000, 'JSON_ARRAY(ROW(a, a)::s.pair RETURNING pg_catalog.text)', 'text' ],
	[ 160000, '(t::s.text) IS JSON', 'boolean' ],
	[ 170000, q{JSON_VALUE(j, '$.a' RETURNING s.int)}, 'int' ],
	[ 170000, q{JSON_VALUE(j, '$.nothing' RETURNING int DEFAULT s.f(1) ON EMPTY)}, 'int' ],
	[ 170000, q{JSON_QUERY(j, '$' RETURNING s.json)}, 'jsonb' ],
	[ 170000, q{JSON_QUERY(j, '$' RETURNING s.pair)::text}, 'text' ],
	[ 170000, q{JSON_EXISTS(j, '$.a ? (@ == $x)' PASSING s.f(a) AS x)}, 'boolean' ]);

for my $case (@cases)
{
	my ($from, $expression, $type, $needs_xml) = @$case;
	next if $version < $from || ($needs_xml && !$xml);
	my $quoted = $expression =~ s/'/''/gr;
	my ($status, undef, $error) = $node->psql('postgres', qq{
		SET zdm.start_worker = off;
		SET client_min_messages = error;
		SET ROLE author;
		CREATE TABLE s.t (id int PRIMARY KEY, a int, t text, j jsonb);
		GRANT INSERT, SELECT ON s.t TO writer;
		SELECT zdm.expand_add_column('s.t', 'n', '$type', backfill => '$quoted', name => 'm');
		TRUNCATE s.ran;
		RESET ROLE;
		SET ROLE writer;
		INSERT INTO s.t VALUES (1, 1, '1', '{"a": 1}');});
	is($error, '', "a writer can use $expression");
	is($node->safe_psql('postgres', 'SELECT DISTINCT who FROM s.ran'), 'author', 'as the author of the expression');
	$node->safe_psql('postgres', q{SET client_min_messages = error; SELECT zdm.rollback('m'); DROP TABLE s.t});
}

$node->stop;
done_testing();
