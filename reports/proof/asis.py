"""What a report carries as it was at issue: nothing in the file gives it, so it is listed, not computed.

What a library can still tell of it, the values that panels agreed on, is held against the frozen evaluation.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import number_text
from reports.figures.comparison import Comparison
from reports.figures.decision import DecisionPaper, ScoredFigures
from reports.figures.due_diligence import DueDiligence
from reports.proof.checks import Check, Finding
from reports.proof.recompute import CLOSE, Difference, differences
from scorecards.models import EvaluationRun

PANEL_VALUES = "panel values"
REASONS, RECORDS, PROFILE = "reasons", "regulatory records", "profile"
STANDING, OFFERS, TARGETS = "standing on the day of issue", "offers", "targets on the day of issue"


def carried_of(figures: object) -> tuple[str, ...]:
    """Keys of what a report carries and no check computes; `verify_report` has their words."""
    match figures:
        case DueDiligence():
            return REASONS, RECORDS, PROFILE, STANDING
        case Comparison():
            return REASONS, RECORDS, PROFILE, STANDING, OFFERS, TARGETS
        case DecisionPaper():
            panels = (PANEL_VALUES,) if figures.panels else ()
            return (*panels, *carried_of(figures.comparison))
    return ()


def panels_in_library(said: DecisionPaper) -> Check | None:
    """Levels and agreed values of panels are those of the frozen evaluation; None where neither has any."""
    frozen = said.comparison.frozen
    run = EvaluationRun.objects.filter(sha256=frozen.sha256).first() if frozen else None
    if run is None:
        return None
    rows = run.inputs.get("agreed", [])
    return panels_against(said, rows) if rows or said.panels else None


def panels_against(said: DecisionPaper, rows: list[dict[str, Any]]) -> Check:
    """What the paper says of panels, held against agreed values as an evaluation freezes them.

    Levels are compared without their order, since assessors have no name in a paper. A panel of which nothing
    is frozen has no place in it.
    """
    found = [each for row in rows for each in _differences(said, row)]
    held = {row["panel"] for row in rows}
    found += [
        Difference(f"panels[{at}]", panel.title, "–")
        for at, panel in enumerate(said.panels)
        if panel.title not in held
    ]
    if found:
        words = ngettext(
            "%(count)s value of a panel is not that of the frozen evaluation.",
            "%(count)s values of panels are not those of the frozen evaluation.",
            len(found),
        ) % {"count": number_text(len(found))}
        return Check(PANEL_VALUES, Finding.ALTERED, words, tuple(found))
    words = _("What the panels agreed on is what the frozen evaluation holds.")
    return Check(PANEL_VALUES, Finding.HOLDS, words)


def _differences(said: DecisionPaper, row: dict[str, Any]) -> Iterator[Difference]:
    """What the paper says otherwise of one agreed value."""
    wanted = (row["panel"], row["criterion"], row["site_id"])
    # Two panels may have one title and the same cell; the value is that of the later one.
    told = [
        list(differences(f"panels[{at}].scores[{place}]", *_both(score, row), CLOSE))
        for at, panel in enumerate(said.panels)
        for place, score in enumerate(panel.scores)
        if (panel.title, score.criterion, score.site_id) == wanted
    ]
    if not told:
        yield Difference("panels", "–", ", ".join(map(str, wanted)))
    elif all(told):
        yield from told[-1]


def _both(score: ScoredFigures, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the paper says of an agreed value, and what is frozen of it."""
    told: dict[str, Any] = {"low": score.low, "high": score.high, "reason": score.reason}
    held = {name: row[name] for name in told}
    # Older evaluations do not hold the levels of each.
    if row.get("scores"):
        told["levels"] = sorted(level for level in score.levels if level is not None)
        held["levels"] = sorted(level for _person, level in row["scores"])
    return told, held
