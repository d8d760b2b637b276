"""The figures of a distribution plan on paper: language-neutral, frozen, complete.

`facts` is what is known of the plan, `result` what follows from it alone on the day: whoever has the file can
compute the one from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from logistics.readiness.facts import PlanFacts
from logistics.readiness.first_dose import Milestone
from logistics.readiness.reason import Gap, Minutes, Reason, Word, Words
from reports.figures.due_diligence import ChainHead, ProgramFigures

KIND = "distribution"
SCHEMA = 1


@dataclass(frozen=True)
class ParamFigures:
    """What goes into the sentence of a reason. `kind`: text, number, day, minutes, word or words.

    `vocabulary` says which list stored words are from.
    """

    name: str
    kind: str
    values: tuple[str, ...]
    vocabulary: str = ""


@dataclass(frozen=True)
class ReasonFigures:
    """Why something is not ready, put into words when printed."""

    key: str
    params: tuple[ParamFigures, ...]


@dataclass(frozen=True)
class GapFigures:
    """Something that is not ready, whose it is, and the names of the care sites it concerns."""

    aspect: str
    reason: ReasonFigures
    owner: str
    due_on: date | None
    blocking: bool
    sites: tuple[str, ...]


@dataclass(frozen=True)
class AspectFigures:
    """How many points of an aspect are open at a care site, and how many of them block a dose."""

    open: int
    blocking: int


@dataclass(frozen=True)
class CareSiteFigures:
    """Whether a patient can be dosed at a care site, and the first day; not firm where it is a lower bound.

    `missing` says why there is no day; `aspects` are by name; `lane` is the one closest to ready.
    """

    id: int
    name: str
    ready: bool
    earliest: date | None
    firm: bool
    missing: ReasonFigures | None
    milestones: tuple[Milestone, ...]
    aspects: Mapping[str, AspectFigures]
    lane: int | None


@dataclass(frozen=True)
class StretchFigures:
    """A part of the way, in minutes since packing; `leg` is 0 for the release."""

    part: str
    leg: int
    start: int
    end: int


@dataclass(frozen=True)
class LaneFigures:
    """The time budget of a lane in minutes; negative `left` is too late, null without a shelf life.

    Of the days of packing ahead it is the slowest, `packed_on`; `in_shipper` is that of the slowest day that
    is not too late, for which the shipper must hold.
    """

    id: int
    site: int
    blocking: int
    total: int
    left: int | None
    in_shipper: int
    left_after_a_miss: int | None
    stretches: tuple[StretchFigures, ...]
    packed_on: date | None = None


@dataclass(frozen=True)
class ReadinessFigures:
    """What follows from the facts: care sites, ready ones first; open points, what blocks first; lanes."""

    sites: tuple[CareSiteFigures, ...]
    gaps: tuple[GapFigures, ...]
    lanes: tuple[LaneFigures, ...]


@dataclass(frozen=True)
class PlaceFigures:
    """Where a care site is; the country as ISO code."""

    city: str
    country: str


@dataclass(frozen=True)
class PlanFigures:
    """The decisions of the plan, as its fields hold them."""

    state: str
    lead: str
    review_every_days: int | None
    therapeutic_area: str
    band: str
    shelf_life_hours: Decimal | None
    dosing: str
    ordering_model: str
    ordering_consequences: str
    identity_at: str
    identity_rule: str
    title_model: str
    title_transfer: str
    title_parties: str
    channel: str
    channel_decided_on: date | None
    channel_reasons: str
    channel_owner: str


@dataclass(frozen=True)
class DistributionPaper:
    """Everything that the paper says; `places` are by the id of the care site."""

    kind: str
    schema: int
    product_version: str
    as_of: date
    issued_at: datetime
    requested_by: str
    program: ProgramFigures
    package: str
    is_demo: bool
    plan: PlanFigures
    places: Mapping[str, PlaceFigures]
    facts: PlanFacts
    result: ReadinessFigures
    history: ChainHead


def reason_figures(reason: Reason) -> ReasonFigures:
    """A reason as plain data."""
    return ReasonFigures(reason.key, tuple(_param(name, value) for name, value in reason.params))


def reason_of(said: ReasonFigures) -> Reason:
    """The reason again, as the wording of the plan takes it."""
    return Reason(said.key, tuple((each.name, _value(each)) for each in said.params))


def gap_figures(gap: Gap, sites: tuple[str, ...]) -> GapFigures:
    """A gap with the care sites it concerns."""
    return GapFigures(
        gap.aspect.value, reason_figures(gap.reason), gap.owner, gap.due_on, gap.blocking, sites
    )


def _param(name: str, value: object) -> ParamFigures:
    match value:
        case Word():
            return ParamFigures(name, "word", (value.key,), value.vocabulary)
        case Words():
            return ParamFigures(name, "words", value.keys, value.vocabulary)
        case Minutes():
            return ParamFigures(name, "minutes", (str(value.total),))
        case date():
            return ParamFigures(name, "day", (value.isoformat(),))
        case int():
            return ParamFigures(name, "number", (str(value),))
    return ParamFigures(name, "text", (str(value),))


def _value(said: ParamFigures) -> str | int | date | Word | Words | Minutes:
    match said.kind:
        case "word":
            return Word(said.vocabulary, said.values[0])
        case "words":
            return Words(said.vocabulary, said.values)
        case "minutes":
            return Minutes(int(said.values[0]))
        case "day":
            return date.fromisoformat(said.values[0])
        case "number":
            return int(said.values[0])
    return said.values[0]
