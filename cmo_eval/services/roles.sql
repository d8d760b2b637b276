-- Roles, database and rights, for the embedded server and for any other (run as a superuser with psql):
--   CMO_OWNER_PASSWORD=… CMO_APP_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -f roles.sql postgres
-- The owner runs migrations and owns every table. The application owns nothing: it may read and write rows of what the
-- owner creates in schema public, and no more; rights on schema history are granted by migrations.
-- Safe to run again.
\set QUIET on
\getenv owner_password CMO_OWNER_PASSWORD
\getenv app_password CMO_APP_PASSWORD

SELECT 'CREATE ROLE cmo_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cmo_owner') \gexec
SELECT 'CREATE ROLE cmo_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cmo_app') \gexec
ALTER ROLE cmo_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE cmo_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';

-- In template1, so that every database made from it has them.
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE cmo_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cmo_app;
ALTER DEFAULT PRIVILEGES FOR ROLE cmo_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO cmo_app;

\connect postgres
SELECT 'CREATE DATABASE cmo_eval OWNER cmo_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'cmo_eval') \gexec
REVOKE ALL ON DATABASE cmo_eval FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE cmo_eval TO cmo_app;
