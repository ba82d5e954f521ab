-- Adding columns that the old application does not know: docs/add_column.md
CREATE TABLE item (id bigint PRIMARY KEY, price numeric NOT NULL, quantity int NOT NULL, weight text);
INSERT INTO item SELECT g, g, 2, CASE WHEN g % 100 = 0 THEN 'heavy' ELSE g::text END FROM generate_series(1, 1000) g;

-- A constant: the server keeps it beside the table, so there is nothing to fill.
SELECT zdm.expand_add_column('item', 'currency', 'text', default_value => '''EUR''', not_null => true);
SELECT zdm.contract('add_item_currency');
SELECT zdm.finalize('add_item_currency');

-- A value computed from the row.
SELECT zdm.expand_add_column('item', 'total', 'numeric(12,2)', backfill => 'price * quantity', not_null => true);
CALL zdm.wait('add_item_total');
-- The old application does not know the column: it is computed.  The new one sets it.
INSERT INTO item (id, price, quantity) VALUES (1001, 3, 4);
INSERT INTO item (id, price, quantity, total) VALUES (1002, 3, 4, 11);
UPDATE item SET quantity = 5 WHERE id = 1001;
SELECT id, price, quantity, total FROM item WHERE id > 1000 ORDER BY id;
SELECT zdm.contract('add_item_total');
SELECT zdm.finalize('add_item_total');


-- An expression that fails for some rows: they get a null, and stop contract until they are corrected.
SELECT phase, note FROM zdm.plan($$zdm.expand_add_column('item', 'grams', 'int', backfill => 'weight::int')$$)
 WHERE note IS NOT NULL;
SELECT zdm.expand_add_column('item', 'grams', 'int', backfill => 'weight::int', not_null => true,
                             on_error => 'null', comment => 'weight in grams', name => 'grams');
CALL zdm.wait('grams');
SELECT rows, mismatches, examples -> 0 AS one_of_them FROM zdm.verify('grams');
UPDATE item SET grams = 1000 WHERE grams IS NULL;
SELECT zdm.contract('grams');
SELECT zdm.finalize('grams');
ALTER TABLE item ALTER COLUMN grams SET NOT NULL, DROP CONSTRAINT grams_not_null;
\d item
