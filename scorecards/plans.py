"""Which criteria count in a work package, with which weights and must-haves: plain data for the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from programs.models import WorkPackage
from scorecards import default_template
from scorecards.engine import CriterionNode
from scorecards.models import Criterion, CriterionWeight, Scorecard, ScorecardTemplate, WeightChange

BUDGET = Decimal(100)
# What a plan holds of a criterion and its template.
PLANNED = (
    "key",
    "parent__key",
    "title",
    "weight",
    "rule",
    "coverage",
    "is_must_have",
    "position",
    "anchors",
    "floor",
    "floor_by_exception",
    "template__key",
    "template__version",
    "template__title",
    "template__claimed_margin",
)


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """A group, leaf or must-have. ``weight`` is out of 100 among siblings, ``default`` the template's.

    ``floor``: the least admissible value of a leaf, in points; who stays below it is excluded, or with
    ``floor_by_exception`` ranked only by a signed exception.
    """

    key: str
    parent: str | None
    title: str
    weight: Decimal
    default: Decimal
    rule: str
    coverage: tuple[str, ...]
    is_must_have: bool
    position: int
    anchors: Mapping[str, Any] = field(default_factory=dict)
    floor: Decimal | None = None
    floor_by_exception: bool = False


@dataclass(frozen=True)
class Plan:
    """Template, criteria and weights of one work package; ``version`` is 0 before there is a scorecard."""

    template_key: str
    template_version: int
    template_title: str
    scorecard_id: int | None
    version: int
    criteria: tuple[PlannedCriterion, ...]
    # Criteria whose scale has moved since the team last saved weights, which were answers about the old one.
    ask_again: frozenset[str] = frozenset()
    # By how many points the template widens downwards what is only claimed.
    claimed_margin: Decimal = Decimal(0)

    @property
    def margin(self) -> float:
        """The margin on claimed values, for the derivation."""
        return float(self.claimed_margin)

    @cached_property
    def by_key(self) -> Mapping[str, PlannedCriterion]:
        return {row.key: row for row in self.criteria}

    @cached_property
    def anchors(self) -> Mapping[str, Mapping[str, Any]]:
        """What the template sets for each rule."""
        return {row.rule: row.anchors for row in self.criteria if row.rule and row.anchors}

    @cached_property
    def weighted(self) -> tuple[PlannedCriterion, ...]:
        """Groups and leaves, each group before its leaves."""
        return tuple(row for row in self.criteria if not row.is_must_have)

    @cached_property
    def groups(self) -> tuple[PlannedCriterion, ...]:
        """Criteria at the top."""
        return tuple(row for row in self.weighted if row.parent is None)

    @cached_property
    def leaves(self) -> tuple[PlannedCriterion, ...]:
        """Criteria with a value of their own."""
        parents = {row.parent for row in self.weighted}
        return tuple(row for row in self.weighted if row.key not in parents)

    @cached_property
    def floors(self) -> Mapping[str, float]:
        """The floors of the leaves that have one, in points."""
        return {row.key: float(row.floor) for row in self.leaves if row.floor is not None}

    def allows_exception(self, key: str) -> bool:
        """Whether a signed exception could rank somebody below the floor of a criterion."""
        leaf = self.by_key.get(key)
        return leaf is not None and leaf.floor is not None and leaf.floor_by_exception

    @cached_property
    def must_haves(self) -> tuple[PlannedCriterion, ...]:
        return tuple(row for row in self.criteria if row.is_must_have)

    def siblings(self) -> Iterator[tuple[PlannedCriterion | None, tuple[PlannedCriterion, ...]]]:
        """Each group (None for the top) with its children, in order."""
        for parent in (None, *self.groups):
            key = parent.key if parent else None
            children = tuple(row for row in self.weighted if row.parent == key)
            if children:
                yield parent, children

    def nodes(self) -> list[CriterionNode]:
        """The tree for the engine."""
        return [CriterionNode(row.key, row.parent, float(row.weight / BUDGET)) for row in self.weighted]

    def with_weights(self, weights: Mapping[str, Decimal]) -> Plan:
        """The same plan under other weights; criteria not named keep theirs."""
        changed = tuple(replace(row, weight=weights.get(row.key, row.weight)) for row in self.criteria)
        return replace(self, criteria=changed)

    @property
    def weights(self) -> dict[str, Decimal]:
        """Weight of every group and leaf."""
        return {row.key: row.weight for row in self.weighted}


def plan_of(package: WorkPackage) -> Plan:
    """The plan of a work package: its scorecard, or the default template before it has one. One query."""
    return _plan(Scorecard.objects.filter(work_package=package))


def plan_with(scorecard: Scorecard | None) -> Plan:
    """The plan of a scorecard, or the default template's for None. One query."""
    return _plan(Scorecard.objects.filter(pk=scorecard.pk) if scorecard else Scorecard.objects.none())


def _plan(mine: QuerySet[Scorecard]) -> Plan:
    """The plan of the only scorecard among these, or the default template's where there is none."""
    template = Coalesce(Subquery(mine.values("template_id")), Subquery(_newest_default().values("pk")[:1]))
    chosen = CriterionWeight.objects.filter(scorecard__in=mine, criterion=OuterRef("pk")).values("weight")
    last = (
        WeightChange.objects.filter(scorecard__in=mine).order_by("-changed_at", "-pk").values("template")[:1]
    )
    then = Criterion.objects.filter(
        template=Subquery(last), template__key=OuterRef("template__key"), key=OuterRef("key")
    )
    criteria = list(
        Criterion.objects.filter(template=template)
        .annotate(
            chosen=Subquery(chosen),
            asked_on=Subquery(then.values("anchors")),
            scorecard=Subquery(mine.values("pk")),
            scorecard_version=Subquery(mine.values("version")),
        )
        .order_by("position")
        .values(*PLANNED, "chosen", "asked_on", "scorecard", "scorecard_version")
    )
    first = criteria[0]
    return Plan(
        template_key=first["template__key"],
        template_version=first["template__version"],
        template_title=first["template__title"],
        scorecard_id=first["scorecard"],
        version=first["scorecard_version"] or 0,
        criteria=tuple(_planned(row) for row in criteria),
        claimed_margin=first["template__claimed_margin"],
        ask_again=frozenset(
            row["key"]
            for row in criteria
            if row["asked_on"] not in (None, row["anchors"]) and not row["is_must_have"]
        ),
    )


def default_scorecard_template() -> ScorecardTemplate:
    """The newest active version of the default template. One query."""
    return _newest_default()[0]


def _newest_default() -> QuerySet[ScorecardTemplate]:
    return ScorecardTemplate.objects.filter(
        key=default_template.TEMPLATE_KEY, status=ScorecardTemplate.Status.ACTIVE
    ).order_by("-version")


def _planned(row: Mapping[str, Any]) -> PlannedCriterion:
    return PlannedCriterion(
        key=row["key"],
        parent=row["parent__key"],
        title=row["title"],
        weight=row["weight"] if row["chosen"] is None else row["chosen"],
        default=row["weight"],
        rule=row["rule"],
        coverage=tuple(row["coverage"]),
        is_must_have=row["is_must_have"],
        position=row["position"],
        anchors=row["anchors"],
        floor=row["floor"],
        floor_by_exception=row["floor_by_exception"],
    )


def scorecard_of(package: WorkPackage) -> Scorecard:
    """The scorecard of a work package, made from the template in force where there is none yet.

    Called inside a recorded transaction.
    """
    scorecard, _created = Scorecard.objects.get_or_create(
        work_package=package, defaults={"template": default_scorecard_template()}
    )
    return scorecard
