# The kinds of objects that use a column of a table: a line for each, see Carry.pm.
package CarryUses;
use strict;
use warnings;

use base 'Exporter';
our @EXPORT = qw(carry_uses);

my %uses = (
	view => 'CREATE VIEW N AS SELECT * FROM T',
	view_of_expressions => 'CREATE VIEW N AS SELECT id, coalesce(a, a) AS x, a AS y, count(*) OVER () FROM T WHERE C',
	view_chain => 'CREATE VIEW N_1 AS SELECT id, a AS b FROM T; CREATE VIEW N_2 AS SELECT x.b, y.a FROM N_1 x JOIN T y USING (id);
		CREATE VIEW N_3 AS SELECT b FROM N_2 UNION ALL SELECT a FROM N_2 ORDER BY 1; CREATE VIEW N_4 AS TABLE N_3',
	view_replaced => 'CREATE VIEW N_2 AS SELECT 1::int AS i; CREATE VIEW N_1 AS SELECT a FROM T; DROP VIEW N_2; CREATE VIEW N_0 AS SELECT id FROM T;
		CREATE OR REPLACE VIEW N_0 AS SELECT id, (SELECT max(b.a) FROM N_1 b) AS m FROM T',
	view_join_using => 'CREATE VIEW N AS SELECT id, a, v.z FROM T t JOIN T s USING (a, id) FULL JOIN T v USING (id, a)',
	view_alias => 'CREATE VIEW N AS SELECT x.q, x.p FROM T x (p, q) WHERE x.q IS NOT NULL',
	view_alias_join => 'CREATE VIEW N AS SELECT j.q, j.s, j.p FROM (T x (id, q) JOIN T y USING (id)) AS j (p, q, r, s)',
	view_alias_using => 'CREATE VIEW N AS SELECT x.q, c.q AS merged, y.r FROM T x (p, q) JOIN T y (r, q) USING (q) AS c',
	view_alias_nested => 'CREATE VIEW N AS SELECT k.d, k.b, k.f FROM ((T x JOIN T y USING (a)) AS i (m, n, o, p, q) JOIN T w (n) USING (n)) AS k (a, b, c, d, e, f, g)',
	view_alias_below => 'CREATE VIEW N AS WITH w (i, j) AS (SELECT x.q, x.p FROM T x (p, q)) SELECT k.m, k.n, (SELECT max(s.q) FROM T s (p, q) WHERE s.p = k.l) AS x FROM (w JOIN T y (j) USING (j)) AS k (l, m, n)',
	view_function_rows => q{CREATE FUNCTION N_f() RETURNS SETOF T LANGUAGE sql STABLE AS 'SELECT * FROM T'; CREATE VIEW N AS SELECT f.q, f.id FROM N_f() f (id, q);
		CREATE VIEW N_2 AS SELECT g.a, k.c FROM N_f() g JOIN (N_f() f JOIN T y USING (id)) AS k (i, b, z, c, v) USING (z);
		CREATE VIEW N_3 AS SELECT a FROM N_f()},
	stored => q{CREATE MATERIALIZED VIEW N WITH (fillfactor = 50) AS SELECT x.q, x.p FROM T x (p, q); CREATE UNIQUE INDEX N_i ON N (p); CREATE INDEX N_2 ON N (q, (p + 1)) WHERE p > 0;
		COMMENT ON MATERIALIZED VIEW N IS 'm'; COMMENT ON COLUMN N.q IS 'c'; COMMENT ON INDEX N_2 IS 'i'; GRANT SELECT ON N TO carry_reader; GRANT SELECT (q) ON N TO carry_reader WITH GRANT OPTION;
		ALTER MATERIALIZED VIEW N CLUSTER ON N_i; ALTER MATERIALIZED VIEW N ALTER COLUMN q SET STATISTICS 7; CREATE STATISTICS N_s ON p, q FROM N},
	stored_chain => 'CREATE VIEW N_1 AS SELECT id, a AS b FROM T; CREATE MATERIALIZED VIEW N_2 AS SELECT b, id FROM N_1 WHERE id > 1; CREATE MATERIALIZED VIEW N_3 AS SELECT b, count(*) AS n FROM N_2 GROUP BY b WITH NO DATA;
		CREATE VIEW N_4 AS SELECT x.b, y.a FROM N_2 x (b, id) JOIN T y USING (id); CREATE VIEW N_5 AS SELECT count(*) FROM N_2; CREATE FUNCTION N() RETURNS bigint LANGUAGE sql RETURN (SELECT count(b) FROM N_2);
		CREATE TABLE N_t (id int); CREATE POLICY N ON N_t USING (EXISTS (SELECT FROM N_2 WHERE N_2.id = N_t.id)); CREATE MATERIALIZED VIEW N_6 AS SELECT max(b) FROM N_4',
	view_own_type => 'CREATE VIEW N AS SELECT length(a::text) AS l FROM T',
	view_with_cte => 'CREATE VIEW N AS WITH RECURSIVE w AS (SELECT a, 1 AS n FROM T UNION ALL SELECT a, n + 1 FROM w WHERE n < 3) SELECT * FROM w',
	view_lateral => 'CREATE VIEW N AS SELECT t.id, l.x, s.y FROM T t, LATERAL (SELECT t.a AS x) l LEFT JOIN LATERAL (SELECT array_agg(a) AS y FROM T u WHERE u.a = l.x) s ON true',
	view_group_by_key => 'CREATE VIEW N AS SELECT id, a, count(*) FROM T GROUP BY id',
	view_options => q{CREATE VIEW N WITH (security_barrier = true, security_invoker = true, check_option = local) AS SELECT id, a FROM T WHERE C;
		COMMENT ON VIEW N IS 'v'; COMMENT ON COLUMN N.a IS 'c'; GRANT SELECT ON N TO carry_reader; GRANT UPDATE (a) ON N TO carry_reader WITH GRANT OPTION},
	view_renamed_column => 'CREATE VIEW N AS SELECT id, a FROM T; ALTER VIEW N RENAME COLUMN a TO other',
	view_default => 'CREATE VIEW N AS SELECT id, a FROM T; ALTER VIEW N ALTER COLUMN a SET DEFAULT D',
	view_owner => 'CREATE VIEW N_1 WITH (security_barrier) AS SELECT id, a FROM T WHERE C; CREATE VIEW N_2 WITH (check_option = cascaded) AS SELECT * FROM N_1; GRANT SELECT ON T, N_1 TO carry_reader; ALTER VIEW N_1 OWNER TO carry_reader',
	view_instead => 'CREATE VIEW N AS SELECT id, a FROM T; CREATE TRIGGER N INSTEAD OF UPDATE ON N FOR EACH ROW EXECUTE FUNCTION carry_trigger()',
	view_rule => 'CREATE VIEW N AS SELECT id, a AS b FROM T; CREATE RULE N AS ON INSERT TO N DO INSTEAD INSERT INTO T (id, a) VALUES (new.id, new.b) RETURNING id, a',
	rule => 'CREATE TABLE N_t (x text); CREATE RULE N AS ON UPDATE TO T WHERE new.a IS DISTINCT FROM old.a DO ALSO INSERT INTO N_t VALUES (new.a::text)',
	rule_that_writes => 'CREATE RULE N AS ON DELETE TO T DO INSTEAD UPDATE T SET a = NULL WHERE T.id = old.id',
	policy => 'CREATE POLICY N ON T USING (C) WITH CHECK (a IS NOT NULL)',
	policy_alias => 'CREATE TABLE N_t (id int); CREATE POLICY N ON N_t USING (EXISTS (SELECT FROM T x (p, q) WHERE x.q IS NOT NULL AND x.p = id))',
	rule_alias => 'CREATE TABLE N_t (id int); CREATE RULE N AS ON INSERT TO N_t DO ALSO UPDATE T SET z = x.q::text FROM T x (p, q) WHERE x.p = T.id',
	policy_elsewhere => 'CREATE TABLE N_t (id int); CREATE POLICY N ON N_t FOR SELECT TO carry_reader USING (id IN (SELECT t.id FROM T t WHERE C))',
	trigger_columns => 'CREATE TRIGGER N BEFORE UPDATE OF id, a ON T FOR EACH ROW EXECUTE FUNCTION carry_trigger(); ALTER TABLE T ENABLE REPLICA TRIGGER N',
	trigger_when => q{CREATE TRIGGER N AFTER UPDATE ON T FOR EACH ROW WHEN (old.a IS DISTINCT FROM new.a) EXECUTE FUNCTION carry_trigger('x'); COMMENT ON TRIGGER N ON T IS 't'},
	trigger_constraint => 'CREATE CONSTRAINT TRIGGER N AFTER UPDATE OF a ON T DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.a IS NULL) EXECUTE FUNCTION carry_trigger();
		ALTER TABLE T DISABLE TRIGGER N',
	function => q{CREATE FUNCTION N(x int, y text DEFAULT 'y') RETURNS TABLE (id int, t text) LANGUAGE sql STABLE COST 3 BEGIN ATOMIC SELECT t.id, t.a::text FROM T t WHERE C AND t.id > x; END;
		COMMENT ON FUNCTION N(int, text) IS 'f'; REVOKE ALL ON FUNCTION N(int, text) FROM PUBLIC},
	function_that_writes => 'CREATE FUNCTION N() RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE T SET a = NULL WHERE id = 1; INSERT INTO T (id, a) SELECT 7, a FROM T ON CONFLICT (id) DO UPDATE SET a = excluded.a; END',
	function_alias => 'CREATE FUNCTION N() RETURNS bigint LANGUAGE sql BEGIN ATOMIC WITH w (i, j) AS (SELECT x.q, x.p FROM T x (p, q)) SELECT count(k.m) FROM (w JOIN T y (j) USING (j)) AS k (l, m, n); END',
	function_return => 'CREATE FUNCTION N() RETURNS bigint LANGUAGE sql RETURN (SELECT count(a) FROM T)',
	publication => 'CREATE PUBLICATION N FOR TABLE T (id, a)',
	publication_where => 'ALTER TABLE T REPLICA IDENTITY FULL; CREATE PUBLICATION N FOR TABLE T WHERE (C)',
	generated => 'ALTER TABLE T ADD COLUMN N int GENERATED ALWAYS AS (a * 2) STORED, ADD COLUMN N_2 text GENERATED ALWAYS AS (coalesce(z, a::text)) STORED; CREATE INDEX N_i ON T (N);
		CREATE VIEW N_v AS SELECT N, a FROM T',
	generated_anew => q{ALTER TABLE T ADD COLUMN N text GENERATED ALWAYS AS (coalesce(z, a::text) || 'x') STORED, ADD COLUMN N_2 bool NOT NULL GENERATED ALWAYS AS (C) STORED;
		CREATE INDEX N_i ON T (N, a) WHERE N_2; CREATE STATISTICS N_s ON N, z FROM T; COMMENT ON COLUMN T.N IS 'g'; GRANT SELECT (N) ON T TO carry_reader;
		CREATE VIEW N_v AS SELECT N, a, N_2 AS x FROM T; CREATE POLICY N ON T USING (N_2); CREATE TRIGGER N AFTER UPDATE ON T FOR EACH ROW WHEN (old.N <> new.N) EXECUTE FUNCTION carry_trigger()},
	index => 'CREATE INDEX N ON T (a) WHERE C; CREATE UNIQUE INDEX N_u ON T (a, id); ALTER TABLE T CLUSTER ON N_u',
	statistics => 'CREATE STATISTICS N ON id, a FROM T',
	statistics_of_expressions => q{CREATE STATISTICS N ON (coalesce(a, a)) FROM T; CREATE STATISTICS N_2 (mcv, ndistinct) ON id, (coalesce(a, a)), z FROM T; COMMENT ON STATISTICS N IS 's'},
	not_null => 'UPDATE T SET a = V; ALTER TABLE T ALTER a SET NOT NULL',
	default => 'ALTER TABLE T ALTER a SET DEFAULT D',
	attributes => q{GRANT SELECT (a) ON T TO carry_reader; GRANT UPDATE (a) ON T TO carry_reader WITH GRANT OPTION; COMMENT ON COLUMN T.a IS 'a'; ALTER TABLE T ALTER a SET STATISTICS 100, ALTER a SET (n_distinct = 5)},
	replica_identity => 'UPDATE T SET a = V; ALTER TABLE T ALTER a SET NOT NULL, ADD CONSTRAINT N UNIQUE (id, a); ALTER TABLE T REPLICA IDENTITY USING INDEX N',
	primary_key => 'UPDATE T SET a = V; ALTER TABLE T DROP CONSTRAINT T_pkey, ADD CONSTRAINT N PRIMARY KEY (id, a)',
	key => q{ALTER TABLE T ADD CONSTRAINT N UNIQUE (a, id) DEFERRABLE; COMMENT ON CONSTRAINT N ON T IS 'x'; COMMENT ON INDEX N IS 'i'; ALTER TABLE T CLUSTER ON N},
	exclusion => q{ALTER TABLE T ADD CONSTRAINT N EXCLUDE USING btree (a WITH =, id WITH =) WHERE (a IS NOT NULL) DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT N ON T IS 'x'; COMMENT ON INDEX N IS 'i'},
	exclusion_of_expressions => 'ALTER TABLE T ADD CONSTRAINT N EXCLUDE USING gist (box(point(a, id), point(a, id)) WITH &&); ALTER TABLE T CLUSTER ON N',
	check => q{ALTER TABLE T ADD CONSTRAINT N CHECK (C); COMMENT ON CONSTRAINT N ON T IS 'c'; ALTER TABLE T ADD CONSTRAINT N_n CHECK (a <> 8) NOT VALID},
	default_of_shared_sequence => q{CREATE SEQUENCE N; ALTER TABLE T ALTER a SET DEFAULT nextval('N'); CREATE TABLE N_t (x bigint DEFAULT nextval('N'))},
	serial => q{CREATE SEQUENCE N OWNED BY T.a; ALTER TABLE T ALTER a SET DEFAULT nextval('N')},
	identity => 'UPDATE T SET a = V; ALTER TABLE T ALTER a SET NOT NULL, ALTER a ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME N)',
	key_from => q{CREATE TABLE N_o (a int PRIMARY KEY); INSERT INTO N_o VALUES (V); ALTER TABLE T ADD CONSTRAINT N FOREIGN KEY (a) REFERENCES N_o ON DELETE CASCADE DEFERRABLE; COMMENT ON CONSTRAINT N ON T IS 'f'},
	key_to => 'ALTER TABLE T ADD UNIQUE (id, a); CREATE TABLE N_r (id int, a int); INSERT INTO N_r SELECT id, a FROM T; ALTER TABLE N_r ADD CONSTRAINT N FOREIGN KEY (id, a) REFERENCES T (id, a) MATCH FULL ON UPDATE CASCADE',
	key_to_itself => 'ALTER TABLE T ADD UNIQUE (id, a); ALTER TABLE T ADD CONSTRAINT N FOREIGN KEY (id, a) REFERENCES T (id, a)',
);

# All of them that a server of that version has.
sub carry_uses
{
	my ($version) = @_;
	return (%uses,
		$version < 180000 ? () : (generated_virtual => 'ALTER TABLE T ADD COLUMN N text GENERATED ALWAYS AS (coalesce(z, a::text)) VIRTUAL; CREATE VIEW N_v AS SELECT N, a FROM T'));
}

1;
