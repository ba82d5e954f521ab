-- A CHECK constraint on a table with rows that violate it: docs/check.md
CREATE TABLE product (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    price numeric NOT NULL
);
INSERT INTO product (price) SELECT g - 3 FROM generate_series(1, 1000) g;

SELECT zdm.expand_check('product', 'price_is_positive', 'price > 0', name => 'price');

-- The rows that are there are checked in the background, and some are wrong.
\set ON_ERROR_STOP off
CALL zdm.wait('price');
\set ON_ERROR_STOP on
SELECT contents, reason FROM zdm.violations('price');
CALL zdm.fix_violations('price', set => '{"price": "1"}');
SELECT zdm.resume('price');
CALL zdm.wait('price');

SELECT zdm.contract('price');
SELECT zdm.finalize('price');
\d product
DROP TABLE product;
