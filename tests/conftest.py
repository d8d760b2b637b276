"""Fixtures of all rooms. Database fixtures:

- `db` (or the mark `django_db`): everything is rolled back at the end. Connected as the application's role.
- `committed_db`: a clone of the migrated database for this test alone, for code that commits, for several
  connections or threads, and for the owner's rights (alias `owner`). `transactional_db` is the same.
- `demo_db`: as `db`, with the demonstration as it stood on `DEMO_DAY` already in it. Loaded once.
- `product`: web server and worker as real processes on such a clone.
"""

from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import plugin
from tests.databases import TestDatabases, pointing_at
from tests.product import Product, running_product
from tests.sharing import FilesAndGroups
from workspace.demo.seeding import demo_seed

DEMO_DAY = date(2026, 11, 1)

# A busy machine is not a failure.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and (mark.kwargs.get("transaction") or mark.kwargs.get("reset_sequences")):
            raise pytest.UsageError(
                f"{item.nodeid}: the history refuses TRUNCATE; use the fixture committed_db instead of "
                "django_db(transaction=True)."
            )


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: the tests that start processes wait most of their time."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> FilesAndGroups:
    return FilesAndGroups(config, log)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English: a request in French leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def test_databases() -> TestDatabases:
    """Makes and drops databases of the embedded test server."""
    return TestDatabases(plugin.held[0].servers)


@pytest.fixture(scope="session")
def database_template(
    test_databases: TestDatabases, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> str:
    """The name of the migrated template database."""
    with django_db_blocker.unblock():
        return test_databases.template()


@pytest.fixture(scope="session")
def django_db_setup(
    test_databases: TestDatabases, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replaces pytest-django's: the connections go to the session's clone of the template."""
    name = test_databases.clone(database_template)
    with django_db_blocker.unblock():
        with pointing_at(name):
            yield
        test_databases.drop(name)


@pytest.fixture
def committed_db(
    test_databases: TestDatabases,
    database_template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database of this test's own, in which commits are commits. Gives its name."""
    name = test_databases.clone(database_template)
    with django_db_blocker.unblock(), pointing_at(name):
        yield name
    test_databases.drop(name)


@pytest.fixture(scope="session")
def demo_database(
    test_databases: TestDatabases,
    database_template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The name of a database with the demonstration."""
    name = test_databases.clone(database_template)
    with django_db_blocker.unblock(), pointing_at(name):
        demo_seed(today=DEMO_DAY, data_dir=tmp_path_factory.mktemp("demo"))
    yield name
    test_databases.drop(name)


@pytest.fixture
def on_demo_database(demo_database: str) -> Iterator[None]:
    """Comes before `db`, which opens the transaction there."""
    with pointing_at(demo_database):
        yield


@pytest.fixture
def demo_db(on_demo_database: None, db: None) -> None:
    """The demonstration; what a test changes is rolled back. Not beside the mark `django_db`."""


@pytest.fixture
def transactional_db(committed_db: str) -> str:
    """Replaces pytest-django's, whose TRUNCATE the history refuses."""
    return committed_db


@pytest.fixture
def product(committed_db: str, tmp_path: Path) -> Iterator[Product]:
    """Web server and worker as real processes on a database of their own, shared with the test's ORM."""
    with running_product(committed_db, tmp_path) as running:
        yield running
