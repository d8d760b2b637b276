"""Fixtures of the imports room."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from imports.files import file_store
from imports.loading.outcome import Outcome
from imports.models import ImportRun
from imports.services import import_commit, nothing_told, path_dry_run

SHARED = Path(os.environ.get("CMO_EVAL_SHARED_DIR", Path(__file__).parents[2] / "../shared")) / "data"
TODAY = dt.date(2026, 11, 1)

type Import = Callable[..., Outcome]


@pytest.fixture
def fda() -> Path:
    """The folder of real FDA files."""
    folder = SHARED / "fda"
    if not folder.is_dir():
        pytest.skip(f"The real FDA files are not at {folder}.")
    return folder


@pytest.fixture
def commit(db: None) -> Import:
    """Import a file as the command does."""

    def run(
        source: str, path: Path, *, retrieved_on: dt.date | None = None, good_rows: bool = False
    ) -> Outcome:
        import_run = ImportRun.objects.create(
            file=file_store(name=path.name, path=path),
            source=source,
            retrieved_on=retrieved_on or TODAY,
            retrieved_stated=retrieved_on is not None,
        )
        return import_commit(run=import_run, good_rows=good_rows, progress=nothing_told)

    return run


@pytest.fixture
def dry_run(db: None) -> Import:
    """Look at a file without saving anything."""

    def run(source: str, path: Path) -> Outcome:
        return path_dry_run(
            path=path, name=path.name, source=source, retrieved_on=TODAY, progress=nothing_told
        )

    return run
