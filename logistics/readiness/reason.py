"""Why something is not ready: a key with typed parameters; `logistics.wording` turns it into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Word:
    """A stored word that each language puts its own way: `vocabulary` says which list it is from."""

    vocabulary: str
    key: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """A stretch of time, shown in hours."""

    total: int


@dataclass(frozen=True, slots=True)
class Words:
    """Several stored words of one vocabulary, listed one after the other."""

    vocabulary: str
    keys: tuple[str, ...]


type Param = str | int | date | Word | Words | Minutes


@dataclass(frozen=True, slots=True)
class Reason:
    """A message key and what goes into its sentence, in the order of the names."""

    key: str
    params: tuple[tuple[str, Param], ...] = ()


def reason(key: str, **params: Param) -> Reason:
    """The reason under a key: `reason("shipper.expired", name="Dewar 7", on=day)`."""
    return Reason(key, tuple(params.items()))


class Aspect(StrEnum):
    """What has to be ready. The first ten are asked of every care site, in the order of the screen."""

    STORAGE = "storage"
    TEAM = "team"
    ONBOARDING = "onboarding"
    LANE = "lane"
    SHIPPER = "shipper"
    PACKAGING = "packaging"
    LABELS = "labels"
    DRY_RUN = "dry_run"
    ACCESS = "access"
    ROLES = "roles"
    PRODUCT = "product"
    IDENTITY = "identity"
    DISRUPTION = "disruption"
    TITLE = "title"
    CHANNEL = "channel"
    DOSING = "dosing"
    STAKEHOLDERS = "stakeholders"
    WORDS = "words"
    REVIEWS = "reviews"


OF_SITE = (
    Aspect.STORAGE,
    Aspect.TEAM,
    Aspect.ONBOARDING,
    Aspect.LANE,
    Aspect.SHIPPER,
    Aspect.PACKAGING,
    Aspect.LABELS,
    Aspect.DRY_RUN,
    Aspect.ACCESS,
    Aspect.ROLES,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not ready.

    Attributes:
        owner: who closes it; blank when nobody was named.
        due_on: when it is to be closed; null when nobody said.
        kind, pk: the record where it is mended; pk 0 when there is none yet.
        blocking: whether no patient can be dosed before it is closed.
    """

    aspect: Aspect
    reason: Reason
    owner: str = ""
    due_on: date | None = None
    kind: str = ""
    pk: int = 0
    blocking: bool = True
