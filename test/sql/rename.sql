-- A rename, from the plan to the end, and back from every point.
CREATE TABLE account (id int PRIMARY KEY, abalance int NOT NULL DEFAULT 7, filler text);
INSERT INTO account (id, abalance) SELECT g, g * 10 FROM generate_series(1, 1000) g;
CREATE INDEX account_abalance_idx ON account (abalance);

\pset format unaligned
SELECT seq, phase, runs, lock_mode, command, undo, note
  FROM zdm.plan($$zdm.expand_rename('account', 'abalance', 'balance')$$, full => true);
\pset format aligned
-- nothing has happened
SELECT count(*) FROM zdm.migration WHERE relation = 'account'::regclass;
\d account

SELECT zdm.expand_rename('account', 'abalance', 'balance', name => 'r1');
-- the same file once more
SELECT zdm.expand_rename('account', 'abalance', 'balance', name => 'r1');

SET client_min_messages = warning;
CALL zdm.wait('r1');
RESET client_min_messages;
SELECT zdm.ensure_ready('r1');
SELECT name, kind, relation, status, phase, percent, bar, waiting_for, last_error
  FROM zdm.status WHERE name = 'r1';
SELECT percent, rows_done, rows_expected FROM zdm.progress WHERE name = 'r1';
SELECT * FROM zdm.verify('r1');
\d account
SELECT count(*), sum(balance) = sum(abalance) AS same FROM account;

-- both applications write
INSERT INTO account (id, abalance) VALUES (1001, 1);
INSERT INTO account (id, balance) VALUES (1002, 2);
INSERT INTO account (id) VALUES (1003);
UPDATE account SET abalance = 11 WHERE id = 1;
UPDATE account SET balance = 22 WHERE id = 2;
SELECT id, abalance, balance FROM account WHERE id IN (1, 2, 1001, 1002, 1003) ORDER BY id;

-- the new application alone
SELECT zdm.contract('r1');
SELECT zdm.contract('r1');
\d account
INSERT INTO account (id, balance) VALUES (1004, 4);
INSERT INTO account (id) VALUES (1005);
UPDATE account SET balance = 33 WHERE id = 3;
SELECT id, balance, zdm_old_abalance FROM account WHERE id IN (1, 2, 3, 1004, 1005) ORDER BY id;
SELECT rows, mismatches FROM zdm.verify('r1');

-- both again
SELECT zdm.reopen('r1');
SELECT zdm.reopen('r1');
SELECT id, abalance, balance FROM account WHERE id IN (1, 2, 3, 1004, 1005) ORDER BY id;
UPDATE account SET abalance = 44 WHERE id = 4;
UPDATE account SET balance = 55 WHERE id = 5;
SELECT rows, mismatches FROM zdm.verify('r1');

-- the old one alone, with everything written since
SELECT zdm.contract('r1');
SELECT zdm.rollback('r1');
SELECT zdm.rollback('r1');
\d account
SELECT id, abalance FROM account WHERE id < 6 OR id > 1000 ORDER BY id;
SELECT event, detail FROM zdm.event JOIN zdm.migration m ON m.id = migration_id
 WHERE m.name = 'r1' ORDER BY event.id;

-- a name that was rolled back can be used again, now to the end
SELECT zdm.expand_rename('account', 'abalance', 'balance', name => 'r1');
SET client_min_messages = warning;
CALL zdm.wait('r1');
RESET client_min_messages;
SELECT zdm.finalize('r1');
SELECT zdm.contract('r1');
SELECT zdm.finalize('r1');
SELECT zdm.finalize('r1');
\d account
SELECT zdm.rollback('r1');
SELECT zdm.expand_rename('account', 'abalance', 'balance', name => 'r1');
SELECT status FROM zdm.status WHERE name = 'r1' ORDER BY 1;

-- nothing is left of a migration that the caller rolls back
BEGIN;
SELECT zdm.expand_rename('account', 'balance', 'saldo', name => 'r2');
ROLLBACK;
SELECT count(*) FROM zdm.migration WHERE name = 'r2';
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'account'::regclass;
\d account

-- nor of one in a savepoint
BEGIN;
SAVEPOINT s;
SELECT zdm.expand_rename('account', 'balance', 'saldo', name => 'r2');
ROLLBACK TO s;
COMMIT;
SELECT count(*) FROM zdm.migration WHERE name = 'r2';

DROP TABLE account;

SET client_min_messages = warning;
-- a child that has the column from a parent outside of the tree, too; a diamond inside of it is none
CREATE TABLE re_top (a int);
CREATE TABLE re_left () INHERITS (re_top);
CREATE TABLE re_right () INHERITS (re_top);
CREATE TABLE re_bottom () INHERITS (re_left, re_right);
CREATE TABLE re_other (a int);
CREATE TABLE re_child () INHERITS (re_top, re_other);
SELECT zdm.expand_rename('re_top', 'a', 'b', name => 'parents');
ALTER TABLE re_child NO INHERIT re_other;
SELECT zdm.expand_rename('re_top', 'a', 'b', name => 'parents');
CALL zdm.wait('parents');
SELECT zdm.contract('parents');
SELECT zdm.finalize('parents');
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attrelid IN ('re_bottom'::regclass, 're_child'::regclass) AND attnum > 0 AND NOT attisdropped ORDER BY 1;
DROP TABLE re_top CASCADE;
DROP TABLE re_other;
