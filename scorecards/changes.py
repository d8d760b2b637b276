"""What changed between two evaluations: each score's change from evidence and from weights, without a rest.

An evaluation is a frozen one, read from its own content, or a ranking in memory. Both become a `Snapshot`
in the exact integers of the official run, so that the parts add up to the change (Bennet 1920).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.exports import Sheet
from common.templatetags.components import GATES
from scorecards.engine.exact import HUNDREDTHS, SCORE_UNITS, WEIGHT_UNITS
from scorecards.engine.explain import BennetSplit, bennet_split
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking
from scorecards.requirements import columns_of_data
from scorecards.wording import criterion_title, sentence, sentence_of_data

Words = Callable[[], str]
MOST_NAMED = 3
# Less than this is printed as nothing.
WORTH_NAMING = 0.05


@dataclass(frozen=True, slots=True)
class Gate:
    """How a must-have was answered."""

    title: str
    status: str
    why: Words


@dataclass(frozen=True, slots=True)
class Stand:
    """One candidate in one evaluation; `low` by criterion in hundredths of a point, `score` in points."""

    site_id: int
    name: str
    rank: int | None
    score: float
    low: Mapping[str, int]
    why: Mapping[str, Words]
    gates: Mapping[str, Gate]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An evaluation as the comparison reads it: weights in units of 2⁻³⁰, titles by key."""

    template: tuple[str, int]
    titles: Mapping[str, str]
    weights: Mapping[str, int]
    stands: Mapping[int, Stand]


@dataclass(frozen=True, slots=True)
class GateChange:
    """A must-have that is answered otherwise; empty where it was not asked, or is not any more."""

    title: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """What one criterion adds to the change of a score, in points; None for what was not asked then."""

    key: str
    title: str
    before: float | None
    after: float | None
    weight_before: float
    weight_after: float
    from_evidence: float
    from_weights: float
    why_before: str
    why_after: str

    @property
    def points(self) -> float:
        return self.from_evidence + self.from_weights


@dataclass(frozen=True, slots=True)
class CandidateChange:
    """One candidate in both evaluations, or in one of them alone; changes in points."""

    name: str
    site_id: int
    before: Stand | None
    after: Stand | None
    difference: float
    from_evidence: float
    from_weights: float
    parts: tuple[tuple[str, float], ...]
    gates: tuple[GateChange, ...]

    @property
    def gates_settled(self) -> int:
        """How many must-haves were unknown or not asked, and are met now."""
        return sum(gate.after == "pass" and gate.before != "fail" for gate in self.gates)

    @property
    def gates_told(self) -> tuple[GateChange, ...]:
        """The others, each worth a line of its own."""
        return tuple(gate for gate in self.gates if gate.after != "pass" or gate.before == "fail")

    @property
    def in_both(self) -> bool:
        return self.before is not None and self.after is not None

    @property
    def is_same(self) -> bool:
        """Nothing about the candidate is different: not its parts either, which could cancel out."""
        return self.in_both and not self.parts and not self.gates and self.before_rank == self.after_rank

    @property
    def moved_most(self) -> tuple[tuple[str, float], ...]:
        """The few criteria that are worth naming, the largest part first."""
        return tuple(part for part in self.parts[:MOST_NAMED] if abs(part[1]) >= WORTH_NAMING)

    @property
    def before_rank(self) -> int | None:
        return self.before.rank if self.before else None

    @property
    def after_rank(self) -> int | None:
        return self.after.rank if self.after else None


@dataclass(frozen=True, slots=True)
class Changes:
    """Two evaluations of one work package; candidates in the later order, those who left last."""

    rows: tuple[CandidateChange, ...]
    leaders_before: tuple[str, ...]
    leaders_after: tuple[str, ...]
    weights_moved: bool
    other_template: bool

    @property
    def gates_moved(self) -> bool:
        return any(row.gates for row in self.rows)

    @property
    def columns_left(self) -> int:
        """How many columns follow rank and score, for who stands in one evaluation alone."""
        return 2 + 2 * self.weights_moved + self.gates_moved

    @property
    def is_nothing(self) -> bool:
        return not self.weights_moved and all(row.is_same for row in self.rows)


def snapshot_of_ranking(ranking: Ranking) -> Snapshot:
    """A ranking in memory. No query."""
    plan = ranking.plan
    return Snapshot(
        template=(plan.template_key, plan.template_version),
        titles={leaf.key: criterion_title(leaf.key, leaf.title) for leaf in plan.leaves},
        weights=ranking.evaluation.weight_units,
        stands={row.head.site_id: _stand_of(row) for row in ranking.candidates},
    )


def snapshot_of_frozen(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> Snapshot:
    """A frozen evaluation, with the figures that were frozen; nothing is computed again."""
    plan = inputs["plan"]
    titles = {row["key"]: criterion_title(row["key"], row["title"]) for row in plan["criteria"]}
    asked = columns_of_data(inputs.get("requirements", ()))
    gate_titles = titles | {column.asked.key: column.asked.words for column in asked}
    put = {(row["site_id"], row["criterion"]): row for row in inputs.get("overrides", ())}
    names = {head["site_id"]: head["name"] for head in inputs["candidates"]}
    weights = result["weights"]
    return Snapshot(
        template=(plan["template_key"], plan["template_version"]),
        titles={key: title for key, title in titles.items() if key in weights},
        weights=weights,
        stands={
            row["site_id"]: _frozen_stand(row, names[row["site_id"]], gate_titles, put)
            for row in result["candidates"]
        },
    )


def changes_between(before: Snapshot, after: Snapshot) -> Changes:
    """Every candidate of either evaluation, and what its change is made of."""
    left = [site_id for site_id in before.stands if site_id not in after.stands]
    return Changes(
        rows=tuple(_candidate_change(before, after, site_id) for site_id in (*after.stands, *left)),
        leaders_before=_leaders(before),
        leaders_after=_leaders(after),
        weights_moved=dict(before.weights) != dict(after.weights),
        other_template=before.template != after.template,
    )


def criteria_changes(before: Snapshot, after: Snapshot, site_id: int) -> list[CriterionChange]:
    """What moved one candidate's score, the largest part first; only what moved it at all."""
    old, new = before.stands[site_id], after.stands[site_id]
    titles = {**before.titles, **after.titles}
    found = [
        CriterionChange(
            key=part.criterion,
            title=titles[part.criterion],
            before=_points(old, part.criterion),
            after=_points(new, part.criterion),
            weight_before=before.weights.get(part.criterion, 0) / WEIGHT_UNITS,
            weight_after=after.weights.get(part.criterion, 0) / WEIGHT_UNITS,
            from_evidence=part.from_value,
            from_weights=part.from_weight,
            why_before=_said(old, part.criterion),
            why_after=_said(new, part.criterion),
        )
        for part in _split(before, after, site_id).effects
        if part.from_value or part.from_weight
    ]
    return sorted(found, key=lambda row: -abs(row.points))


def changes_sheet(changes: Changes) -> Sheet:
    """What the page lists, as plain values."""
    heads = (
        _("Candidate"),
        _("Rank before"),
        _("Rank now"),
        _("Score before"),
        _("Score now"),
        _("Change"),
        _("From evidence"),
        _("From weights"),
        _("Must-haves"),
    )
    colon = pgettext("after a label", ": ")
    lines = [
        [
            row.name,
            row.before_rank,
            row.after_rank,
            round(row.before.score, 2) if row.before else None,
            round(row.after.score, 2) if row.after else None,
            *(round(part, 4) for part in (row.difference, row.from_evidence, row.from_weights)),
            "; ".join(
                f"{gate.title}{colon}{_answer(gate.before)} → {_answer(gate.after)}" for gate in row.gates
            ),
        ]
        for row in changes.rows
    ]
    return Sheet(title=_("What changed"), columns=heads, rows=lines)


def _stand_of(row: RankedCandidate) -> Stand:
    result = row.result
    return Stand(
        site_id=row.head.site_id,
        name=row.head.name,
        rank=result.rank,
        score=result.score,
        low={cell.criterion.key: round(cell.low * HUNDREDTHS) for cell in row.criteria},
        why={cell.criterion.key: partial(_why, cell) for cell in row.criteria},
        gates={
            gate.criterion.key: Gate(
                criterion_title(gate.criterion.key, gate.criterion.title),
                gate.status.value,
                partial(sentence, gate.reason),
            )
            for gate in row.gates
        },
    )


def _why(cell: CriterionResult) -> str:
    if cell.override:
        return _put_by(cell.override.made_by, cell.override.reason)
    if cell.agreed is None:
        return sentence(cell.rationale)
    return sentence(cell.agreed.rationale if cell.agreed_counts else cell.agreed.settled_rationale)


def _frozen_stand(
    row: Mapping[str, Any],
    name: str,
    gate_titles: Mapping[str, str],
    put: Mapping[tuple[int, str], Mapping[str, Any]],
) -> Stand:
    site_id = row["site_id"]
    return Stand(
        site_id=site_id,
        name=name,
        rank=row["rank"],
        score=row["exact_score"] / SCORE_UNITS,
        low={cell["key"]: cell["low"] for cell in row["criteria"]},
        why={
            cell["key"]: partial(_frozen_why, cell, put.get((site_id, cell["key"])))
            for cell in row["criteria"]
        },
        gates={
            gate["key"]: Gate(
                gate_titles.get(gate["key"]) or criterion_title(gate["key"], gate["key"]),
                gate["status"],
                partial(sentence_of_data, gate["reason"]),
            )
            for gate in row["gates"]
        },
    )


def _frozen_why(cell: Mapping[str, Any], put: Mapping[str, Any] | None) -> str:
    if put:
        return _put_by(put["made_by"], put["reason"])
    return sentence_of_data(cell["panel"]["rationale"] if "panel" in cell else cell["rationale"])


def _put_by(who: str, reason: str) -> str:
    """A person's value stands in place of the derived one."""
    if not who:
        return reason
    return _("%(who)s put another value: %(reason)s") % {"who": who, "reason": reason}


def _leaders(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(stand.name for stand in snapshot.stands.values() if stand.rank == 1)


def _candidate_change(before: Snapshot, after: Snapshot, site_id: int) -> CandidateChange:
    old, new = before.stands.get(site_id), after.stands.get(site_id)
    one = new or old
    assert one is not None
    if old is None or new is None:
        return CandidateChange(one.name, site_id, old, new, 0.0, 0.0, 0.0, (), ())
    split = _split(before, after, site_id)
    titles = {**before.titles, **after.titles}
    parts = sorted(
        ((titles[part.criterion], part.from_value + part.from_weight) for part in split.effects),
        key=lambda part: -abs(part[1]),
    )
    return CandidateChange(
        name=one.name,
        site_id=site_id,
        before=old,
        after=new,
        difference=split.difference,
        from_evidence=split.from_values,
        from_weights=split.from_weights,
        parts=tuple(part for part in parts if part[1]),
        gates=tuple(_gate_changes(old, new)),
    )


def _split(before: Snapshot, after: Snapshot, site_id: int) -> BennetSplit:
    """One candidate's change; a criterion that one side lacks keeps its value there and weighs nothing."""
    old, new = before.stands[site_id].low, after.stands[site_id].low
    leaves = [*old, *(key for key in new if key not in old)]

    def column(one: Mapping[str, int], other: Mapping[str, int]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([one.get(key, other.get(key, 0)) for key in leaves], dtype=np.float64)

    return bennet_split(
        column(old, new),
        column(new, old),
        column(before.weights, dict.fromkeys(leaves, 0)),
        column(after.weights, dict.fromkeys(leaves, 0)),
        leaves,
        scale=SCORE_UNITS,
    )


def _gate_changes(old: Stand, new: Stand) -> Sequence[GateChange]:
    found = []
    for key in (*new.gates, *(key for key in old.gates if key not in new.gates)):
        then, now = old.gates.get(key), new.gates.get(key)
        before, after = then.status if then else "", now.status if now else ""
        if before != after and (said := now or then):
            found.append(GateChange(said.title, before, after, said.why()))
    return found


def _points(stand: Stand, key: str) -> float | None:
    low = stand.low.get(key)
    return None if low is None else low / HUNDREDTHS


def _said(stand: Stand, key: str) -> str:
    return stand.why[key]() if key in stand.why else ""


def _answer(status: str) -> str:
    """The word for how a must-have is answered, in the reader's language."""
    return str(GATES[status][1]) if status in GATES else "–"
