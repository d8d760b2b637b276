"""What a closed panel scored, cell by cell, sorted by disagreement, with what was agreed so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _

from common.exports import Sheet
from scorecards.models import AgreedScore, Panel, PanelScore
from scorecards.panels.agreeing import median_within_a_step
from scorecards.panels.agreement import Leanings, Statistic, leanings_of, spread_of, statistics_of
from scorecards.panels.selectors import AskedCriterion, asked_criterion, criteria_of, sites_of

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class RawScore:
    """What one assessor said of a cell; no level where they could not judge."""

    assessor_id: int
    assessor: str
    level: int | None
    comment: str

    @property
    def mark(self) -> str:
        return "?" if self.level is None else str(self.level)


@dataclass(frozen=True, slots=True)
class Cell:
    """One candidate on one criterion: the raw scores, and what was agreed."""

    criterion: AskedCriterion
    site_id: int
    site: str
    scores: tuple[RawScore, ...]
    agreed: AgreedScore | None

    @property
    def acceptable(self) -> Decimal | None:
        """The median where all are within a step."""
        return median_within_a_step([score.level for score in self.scores])

    @property
    def levels(self) -> list[int]:
        return [score.level for score in self.scores if score.level is not None]

    @property
    def unjudged(self) -> int:
        """How many could not judge."""
        return len(self.scores) - len(self.levels)

    @property
    def middle(self) -> Decimal | None:
        """The median of the levels given; null where nobody could judge."""
        return Decimal(str(median(self.levels))).quantize(TENTH) if self.levels else None

    @property
    def apart(self) -> int | None:
        """Levels between the lowest and the highest score; null where somebody could not judge, or nobody."""
        if self.unjudged or not self.levels:
            return None
        return max(self.levels) - min(self.levels)

    @property
    def width(self) -> int:
        """Levels between the lowest and the highest score that was given."""
        return max(self.levels) - min(self.levels) if self.levels else 0

    @property
    def spread(self) -> float:
        """Mean distance between two assessors, in levels."""
        return spread_of(self.levels)

    @property
    def disagreement(self) -> tuple[bool, int, float]:
        """What the list is sorted by: where somebody could not judge, then the widest apart, then on average.

        Who cannot judge leaves a cell as open as can be; it comes before what is merely far apart.
        """
        return self.unjudged > 0 or not self.scores, self.width, self.spread

    @property
    def site_key(self) -> str:
        return self.site.casefold()

    @property
    def agreed_key(self) -> tuple[Decimal, Decimal]:
        """By the level agreed on; what is not agreed yet comes below all of it."""
        return (self.agreed.low, self.agreed.high) if self.agreed else (Decimal(-1), Decimal(-1))


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """A criterion with what can be said about agreement on it."""

    criterion: AskedCriterion
    assessors: int
    statistics: tuple[Statistic, ...]


@dataclass(frozen=True, slots=True)
class Consensus:
    """Everything about a closed panel; ``cells`` by disagreement, what is settled last."""

    cells: tuple[Cell, ...]
    agreement: tuple[CriterionAgreement, ...]
    leanings: Leanings

    @property
    def agreed(self) -> int:
        return sum(cell.agreed is not None for cell in self.cells)

    @property
    def missing(self) -> int:
        return len(self.cells) - self.agreed

    @property
    def acceptable(self) -> int:
        """How many could be accepted as scored at once."""
        return sum(cell.agreed is None and cell.acceptable is not None for cell in self.cells)

    def cell(self, key: str, site_id: int) -> Cell | None:
        """One cell by criterion and site."""
        for cell in self.cells:
            if (cell.criterion.key, cell.site_id) == (key, site_id):
                return cell
        return None


def consensus_of(panel: Panel) -> Consensus:
    """Everything of a panel that has closed. Four queries.

    Raises LookupError while it has not: there is nothing to be seen yet, by anybody.
    """
    if not panel.is_revealed:
        raise LookupError(f"Panel {panel.pk} has not closed.")
    raw = _raw_scores(panel)
    agreed = {
        (row.criterion_id, row.site_id): row
        for row in AgreedScore.objects.filter(panel=panel).select_related("decided_by")
    }
    sites = sites_of(panel)
    criteria = [asked_criterion(row) for row in criteria_of(panel)]
    cells = [
        Cell(
            criterion,
            site_id,
            name,
            tuple(raw.get((criterion.id, site_id), ())),
            agreed.get((criterion.id, site_id)),
        )
        for criterion in criteria
        for site_id, name in sites
    ]
    names = {str(score.assessor_id): score.assessor for scores in raw.values() for score in scores}
    told = [
        (f"{cell.criterion.id}:{cell.site_id}", str(score.assessor_id), score.level)
        for cell in cells
        for score in cell.scores
        if score.level is not None
    ]
    apart = sorted(cells, key=lambda cell: cell.disagreement, reverse=True)
    return Consensus(
        cells=tuple(sorted(apart, key=lambda cell: cell.agreed is not None)),
        agreement=tuple(_agreement(each, cells) for each in criteria),
        leanings=leanings_of(told, names),
    )


def _raw_scores(panel: Panel) -> Mapping[tuple[int, int], Sequence[RawScore]]:
    found: dict[tuple[int, int], list[RawScore]] = defaultdict(list)
    rows = (
        PanelScore.objects.filter(panel=panel)
        .revealed()
        .order_by("seat__assessor__full_name", "seat_id")
        .values_list(
            "criterion_id", "site_id", "seat__assessor_id", "seat__assessor__full_name", "level", "comment"
        )
    )
    for criterion, site, assessor, name, level, comment in rows:
        found[criterion, site].append(RawScore(assessor, name, level, comment))
    return found


def _agreement(criterion: AskedCriterion, cells: Sequence[Cell]) -> CriterionAgreement:
    """Levels by assessor, then by candidate, whatever the order of the cells."""
    mine = [cell for cell in cells if cell.criterion.id == criterion.id]
    by_assessor: dict[int, list[int | None]] = defaultdict(lambda: [None] * len(mine))
    for place, cell in enumerate(mine):
        for score in cell.scores:
            by_assessor[score.assessor_id][place] = score.level
    rows = [by_assessor[assessor] for assessor in sorted(by_assessor)]
    return CriterionAgreement(criterion, len(rows), tuple(statistics_of(rows)))


def _counts(cell: Cell) -> str:
    """How what was agreed on counts beside the derived value."""
    if cell.agreed is not None and cell.criterion.within and not cell.agreed.replaces:
        return _("within what the evidence leaves open")
    return _("in place of the evidence")


def consensus_sheet(found: Consensus) -> Sheet:
    """Every raw score with its comment, and what was agreed, a row for each score."""
    rows: list[list[object]] = []
    for cell in found.cells:
        agreed = cell.agreed
        ends = [agreed.low, agreed.high, _counts(cell), agreed.reason] if agreed else [None, None, "", ""]
        rows += [
            [cell.criterion.title, cell.site, score.assessor, score.level, score.comment, *ends]
            for score in cell.scores
        ]
    columns = (
        _("Criterion"),
        _("Candidate"),
        _("Assessor"),
        _("Level"),
        _("Comment"),
        _("Agreed"),
        _("Upper end"),
        _("How it counts"),
        _("Why"),
    )
    return Sheet(title=_("Consensus"), columns=columns, rows=rows)
