-- indexes for the new name of a column
SET client_min_messages = warning;
CREATE TABLE ix (id int PRIMARY KEY, old int NOT NULL UNIQUE, other text, "Odd" int);
INSERT INTO ix SELECT g, g, g, g FROM generate_series(1, 100) g;
CREATE INDEX ix_two ON ix (other, old DESC) INCLUDE (id) WITH (fillfactor = 70);
CREATE INDEX ix_expression ON ix ((old + "Odd")) WHERE old > 5;
CREATE INDEX ix_not ON ix (other);
ALTER TABLE ix ADD CONSTRAINT ix_exclusion EXCLUDE USING btree (old WITH =);
SELECT command, note FROM zdm.plan($$zdm.expand_rename('ix', 'old', 'new', indexed => true)$$, full => true) WHERE command LIKE '%INDEX%' OR note LIKE 'Index%';
SELECT count(*) FROM zdm.plan($$zdm.expand_rename('ix', 'old', 'new')$$, full => true) WHERE note LIKE 'Index%';
SELECT zdm.expand_rename('ix', 'old', 'new', indexed => true);
CALL zdm.wait('rename_ix_old_to_new');
\d ix
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT * FROM ix WHERE new = 7;
EXPLAIN (COSTS off) SELECT id FROM ix WHERE other = 'x' ORDER BY new DESC;
EXPLAIN (COSTS off) SELECT id FROM ix WHERE new + "Odd" = 7 AND new > 5;
RESET enable_seqscan;
RESET enable_bitmapscan;
INSERT INTO ix (id, old) VALUES (101, 101) ON CONFLICT (old) DO NOTHING;
INSERT INTO ix (id, new) VALUES (102, 101) ON CONFLICT DO NOTHING;
SELECT zdm.contract('rename_ix_old_to_new');
SELECT zdm.reopen('rename_ix_old_to_new');
SELECT zdm.contract('rename_ix_old_to_new');
INSERT INTO ix (id, new) VALUES (103, 101) ON CONFLICT (new) DO UPDATE SET other = 'again';
SELECT id, new, other FROM ix WHERE new = 101;
SELECT zdm.finalize('rename_ix_old_to_new');
\d ix
SELECT zdm.expand_rename('ix', 'new', 'old', indexed => true, name => 'back');
CALL zdm.wait('back');
SELECT zdm.rollback('back');
\d ix
DROP TABLE ix;
CREATE TABLE ix (id int, old int) PARTITION BY LIST (id);
SELECT zdm.expand_rename('ix', 'old', 'new', indexed => true);
DROP TABLE ix;
