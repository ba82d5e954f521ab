-- Renaming a column that applications are using: docs/rename.md
CREATE TABLE account (id bigint PRIMARY KEY, balanc numeric NOT NULL CHECK (balanc >= 0));
CREATE INDEX account_balanc_idx ON account (balanc);
INSERT INTO account SELECT g, g FROM generate_series(1, 1000) g;

-- What would happen?  Nothing is run.
SELECT phase, runs, lock_mode, command FROM zdm.plan($$zdm.expand_rename('account', 'balanc', 'balance')$$);

-- Before the new application is deployed: from here on the column has both names.
SELECT zdm.expand_rename('account', 'balanc', 'balance', name => 'fix_typo');
CALL zdm.wait('fix_typo');
SELECT * FROM zdm.verify('fix_typo');

-- Both applications are at work, on the same rows.
UPDATE account SET balanc = balanc + 10 WHERE id = 1;
UPDATE account SET balance = balance + 5 WHERE id = 1;
INSERT INTO account (id, balanc) VALUES (1001, 1);
INSERT INTO account (id, balance) VALUES (1002, 2);
SELECT id, balanc, balance FROM account WHERE id IN (1, 1001, 1002) ORDER BY id;

-- Once the old application is gone: only the new name is left.
SELECT zdm.contract('fix_typo');
UPDATE account SET balance = balance + 1 WHERE id = 1;

-- The new application has a bug, and the old one comes back.  Both names are there at once ...
SELECT zdm.reopen('fix_typo');
UPDATE account SET balanc = balanc + 1 WHERE id = 1;
SELECT balanc, balance FROM account WHERE id = 1;

-- ... and later the new one takes over again.
SELECT zdm.contract('fix_typo');
SELECT zdm.finalize('fix_typo');
\d account
