"""Second opinions as the page and its download tell them: names for keys, and what each method asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.exports import Sheet
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.second_opinions import INDIFFERENT, PREFERRED, Method, SecondOpinions
from scorecards.wording import criterion_title

NAMES: Mapping[Method, str] = {
    Method.TOPSIS: "TOPSIS",
    Method.VIKOR: "VIKOR",
    Method.PROMETHEE: "PROMETHEE II",
    Method.SPOTIS: "SPOTIS",
}
ASKED: Mapping[Method, Promise] = {
    Method.TOPSIS: _(
        "How near a candidate is to the best values among those present, and how far from the worst."
    ),
    Method.VIKOR: _("A compromise between the sum of what a candidate lacks and its greatest single lack."),
    Method.PROMETHEE: _(
        "How often a candidate beats each other one: differences below %(indifferent)d points count as none, "
        "from %(preferred)d points in full."
    ),
    Method.SPOTIS: _(
        "How far a candidate is from an ideal fixed beforehand. On our scales this is the official ranking "
        "again: a check, not another opinion."
    ),
}


@dataclass(frozen=True, slots=True)
class MethodTold:
    """One method in words; `reordered_by` names candidates, None where it was not tried."""

    name: str
    asks: str
    tau: float | None
    first: tuple[str, ...]
    reordered_by: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RowTold:
    """One candidate with its official rank and that of each method."""

    row: RankedCandidate
    official: int
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SpreadTold:
    """A group: the weight given, and what three formulas make of the spread; shares of 1."""

    title: str
    weight: float
    shares: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class OpinionsTold:
    methods: tuple[MethodTold, ...]
    rows: tuple[RowTold, ...]
    spread: tuple[SpreadTold, ...]
    compromise: tuple[str, ...]
    agree_on_leader: bool
    leaders: tuple[str, ...]

    @property
    def formulas(self) -> tuple[str, str, str]:
        """What the three formulas of the spread are called."""
        return _now("Entropy"), "CRITIC", "MEREC"

    @property
    def dissenting(self) -> tuple[MethodTold, ...]:
        """The methods that put somebody else first."""
        return tuple(one for one in self.methods if set(one.first) != set(self.leaders))


def opinions_told(ranking: Ranking, found: SecondOpinions) -> OpinionsTold:
    """The opinions with names, in the order of the ranking. No query."""
    rows = [row for row in ranking.candidates if row.head.key in found.official]
    names = {row.head.key: row.head.name for row in rows}
    figures = {"indifferent": INDIFFERENT, "preferred": PREFERRED}
    by_key = ranking.plan.by_key
    return OpinionsTold(
        methods=tuple(
            MethodTold(
                name=NAMES[one.method],
                asks=str(ASKED[one.method]) % figures,
                tau=one.tau,
                first=tuple(names[key] for key, rank in one.ranks.items() if rank == 1),
                reordered_by=None
                if one.reordered_by is None
                else tuple(names[key] for key in one.reordered_by),
            )
            for one in found.opinions
        ),
        rows=tuple(
            RowTold(
                row, found.official[row.head.key], tuple(one.ranks[row.head.key] for one in found.opinions)
            )
            for row in rows
        ),
        spread=tuple(
            SpreadTold(
                criterion_title(one.key, by_key[one.key].title),
                one.weight,
                (one.entropy, one.critic, one.merec),
            )
            for one in found.spread
        ),
        compromise=tuple(names[key] for key in found.compromise),
        agree_on_leader=found.agree_on_leader,
        leaders=tuple(names[key] for key, rank in found.official.items() if rank == 1),
    )


def opinions_sheet(told: OpinionsTold) -> Sheet:
    """The ranks as the page shows them; the last line is how far each method agrees."""
    heads = (_now("Candidate"), _now("Official rank"), *(one.name for one in told.methods))
    lines: list[list[object]] = [[row.row.head.name, row.official, *row.ranks] for row in told.rows]
    agreement = [None if one.tau is None else round(one.tau, 4) for one in told.methods]
    lines.append([_now("Agreement with the official ranking (Kendall’s τ)"), None, *agreement])
    return Sheet(title=_now("Second opinions"), columns=heads, rows=lines)
