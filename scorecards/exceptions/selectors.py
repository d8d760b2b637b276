"""Questions about exceptions to floors."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from programs.models import WorkPackage
from records.models import Signature
from scorecards.models import FloorException
from scorecards.policies import ExceptionPolicy
from scorecards.ranking import Ranking
from scorecards.wording import criterion_title

State = FloorException.State
TONES = {State.DRAFT: "caution", State.EFFECTIVE: "good", State.ENDED: "neutral"}


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """An exception in a list: what it is called, its state and whether it counts in the ranking of today."""

    row: FloorException
    title: str
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class BelowFloor:
    """A candidate that stays below a floor, or may, where an exception could be signed."""

    site_id: int
    name: str
    criterion: str
    title: str
    status: str
    low: float
    high: float
    floor: float


def exceptions_of(package: WorkPackage, ranking: Ranking) -> list[ExceptionLine]:
    """Every exception of a work package, withdrawn ones too, newest first. One query."""
    rows = FloorException.objects.filter(work_package=package).select_related(
        "site", "criterion", "author", "approver", "ended_by"
    )
    return [
        ExceptionLine(row, exception_title(row), *standing_of(row, ranking)) for row in rows.order_by("-pk")
    ]


def exception_title(row: FloorException) -> str:
    """What the criterion of an exception is called."""
    return criterion_title(row.criterion.key, row.criterion.title)


def standing_of(row: FloorException, ranking: Ranking | None) -> tuple[str, str]:
    """The state of an exception in a word with its tone: whether one in force still counts.

    A ranking of today is needed of one in force only.
    """
    if row.state != State.EFFECTIVE or ranking is None:
        return str(row.get_state_display()), TONES[State(row.state)]
    if row.valid_until is not None and row.valid_until < ranking.as_of:
        return _("expired"), "neutral"
    candidate = ranking.candidate(row.site_id)
    floor = candidate.result.floors.get(row.criterion.key) if candidate else None
    if floor is None:
        return _("without effect"), "neutral"
    if floor == "excepted":
        return _("in force"), "good"
    if floor == "pass":
        return _("not needed any more"), "neutral"
    return _("does not hold any more"), "bad"


def below_floors(ranking: Ranking) -> list[BelowFloor]:
    """Where an exception could be signed: floors that ask for one and are not surely met."""
    floors = {leaf.key: leaf for leaf in ranking.plan.leaves if leaf.floor_by_exception}
    return [
        BelowFloor(
            row.head.site_id,
            row.head.name,
            key,
            criterion_title(key, floors[key].title),
            state.value,
            row.result.low[key],
            row.result.high[key],
            ranking.plan.floors[key],
        )
        for row in ranking.candidates
        for key, state in row.result.floors.items()
        if key in floors and state in ("fail", "unknown")
    ]


def exceptions_awaiting(user: User) -> QuerySet[FloorException]:
    """Drafts that this person may sign next: as author their own, as approver what another has signed."""
    rows = FloorException.objects.visible_to(user).filter(state=State.DRAFT)
    standing = Signature.objects.filter(
        model=FloorException._meta.label, record_pk=OuterRef("pk"), withdrawn_at__isnull=True
    )
    authored = Exists(standing.filter(meaning=Signature.Meaning.AUTHORED))
    mine = ~authored & Q(author=user)
    if ExceptionPolicy.approve.allows(user):
        mine |= authored & ~Exists(standing.filter(user=user))
    return rows.filter(mine)


def exceptions_to_sign(user: User) -> list[FloorException]:
    """The same as a list, each with its program and the packages of that. Two queries."""
    place = "work_package__program"
    rows = exceptions_awaiting(user).select_related(place, "site", "criterion")
    return list(rows.prefetch_related(f"{place}__packages").order_by("pk"))
