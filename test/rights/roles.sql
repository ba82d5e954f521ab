-- The attackers of the suite, and the database that they meet in.
CREATE ROLE zdm_owner LOGIN;    -- owns a table, and nothing else
CREATE ROLE zdm_trigger LOGIN;  -- has TRIGGER and INSERT on tables of others
CREATE ROLE zdm_nobody LOGIN;   -- has a schema of its own
CREATE ROLE zdm_database LOGIN; -- owns the database
CREATE ROLE zdm_victim LOGIN;   -- whose tables the others would like to have
CREATE DATABASE rights OWNER zdm_database;
\c rights
CREATE EXTENSION pgtap SCHEMA public;
CREATE EXTENSION zdm;
