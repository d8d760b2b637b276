"""The catalogue of facts that a requirement may ask about. Rooms above register theirs when they start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.conditions import Known
from programs.models import Requirement

Operator = Requirement.Operator


class FactKind(StrEnum):
    """What the value of a fact is; it decides which operators make sense."""

    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    FLAG = "flag"


OPERATORS: Mapping[FactKind, tuple[Requirement.Operator, ...]] = {
    FactKind.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST, Operator.PRESENT),
    FactKind.CHOICE: (Operator.EQUALS, Operator.ONE_OF, Operator.PRESENT),
    FactKind.CHOICES: (Operator.INCLUDES, Operator.ONE_OF, Operator.PRESENT),
    FactKind.DATE: (Operator.AT_MOST, Operator.AT_LEAST, Operator.PRESENT),
    FactKind.FLAG: (Operator.EQUALS,),
}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact. ``unit`` is written behind every figure; ``has_batch_unit`` figures carry their own.

    ``choices`` is called when words are needed, because countries and languages are known only then.
    """

    key: str
    group: str | Promise
    label: str | Promise
    kind: FactKind
    choices: Callable[[], Iterable[tuple[str, str | Promise]]] | None = None
    unit: str | Promise = ""
    has_batch_unit: bool = False

    @property
    def operators(self) -> tuple[Requirement.Operator, ...]:
        return OPERATORS[self.kind]

    @property
    def words(self) -> dict[str, str]:
        """The allowed words of a choice with their labels in the reader's language."""
        return {str(code): str(label) for code, label in self.choices()} if self.choices else {}


@dataclass(frozen=True, slots=True)
class FactContext:
    """For whom facts are gathered: the modality of the program, and the day up to which facts count."""

    modality: str
    as_of: date


type KnownBySite = Mapping[int, Known]
type Gather = Callable[[frozenset[str], Sequence[int], FactContext], Mapping[str, KnownBySite]]


@dataclass(frozen=True, slots=True)
class FactSource:
    """Facts that one query answers for any number of sites."""

    specs: tuple[FactSpec, ...]
    gather: Gather


_SOURCES: list[FactSource] = []
_CATALOGUE: dict[str, FactSpec] = {}


def register(source: FactSource) -> None:
    """Add facts to the catalogue; called once, when an application is ready.

    Raises:
        ValueError: when a key is taken.
    """
    for spec in source.specs:
        if spec.key in _CATALOGUE:
            message = f"the fact {spec.key!r} is registered twice"
            raise ValueError(message)
        _CATALOGUE[spec.key] = spec
    _SOURCES.append(source)


def catalogue() -> Mapping[str, FactSpec]:
    """Every fact by its key, in the order of registration."""
    return _CATALOGUE


def gather_known(
    keys: Iterable[str], site_ids: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """What is known of the facts at the sites: one query for each source asked, however many sites.

    A site that is missing from a fact has nothing on record; so has every site for a fact that no longer is
    in the catalogue.
    """
    wanted = frozenset(keys)
    found: dict[str, KnownBySite] = {}
    for source in _SOURCES:
        asked = wanted & {spec.key for spec in source.specs}
        if asked and site_ids:
            found |= source.gather(asked, site_ids, context)
    return found


PROFILE = _("Site")
ABILITY = _("What it makes")
ROOM = _("Capacity and people")
PAPERS = _("Certificates")
RECORD = _("Inspections and audits")
