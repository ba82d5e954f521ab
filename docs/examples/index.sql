-- Indexes come and go: docs/create_index.md
CREATE TABLE event (id bigint, at timestamptz NOT NULL, kind text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO event
SELECT g, timestamptz '2024-01-01 00:00+00' + g * interval '1 hour', 'kind ' || g % 10 FROM generate_series(1, 10000) g;

SELECT phase, runs, lock_mode, command FROM zdm.plan($$zdm.expand_index('CREATE INDEX event_kind ON event (kind, at DESC)')$$);
SELECT zdm.expand_index('CREATE INDEX event_kind ON event (kind, at DESC)');
CALL zdm.wait('index_event_kind');
SELECT indexrelid::regclass AS index, indisvalid AS valid FROM pg_index
 WHERE indrelid IN ('event'::regclass, 'event_2024'::regclass, 'event_2025'::regclass);
SELECT zdm.contract('index_event_kind');
SELECT zdm.finalize('index_event_kind');

-- Is this one needed?  Hide it, look, and bring it back at once if it is.
CREATE INDEX event_2024_id ON event_2024 (id);
CREATE TABLE plain AS SELECT * FROM event;
CREATE INDEX plain_id ON plain (id);
SELECT zdm.drop_index('plain_id', name => 'no_plain_id');
SELECT zdm.contract('no_plain_id');
EXPLAIN (costs off) SELECT * FROM plain WHERE id = 1;
SELECT zdm.reopen('no_plain_id');
EXPLAIN (costs off) SELECT * FROM plain WHERE id = 1;
SELECT zdm.contract('no_plain_id');
SELECT zdm.finalize('no_plain_id');

-- Bloated indexes are built anew.
SELECT zdm.reindex('event_2024', name => 'fresh');
CALL zdm.wait('fresh');
SELECT zdm.contract('fresh');
SELECT zdm.finalize('fresh');
DROP TABLE event, plain;
