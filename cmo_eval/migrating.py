"""Brings the database of the embedded servers up to date before a command needs it."""

import os
import subprocess
import sys
from pathlib import Path

from cmo_eval.services.locks import alone
from cmo_eval.services.problems import ServicesProblem
from cmo_eval.services.progress import step

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"


def has_pending_migrations() -> bool:
    """Whether the database lacks a migration of the code, or its triggers. Loads Django and its settings."""
    import django
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    from records.install import is_installed

    connection = connections["owner"]
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return True
        return not is_installed("owner")
    finally:
        connection.close()


def migrate_when_behind(folder: Path) -> None:
    """Run the migrations as owner when the database lacks any.

    They run in a process of their own, so that the command that follows starts fresh.

    Args:
        folder: the data folder, where a lock keeps two commands from migrating at once.

    Raises:
        ServicesProblem: when a migration fails; its own words are on standard error.
    """
    if not has_pending_migrations():
        return
    with alone(folder / "migrate.lock", "Another command is migrating the database; waiting for it."):
        if not has_pending_migrations():
            return
        with step("Bringing the database up to date."):
            options = ["--no-input", "--skip-checks", "--verbosity", "0"]
            command = [sys.executable, str(MANAGE), "migrate", *options]
            done = subprocess.run(command, env=os.environ.copy(), stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise ServicesProblem("The migrations failed; their error is above.")
