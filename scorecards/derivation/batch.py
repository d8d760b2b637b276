"""Results of one rule for many sites, unpacked into a score or a reason only when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from scorecards.derivation.facts import ABSENT, Facts, FloatArray, IntArray, TextArray, as_date
from scorecards.derivation.score import (
    DerivedGate,
    DerivedScore,
    EvidenceRef,
    Outcome,
    ParamValue,
    Rationale,
    RuleRef,
    Strength,
)

STRENGTHS = (Strength.NONE, Strength.CLAIMED, Strength.DOCUMENTED, Strength.VERIFIED)
CLAIMED = STRENGTHS.index(Strength.CLAIMED)
OUTCOMES = (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED)
PASS, FAIL, UNKNOWN, EXCEPTED = range(4)
# Of a rationale: by how many points a claimed value is widened downwards; absent where it is not.
WIDENED = "widened"


@dataclass(frozen=True, slots=True)
class Sources:
    """Evidence of one kind: site position and row id, sorted by site."""

    kind: str
    site: IntArray
    id: IntArray

    def of(self, position: int) -> tuple[EvidenceRef, ...]:
        """References of one site."""
        start, stop = np.searchsorted(self.site, [position, position + 1])
        return tuple(EvidenceRef(self.kind, int(i)) for i in self.id[start:stop])


@dataclass(frozen=True, slots=True)
class Why:
    """Message and parameters per site. ``message`` indexes ``messages``."""

    messages: tuple[str, ...]
    message: IntArray
    params: Mapping[str, IntArray | FloatArray | TextArray] = field(default_factory=dict)
    constants: Mapping[str, ParamValue] = field(default_factory=dict)

    def of(self, position: int) -> Rationale:
        """The rationale of one site; absent dates are left out, unknown numbers are blank."""
        params: dict[str, ParamValue] = dict(self.constants)
        for name, column in self.params.items():
            value = column[position].item()
            if name.endswith("_on"):
                if value != ABSENT:
                    params[name] = as_date(value)
            elif name == WIDENED and np.isnan(value):
                continue
            elif isinstance(value, float):
                params[name] = "" if np.isnan(value) else round(value, 2)
            else:
                params[name] = value
        return Rationale(self.messages[int(self.message[position])], params)

    def distinct(self) -> tuple[tuple[Rationale, ...], list[int]]:
        """The rationales that differ, each made once, and the place among them of every site's."""
        columns = [column.tolist() for column in self.params.values()]
        # NaN differs from itself: as None, all unknown numbers are one.
        cells = [[None if cell != cell else cell for cell in column] for column in columns]
        places: dict[tuple[object, ...], int] = {}
        first: list[int] = []
        of_sites: list[int] = []
        for position, row in enumerate(zip(self.message.tolist(), *cells, strict=True)):
            place = places.setdefault(row, len(first))
            if place == len(first):
                first.append(position)
            of_sites.append(place)
        return tuple(self.of(position) for position in first), of_sites


@dataclass(frozen=True, slots=True)
class ScoreBatch:
    """One criterion for all sites: bounds of shape (sites,), strength as an index into ``STRENGTHS``."""

    rule: RuleRef
    low: FloatArray
    high: FloatArray
    strength: IntArray
    why: Why
    sources: tuple[Sources, ...] = ()

    def widened(self, margin: float) -> ScoreBatch:
        """The same with what is only claimed widened downwards by a margin in points, as far as 0.

        Upper ends stay, so that no interval becomes narrower and no lower end higher.
        """
        low = np.where(self.strength == CLAIMED, np.maximum(self.low - margin, 0.0), self.low)
        by = self.low - low
        if not by.any():
            return self
        params = {**self.why.params, WIDENED: np.where(by > 0, by, np.nan)}
        return replace(self, low=low, why=replace(self.why, params=params))

    def score(self, position: int) -> DerivedScore:
        """The result of one site, with its evidence."""
        low, high = float(self.low[position]), float(self.high[position])
        return DerivedScore(
            value=low if high - low < 0.005 else None,
            low=low,
            high=high,
            strength=STRENGTHS[int(self.strength[position])],
            rationale=self.why.of(position),
            evidence=tuple(ref for s in self.sources for ref in s.of(position)),
            rule=self.rule,
        )


@dataclass(frozen=True, slots=True)
class GateBatch:
    """One must-have for all sites: ``status`` indexes ``OUTCOMES``."""

    rule: RuleRef
    status: IntArray
    why: Why
    sources: tuple[Sources, ...] = ()

    def gate(self, position: int) -> DerivedGate:
        """The outcome of one site, with its evidence."""
        return DerivedGate(
            status=OUTCOMES[int(self.status[position])],
            reason=self.why.of(position),
            evidence=tuple(ref for s in self.sources for ref in s.of(position)),
            rule=self.rule,
        )


def open_scores(rule: RuleRef, facts: Facts, message: str = "unrecorded.none") -> ScoreBatch:
    """Nothing known: [0, 100] for every site."""
    n = facts.count
    return ScoreBatch(
        rule=rule,
        low=np.zeros(n),
        high=np.full(n, 100.0),
        strength=np.zeros(n, dtype=np.int64),
        why=Why((message,), np.zeros(n, dtype=np.int64)),
    )
