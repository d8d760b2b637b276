"""The engine stands alone: no Django, no models, doctests that hold, and no module that is left out."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import scorecards.engine

ROOT = Path(__file__).parents[3]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(scorecards.engine.__path__, "scorecards.engine.")
    if not module.name.endswith("__main__")
)


def test_importing_the_engine_imports_neither_django_nor_models() -> None:
    code = (
        f"import sys, importlib; [importlib.import_module(name) for name in {MODULES!r}];"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'celery', 'polars')"
        " or name.startswith('scorecards.') and not name.startswith('scorecards.engine')])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_doctests_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
