"""One derivation at work: what was known, what is asked, and what several rules share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scorecards.derivation import regulatory
from scorecards.derivation.facts import Authority, Facts, Inspections, Need
from scorecards.derivation.fit import Profile
from scorecards.derivation.letters import Letter, letters
from scorecards.derivation.profile import Practice
from scorecards.derivation.ratings import Rated, rated


@dataclass(frozen=True)
class Case:
    """Facts known on ``as_of`` (days since 1970) beside the need; shared work is done once."""

    facts: Facts
    need: Need
    as_of: int

    @property
    def count(self) -> int:
        """How many sites."""
        return self.facts.count

    @cached_property
    def visits(self) -> Inspections:
        """Inspections by stringent authorities, one for each visit."""
        found = self.facts.inspections
        return regulatory.one_per_visit(found.where(found.authority != Authority.OTHER))

    @cached_property
    def letters(self) -> list[Letter]:
        """Letters, alerts and statements; what two sources tell of one is joined."""
        return letters(self.facts.actions)

    @cached_property
    def profile(self) -> Profile:
        """The capabilities matched with the need."""
        return Profile.of(self.facts, self.need)

    @cached_property
    def _rated(self) -> dict[Practice, Rated]:
        return {}

    def rated(self, practice: Practice) -> Rated:
        """The ratings of a practice."""
        if practice not in self._rated:
            self._rated[practice] = rated(self.facts, practice)
        return self._rated[practice]
