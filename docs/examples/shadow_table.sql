-- A table in another shape, beside its traffic: docs/shadow_table.md
CREATE TABLE account (
    note    text NOT NULL DEFAULT '',
    active  boolean NOT NULL DEFAULT true,
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    balance int NOT NULL DEFAULT 0 CHECK (balance >= 0)
);
CREATE INDEX account_balance ON account (balance);
INSERT INTO account (note, balance) SELECT 'number ' || g, g FROM generate_series(1, 5000) g;

-- What would happen?  Nothing is run.
SELECT phase, lock_mode, command, note
  FROM zdm.plan($$zdm.expand_shadow_table('account', '(id bigint, balance int, active boolean, note text) WITH (fillfactor = 80)')$$);

-- A hidden table of that shape is built, and follows.
SELECT zdm.expand_shadow_table('account', '(id bigint, balance int, active boolean, note text) WITH (fillfactor = 80)', name => 'shape');
CALL zdm.wait('shape');
UPDATE account SET balance = balance + 1 WHERE id <= 10;
DELETE FROM account WHERE id = 11;
SELECT rows, mismatches FROM zdm.verify('shape');

-- It takes the name; the old table follows from now on.
SELECT zdm.contract('shape');
INSERT INTO account (note, balance) VALUES ('after contract', 7);

-- Back, with what was written since ...
SELECT zdm.reopen('shape');
SELECT * FROM account WHERE note = 'after contract';

-- ... and now for good.
SELECT zdm.contract('shape');
SELECT zdm.finalize('shape');
\d+ account

-- Just built anew; contracted and finalized as soon as it is ready.
SELECT zdm.expand_compact('account', complete => true);
CALL zdm.wait('compact_account');
