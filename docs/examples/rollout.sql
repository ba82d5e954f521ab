-- A share of the users first: docs/rollout.md.  rollout_app.py is an application that goes with it.
CREATE TABLE account (id bigint PRIMARY KEY, euro numeric(12, 2) NOT NULL);
INSERT INTO account SELECT g, g FROM generate_series(1, 1000) g;

SELECT zdm.expand_transform('account', '{euro}', '{"cent": {"type": "bigint", "forward": "(euro * 100)::bigint"}}',
                            '{"euro": "cent / 100.0"}', name => 'account_cent');
CALL zdm.wait('account_cent');

-- Both forms work; nobody is to use the new one yet but a customer of ours.
SELECT zdm.rollout('account_cent', 0, include => '{7}');
SELECT zdm.use_new('account_cent', '7', 'account'), zdm.use_new('account_cent', '8', 'account');

-- A part of all customers, each one the same way every time; then all.
SELECT zdm.rollout('account_cent', 50);
SELECT count(*) FILTER (WHERE zdm.use_new('account_cent', id::text, 'account')) AS new_form, count(*) FROM account;
SELECT zdm.rollout('account_cent', 100);
SELECT count(*) FILTER (WHERE zdm.use_new('account_cent', id::text, 'account')) AS new_form, count(*) FROM account;
SELECT name, status, percent, include FROM zdm.rollout;

SELECT zdm.contract('account_cent');
SELECT zdm.use_new('account_cent', '8', 'account');
SELECT zdm.finalize('account_cent');
