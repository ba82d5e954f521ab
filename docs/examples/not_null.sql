-- A column becomes NOT NULL while an application still writes nulls: docs/not_null.md
CREATE TABLE ticket (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title    text NOT NULL,
    priority int
);
INSERT INTO ticket (title, priority)
SELECT 'Ticket ' || g, nullif(g % 4, 0) FROM generate_series(1, 10000) g;

-- What would happen?  Nothing is run.
SELECT phase, runs, lock_mode, command
  FROM zdm.plan($$zdm.expand_not_null('ticket', 'priority', fill => 'CASE WHEN title LIKE ''%0'' THEN 3 ELSE 1 END')$$);

SELECT zdm.expand_not_null('ticket', 'priority',
                           fill => 'CASE WHEN title LIKE ''%0'' THEN 3 ELSE 1 END', name => 'priority');

-- The old application goes on as ever.
INSERT INTO ticket (title) VALUES ('Written by the old application');
UPDATE ticket SET priority = NULL WHERE id = 1;

CALL zdm.wait('priority');
SELECT count(*) AS tickets, count(priority) AS with_priority FROM ticket;
SELECT id, priority FROM ticket WHERE id IN (1, 4, 10001) ORDER BY id;

-- Once the old application is gone, nobody fills in for it any more.
SELECT zdm.contract('priority');
\set ON_ERROR_STOP off
INSERT INTO ticket (title) VALUES ('Nobody should write this now');
\set ON_ERROR_STOP on
SELECT zdm.finalize('priority');
\d ticket
DROP TABLE ticket;
