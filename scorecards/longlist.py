"""The longlist that the app proposes: every classified site against the must-haves of a work package.

All sites take the path of a ranking at once; what a page shows of a site is unpacked when it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from partners.models import Site
from programs.conditions import Outcome
from programs.models import Requirement, WorkPackage
from programs.selectors import candidate_site_ids
from scorecards.agreed import said_of
from scorecards.derivation.columns import FloatArray, IntArray
from scorecards.derivation.facts import day
from scorecards.derivation.rules import derive
from scorecards.engine import Status
from scorecards.engine.exact import SCORE_UNITS
from scorecards.engine.tree import CriteriaTree, build_tree
from scorecards.gathering import gather_facts
from scorecards.heads import CandidateHead
from scorecards.official import cells_of
from scorecards.plans import Plan, plan_of
from scorecards.ranking import GateResult, Ranking, rank
from scorecards.requirements import requirement_columns
from scorecards.selectors import need_of

FIT_GROUP = "fit"


class Part(StrEnum):
    """The three lists that the sites fall into."""

    PASSING = "passing"
    CONDITIONAL = "conditional"
    EXCLUDED = "excluded"


PART_OF: Mapping[Status, Part] = {
    Status.RANKED: Part.PASSING,
    Status.CONDITIONAL: Part.CONDITIONAL,
    Status.EXCLUDED: Part.EXCLUDED,
}


@dataclass(frozen=True, slots=True)
class Place:
    """What the list says of a site beside its figures."""

    city: str
    standing: str


@dataclass(frozen=True, slots=True)
class ProposedSite:
    """One site of the longlist; reasons are unpacked on demand."""

    longlist: Longlist
    head: CandidateHead
    part: Part
    fit_low: float
    fit_high: float
    score_low: float
    score_high: float

    @property
    def place(self) -> Place:
        return self.longlist.places[self.head.site_id]

    @property
    def is_candidate(self) -> bool:
        return self.head.site_id in self.longlist.taken

    @property
    def reasons(self) -> tuple[GateResult, ...]:
        """The must-haves that fail, or where none fails, those that are unknown."""
        gates = self.longlist.gates_of(self.head)
        failed = tuple(gate for gate in gates if gate.status == "fail")
        return failed or tuple(gate for gate in gates if gate.status == "unknown")

    @property
    def wants_met(self) -> int:
        """How many wants of the package the site is known to meet."""
        return sum(
            column.outcome(self.head.site_id) is Outcome.PASS
            for column in self.longlist.ranking.requirements
            if column.asked.kind == Requirement.Kind.WANT
        )


@dataclass(frozen=True)
class Longlist:
    """Every classified site, ranked as if it were a candidate."""

    ranking: Ranking
    places: Mapping[int, Place]
    taken: frozenset[int]

    @property
    def wants(self) -> int:
        """How many wants the package has."""
        return sum(column.asked.kind == Requirement.Kind.WANT for column in self.ranking.requirements)

    @cached_property
    def sites(self) -> tuple[ProposedSite, ...]:
        """The best technical fit first, then the best score, then by name."""
        evaluation = self.ranking.evaluation
        fit_low, fit_high = self._group(evaluation.low), self._group(evaluation.high)
        low, high = evaluation.exact_low / SCORE_UNITS, evaluation.exact_high / SCORE_UNITS
        rows = [
            ProposedSite(
                self,
                head,
                PART_OF[evaluation.statuses[at]],
                float(fit_low[at]),
                float(fit_high[at]),
                float(low[at]),
                float(high[at]),
            )
            for at, head in enumerate(self.ranking.heads)
        ]
        rows.sort(key=lambda row: (-row.fit_low, -row.score_low, row.head.name_key, row.head.site_id))
        return tuple(rows)

    @cached_property
    def counts(self) -> Mapping[Part, int]:
        """How many sites each part has."""
        return Counter(PART_OF[status] for status in self.ranking.evaluation.statuses)

    def part(self, part: Part, text: str = "") -> list[ProposedSite]:
        """The sites of one part whose name, company, city or country has every word of the text."""
        words = text.casefold().split()
        rows = [row for row in self.sites if row.part is part]
        return [row for row in rows if all(word in _searched(row) for word in words)] if words else rows

    def gates_of(self, head: CandidateHead) -> tuple[GateResult, ...]:
        """Every must-have of a site."""
        return tuple(GateResult(row.criterion, row.batch, head.position) for row in self.ranking.must_haves)

    def _group(self, cells: FloatArray) -> FloatArray:
        """The score on technical fit, 0 to 100: the weighted mean of its criteria, shape (sites,)."""
        points: FloatArray = cells @ _fit_weights(self.ranking.plan, self.ranking.evaluation.tree) / 100
        return points


@dataclass(frozen=True, slots=True)
class FitColumns:
    """Technical fit from 0 to 100 of every classified site, in columns: what is certain, what is possible."""

    sites: IntArray
    low: FloatArray
    high: FloatArray


def fits_of_all(package: WorkPackage, user: User) -> FitColumns:
    """What `longlist_of` says of technical fit and nothing else, without a row in memory for each site.

    Five queries, whatever the number of sites. ``package.program`` should be loaded.
    """
    today = timezone.localdate()
    ids = list(_listed(user).values_list("pk", flat=True))
    need, plan = need_of(package.program, package), plan_of(package)
    facts = gather_facts(ids, package.pk, today)
    said = said_of(package.pk, plan.scorecard_id, today)
    derivation = derive(facts, need, day(today), plan.anchors, claimed_margin=plan.margin)
    tree = build_tree(plan.nodes())
    at = np.arange(len(ids))
    low, high = cells_of(plan, tree.leaves, ids, at, derivation, said.overrides, said.agreed)
    weights = _fit_weights(plan, tree)
    return FitColumns(np.array(ids, dtype=np.int64), low @ weights / 100, high @ weights / 100)


def _fit_weights(plan: Plan, tree: CriteriaTree) -> FloatArray:
    """The weights of the criteria of technical fit, which sum to 1, among all leaves; zeros without any."""
    is_fit = np.array([plan.by_key[leaf].parent == FIT_GROUP for leaf in tree.leaves], dtype=np.bool_)
    own: FloatArray = np.where(is_fit, tree.leaf_weights, 0.0)
    total = own.sum()
    return own / total if total else own


def longlist_of(
    package: WorkPackage, user: User, as_of: date | None = None, plan: Plan | None = None
) -> Longlist:
    """Weigh every classified site that the person may see.

    As many queries as a ranking has, whatever the number of sites. ``package.program`` should be loaded.
    """
    on = as_of or timezone.localdate()
    heads, places = _heads(user)
    ids = [head.site_id for head in heads]
    need = need_of(package.program, package)
    facts = gather_facts(ids, package.pk, on)
    used = plan or plan_of(package)
    said = said_of(package.pk, used.scorecard_id, on)
    ranking = rank(
        program_code=package.program.code,
        program_name=package.program.name,
        package_id=package.pk,
        as_of=on,
        need=need,
        plan=used,
        heads=heads,
        facts=facts,
        derivation=derive(facts, need, day(on), used.anchors, claimed_margin=used.margin),
        overrides=said.overrides,
        agreed=said.agreed,
        requirements=requirement_columns(package, ids, on),
        exceptions=said.exceptions,
    )
    return Longlist(ranking, places, frozenset(candidate_site_ids(package)))


def _listed(user: User) -> QuerySet[Site]:
    return Site.objects.visible_to(user).classified().exclude(standing=Site.Standing.ARCHIVED).order_by("pk")


def _heads(user: User) -> tuple[list[CandidateHead], dict[int, Place]]:
    """Every classified site that is not archived, by id. One query."""
    rows = _listed(user).values_list(
        "pk", "fei", "name", "name_key", "organization__legal_name", "country", "city", "standing"
    )
    heads: list[CandidateHead] = []
    places: dict[int, Place] = {}
    for at, (pk, fei, name, key, organization, country, city, standing) in enumerate(rows):
        heads.append(CandidateHead(pk, at, fei or "", name, key, organization, str(country or ""), ""))
        places[pk] = Place(city, standing)
    return heads, places


def _searched(row: ProposedSite) -> str:
    head = row.head
    return f"{head.name_key} {head.organization} {row.place.city} {head.country} {head.fei}".casefold()
