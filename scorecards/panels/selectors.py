"""What the pages of a panel show before it closes: what is asked, of whom, one's own scores; nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from programs.models import Membership, Program, WorkPackage
from scorecards.models import (
    Panel,
    PanelAssignment,
    PanelCandidate,
    PanelCriterion,
    PanelScore,
    PanelSeat,
    WrittenAnchors,
)
from scorecards.panels.rubrics import anchors_shown
from scorecards.policies import PanelPolicy
from scorecards.wording import criterion_title

State = Panel.State


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A panel in a list. ``waits`` says that the reader's own scores are still to come."""

    panel: Panel
    seats: int
    submitted: int
    waits: bool


def panels_of(package: WorkPackage, user: User) -> list[PanelLine]:
    """The panels of a work package, newest first. One query."""
    awaited = Q(seats__submitted_at__isnull=True, seats__left_at__isnull=True)
    counted = Q(seats__left_out=False) & (
        Q(seats__left_at__isnull=True) | Q(seats__submitted_at__isnull=False)
    )
    rows = Panel.objects.filter(work_package=package).annotate(
        seat_count=Count("seats", filter=counted, distinct=True),
        submitted_count=Count("seats", filter=counted & Q(seats__submitted_at__isnull=False), distinct=True),
        mine=Count("seats", filter=awaited & Q(seats__assessor=user), distinct=True),
    )
    return [
        PanelLine(
            row,
            getattr(row, "seat_count", 0),
            getattr(row, "submitted_count", 0),
            row.is_open and bool(getattr(row, "mine", 0)),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class AskedCriterion:
    """A criterion of a panel with its written anchors, level 0 to 5, and who scores it.

    ``rule_anchors`` is what the template sets for its rule; ``within`` says that levels count within what the
    evidence leaves open; ``language`` is that of the anchors where it is not the reader's. Anchors without a
    practice are the general ones, or ``written`` by people.
    """

    id: int
    key: str
    title: str
    anchors: tuple[str, ...]
    assessors: tuple[str, ...]
    rule: str
    rule_anchors: Mapping[str, Any]
    within: bool = False
    practice: str = ""
    language: str = ""
    written: WrittenAnchors | None = None
    # By how many points its template widens downwards what is only claimed.
    claimed_margin: float = 0.0

    @property
    def is_general(self) -> bool:
        """Nobody wrote what the levels mean here."""
        return not self.practice and self.written is None

    @property
    def alone(self) -> bool:
        """One assessor cannot agree with anybody."""
        return len(self.assessors) < 2


@dataclass(frozen=True)
class PanelDetail:
    """Everything of a panel that anybody may see at any time."""

    criteria: tuple[AskedCriterion, ...]
    sites: tuple[tuple[int, str], ...]
    seats: tuple[PanelSeat, ...]

    @cached_property
    def counted(self) -> list[PanelSeat]:
        """The seats that count, without who left with nothing to count."""
        return [seat for seat in self.seats if seat.counts]

    @property
    def submitted(self) -> int:
        return sum(seat.submitted_at is not None for seat in self.counted)

    @property
    def has_alone(self) -> bool:
        """Some criterion has one assessor alone."""
        return any(each.alone for each in self.criteria)

    @property
    def general(self) -> int:
        """Criteria of which nobody wrote what the levels mean."""
        return sum(each.is_general for each in self.criteria)

    @property
    def all_submitted(self) -> bool:
        return self.submitted == len(self.counted)

    @property
    def away(self) -> set[int]:
        """Assessors whose scores are awaited and who cannot give them: no members any more, or shut out."""
        return {
            seat.assessor_id for seat in self.seats if seat.is_awaited and not getattr(seat, "is_here", True)
        }

    def seat_of(self, user: User) -> PanelSeat | None:
        """The reader's own seat."""
        return next((seat for seat in self.seats if seat.assessor_id == user.pk), None)


def panel_detail(panel: Panel) -> PanelDetail:
    """What a panel asks of whom. Four queries."""
    here = Membership.objects.filter(
        user=OuterRef("assessor"), user__is_active=True, program=OuterRef("panel__work_package__program")
    )
    seats = list(
        PanelSeat.objects.filter(panel=panel)
        .select_related("assessor")
        .annotate(is_here=Exists(here))
        .order_by("assessor__full_name", "pk")
    )
    names = {seat.pk: seat.assessor.full_name for seat in seats if seat.counts}
    people: dict[int, list[str]] = {}
    for criterion, seat in PanelAssignment.objects.filter(panel=panel).values_list("criterion_id", "seat_id"):
        if seat in names:
            people.setdefault(criterion, []).append(names[seat])
    return PanelDetail(
        criteria=tuple(asked_criterion(row, people.get(row.pk, ())) for row in criteria_of(panel)),
        sites=tuple(sites_of(panel)),
        seats=tuple(seats),
    )


def asked_criterion(row: PanelCriterion, people: Sequence[str] = ()) -> AskedCriterion:
    """A criterion of a panel in the reader's language; its title and written anchors were loaded with it."""
    anchors, language = anchors_shown(row)
    return AskedCriterion(
        row.pk,
        row.criterion.key,
        criterion_title(row.criterion.key, row.criterion.title),
        tuple(anchors),
        tuple(sorted(people)),
        row.criterion.rule,
        row.criterion.anchors,
        row.within,
        row.practice,
        language,
        row.written,
        float(row.criterion.template.claimed_margin),
    )


def criteria_of(panel: Panel) -> list[PanelCriterion]:
    """The criteria of a panel in their order. One query."""
    return list(_criteria().filter(panel=panel))


def _criteria() -> QuerySet[PanelCriterion]:
    return PanelCriterion.objects.select_related("criterion__template", "written__author")


def sites_of(panel: Panel) -> list[tuple[int, str]]:
    """The candidates by name, whatever is known of their rank. One query."""
    rows = PanelCandidate.objects.filter(panel=panel).order_by("site__name_key", "site_id")
    return list(rows.values_list("site_id", "site__name"))


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One thing to score: a candidate on a criterion, and what its assessor has entered so far."""

    criterion: AskedCriterion
    site_id: int
    site: str
    score: PanelScore | None

    @property
    def is_given(self) -> bool:
        return self.score is not None and self.score.is_given

    @property
    def mark(self) -> str:
        """What is entered, in a sign: the level, a question mark for "cannot judge", nothing."""
        if self.score is None or (self.score.level is None and not self.score.cannot_judge):
            return ""
        return "?" if self.score.level is None else str(self.score.level)


@dataclass(frozen=True)
class SeatWork:
    """An assessor's own work, criterion after criterion, in each candidate after candidate."""

    seat: PanelSeat
    cells: tuple[OwnCell, ...]

    @cached_property
    def missing(self) -> tuple[OwnCell, ...]:
        return tuple(cell for cell in self.cells if not cell.is_given)

    @property
    def done(self) -> int:
        return len(self.cells) - len(self.missing)

    @property
    def sites(self) -> list[tuple[int, str]]:
        return list(dict.fromkeys((cell.site_id, cell.site) for cell in self.cells))

    @property
    def rows(self) -> list[tuple[AskedCriterion, list[OwnCell]]]:
        """The cells by criterion."""
        found: dict[str, tuple[AskedCriterion, list[OwnCell]]] = {}
        for cell in self.cells:
            found.setdefault(cell.criterion.key, (cell.criterion, []))[1].append(cell)
        return list(found.values())

    def place_of(self, key: str, site_id: int) -> int | None:
        """Where a cell stands in the work; null where it is not asked."""
        for place, cell in enumerate(self.cells):
            if (cell.criterion.key, cell.site_id) == (key, site_id):
                return place
        return None


def work_of(seat: PanelSeat) -> SeatWork:
    """What an assessor is asked and has entered: their own and nobody else's. Three queries."""
    asked = _criteria().filter(assignments__seat=seat)
    sites = sites_of(seat.panel)
    own: Mapping[tuple[int, int], PanelScore] = {
        (row.criterion_id, row.site_id): row for row in PanelScore.objects.filter(seat=seat)
    }
    return SeatWork(
        seat,
        tuple(
            OwnCell(criterion, site_id, name, own.get((criterion.id, site_id)))
            for criterion in map(asked_criterion, asked)
            for site_id, name in sites
        ),
    )


def seats_to_score(user: User) -> QuerySet[PanelSeat]:
    """Where this person's scores are awaited, the most urgent first."""
    return PanelSeat.objects.to_score(user).order_by("panel__due_on", "panel_id")


def panels_to_moderate(user: User) -> QuerySet[Panel]:
    """Panels that this person may bring to agreement now."""
    if not PanelPolicy.moderate.allows(user):
        return Panel.objects.none()
    return Panel.objects.visible_to(user).filter(state=State.CLOSED).order_by("closed_at")


def panels_to_close(user: User) -> QuerySet[Panel]:
    """Open panels to which everybody has handed in, for whoever runs them."""
    if not PanelPolicy.change.allows(user):
        return Panel.objects.none()
    waiting = PanelSeat.objects.awaited().values("panel_id")
    return Panel.objects.visible_to(user).filter(state=State.OPEN).exclude(pk__in=waiting).order_by("due_on")


def program_of(panel: Panel) -> Program:
    """The program of a panel, at the work package that it scores."""
    program = panel.work_package.program
    program.package = panel.work_package
    return program
