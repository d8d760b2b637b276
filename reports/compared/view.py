"""A comparison looked at in the active language: who is who, what things are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from common.numbers import day_text
from reports.figures.canonical import from_json, sha256_of
from reports.figures.comparison import Comparison, ProfileFigures
from reports.figures.standing import CandidateFigures, GapFigures, ShareFigures, StandingFigures
from reports.paper.words import label_text, template_text
from scorecards.anchor_words import version_text

EDITION_LENGTH = 12


@dataclass(frozen=True)
class Compared:
    """Figures with their hash, and what is looked up in them again and again."""

    figures: Comparison
    sha256: str

    @property
    def edition(self) -> str:
        """The beginning of the content hash."""
        return self.sha256[:EDITION_LENGTH]

    @property
    def title(self) -> str:
        return _("Comparison of candidates for %(program)s") % {"program": self.figures.program.code}

    @property
    def project(self) -> str:
        """Program and, where it has several, the work package."""
        program = self.figures.program
        parts = [program.code, program.name, self.figures.package]
        return " · ".join(part for part in parts if part)

    @property
    def version(self) -> str:
        return _("as of %(day)s · edition %(edition)s") % {
            "day": day_text(self.figures.as_of),
            "edition": self.edition,
        }

    @property
    def template(self) -> str:
        """The template with its version."""
        inputs = self.figures.inputs
        return _("%(title)s, version %(version)s") % {
            "title": template_text(inputs.template_key, inputs.template_title),
            "version": version_text(inputs.template_version),
        }

    @property
    def is_fictional(self) -> bool:
        return any(each.is_demo for each in self.figures.profiles)

    @cached_property
    def standing(self) -> Mapping[int, StandingFigures]:
        """The whole ranking by site, best first."""
        return {row.site_id: row for row in self.figures.outcome.field}

    @cached_property
    def chosen(self) -> list[StandingFigures]:
        """Those compared, best first."""
        return [self.standing[site] for site in self.figures.chosen]

    @cached_property
    def ranked(self) -> list[StandingFigures]:
        """Those compared that have a rank."""
        return [row for row in self.chosen if row.rank is not None]

    @property
    def competing(self) -> int:
        """How many candidates of the whole ranking have a rank."""
        return sum(row.rank is not None for row in self.figures.outcome.field)

    @cached_property
    def profile(self) -> Mapping[int, ProfileFigures]:
        return {each.site_id: each for each in self.figures.profiles}

    @cached_property
    def outcome(self) -> Mapping[int, CandidateFigures]:
        return {each.site_id: each for each in self.figures.outcome.candidates}

    @cached_property
    def share(self) -> Mapping[int, ShareFigures]:
        """How often each ranked candidate comes first."""
        shares = self.figures.outcome.shares
        return {row.site_id: row for row in shares.rows} if shares else {}

    @cached_property
    def gaps(self) -> Mapping[int, list[GapFigures]]:
        """Open evidence by candidate, what could add most first."""
        found: dict[int, list[GapFigures]] = {site: [] for site in self.figures.chosen}
        for gap in self.figures.outcome.open_evidence:
            found[gap.site_id].append(gap)
        return found

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What groups, criteria and must-haves are called."""
        # Floors are must-haves that follow from the criteria, and no criteria of their own.
        floors = {row.key: label_text(row.key, row.label) for row in self.figures.must_haves}
        return floors | {row.key: label_text(row.key, row.title) for row in self.figures.inputs.criteria}

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The group of each leaf; a criterion at the top is its own."""
        return {row.key: row.parent or row.key for row in self.figures.inputs.criteria}

    @property
    def names(self) -> list[str]:
        """Those compared by name, best first."""
        return [row.name for row in self.chosen]

    def name(self, site_id: int) -> str:
        return self.standing[site_id].name

    def open_gates(self, site_id: int) -> list[str]:
        """Must-haves of one compared of which nobody knows whether they are met."""
        gates = self.outcome[site_id].gates
        return [self.labels[key] for key, outcome in gates.items() if outcome == "unknown"]

    def excepted_gates(self, site_id: int) -> list[str]:
        """Floors that one compared need not reach, by signed exceptions."""
        gates = self.outcome[site_id].gates
        return [self.labels[key] for key, outcome in gates.items() if outcome == "excepted"]


def compared(inputs: str) -> Compared:
    """The view of a canonical JSON."""
    return Compared(from_json(Comparison, inputs), sha256_of(inputs))
