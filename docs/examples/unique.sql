-- A UNIQUE constraint where there are duplicates, and a primary key: docs/unique.md, docs/primary_key.md
CREATE TABLE account (id bigint, email text, seen_at timestamptz NOT NULL);
INSERT INTO account
SELECT g, 'user' || g % 990 || '@example.com', timestamptz '2024-01-01 00:00+00' + g * interval '1 hour'
  FROM generate_series(1, 1000) g;

SELECT zdm.expand_unique('account', ARRAY['email'], constraint_name => 'account_email', name => 'email');
\set ON_ERROR_STOP off
CALL zdm.wait('email');
\set ON_ERROR_STOP on
SELECT contents->>'id' AS id, contents->>'email' AS email, reason FROM zdm.violations('email', 4);

-- Of several, the one that was seen last stays; the others are deleted.
CALL zdm.fix_violations('email', keep => 'seen_at DESC');
SELECT zdm.resume('email');
CALL zdm.wait('email');
SELECT zdm.contract('email');
SELECT zdm.finalize('email');

-- The primary key makes its column NOT NULL first.
SELECT zdm.expand_primary_key('account', ARRAY['id'], name => 'key');
CALL zdm.wait('key');
SELECT zdm.contract('key');
SELECT zdm.finalize('key');
\d account
DROP TABLE account;
