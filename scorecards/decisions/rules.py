"""What may be decided on which evaluation. Excluded candidates never are; conditional ones by exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scorecards.engine import Status
from scorecards.models import DecisionOutcome, EvaluationRun

Outcome = DecisionOutcome.Outcome
# Whoever gets or may get the work.
CHOSEN = (Outcome.SELECTED, Outcome.BACKUP)


@dataclass(frozen=True, slots=True)
class RunCandidate:
    """A candidate as the frozen evaluation has it; the score is the exact integer of the run."""

    site_id: int
    name: str
    status: Status
    rank: int | None
    score: int
    score_upper: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided for one candidate, and why."""

    site_id: int
    outcome: str
    reason: str
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a choice: the site (0 for the decision as a whole), the field, and the words."""

    site_id: int
    field: str
    message: str


def run_candidates(run: EvaluationRun) -> list[RunCandidate]:
    """The candidates of a frozen evaluation in its order, read from its own content."""
    names = {head["site_id"]: head["name"] for head in run.inputs["candidates"]}
    return [
        RunCandidate(
            site_id=row["site_id"],
            name=names[row["site_id"]],
            status=Status(row["status"]),
            rank=row["rank"],
            score=row["exact_score"],
            score_upper=row["exact_score_upper"],
        )
        for row in run.result["candidates"]
    ]


def problems_of(run: EvaluationRun, choices: Sequence[Choice]) -> list[Problem]:
    """What stands against a decision, in the order of the evaluation; nothing where it may be signed."""
    made = {choice.site_id: choice for choice in choices}
    found = []
    for candidate in run_candidates(run):
        choice = made.pop(candidate.site_id, None)
        if choice is None or not choice.outcome:
            words = _("%(site)s: say whether it is selected, a backup or declined.")
            found.append(Problem(candidate.site_id, "outcome", words % {"site": candidate.name}))
            continue
        found += _problems_of_choice(candidate, choice)
    found += [
        Problem(site_id, "outcome", _("Only candidates of the frozen evaluation can be decided on."))
        for site_id in made
    ]
    if not any(choice.outcome == Outcome.SELECTED for choice in choices):
        found.append(Problem(0, "", _("Select at least one candidate.")))
    return found


def _problems_of_choice(candidate: RunCandidate, choice: Choice) -> list[Problem]:
    found = []
    told = {"site": candidate.name}
    if not choice.reason.strip():
        found.append(Problem(candidate.site_id, "reason", _("%(site)s: give the reason.") % told))
    if choice.outcome in CHOSEN and candidate.status is Status.EXCLUDED:
        words = _("%(site)s fails a must-have and is excluded: it cannot be chosen.")
        found.append(Problem(candidate.site_id, "outcome", words % told))
    if choice.outcome in CHOSEN and candidate.status is Status.CONDITIONAL and not choice.exception.strip():
        words = _(
            "%(site)s is conditional: a must-have is unknown. Settle it first, or give the reason of an "
            "exception, which is signed with the decision."
        )
        found.append(Problem(candidate.site_id, "exception", words % told))
    return found
