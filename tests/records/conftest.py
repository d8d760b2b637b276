"""Fixtures of the records room."""

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from records.guards import guards_install
from tests.databases import TestDatabases, pointing_at
from tests.records.declared import declared_audits, declared_for_tests


@dataclass(frozen=True)
class Written:
    """One entry of the history, as the database has it."""

    model: str
    record: str
    op: str
    actor_id: int | None
    actor: str
    request_id: str
    reason: str
    session_role: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class Superuser(Protocol):
    def __call__(self, statement: str, *params: object) -> None: ...


@pytest.fixture
def superuser(committed_db: str, test_databases: TestDatabases) -> Superuser:
    """Runs statements as the server's superuser, with every trigger off: nobody can do more."""
    url = re.sub(r"/[^/?]*(\?|$)", rf"/{committed_db}\1", test_databases._url)

    def run(statement: str, *params: object) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(statement, params)

    return run


@contextmanager
def _entries_since() -> Iterator[list[Written]]:
    from django.db import connection

    found: list[Written] = []
    columns = "model, record, op, actor_id, actor, request_id, reason, session_role, old, new"
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from history.entry")
        before = cursor.fetchone()[0]
        yield found
        cursor.execute(f"select {columns} from history.entry where id > %s order by id", [before])
        for row in cursor.fetchall():
            # Django's connections hand out jsonb as text.
            *head, old, new = row
            found.append(Written(*head, *(value and json.loads(value) for value in (old, new))))


class Entries(Protocol):
    def __call__(self) -> AbstractContextManager[list[Written]]: ...


@pytest.fixture
def entries() -> Entries:
    """`with entries() as written:` fills `written` with the entries that the block left."""
    return _entries_since


@pytest.fixture(scope="module")
def trusted(
    test_databases: TestDatabases,
    database_template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database in which organizations are signed, ask for a reason and carry files; for a module.

    Content: the organization with its sites and their capabilities. A draft: an unclassified one.
    """
    with _declared(declared_for_tests(), test_databases, database_template, django_db_blocker) as name:
        yield name


@pytest.fixture(scope="module")
def revisable(
    test_databases: TestDatabases,
    database_template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database in which audits are signed with their findings and carry files; for a module."""
    with _declared(declared_audits(), test_databases, database_template, django_db_blocker) as name:
        yield name


@contextmanager
def _declared(
    declarations: AbstractContextManager[None],
    databases: TestDatabases,
    template: str,
    blocker: DjangoDbBlocker,
) -> Iterator[str]:
    name = databases.clone(template)
    with blocker.unblock(), pointing_at(name), declarations:
        with connections["owner"].cursor() as cursor:
            present = connections["owner"].introspection.table_names(cursor)
            guards_install(cursor, present=present, using="owner")
        connections["owner"].close()
        with blocker.block():
            yield name
    databases.drop(name)
