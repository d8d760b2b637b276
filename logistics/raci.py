"""The responsibility matrix: tasks by functions, one letter each."""

from dataclasses import dataclass
from typing import Any

from logistics.models import DistributionPlan, Responsibility
from logistics.vocabulary import Function, Part, Task


@dataclass(frozen=True, slots=True)
class RaciCell:
    """A function's part in a task; blank where it has none."""

    letter: str
    word: str
    person: str


@dataclass(frozen=True, slots=True)
class Raci:
    """`rows` pair a task with one cell for each of `functions`."""

    functions: tuple[str, ...]
    rows: tuple[tuple[str, tuple[RaciCell, ...]], ...]


def raci_of(plan: DistributionPlan) -> Raci:
    """Functions that have a part at all, and every task. One query."""
    found: dict[tuple[str, str], Any] = {
        (row.task, row.function): row for row in Responsibility.objects.filter(plan=plan)
    }
    functions = [each for each in Function if any(function == each for _task, function in found)]
    rows = tuple(
        (str(task.label), tuple(_cell(found.get((task.value, each.value))) for each in functions))
        for task in Task
    )
    return Raci(tuple(str(each.label) for each in functions), rows)


def _cell(row: Any) -> RaciCell:
    if row is None:
        return RaciCell("", "", "")
    return RaciCell(row.part.upper(), str(Part(row.part).label), row.person)
