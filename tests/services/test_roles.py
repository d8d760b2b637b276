"""What each role of the database may do: the application's owns nothing and changes rows only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from cmo_eval.services.embedded import ROLES
from tests import plugin
from tests.databases import TestDatabases, url_of

FORBIDDEN = {
    "empty a table": "TRUNCATE thing",
    "change a table": "ALTER TABLE thing ADD COLUMN other text",
    "drop a table": "DROP TABLE thing",
    "make a table": "CREATE TABLE mine (id int)",
    "make a function": "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "make a schema": "CREATE SCHEMA mine",
    "make a trigger": "CREATE TRIGGER t BEFORE UPDATE ON thing EXECUTE FUNCTION tsvector_update_trigger()",
    "switch triggers off": "ALTER TABLE thing DISABLE TRIGGER ALL",
    "act as a replica": "SET session_replication_role = replica",
    "become the owner": "SET ROLE cmo_owner",
    "pose as the owner": "SET SESSION AUTHORIZATION cmo_owner",
    "make a role": "CREATE ROLE other",
    "raise itself": "ALTER ROLE cmo_app SUPERUSER",
    "change the owner's password": "ALTER ROLE cmo_owner PASSWORD 'x'",
    "read the server's files": "SELECT pg_read_file('postgresql.conf')",
    "run a program": "COPY thing TO PROGRAM 'cat'",
    "read password hashes": "SELECT * FROM pg_authid",
    "make a database": "CREATE DATABASE other",
    "change the server": "ALTER SYSTEM SET log_statement = 'all'",
    "end others' sessions": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> user",
}


@dataclass(frozen=True)
class Connections:
    owner: psycopg.Connection[tuple[object, ...]]
    app: psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def connections() -> Iterator[Connections]:
    """Both roles on a database made from template1, as the real one is, with one table of the owner's."""
    databases = TestDatabases(plugin.held[0].servers)
    name = databases.clone("template1")
    with (
        psycopg.connect(url_of(name, "DATABASE_OWNER_URL"), autocommit=True) as owner,
        psycopg.connect(url_of(name), autocommit=True) as app,
    ):
        owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, name citext)")
        yield Connections(owner, app)
    databases.drop(name)


def test_neither_role_has_rights_over_the_server(connections: Connections) -> None:
    rows = connections.app.execute(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin "
        "FROM pg_roles WHERE rolname LIKE 'cmo%' ORDER BY rolname"
    ).fetchall()
    assert rows == [
        ("cmo_app", False, False, False, False, False, True),
        ("cmo_owner", False, False, False, False, False, True),
    ]


def test_the_application_owns_nothing_and_is_member_of_nothing(connections: Connections) -> None:
    owned = connections.app.execute(
        "SELECT (SELECT count(*) FROM pg_class WHERE relowner = 'cmo_app'::regrole)"
        " + (SELECT count(*) FROM pg_proc WHERE proowner = 'cmo_app'::regrole)"
        " + (SELECT count(*) FROM pg_namespace WHERE nspowner = 'cmo_app'::regrole)"
        " + (SELECT count(*) FROM pg_database WHERE datdba = 'cmo_app'::regrole)"
        " + (SELECT count(*) FROM pg_auth_members WHERE member = 'cmo_app'::regrole)"
    ).fetchone()
    assert owned == (0,)


def test_the_application_changes_rows_of_what_the_owner_makes(connections: Connections) -> None:
    app = connections.app
    made = app.execute("INSERT INTO thing (name) VALUES ('one') RETURNING id").fetchone()
    assert made
    app.execute("UPDATE thing SET name = 'two' WHERE id = %s", made)
    assert app.execute("SELECT name = 'TWO' FROM thing").fetchone() == (True,)
    app.execute("DELETE FROM thing WHERE id = %s", made)
    with app.transaction():
        app.execute("CREATE TEMPORARY TABLE staged (id int) ON COMMIT DROP")
        app.execute("INSERT INTO staged VALUES (1)")


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_application_may_not(connections: Connections, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connections.app.execute(statement.encode())


def test_every_database_has_the_extensions(connections: Connections) -> None:
    rows = connections.app.execute("SELECT extname FROM pg_extension ORDER BY extname").fetchall()
    assert {str(name) for (name,) in rows} >= {"btree_gist", "citext", "pg_trgm", "unaccent"}
    assert connections.app.execute("SELECT unaccent('Genève')").fetchone() == ("Geneve",)


def test_case_rules_know_more_than_ascii(connections: Connections) -> None:
    assert connections.app.execute("SELECT lower('ÉTÉ'), 'ÉTÉ'::citext = 'été'").fetchone() == ("été", True)


def test_the_roles_may_be_set_up_again_and_keep_working(connections: Connections) -> None:
    servers = plugin.held[0].servers
    passwords = json.loads(servers.folder.passwords.read_text())
    environment = {"CMO_OWNER_PASSWORD": passwords["owner"], "CMO_APP_PASSWORD": passwords["app"]}
    servers.psql(ROLES.read_text(), env=environment)
    assert connections.app.execute("SELECT 1").fetchone() == (1,)
