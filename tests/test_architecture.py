"""The house keeps its order: layers, relations, permissions, cycles, hidden imports, sizes."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from accounts.policies import Permission
from accounts.views.access import Guarded
from records.tracking import is_our_room

ROOT = Path(__file__).resolve().parents[1]
# Top floor first. `cmo_eval` is the project itself and holds nothing of the domain.
ROOMS = (
    "cmo_eval",
    "api",
    "workspace",
    "reports",
    "imports",
    "scorecards",
    "audits",
    "logistics",
    "programs",
    "partners",
    "records",
    "jobs",
    "accounts",
    "common",
)
FLOOR = {room: len(ROOMS) - number for number, room in enumerate(ROOMS)}
# On one floor: they never know each other.
SIBLINGS = frozenset({"audits", "logistics"})

# Imports of our own modules inside a function, each with its reason. Nothing else may hide one.
CHILD = "a child process limits its memory and time first; what it loads counts as well"
HIDDEN_IMPORTS: dict[str, str] = {
    "accounts/apps.py: accounts": "its signals read the models, which are there once the apps are ready",
    "audits/apps.py: audits.needed_facts": "it reads the models, which are there once the apps are ready",
    "audits/apps.py: audits.site_index": "it reads the models, which are there once the apps are ready",
    "logistics/apps.py: logistics.copying": "it reads the models, which are there once the apps are ready",
    "programs/apps.py: programs.site_facts": "it reads the models, which are there once the apps are ready",
    "scorecards/apps.py: scorecards.following": "it reads models, which are there once the apps are ready",
    "scorecards/apps.py: scorecards.seeding": "it reads the models, which are there once the apps are ready",
    "cmo_eval/apps.py: cmo_eval": "Celery reads the settings, which are there once the apps are ready",
    "cmo_eval/apps.py: cmo_eval.logs": "the log reads the settings, which are there once the apps are ready",
    "cmo_eval/health.py: cmo_eval.celery": "the checks of web and beat must not load the application",
    "cmo_eval/migrating.py: records.install": "it reads the models, which are there once Django is set up",
    "cmo_eval/starting.py: records.install": "it reads the models, which are there once Django is set up",
    "cmo_eval/prepare.py: cmo_eval.migrating": "a script that sets Django up first",
    "imports/reading/parse.py: imports.reading.delimited": CHILD,
    "imports/reading/parse.py: imports.reading.workbook": CHILD,
    "reports/paper/child.py: reports.paper.fetcher": CHILD,
    "records/apps.py: records.install": "it reads the models, which are there once the apps are ready",
    "records/apps.py: records.signing": "it reads the models, which are there once the apps are ready",
}

MOST_LINES = 400


def sources() -> Iterator[Path]:
    """Every Python file of the rooms, migrations apart."""
    for room in ROOMS:
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts)


def test_a_room_imports_only_rooms_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_room_has_its_floor() -> None:
    ours = {config.name.partition(".")[0] for config in apps.get_app_configs() if is_our_room(config)}
    assert ours == set(ROOMS)


def test_no_relation_points_upwards() -> None:
    """String foreign keys are invisible to the import linter."""
    upwards = []
    for model in apps.get_models(include_auto_created=True):
        room = model._meta.app_label
        if room not in FLOOR:
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or target is None or isinstance(target, str):
                continue
            other = target._meta.app_label
            floor = FLOOR.get(other)
            beside = other != room and {other, room} <= SIBLINGS
            if floor is not None and (floor > FLOOR[room] or beside):
                upwards.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert upwards == []


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, f"{prefix}{pattern.pattern}")
        else:
            yield f"{prefix}{pattern.pattern}", pattern


def test_every_view_declares_its_permission() -> None:
    undeclared = []
    for address, pattern in _patterns(get_resolver()):
        view = pattern.callback
        declared = getattr(getattr(view, "view_class", None), "permission", None) or getattr(
            view, "permission", None
        )
        if not isinstance(declared, Permission):
            undeclared.append(address)
    assert undeclared == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert [sorted(circle) for circle in _circles(imports)] == []


def test_a_circle_is_found_when_there_is_one() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


def test_no_import_of_ours_hides_in_a_function() -> None:
    """A cycle that is broken by an import inside a function is still a cycle."""
    hidden = set()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for function in _functions(path):
            for node in ast.walk(function):
                for module in _imported(node):
                    if module.partition(".")[0] in FLOOR:
                        hidden.add(f"{name}: {module}")
    assert hidden == set(HIDDEN_IMPORTS)
    assert all(HIDDEN_IMPORTS.values()), "every exception has its reason"


def test_no_file_is_a_hall() -> None:
    """A module this long is a sign that a room is missing."""
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_module_is_called_by_what_it_is_not() -> None:
    vague = {"utils", "helpers", "misc", "core"}
    assert [path for path in sources() if path.stem in vague or path.parent.name in vague] == []


def test_tasks_are_three_lines() -> None:
    """A task loads, calls the service, is done; it is idempotent because the service is."""
    long = []
    for path in sources():
        if path.name != "tasks.py":
            continue
        for function in _functions(path):
            body = [node for node in function.body if not _is_docstring(node)]
            if len(body) > 3:
                long.append(f"{path.relative_to(ROOT)}: {function.name}")
    assert long == []


def test_services_that_write_take_keywords_only() -> None:
    """`job_request(kind=…, key=…)`: a call reads without looking it up. One plain argument is allowed."""
    positional = []
    for path in sources():
        for function in _functions(path):
            if function.name.startswith("_") or path.parts[-2] in {"views", "commands", "demo"}:
                continue
            writes = any(isinstance(node, ast.Name) and node.id == "recorded" for node in ast.walk(function))
            if writes and len(function.args.args) + len(function.args.posonlyargs) > 1:
                positional.append(f"{path.relative_to(ROOT)}: {function.name}")
    assert positional == []


def test_templates_stay_readable() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (lines := len(path.read_text().splitlines())) > 150
    }
    assert long == {}


def test_no_template_groups_the_digits_of_a_key() -> None:
    """From 1,000 on a number for readers is no key any more: in an address, a selector, a hidden field."""
    grouped = re.compile(r"\{\{ *(?:\w+\.)+pk *\}\}")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for match in grouped.finditer(path.read_text())
    ]
    assert found == []


def test_the_permission_of_a_class_is_checked_before_its_handlers() -> None:
    """The guard comes first, so that nothing runs before the permission is asked."""
    late = []
    for address, pattern in _patterns(get_resolver()):
        view_class = getattr(pattern.callback, "view_class", None)
        if view_class is None or not is_ours(view_class):
            continue
        order = [cls for cls in inspect.getmro(view_class) if "dispatch" in vars(cls)]
        if not order or order[0] is not Guarded:
            late.append(address)
    assert late == []


def is_ours(thing: type) -> bool:
    return thing.__module__.partition(".")[0] in FLOOR


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        yield node.module
    elif isinstance(node, ast.ImportFrom) and node.level:
        yield f"{ROOMS[0]}.relative"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _circles(imports: dict[str, set[str]]) -> list[set[str]]:
    """The strongly connected groups of more than one module: Tarjan's algorithm (1972), without recursion."""
    found: list[set[str]] = []
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in sorted(imports):
        if start in index:
            continue
        work = [(start, iter(sorted(imports[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            node, targets = work[-1]
            target = next(targets, None)
            if target is not None:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(imports.get(target, set())))))
                elif target in stack:
                    low[node] = min(low[node], index[target])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                position = stack.index(node)
                circle = set(stack[position:])
                del stack[position:]
                if len(circle) > 1:
                    found.append(circle)
    return found
