-- The attackers of the suite, and the database that they meet in.
CREATE ROLE zdm_owner LOGIN;    -- owns a table, and nothing else
CREATE ROLE zdm_trigger LOGIN;  -- has TRIGGER and INSERT on tables of others
CREATE ROLE zdm_nobody LOGIN;   -- has a schema of its own
CREATE ROLE zdm_database LOGIN; -- owns the database
CREATE ROLE zdm_victim LOGIN;   -- whose tables the others would like to have
CREATE ROLE zdm_deployer;       -- a member of two owners
GRANT zdm_owner, zdm_victim TO zdm_deployer;
-- All of it is tried where a superuser has installed zdm, and where the owner of the database has.
CREATE DATABASE rights OWNER zdm_database;
CREATE DATABASE rights_trusted OWNER zdm_database;
\c rights
CREATE EXTENSION pgtap SCHEMA public;
CREATE EXTENSION zdm;
\c rights_trusted
CREATE EXTENSION pgtap SCHEMA public;
\c - zdm_database
CREATE EXTENSION zdm;
