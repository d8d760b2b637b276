"""What a rule hands back: a score on one criterion, or the outcome of one must-have.

Nothing here holds a sentence. A rationale is a message key with typed parameters, so that the same
result can be hashed once and read in any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

ParamValue = str | int | float | date
"""Names ending in ``_on`` hold dates; ``*_code`` holds a vocabulary word; numbers are rounded."""


class Strength(StrEnum):
    """How good the evidence is; carried beside a value and never mixed into it."""

    NONE = "none"
    CLAIMED = "claimed"
    DOCUMENTED = "documented"
    VERIFIED = "verified"


class Outcome(StrEnum):
    """Three-valued answer of a must-have (Kleene 1952). Only a signed exception to a floor excepts."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The rule that gave a result, and its version; a changed formula is a new version."""

    key: str
    version: int


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """One row of evidence: ``kind`` is inspection, citation, action or capability."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Rationale:
    """Why, as a message key with its parameters."""

    key: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """Plain JSON data; dates in ISO form."""
        params = {k: v.isoformat() if isinstance(v, date) else v for k, v in sorted(self.params.items())}
        return {"key": self.key, "params": params}


@dataclass(frozen=True, slots=True)
class DerivedScore:
    """A score on one criterion, 0 to 100; ``value`` is set only where low and high meet."""

    value: float | None
    low: float
    high: float
    strength: Strength
    rationale: Rationale
    evidence: tuple[EvidenceRef, ...]
    rule: RuleRef


@dataclass(frozen=True, slots=True)
class DerivedGate:
    """The outcome of one must-have with its reason."""

    status: Outcome
    reason: Rationale
    evidence: tuple[EvidenceRef, ...]
    rule: RuleRef
