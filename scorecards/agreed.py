"""What panels agreed on and persons put, laid beside the derived values, which are never touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from records.past import end_of
from scorecards.derivation.anchors import Anchors
from scorecards.derivation.ratings import LEVELS
from scorecards.derivation.score import ParamValue, Rationale
from scorecards.exceptions.held import exceptions_held, one_object, signed_of
from scorecards.floors import Excepted
from scorecards.models import AgreedScore, Panel, PanelScore
from scorecards.models.panel import HIGHEST
from scorecards.overrides import Overridden, overrides_held

# Beside claimed, documented and verified: people judged it together, against written anchors.
STRENGTH = "panel"
IN_PLACE_KEYS = "panel.accepted", "panel.moderated", "panel.interval"
WITHIN_KEYS = "panel.within_accepted", "panel.within_moderated", "panel.within_interval"


def points_of(level: float, anchors: Mapping[str, Any], within: tuple[float, float] | None = None) -> float:
    """A level in points, on the line that the template draws through the levels of a rubric.

    With ``within`` the levels run evenly from its lower to its upper end instead.
    """
    if within is not None:
        low, high = within
        return low + (high - low) * level / HIGHEST
    given = anchors if "level" in anchors else {}
    return float(Anchors({"level": LEVELS}, given).points("level", np.array([level]))[0])


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreed value of one candidate, from ``low`` to ``high`` levels (0 to 5).

    ``assessors`` counts those who gave a level; ``reason`` is empty where it was accepted as scored.
    ``within``: it counts within what the evidence leaves open, whose lower end is level 0.
    ``scores``: who gave which level, as (id of the person, level).
    """

    panel_id: int
    panel: str
    site_id: int
    criterion: str
    low: float
    high: float
    assessors: int
    reason: str
    agreed_on: date
    within: bool = False
    scores: tuple[tuple[int, int], ...] = ()

    def counts(self, derived_low: float, derived_high: float) -> bool:
        """Whether it narrows anything: what the evidence has settled is not narrowed further."""
        return not self.within or derived_low < derived_high

    def points(
        self, anchors: Mapping[str, Any], derived: tuple[float, float] = (0.0, 100.0)
    ) -> tuple[float, float]:
        """The agreed levels in points."""
        low, high = (self.points_of(level, anchors, derived) for level in (self.low, self.high))
        return low, high

    def points_of(
        self, level: float, anchors: Mapping[str, Any], derived: tuple[float, float] = (0.0, 100.0)
    ) -> float:
        """A level of this cell in points; ``derived`` are the ends of what the rule gives."""
        return points_of(level, anchors, derived if self.within else None)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data; without what older evaluations did not know, so that they keep their hash."""
        told = {**asdict(self), "agreed_on": self.agreed_on.isoformat()}
        told["scores"] = [list(score) for score in self.scores]
        return {name: value for name, value in told.items() if value or name not in ("within", "scores")}

    @property
    def rationale(self) -> Rationale:
        """Why the value is what it is, as a message with its figures."""
        told: dict[str, ParamValue] = {
            "assessors": self.assessors,
            "agreed_on": self.agreed_on,
            "level": self.low,
            "highest": self.high,
        }
        accepted, moderated, interval = WITHIN_KEYS if self.within else IN_PLACE_KEYS
        if self.low < self.high:
            return Rationale(interval, told)
        return Rationale(moderated if self.reason else accepted, told)

    @property
    def settled_rationale(self) -> Rationale:
        """The same where the evidence has settled the matter, so that the value counts no more."""
        return Rationale(
            "panel.settled", {"agreed_on": self.agreed_on, "level": self.low, "highest": self.high}
        )


def agreed_from(data: Mapping[str, Any]) -> Agreed:
    """An agreed value from what an evaluation froze of it."""
    scores = tuple((int(person), int(level)) for person, level in data.get("scores", ()))
    return Agreed(**{**data, "agreed_on": date.fromisoformat(data["agreed_on"]), "scores": scores})


def agreed_held(package_id: int, as_of: date) -> QuerySet[AgreedScore]:
    """The agreed values that counted at the end of a day."""
    end = end_of(as_of)
    states = (Panel.State.SETTLED, Panel.State.WITHDRAWN)
    return AgreedScore.objects.filter(
        panel__work_package_id=package_id, panel__state__in=states, panel__settled_at__lt=end
    ).filter(Q(panel__ended_at__isnull=True) | Q(panel__ended_at__gte=end))


@dataclass(frozen=True, slots=True)
class Said:
    """What people put in place of derived values, alone or in panels; what they excepted."""

    overrides: tuple[Overridden, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    exceptions: tuple[Excepted, ...] = ()


# What both kinds of row have in common: when, place, key, figure, site, criterion, both ends, reason, who.
OVERRIDDEN = (
    "made_at",
    "criterion__position",
    "pk",
    "version",
    "site_id",
    "criterion__key",
    "low",
    "high",
    "reason",
    "made_by__full_name",
    "inside",
    "given",
)
AGREED = (
    "panel__settled_at",
    "criterion__criterion__position",
    "panel_id",
    "assessors",
    "site_id",
    "criterion__criterion__key",
    "low",
    "high",
    "reason",
    "panel__title",
    "inside",
    "given",
)


PERSON, PANEL, EXCEPTION = range(3)
EXCEPTED = (
    "approved_at",
    "criterion__position",
    "pk",
    "version",
    "site_id",
    "criterion__key",
    "low",
    "high",
    "reason",
    "author__full_name",
    "inside",
    "given",
)


def said_of(package_id: int, scorecard_id: int | None, as_of: date) -> Said:
    """What people said that held at the end of a day, by site and criterion. One query at most.

    Where two panels agreed on the same cell, or two exceptions were signed, the later one counts.
    """
    if scorecard_id is None:
        return Said()
    rows = (
        _persons(scorecard_id, as_of)
        .union(_panels(package_id, as_of), _exceptions(package_id, as_of), all=True)
        .order_by()
    )
    overrides: dict[tuple[int, str], tuple[int, Overridden]] = {}
    agreed: dict[tuple[int, str], tuple[int, Agreed]] = {}
    exceptions: dict[tuple[int, str], tuple[int, Excepted]] = {}
    # By time, so that of two panels the later one stays. By key, since a panel of an earlier version of the
    # template has its criteria at other places.
    for kind, at, place, pk, figure, site, key, low, high, reason, who, inside, given in sorted(
        rows, key=lambda row: (row[1], row[3])
    ):
        on, ends = timezone.localdate(at), (float(low), float(high))
        if kind == PANEL:
            scores = tuple((score["person"], score["level"]) for score in given)
            agreed[site, key] = (
                place,
                Agreed(pk, who, site, key, *ends, figure, reason, on, within=inside, scores=scores),
            )
        elif kind == EXCEPTION:
            exceptions[site, key] = (
                place,
                Excepted(
                    id=pk,
                    site_id=site,
                    criterion=key,
                    low=ends[0],
                    reason=reason,
                    author=who or "",
                    approved_on=on,
                    **signed_of(given[0]),
                ),
            )
        else:
            overrides[site, key] = place, Overridden(pk, figure, site, key, *ends, reason, who or "", on)
    return Said(_in_order(overrides), _in_order(agreed), _in_order(exceptions))


def _persons(scorecard_id: int, as_of: date) -> QuerySet[Any, Any]:
    rows = overrides_held(scorecard_id, as_of).order_by()
    told = rows.annotate(kind=Value(PERSON), inside=Value(False), given=Value([], ArrayField(JSONField())))
    return told.values_list("kind", *OVERRIDDEN)


def _panels(package_id: int, as_of: date) -> QuerySet[Any, Any]:
    gave = PanelScore.objects.filter(
        criterion=OuterRef("criterion_id"),
        site=OuterRef("site_id"),
        level__isnull=False,
        seat__submitted_at__isnull=False,
        seat__left_out=False,
    )
    counted = gave.order_by().values("criterion").annotate(count=Count("pk")).values("count")
    pair = JSONObject(person="seat__assessor_id", level="level")
    levels = gave.order_by("seat__assessor_id").annotate(pair=pair).values("pair")
    told = (
        agreed_held(package_id, as_of)
        .order_by()
        .annotate(
            kind=Value(PANEL),
            assessors=Coalesce(Subquery(counted), 0),
            inside=ExpressionWrapper(Q(criterion__within=True, replaces=False), BooleanField()),
            given=ArraySubquery(levels),
        )
    )
    return told.values_list("kind", *AGREED)


def _exceptions(package_id: int, as_of: date) -> QuerySet[Any, Any]:
    rows = exceptions_held(package_id, as_of).order_by()
    return rows.annotate(kind=Value(EXCEPTION), inside=Value(False), given=one_object()).values_list(
        "kind", *EXCEPTED
    )


def _in_order[Row](found: Mapping[tuple[int, str], tuple[int, Row]]) -> tuple[Row, ...]:
    """By site, then by the place of the criterion."""
    places = sorted((site, place, key) for (site, key), (place, _row) in found.items())
    return tuple(found[site, key][1] for site, _place, key in places)
