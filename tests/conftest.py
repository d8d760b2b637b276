"""Fixtures of all rooms. Database fixtures:

- `db` (or the mark `django_db`): everything is rolled back at the end. Connected as the application's role.
- `committed_db`: a clone of the migrated database for this test alone, for code that commits, for several
  connections or threads, and for the owner's rights (alias `owner`). `transactional_db` is the same.
- `demo_db`: as `db`, with the demonstration as it stood on `DEMO_DAY` already in it. Loaded once.
- `product`: web server and worker as real processes on such a clone. They start once for a file, and each
  test finds the database as migrated.

`browser` is a real Chromium, started once for a file as well; a test's windows are closed at its end.
"""

from collections.abc import Generator, Iterator
from datetime import date

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from tests import plugin
from tests.chromium import chromium
from tests.databases import TestDatabases, pointing_at
from tests.product import Product, forget_work, running_product
from tests.sharing import FilesAndGroups
from workspace.demo.seeding import demo_seed

DEMO_DAY = date(2026, 11, 1)

# A busy machine is not a failure, nor is the luck of a draw: the examples are the same everywhere. Others are
# drawn with `--hypothesis-profile=default`.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
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


@pytest.fixture(scope="module")
def standing_product(
    test_databases: TestDatabases,
    database_template: str,
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    """What `product` starts once for a file; no worker of it may serve the tests of another."""
    name = test_databases.clone(database_template)
    with running_product(name, tmp_path_factory.mktemp("product")) as running:
        yield running
    test_databases.drop(name)


@pytest.fixture
def product(
    standing_product: Product,
    test_databases: TestDatabases,
    database_template: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Product]:
    """Web server and worker as real processes on a database of their own, shared with the test's ORM."""
    forget_work()
    test_databases.renew(standing_product.database, database_template)
    with django_db_blocker.unblock(), pointing_at(standing_product.database):
        yield standing_product


@pytest.fixture(scope="module")
def standing_browser() -> Iterator[Browser]:
    """What `browser` starts once for a file: Playwright's loop must not run beside other tests."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(standing_browser: Browser) -> Iterator[Browser]:
    """A real Chromium without any window of the test before."""
    yield standing_browser
    for context in standing_browser.contexts:
        context.close()
