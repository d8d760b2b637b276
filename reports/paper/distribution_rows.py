"""What stands in the tables of a distribution plan on paper, already in words."""

from dataclasses import dataclass
from datetime import date

from reports.paper.charts import Figure


@dataclass(frozen=True)
class Mark:
    """A cell with its shape: a tone and a word."""

    tone: str
    word: str


@dataclass(frozen=True)
class Matrix:
    """Some care sites side by side, with a row for each aspect or step."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]


@dataclass(frozen=True)
class SiteRow:
    """A care site in the first table."""

    name: str
    place: str
    ready: bool
    earliest: str
    lower_bound: bool
    blocking: int
    open: int


@dataclass(frozen=True)
class GapRow:
    """Something that is not ready, in words."""

    aspect: str
    text: str
    sites: str
    owner: str
    due_on: date | None
    is_late: bool


@dataclass(frozen=True)
class OwnerRow:
    """What one owner has to bring to an end; no owner is a blank name."""

    name: str
    blocking: int
    open: int
    next_on: date | None
    late: int


@dataclass(frozen=True)
class Hand:
    """A leg from hand to hand."""

    name: str
    giver: str
    taker: str
    cut_off: str
    departs: str
    minutes: str
    buffer: str
    days: str


@dataclass(frozen=True)
class LanePages:
    """A lane with its time budget."""

    name: str
    site: str
    shipper: str
    ready: bool
    blocking: int
    total: str
    left: str
    is_late: bool
    in_shipper: str
    holds: str
    is_too_long: bool
    after_a_miss: str
    packed_on: str
    picture: Figure | None
    hands: tuple[Hand, ...]
