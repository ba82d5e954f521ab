# Every kind of object that hangs on a table, for tests that compare what pg_dump says of it with what it says of
# one that was made so.
#
# A kind of object is a line of %uses: T is the table, which has the columns id (its key), a int and z text; N is the name
# that its objects have. To add a kind is to add a line.
package Uses;
use strict;
use warnings;

use PostgreSQL::Test::Utils;
use Test::More;

use base 'Exporter';
our @EXPORT = qw(%uses use_sql lines_of same_lines);

our %uses = (
	view => 'CREATE VIEW N AS SELECT id, z, a FROM T',
	view_chain => 'CREATE VIEW N_1 AS SELECT id, a AS b FROM T; CREATE VIEW N_2 AS SELECT x.b, y.a FROM N_1 x JOIN T y USING (id);
		CREATE VIEW N_3 AS SELECT b FROM N_2 UNION ALL SELECT a FROM N_2 ORDER BY 1; CREATE VIEW N_4 AS TABLE N_3',
	view_join_using => 'CREATE VIEW N AS SELECT id, a, v.z FROM T t JOIN T s USING (a, id) FULL JOIN T v USING (id, a)',
	view_group_by_key => 'CREATE VIEW N AS SELECT id, a, count(*) FROM T GROUP BY id',
	view_whole_row => 'CREATE VIEW N AS SELECT count(t) AS n, count(t.*) AS m FROM T t',
	view_with_cte => 'CREATE VIEW N AS WITH RECURSIVE w AS (SELECT a, 1 AS n FROM T UNION ALL SELECT a, n + 1 FROM w WHERE n < 3) SELECT * FROM w',
	view_options => q{CREATE VIEW N WITH (security_barrier = true, security_invoker = true, check_option = local) AS SELECT id, a FROM T WHERE a > 1;
		COMMENT ON VIEW N IS 'v'; COMMENT ON COLUMN N.a IS 'c'; GRANT SELECT ON N TO shape_reader; GRANT UPDATE (a) ON N TO shape_reader WITH GRANT OPTION},
	view_renamed_column => 'CREATE VIEW N AS SELECT id, a FROM T; ALTER VIEW N RENAME COLUMN a TO other',
	view_default => 'CREATE VIEW N AS SELECT id, a FROM T; ALTER VIEW N ALTER COLUMN a SET DEFAULT 7',
	view_instead => 'CREATE VIEW N AS SELECT id, a FROM T; CREATE TRIGGER N INSTEAD OF UPDATE ON N FOR EACH ROW EXECUTE FUNCTION shape_trigger()',
	view_rule => 'CREATE VIEW N AS SELECT id, a AS b FROM T; CREATE RULE N AS ON INSERT TO N DO INSTEAD INSERT INTO T (id, a) VALUES (new.id, new.b) RETURNING id, a',
	stored => q{CREATE MATERIALIZED VIEW N WITH (fillfactor = 50) AS SELECT id AS p, a AS q FROM T; CREATE UNIQUE INDEX N_i ON N (p);
		COMMENT ON MATERIALIZED VIEW N IS 'm'; GRANT SELECT ON N TO shape_reader; ALTER MATERIALIZED VIEW N CLUSTER ON N_i; CREATE STATISTICS N_s ON p, q FROM N},
	stored_chain => 'CREATE MATERIALIZED VIEW N_1 AS SELECT a FROM T WITH NO DATA; CREATE VIEW N_2 AS SELECT x.a, y.id FROM N_1 x JOIN T y USING (a); CREATE MATERIALIZED VIEW N_3 AS TABLE N_2 WITH NO DATA',
	rule => q{CREATE TABLE N_t (x text); CREATE RULE N AS ON UPDATE TO T WHERE new.a IS DISTINCT FROM old.a DO ALSO INSERT INTO N_t VALUES (new.a::text);
		COMMENT ON RULE N ON T IS 'r'; CREATE RULE N_2 AS ON DELETE TO T DO INSTEAD UPDATE T SET a = NULL WHERE T.id = old.id; ALTER TABLE T DISABLE RULE N_2;
		CREATE RULE N_3 AS ON INSERT TO T DO ALSO NOTIFY n; ALTER TABLE T ENABLE REPLICA RULE N_3},
	rule_elsewhere => 'CREATE TABLE N_t (x int); CREATE RULE N AS ON INSERT TO N_t DO ALSO UPDATE T SET a = new.x',
	policies => q{ALTER TABLE T ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY N ON T USING (a > 1) WITH CHECK (a IS NOT NULL);
		CREATE POLICY N_2 ON T AS RESTRICTIVE FOR UPDATE TO shape_reader, CURRENT_USER USING (z = current_user); CREATE POLICY N_3 ON T FOR INSERT TO shape_reader WITH CHECK (id IN (SELECT t.id FROM T t));
		CREATE POLICY N_4 ON T FOR SELECT; CREATE POLICY N_5 ON T FOR DELETE USING (false); COMMENT ON POLICY N ON T IS 'p'; ALTER POLICY N_5 ON T RENAME TO "N 5"},
	policy_disabled => 'CREATE POLICY N ON T USING (a > 1)',
	policy_elsewhere => 'CREATE TABLE N_t (id int); CREATE POLICY N ON N_t FOR SELECT TO shape_reader USING (id IN (SELECT t.id FROM T t WHERE t.a > 1))',
	function => q{CREATE FUNCTION N(x int, y text DEFAULT 'y') RETURNS TABLE (id int, t text) LANGUAGE sql STABLE COST 3 BEGIN ATOMIC SELECT t.id, t.a::text FROM T t WHERE t.id > x; END;
		COMMENT ON FUNCTION N(int, text) IS 'f'; REVOKE ALL ON FUNCTION N(int, text) FROM PUBLIC},
	function_that_writes => 'CREATE FUNCTION N() RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE T SET a = NULL WHERE id = 1; INSERT INTO T (id, a) SELECT 7, a FROM T ON CONFLICT (id) DO UPDATE SET a = excluded.a; END',
	publication => 'CREATE PUBLICATION N FOR TABLE T',
	publication_columns => 'CREATE PUBLICATION N FOR TABLE T (id, a)',
	publication_where => 'ALTER TABLE T REPLICA IDENTITY FULL; CREATE PUBLICATION N FOR TABLE T WHERE (a > 5); CREATE PUBLICATION N_2 FOR TABLE T',
	statistics => q{CREATE STATISTICS N ON id, a FROM T; CREATE STATISTICS N_2 (mcv) ON a, (id % 5), z FROM T; COMMENT ON STATISTICS N IS 's'; ALTER STATISTICS N SET STATISTICS 50; CREATE STATISTICS N_3 ON (a + id) FROM T},
	self_reference => q{ALTER TABLE T ADD CONSTRAINT N FOREIGN KEY (a) REFERENCES T ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT N ON T IS 'k'},
	references => 'CREATE TABLE N_t (id int PRIMARY KEY, t int REFERENCES T ON UPDATE CASCADE); ALTER TABLE T ADD CONSTRAINT N FOREIGN KEY (a) REFERENCES N_t',
	grants => 'GRANT SELECT ON T TO shape_reader; GRANT UPDATE (a), REFERENCES (id) ON T TO shape_reader WITH GRANT OPTION; REVOKE TRUNCATE ON T FROM postgres',
	comments => q{COMMENT ON TABLE T IS 't'; COMMENT ON COLUMN T.a IS 'a'; COMMENT ON CONSTRAINT T_pkey ON T IS 'key'},
	replica_identity => 'CREATE UNIQUE INDEX N ON T (id, a); ALTER TABLE T ALTER a SET NOT NULL; ALTER TABLE T REPLICA IDENTITY USING INDEX N',
	cluster => 'CREATE INDEX N ON T (a) WHERE a > 5; CREATE INDEX N_2 ON T (z text_pattern_ops, (a + 1) DESC) INCLUDE (id) WITH (fillfactor = 60); ALTER TABLE T CLUSTER ON N_2',
	constraints => q{ALTER TABLE T ADD CONSTRAINT N CHECK (a > id), ADD CONSTRAINT N_2 UNIQUE (a, z), ADD CONSTRAINT N_3 UNIQUE (z) DEFERRABLE, ALTER z SET NOT NULL, ALTER z SET DEFAULT 'z'},
	triggers => q{CREATE TRIGGER N BEFORE UPDATE OF id, a ON T FOR EACH ROW EXECUTE FUNCTION shape_trigger(); ALTER TABLE T ENABLE REPLICA TRIGGER N; COMMENT ON TRIGGER N ON T IS 't';
		CREATE CONSTRAINT TRIGGER N_2 AFTER UPDATE OF a ON T DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.a IS NULL) EXECUTE FUNCTION shape_trigger(); ALTER TABLE T DISABLE TRIGGER N_2},
	column_settings => q{ALTER TABLE T ALTER z SET STORAGE EXTERNAL, ALTER a SET STATISTICS 50, ALTER z SET COMPRESSION pglz, ALTER a SET (n_distinct = 5)},
	sequences => 'CREATE SEQUENCE N OWNED BY T.a; ALTER TABLE T ALTER a SET DEFAULT nextval(\'N\'), ALTER id ADD GENERATED ALWAYS AS IDENTITY',
);

# The statements of a kind of object, or others, for a table and with a name.
sub use_sql
{
	my ($use, $table, $object, $others) = @_;
	my $sql = $others || $uses{$use};
	$sql =~ s/\bT(_\w+)?\b/$table . ($1 \/\/ '')/ge;
	$sql =~ s/\bN((?:_| )\w+)?\b/$object . ($1 \/\/ '')/ge;
	return $sql;
}

# What pg_dump says of a database, but for what zdm has hidden there.
sub lines_of
{
	my ($node, $database) = @_;
	my ($schema) = run_command([ 'pg_dump', '-s', '--exclude-table=zdm_*', '--exclude-schema=zdm', '-d', $node->connstr($database) ]);
	my @lines = grep { /\S/ && !/zd[mt]_|"~zd|EXTENSION|^--|restrict/ } split /\n/, $schema;
	s/,$// for @lines;
	return join("\n", @lines) . "\n";
}

# It says the same of two databases, but for the order of lines.
sub same_lines
{
	my ($node, $got_of, $like, $what) = @_;
	my ($got, $expected) = (lines_of($node, $got_of), lines_of($node, $like));
	cmp_ok(length($got), '>', 5000, "$what: there is something to compare");
	my %count;
	$count{$_}++ for split /\n/, $got;
	$count{$_}-- for split /\n/, $expected;
	is(join("\n", map { ($count{$_} > 0 ? 'too much: ' : 'missing: ') . $_ } grep { $count{$_} != 0 } sort keys %count), '', "$what: all is as if it had been made so");
}

1;
