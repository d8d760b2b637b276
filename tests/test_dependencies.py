"""What the product imports is installed with it, and not only beside its tests."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Rooms, not tools: benchmarks and tests have requirements of their own.
BESIDE = {"tests", "bench", "docs", "scripts"}


def rooms() -> list[str]:
    found = [each.parent.name for each in ROOT.glob("*/__init__.py")]
    return sorted(set(found) - BESIDE)


def imported() -> Iterator[tuple[str, str]]:
    """Each module that a room imports, anywhere in a file but for types alone, and the file."""
    for room in rooms():
        for path in (ROOT / room).rglob("*.py"):
            for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
                yield name.partition(".")[0], path.relative_to(ROOT).as_posix()


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def test_what_a_room_imports_is_a_requirement_of_the_product() -> None:
    lines = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    required = {
        name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", lines, re.MULTILINE)
    }
    distributions = packages_distributions()
    ours = {*rooms(), *sys.stdlib_module_names}
    missing = {
        (module, path)
        for module, path in imported()
        if module not in ours
        and not {re.sub(r"[-_.]+", "-", each).lower() for each in distributions.get(module, ())} & required
    }
    assert len(required) > 20
    assert missing == set()
