"""The fixtures that every room's tests stand on."""

import http.client
import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.db.utils import ProgrammingError

from tests.conftest import pytest_collection_modifyitems
from tests.product import Product
from tests.sharing import rank_of, scope_of


def scalar(query: str, alias: str = "default") -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestRolledBack:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_each_test_finds_the_database_as_migrated(self, turn: int) -> None:
        assert not ContentType.objects.filter(app_label="left_over").exists()
        ContentType.objects.create(app_label="left_over", model="thing")

    def test_the_connection_is_the_applications(self) -> None:
        assert scalar("SELECT session_user") == "cmo_app"
        assert scalar("SELECT count(*) FROM pg_class WHERE relowner = 'cmo_app'::regrole") == 0

    def test_the_application_may_not_change_tables(self) -> None:
        table = get_user_model()._meta.db_table
        with pytest.raises(ProgrammingError, match="must be owner"), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN other int")


class TestCommitted:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_each_test_has_a_database_of_its_own(self, committed_db: str, turn: int) -> None:
        assert scalar("SELECT current_database()") == committed_db
        assert not ContentType.objects.filter(app_label="left_over").exists()
        ContentType.objects.create(app_label="left_over", model="thing")

    def test_other_threads_and_the_owner_see_what_was_committed(self, committed_db: str) -> None:
        ContentType.objects.create(app_label="seen", model="thing")
        seen: list[bool] = []

        def look() -> None:
            seen.append(ContentType.objects.filter(app_label="seen").exists())
            connection.close()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert seen == [True]
        assert scalar("SELECT session_user", "owner") == "cmo_owner"
        assert scalar("SELECT count(*) FROM django_content_type WHERE app_label = 'seen'", "owner") == 1


@pytest.mark.django_db
def test_after_committed_tests_the_session_is_back_on_its_own_database() -> None:
    assert not ContentType.objects.filter(app_label="seen").exists()


def test_a_transactional_mark_is_refused_with_the_way_out(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.django_db(transaction=True))
    with pytest.raises(pytest.UsageError, match="use the fixture committed_db"):
        pytest_collection_modifyitems([request.node])


@pytest.mark.slow
@pytest.mark.worker
def test_the_product_serves_and_works_on_the_tests_database(product: Product) -> None:
    from cmo_eval.celery import app

    host = product.url.removeprefix("http://")
    client = http.client.HTTPConnection(host, timeout=30)
    client.request("GET", "/livez")
    assert client.getresponse().status == 200
    client.close()
    assert scalar("SELECT current_database()") == product.database
    answers = app.control.inspect(timeout=10, limit=1).ping()
    assert answers is not None
    assert len(answers) == 1


def test_what_starts_processes_stays_together_and_begins_first() -> None:
    scopes = {
        file: scope_of(f"{file}::test_it[tests/a.py::b]")
        for file in (
            "tests/jobs/test_worker.py",
            "tests/services/test_supervisor.py",
            "tests/browser/test_workspace.py",
            "tests/imports/test_real_files.py",
            "tests/test_access.py",
        )
    }
    real_files, access = "tests/imports/test_real_files.py", "tests/test_access.py"
    assert list(scopes.values()) == ["processes", "processes", "browser", real_files, access]
    shuffled = [access, real_files, "browser", "processes"]
    assert sorted(shuffled, key=rank_of) == ["processes", "browser", real_files, access]
