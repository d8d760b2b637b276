"""How soon a site should be audited: points with their reasons in words, and the day they suggest.

Pure: plain facts in, an assessment out. The points are a rule of thumb that everybody can check, in the
spirit of ICH Q9(R1): what is known to be wrong weighs most, then what was not looked at for long, then what
depends on the site.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.months import months_after

STANDING: Mapping[str, tuple[int, str | Promise]] = {
    "conditional": (15, _("conditionally qualified")),
    "disqualified": (20, _("disqualified")),
    "active": (10, _("not qualified yet")),
    "draft": (5, _("standing not decided")),
}
SEVERITY: Mapping[str, tuple[int, str | Promise]] = {
    "critical": (30, _("a critical finding is open")),
    "major": (15, _("a major finding is open")),
    "other": (5, _("only other findings are open")),
}
OUTCOME: Mapping[str | None, tuple[int, str | Promise]] = {
    "oai": (25, _("last inspection: official action indicated")),
    "non_compliant": (25, _("last inspection: not compliant")),
    "vai": (10, _("last inspection: voluntary action indicated")),
    "pending": (10, _("last inspection: outcome pending")),
    None: (10, _("no inspection on record: unknown, not clean")),
}
STAGE: Mapping[str, tuple[int, str | Promise]] = {
    "commercial": (20, _("candidate for a commercial product")),
    "phase_3": (15, _("candidate for a phase 3 product")),
    "phase_2": (10, _("candidate for a phase 2 product")),
    "phase_1": (5, _("candidate for an early product")),
    "preclinical": (5, _("candidate for an early product")),
}
NEVER_AUDITED, EXPIRED, EXPIRES = 25, 15, 5
AGE = ((36, 25), (24, 15), (12, 5))
EXPIRES_DAYS = 90
# From so many points on: months from the last audit to the next; months from today where there was none.
INTERVALS = ((60, 6, 1), (40, 12, 3), (20, 24, 6), (0, 36, 12))
HIGH, MEDIUM = 60, 40


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What is known of a site. `stage` is the furthest stage of a program it is a candidate in."""

    standing: str
    standing_valid_until: date | None
    last_audit_on: date | None
    worst_open: str | None
    outcome: str | None
    stage: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Points and why."""

    points: int
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sum, what it is made of (the most first), and the day the next audit should have begun by.

    `suggested_on` is None for a site that nobody qualified and that is no candidate.
    """

    points: int
    reasons: tuple[Reason, ...]
    suggested_on: date | None

    @property
    def level(self) -> str:
        """high, medium or low."""
        return "high" if self.points >= HIGH else "medium" if self.points >= MEDIUM else "low"


def assess(facts: SiteFacts, today: date) -> Assessment:
    """The risk of one site as of today."""
    found = [
        *_standing(facts, today),
        *_age(facts, today),
        *(_reasons(SEVERITY, facts.worst_open) if facts.worst_open else []),
        *_reasons(OUTCOME, facts.outcome),
        *(_reasons(STAGE, facts.stage) if facts.stage else []),
    ]
    reasons = tuple(sorted(found, key=lambda each: -each.points))
    points = sum(each.points for each in reasons)
    return Assessment(points, reasons, _suggested(facts, points, today))


def whole_months(first: date, last: date) -> int:
    """Whole months from one day to a later one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (months_after(first, months) > last)


def _reasons[K](table: Mapping[K, tuple[int, str | Promise]], key: K) -> list[Reason]:
    entry = table.get(key)
    return [Reason(*entry)] if entry else []


def _standing(facts: SiteFacts, today: date) -> list[Reason]:
    found = _reasons(STANDING, facts.standing)
    until = facts.standing_valid_until
    if until and until < today:
        found.append(Reason(EXPIRED, _("the standing has expired")))
    elif until and until <= today + timedelta(days=EXPIRES_DAYS):
        found.append(Reason(EXPIRES, _("the standing expires within 90 days")))
    return found


def _age(facts: SiteFacts, today: date) -> list[Reason]:
    if facts.last_audit_on is None:
        return [Reason(NEVER_AUDITED, _("never audited by us"))]
    months = whole_months(facts.last_audit_on, today)
    points = next((given for limit, given in AGE if months >= limit), 0)
    words = ngettext_lazy("last audited %(months)d month ago", "last audited %(months)d months ago", months)
    return [Reason(points, format_lazy("{}", words % {"months": months}))] if points else []


def _suggested(facts: SiteFacts, points: int, today: date) -> date | None:
    if facts.stage is None and facts.standing not in ("qualified", "conditional"):
        return None
    again, first = next((again, first) for limit, again, first in INTERVALS if points >= limit)
    if facts.last_audit_on is None:
        return months_after(today, first)
    return months_after(facts.last_audit_on, again)
