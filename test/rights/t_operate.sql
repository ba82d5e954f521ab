-- What is called and read around a migration: by who owns the table, and by nobody else; and whose
-- rights code of the owner has in it.
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA op AUTHORIZATION zdm_owner;
GRANT USAGE ON SCHEMA op TO zdm_nobody;
SET SESSION AUTHORIZATION zdm_owner;
CREATE TABLE op.price (id int PRIMARY KEY, euro int);
INSERT INTO op.price SELECT i, i FROM generate_series(1, 5) i;
GRANT ALL ON op.price TO zdm_nobody;
CREATE FUNCTION op.cents(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 100';
CREATE FUNCTION op.euros(c int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT c / 100';
SELECT zdm.expand_transform('op.price', '{euro}', '{"cent": {"type": "int", "forward": "op.cents(euro)"}}', '{"euro": "op.euros(cent)"}', name => 'op_price');
CALL zdm.wait('op_price');
SELECT zdm.verify('op_price');
SELECT zdm.guard('op_price', 'lock_waiters', 1000, 'warn');
-- Code of the owner that meets each row that is repaired: in the expressions, a check, an index.
CREATE FUNCTION op.mine(v int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN RAISE 'with the rights of %', current_user; END IF;
    RETURN v;
END $$;
CREATE OR REPLACE FUNCTION op.cents(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN op.mine(a) * 1000; END';
CREATE OR REPLACE FUNCTION op.euros(c int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN op.mine(c) / 1000; END';
ALTER TABLE op.price ADD CHECK (op.mine(cent) IS NOT NULL) NOT VALID;
CREATE INDEX ON op.price ((op.mine(cent)));
\o
SELECT no_plan();

-- Nobody else.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION zdm_nobody;
SELECT throws_ok(call, '42704', 'migration "op_price" does not exist', 'nobody: ' || call)
  FROM (VALUES ($$SELECT zdm.verify('op_price')$$), ($$SELECT zdm.verify('op_price', repair => true)$$),
               ($$SELECT zdm.contract('op_price', verify => 'none')$$), ($$SELECT zdm.contract('op_price', quiet => '1 s')$$),
               ($$SELECT zdm.guard('op_price', 'lock_waiters', 0, 'rollback')$$), ($$SELECT zdm.guard('op_price', 'SELECT 1', 0, 'rollback')$$),
               ($$SELECT zdm.drop_guard('op_price')$$), ($$SELECT zdm.rollout('op_price', 100)$$),
               ($$SELECT zdm.rollout('op_price', require => ARRAY['SELECT true'])$$)) AS c (call);
SELECT throws_ok(call, '42501', NULL, 'nobody: ' || call)
  FROM (VALUES ($$SELECT * FROM zdm.rollout_row$$),
               ($$SELECT * FROM zdm.verification_row$$), ($$SELECT * FROM zdm.guard_row$$),
               ($$UPDATE zdm.guard SET metric = 'SELECT 1'$$), ($$INSERT INTO zdm.guard (migration_id, metric) VALUES (1, 'SELECT 1')$$),
               ($$DELETE FROM zdm.verification$$)) AS c (call);
SELECT is_empty('SELECT 1 FROM zdm.' || view, 'nobody sees nothing in zdm.' || view)
  FROM unnest('{verification,verified,guard,guards,usage,build,size,rollout}'::text[]) view;
SELECT is_empty('SELECT 1 FROM zdm.usage_entries()', 'nor what the view of usage is made of');
SELECT is_empty('SELECT 1 FROM zdm.usage_of(NULL)', 'of all or of one');
RESET SESSION AUTHORIZATION;

-- The owner.
SET SESSION AUTHORIZATION zdm_owner;
SELECT isnt_empty('SELECT 1 FROM zdm.' || view || ' WHERE ' || condition, 'the owner sees zdm.' || view)
  FROM (VALUES ('verification', 'true'), ('verified', $$name = 'op_price'$$), ('guards', $$name = 'op_price'$$), ('size', $$name = 'op_price'$$)) AS v (view, condition);
RESET SESSION AUTHORIZATION;

-- A superuser who calls it lends his rights to none of it.
SELECT results_eq($$SELECT rows, mismatches, repaired FROM zdm.verify('op_price', repair => true)$$, 'VALUES (5::bigint, 5::bigint, 5::bigint)', 'code of the owner meets a repaired row with his rights');
SELECT results_eq('SELECT id, cent FROM op.price ORDER BY id', 'SELECT i, i * 1000 FROM generate_series(1, 5) i', 'and the row is repaired');
SELECT lives_ok($$SELECT zdm.guard('op_price', 'SELECT op.mine(1)', 10, 'warn')$$, 'a query that a superuser sets as a guard runs as the owner, too');
SELECT throws_ok($$SELECT zdm.guard('op_price', 'SELECT length(pg_read_file(''PG_VERSION''))', 10, 'warn')$$, '42501', NULL, 'and can''t read what he can''t');
SELECT lives_ok($$SELECT zdm.rollout('op_price', 0, require => ARRAY['SELECT op.mine(1) = 1'])$$, 'as does what a rollout requires');
SELECT lives_ok($$SELECT zdm.contract('op_price')$$, 'as does what contract compares');
SELECT zdm.rollback('op_price') \g /dev/null
SELECT * FROM finish();
