-- What is made on a column while a migration keeps it twice: it is there in the end, on a column that is no
-- hidden one, or the call is refused by name.  Each kind of object on each column of each kind of migration.
SET client_min_messages = error;
SET search_path = public;
CREATE TABLE mm_object (object text PRIMARY KEY, make text NOT NULL, definition text NOT NULL, before text NOT NULL DEFAULT '');
INSERT INTO mm_object VALUES
	('index', 'CREATE INDEX mm_o ON mm (%s)', $$pg_get_indexdef(to_regclass('mm_o'))$$),
	('index of two', 'CREATE INDEX mm_o ON mm (id, %s)', $$pg_get_indexdef(to_regclass('mm_o'))$$),
	('partial index', 'CREATE INDEX mm_o ON mm (id) WHERE %s IS NOT NULL', $$pg_get_indexdef(to_regclass('mm_o'))$$),
	('unique index', 'CREATE UNIQUE INDEX mm_o ON mm (%s)', $$pg_get_indexdef(to_regclass('mm_o'))$$),
	('unique', 'ALTER TABLE mm ADD CONSTRAINT mm_o UNIQUE (%s)', 'pg_get_constraintdef(mm_constraint())'),
	('exclusion', 'ALTER TABLE mm ADD CONSTRAINT mm_o EXCLUDE USING btree (%s WITH =)', 'pg_get_constraintdef(mm_constraint())'),
	('check', 'ALTER TABLE mm ADD CONSTRAINT mm_o CHECK (%s IS DISTINCT FROM 100)', 'pg_get_constraintdef(mm_constraint())'),
	('foreign key', 'ALTER TABLE mm ADD CONSTRAINT mm_o FOREIGN KEY (%s) REFERENCES mm_key', 'pg_get_constraintdef(mm_constraint())'),
	('foreign key to it', 'ALTER TABLE mm ADD UNIQUE (%1$s); ALTER TABLE mm_key ADD CONSTRAINT mm_o FOREIGN KEY (k) REFERENCES mm (%1$s) NOT VALID', 'pg_get_constraintdef(mm_constraint())'),
	('not null', 'ALTER TABLE mm ALTER %s SET NOT NULL', $$mm_column('attnotnull')$$),
	('view', 'CREATE VIEW mm_o AS SELECT id, %s AS x FROM mm', $$pg_get_viewdef(to_regclass('mm_o'))$$),
	('view of all', 'CREATE VIEW mm_o AS SELECT * FROM mm', $$regexp_replace(pg_get_viewdef(to_regclass('mm_o')), 'zdm_\w+,?', '', 'g')$$),
	('materialized view', 'CREATE MATERIALIZED VIEW mm_o AS SELECT id, %s AS x FROM mm', $$pg_get_viewdef(to_regclass('mm_o'))$$),
	('rule', 'CREATE RULE mm_o AS ON DELETE TO mm WHERE old.%s = 100 DO INSTEAD NOTHING', $$(SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename = 'mm_o')$$),
	('policy', 'CREATE POLICY mm_o ON mm USING (%s IS NOT NULL)', $$(SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'mm_o')$$),
	('trigger of column', 'CREATE TRIGGER mm_o BEFORE UPDATE OF %s ON mm FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', $$mm_trigger()$$),
	('trigger with condition', 'CREATE TRIGGER mm_o AFTER UPDATE ON mm FOR EACH ROW WHEN (new.%s = 100) EXECUTE FUNCTION mm_f()', $$mm_trigger()$$),
	('function', 'CREATE FUNCTION mm_o() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(%s) FROM mm; END', $$pg_get_function_sqlbody(to_regproc('mm_o'))$$),
	('publication', 'CREATE PUBLICATION mm_o FOR TABLE mm (id, %s)', $$(SELECT attnames::text FROM pg_publication_tables WHERE pubname = 'mm_o')$$),
	('row filter', 'CREATE PUBLICATION mm_o FOR TABLE mm WHERE (%s IS NOT NULL) WITH (publish = ''insert'')', $$(SELECT rowfilter FROM pg_publication_tables WHERE pubname = 'mm_o')$$),
	('statistics', 'CREATE STATISTICS mm_o ON id, %s FROM mm', $$(SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxname = 'mm_o')$$),
	('generated, stored', 'ALTER TABLE mm ADD mm_o text GENERATED ALWAYS AS (mm_text(%s)) STORED', $$mm_generated()$$),
	('generated, virtual', 'ALTER TABLE mm ADD mm_o bool GENERATED ALWAYS AS (%s IS NULL) VIRTUAL', $$mm_generated()$$),
	('default', 'ALTER TABLE mm ALTER %s SET DEFAULT 77', $$mm_column('(SELECT pg_get_expr(adbin, adrelid) ~ $q$77$q$ FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)')$$),
	('comment', 'COMMENT ON COLUMN mm.%s IS $$mm_o$$', $$mm_column('col_description(attrelid, attnum) ~ $q$mm_o$q$')$$),
	('grant', 'GRANT SELECT (%s) ON mm TO pg_monitor', $$mm_column('attacl::text ~ $q$pg_monitor=r$q$')$$),
	('statistics target', 'ALTER TABLE mm ALTER %s SET STATISTICS 77', $$mm_column('attstattarget = 77')$$),
	('options', 'ALTER TABLE mm ALTER %s SET (n_distinct = 77)', $$mm_column('attoptions::text ~ $q$n_distinct=77$q$')$$),
	('owned sequence', 'CREATE SEQUENCE mm_o OWNED BY mm.%s', $$(SELECT attname::text FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid WHERE objid = to_regclass('mm_o') AND refclassid = 'pg_class'::regclass)$$);
-- and what is set of an object that is there before
INSERT INTO mm_object VALUES
	('target of an expression', 'ALTER INDEX mm_e ALTER COLUMN 2 SET STATISTICS 77',
	 $$(SELECT min(attrelid::regclass::text) FROM pg_attribute WHERE attrelid IN (to_regclass('mm_e'), to_regclass('mm_new_e')) AND attstattarget = 77)$$, 'CREATE INDEX mm_e ON mm (id, (a + 1))'),
	('target of statistics', 'ALTER STATISTICS mm_s SET STATISTICS 77', $$(SELECT min(stxname::text) FROM pg_statistic_ext WHERE stxname = 'mm_s' AND stxstattarget = 77)$$,
	 'CREATE STATISTICS mm_s ON id, a FROM mm');
DELETE FROM mm_object WHERE object LIKE '%virtual' AND current_setting('server_version_num')::int < 180000;

CREATE FUNCTION mm_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION mm_text(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION mm_text(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION mm_constraint() RETURNS oid LANGUAGE sql AS $$
	SELECT oid FROM pg_constraint WHERE conname IN ('mm_o', 'mm_new_o') AND conrelid IN (to_regclass('mm'), to_regclass('mm_new'), to_regclass('mm_key'))$$;
CREATE FUNCTION mm_trigger() RETURNS text LANGUAGE sql AS $$SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'mm_o' AND tgrelid = to_regclass('mm')$$;
CREATE FUNCTION mm_generated() RETURNS text LANGUAGE sql AS $$
	SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
	 WHERE adrelid = to_regclass('mm') AND attname = 'mm_o'$$;
-- the visible column that something is true of
CREATE FUNCTION mm_column(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
	EXECUTE 'SELECT min(attname::text) FROM pg_attribute WHERE attrelid IN (to_regclass($q$mm$q$), to_regclass($q$mm_new$q$)) AND attnum > 0
		AND NOT attisdropped AND attname NOT IN ($q$id$q$, $q$mm_o$q$) AND attname !~ $q$^zdm_$q$ AND ' || condition INTO result;
	RETURN result;
END $$;
CREATE TABLE mm_key (k int PRIMARY KEY);

CREATE TABLE mm_kind (kind text, expand text, column_old text, column_new text, column_after text);
INSERT INTO mm_kind VALUES
	('rename', $$zdm.expand_rename('mm', 'a', 'b', name => 'mm')$$, 'a', 'b', 'b'),
	('add_column', $$zdm.expand_add_column('mm', 'b', 'int', 'a', name => 'mm')$$, NULL, 'b', 'b'),
	('change_type', $$zdm.expand_change_type('mm', 'a', 'bigint', name => 'mm')$$, 'a', NULL, 'a'),
	('transform', $$zdm.expand_transform('mm', '{a}', '{"b": {"type": "bigint", "forward": "a"}}', '{"a": "b::int"}', name => 'mm')$$, 'a', 'b', 'b'),
	('transform, one name', $$zdm.expand_transform('mm', '{a}', '{"a": {"type": "bigint", "forward": "a"}}', '{"a": "a::int"}', name => 'mm')$$, 'a', NULL, 'a'),
	('compact', $$zdm.expand_compact('mm', name => 'mm')$$, 'a', NULL, 'a'),
	('shadow', $$zdm.expand_shadow_table('mm', '(a int, id int)', name => 'mm')$$, 'a', NULL, 'a'),
	('partition', $$zdm.expand_partition('mm', 'HASH (id)', partitions => 2, name => 'mm')$$, 'a', NULL, 'a'),
	('extract', $$zdm.expand_extract('mm', '{a}', 'mm_new', name => 'mm')$$, 'a', NULL, NULL),
	('add_column with default', $$zdm.expand_add_column('mm', 'b', 'int', 'a', default_value => '1', name => 'mm')$$, NULL, 'b', 'b');

-- Does the last calls of a migration: what comes of the object.
CREATE FUNCTION mm_case(k mm_kind, o mm_object, on_column text, moment text, ending text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE call text; found text; message text; hint text; detail text; state text; at text := 'expand';
BEGIN
	CREATE TABLE mm (id int PRIMARY KEY, a int);
	INSERT INTO mm_key VALUES (1), (2), (100);
	INSERT INTO mm VALUES (1, 1);
	EXECUTE o.before;
	EXECUTE 'SELECT ' || k.expand;
	IF moment = 'contracted' THEN
		PERFORM zdm.contract('mm');
	END IF;
	at := 'making it';
	EXECUTE format(o.make, on_column);
	FOREACH call IN ARRAY string_to_array(ending, '+') LOOP
		at := call;
		IF call <> 'contract' OR moment = 'ready' THEN
		EXECUTE format('SELECT zdm.%I(%L)', call, 'mm');
		END IF;
	END LOOP;
	at := 'looking';
	EXECUTE 'SELECT ' || o.definition INTO found;
	at := 'writing';
	EXECUTE format('INSERT INTO mm (%s) SELECT 2, 2', CASE WHEN ending NOT LIKE '%finalize' THEN 'id, a'
		ELSE coalesce('id, ' || k.column_after, 'id) SELECT 2; INSERT INTO mm_new (id, a') END);
	UPDATE mm SET id = 3 WHERE id = 2;
	RAISE EXCEPTION USING errcode = 'ZM000', message = CASE
		WHEN found ~ 'zdm_' THEN 'hidden'
		WHEN found IS NOT NULL THEN 'kept'
		-- the way back takes the new column, and what is on it as DROP COLUMN does
		WHEN ending = 'rollback' AND on_column <> 'a' THEN 'kept'
		ELSE 'lost' END;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
	IF state = 'ZM000' THEN
		RETURN message;
	ELSIF at = 'making it' AND k.kind = 'partition' AND moment = 'contracted' AND state IN ('0A000', '22023') THEN
		RETURN 'not made'; -- the server makes no such thing on a partitioned table
	ELSIF state IN ('2BP01', '55000', '0A000') AND hint <> '' AND hint NOT LIKE 'Use DROP ... CASCADE%' AND at <> 'making it' THEN
		RETURN 'refused at ' || at;
	END IF;
	RETURN format('%s at %s: %s (%s)', state, at, message, detail);
END $$;

CREATE TABLE mm_result (kind text, object text, on_column text, moment text, ending text, result text);
INSERT INTO mm_result
SELECT (k).kind, (o).object, c, moment, ending, mm_case(k, o, c, moment, ending) FROM (
SELECT k, o, c, moment, ending
  FROM mm_kind k, mm_object o,
       LATERAL (VALUES ('ready', k.column_old), ('ready', k.column_new), ('contracted', k.column_after)) AS m (moment, c),
       unnest('{contract+finalize,contract+reopen,rollback}'::text[]) ending
 WHERE c IS NOT NULL AND (k.kind <> 'add_column with default' OR o.object = 'default')
 ORDER BY k.kind COLLATE "C", o.object COLLATE "C", c COLLATE "C", moment COLLATE "C", ending COLLATE "C" OFFSET 0) AS cases;
-- what is lost is documented
SELECT kind, moment, on_column, ending, result, string_agg(object, ', ' ORDER BY object COLLATE "C") FROM mm_result
 WHERE result NOT IN ('kept', 'not made') AND result NOT LIKE 'refused at %'
 GROUP BY 1, 2, 3, 4, 5 ORDER BY kind COLLATE "C", moment COLLATE "C", on_column COLLATE "C", ending COLLATE "C", result COLLATE "C";
SELECT count(*) > 500 AS enough, count(*) FILTER (WHERE result = 'kept') > 200 AS kept, count(*) FILTER (WHERE result LIKE 'refused%') > 200 AS refused FROM mm_result;
-- an index of the new name goes with it where the old one has its like
CREATE TABLE mm (id int PRIMARY KEY, a int UNIQUE);
SELECT zdm.expand_rename('mm', 'a', 'b', name => 'mm');
CREATE INDEX mm_like ON mm (b);
SELECT zdm.contract('mm');
SELECT zdm.reopen('mm');
CREATE UNIQUE INDEX mm_less ON mm (b) WHERE id > 0;
SELECT zdm.contract('mm');
SELECT zdm.rollback('mm');
DROP TABLE mm;
-- a default that was changed since contract, in one partition or all, is no declared one; it goes and the way is free
CREATE TABLE mm (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);
CREATE TABLE mm_part PARTITION OF mm DEFAULT;
SELECT zdm.expand_transform('mm', '{a}', '{"a": {"type": "bigint", "forward": "a", "default": "5"}, "c": {"type": "int", "forward": "0", "default": "6"}}', '{"a": "a::int"}', name => 'mm');
SELECT zdm.contract('mm');
GRANT SELECT (a) ON mm TO pg_monitor;
COMMENT ON COLUMN mm.a IS 'made meanwhile';
SELECT zdm.reopen('mm');
SELECT attname, attacl IS NOT NULL AS granted, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'mm'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;
SELECT zdm.contract('mm');
ALTER TABLE mm_part ALTER a SET DEFAULT 7;
SELECT zdm.reopen('mm');
SELECT zdm.rollback('mm');
ALTER TABLE mm_part ALTER a DROP DEFAULT, ALTER c SET DEFAULT 7;
SELECT zdm.reopen('mm');
SELECT zdm.rollback('mm');
DROP TABLE mm, mm_key, mm_object, mm_kind, mm_result CASCADE;
DROP FUNCTION mm_f, mm_text(bigint), mm_text(text), mm_constraint, mm_trigger, mm_generated, mm_column;
