"""What is missing before a site may supply. Plain facts in, a checklist out; no queries."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOON_DAYS = 90
QUALIFIED, CONDITIONAL = "qualified", "conditional"


class Supply(StrEnum):
    """What the site is to supply, and where."""

    CLINICAL = "clinical"
    COMMERCIAL_US = "us"
    COMMERCIAL_EU = "eu"
    COMMERCIAL_UK = "uk"


LABELS: dict[Supply, Promise] = {
    Supply.CLINICAL: _("Clinical supply"),
    Supply.COMMERCIAL_US: _("Commercial supply, United States"),
    Supply.COMMERCIAL_EU: _("Commercial supply, European Union"),
    Supply.COMMERCIAL_UK: _("Commercial supply, United Kingdom"),
}


class State(StrEnum):
    """Of one point of the checklist. What only warns does not stand in the way."""

    MET = "met"
    SOON = "soon"
    WARNS = "warns"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Valid:
    """A certificate or agreement that holds today; without `until` it has no end."""

    kind: str
    jurisdiction: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a site on a day.

    `gmp_evidence`: an inspection or audit of ours that counts as current, besides certificates.
    """

    today: date
    standing: str
    standing_until: date | None
    agreements: tuple[Valid, ...]
    certificates: tuple[Valid, ...]
    gmp_evidence: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist."""

    key: str
    label: Promise
    state: State
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checklist for one kind of supply."""

    supply: Supply
    points: tuple[Point, ...]

    @property
    def label(self) -> Promise:
        return LABELS[self.supply]

    @property
    def missing(self) -> tuple[Point, ...]:
        """What stands in the way."""
        return tuple(point for point in self.points if point.state is State.MISSING)

    @property
    def is_ready(self) -> bool:
        return not self.missing


def readiness(facts: Facts) -> tuple[Readiness, ...]:
    """What each kind of supply needs, and what of it is there.

    Commercial supply needs a standing that holds, an effective quality agreement (21 CFR 211.22 and 200.10
    for the United States, EU GMP chapter 7) and current evidence of GMP. The European Union and the United
    Kingdom also need a manufacturing or import authorization and release by a qualified person (EU GMP
    annex 16). For clinical supply a missing agreement warns.
    """
    return (
        Readiness(
            Supply.CLINICAL,
            (_standing(facts, (QUALIFIED, CONDITIONAL)), _gmp(facts), _agreement(facts, State.WARNS)),
        ),
        Readiness(Supply.COMMERCIAL_US, _commercial(facts)),
        Readiness(Supply.COMMERCIAL_EU, (*_commercial(facts), *_qualified_person(facts, "eu"))),
        Readiness(Supply.COMMERCIAL_UK, (*_commercial(facts), *_qualified_person(facts, "uk"))),
    )


def _commercial(facts: Facts) -> tuple[Point, ...]:
    return (_standing(facts, (QUALIFIED,)), _agreement(facts, State.MISSING), _gmp(facts))


def _standing(facts: Facts, enough: tuple[str, ...]) -> Point:
    label = _("The site is qualified") if len(enough) == 1 else _("The site is qualified, if with conditions")
    holds = facts.standing in enough and (facts.standing_until is None or facts.standing_until >= facts.today)
    until = facts.standing_until if facts.standing in enough else None
    return Point("standing", label, _state(facts, holds, until), until)


def _agreement(facts: Facts, without: State) -> Point:
    return _best(facts, "agreement", _("A quality agreement is effective"), facts.agreements, without)


def _gmp(facts: Facts) -> Point:
    label = _("Current evidence of GMP: certificate, inspection or audit")
    certificates = tuple(each for each in facts.certificates if each.kind == "gmp")
    if facts.gmp_evidence and not _holding(facts, certificates):
        return Point("gmp", label, State.MET)
    return _best(facts, "gmp", label, certificates, State.MISSING)


def _qualified_person(facts: Facts, region: str) -> tuple[Point, Point]:
    """The authorization and the release of one region; where none is named, it counts for no region."""
    here = tuple(each for each in facts.certificates if each.jurisdiction == region)
    authorization = tuple(each for each in here if each.kind in ("manufacturing", "import"))
    release = tuple(each for each in here if each.kind == "qp_release")
    return (
        _best(
            facts,
            "authorization",
            _("A manufacturing or import authorization"),
            authorization,
            State.MISSING,
        ),
        _best(facts, "release", _("Release by a qualified person is arranged"), release, State.MISSING),
    )


def _best(facts: Facts, key: str, label: Promise, given: tuple[Valid, ...], without: State) -> Point:
    holding = _holding(facts, given)
    if not holding:
        ended = max((each.until for each in given if each.until), default=None)
        return Point(key, label, without, ended)
    last = max(holding, key=lambda each: each.until or date.max)
    return Point(key, label, _state(facts, True, last.until), last.until)


def _holding(facts: Facts, given: tuple[Valid, ...]) -> list[Valid]:
    return [each for each in given if each.until is None or each.until >= facts.today]


def _state(facts: Facts, holds: bool, until: date | None) -> State:
    if not holds:
        return State.MISSING
    soon = until is not None and (until - facts.today).days <= SOON_DAYS
    return State.SOON if soon else State.MET
