"""Whether this process lives, and whether it is ready for visitors. Both say nothing about the inside."""

from collections.abc import Callable

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.policies import PUBLIC
from accounts.views.access import requires
from jobs.selectors import waiting_seconds
from records.install import NOT_INSTALLED, is_installed

log = structlog.get_logger(__name__)


@requires(PUBLIC)
def livez(request: HttpRequest) -> HttpResponse:
    """Answers as long as the process does; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@requires(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything is well, else 503 with what is not."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database,
        "migrations": _migrations,
        "triggers": _triggers,
        "broker": _broker,
        "queue": _queue,
    }
    outcome = {name: _held(name, check) for name, check in checks.items()}
    return JsonResponse(outcome, status=200 if all(outcome.values()) else 503)


def _held(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        # Any trouble means not ready; what it is belongs into the log, not before strangers.
        log.warning("not_ready", check=name, error=str(error))
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _triggers() -> bool:
    """False when `migrate` has to run once more: after a release without a migration, or another key."""
    if is_installed(connection.alias, kept=True):
        return True
    log.error("not_installed", hint=NOT_INSTALLED)
    return False


def _broker() -> bool:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _queue() -> bool:
    """False when a job has waited longer than the longest job may run: then nobody works."""
    return waiting_seconds() <= settings.JOB_WAITING_LIMIT_SECONDS
