"""What the "why" panel shows of one candidate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from scorecards.agreed import Agreed
from scorecards.derivation.score import EvidenceRef, Strength
from scorecards.evidence import KINDS
from scorecards.floors import PREFIX
from scorecards.overrides import Overridden
from scorecards.ranking import CriterionResult, GateResult, RankedCandidate
from scorecards.wording import STATUS_TONES, criterion_title, sentence, status_word


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """How many rows of a kind are behind a value, and where to read them."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class GateLine:
    title: str
    status: str
    reason: str
    rule_version: int
    evidence: tuple[EvidenceLink, ...]


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion as the panel prints it; points are what it adds to the score."""

    title: str
    low: float
    high: float
    weight: float
    key: str
    points: float
    points_upper: float
    rationale: str
    strength: str | None
    rule_version: int
    evidence: tuple[EvidenceLink, ...]
    derived_low: float
    derived_high: float
    override: Overridden | None
    agreed: Agreed | None
    agreed_counts: bool
    panel_words: str
    floor: GateLine | None
    may_be_excepted: bool


@dataclass(frozen=True, slots=True)
class GroupLines:
    """A group of criteria with its own score."""

    title: str
    low: float
    high: float
    weight: float
    criteria: tuple[CriterionLine, ...]

    @property
    def is_open(self) -> bool:
        """Nothing is known on any criterion of the group."""
        return self.low <= 0 and self.high >= 100


@dataclass(frozen=True, slots=True)
class NextEvidence:
    """An open criterion, what settling it could add at most, and whether it could change the leader."""

    key: str
    title: str
    gain: float
    decisive: bool


def why_context(row: RankedCandidate) -> dict[str, object]:
    """Everything the panel needs about one candidate; no query."""
    return {
        "row": row,
        "status": status_word(row.status),
        "status_tone": STATUS_TONES[row.status],
        "gates": [_gate_line(row, gate) for gate in row.gates],
        "groups": _groups(row),
        "next_evidence": _next(row),
    }


def evidence_links(site_id: int, evidence: Sequence[EvidenceRef]) -> tuple[EvidenceLink, ...]:
    """The evidence by kind, in a fixed order."""
    counted = Counter(ref.kind for ref in set(evidence))
    return tuple(
        EvidenceLink(str(spec.label), counted[kind], spec.list_url(site_id))
        for kind, spec in KINDS.items()
        if counted[kind]
    )


def _groups(row: RankedCandidate) -> list[GroupLines]:
    low, high = row.result.group_scores_low, row.result.group_scores_high
    lines: dict[str | None, list[CriterionLine]] = {}
    weights: dict[str | None, float] = defaultdict(float)
    for cell in row.criteria:
        lines.setdefault(cell.criterion.parent, []).append(criterion_line(row, cell))
        weights[cell.criterion.parent] += cell.weight
    return [
        GroupLines(
            criterion_title(group.key, group.title),
            low[group.key],
            high[group.key],
            weights[group.key],
            tuple(lines[group.key]),
        )
        for group in row.ranking.plan.groups
        if group.key in lines
    ]


def criterion_line(row: RankedCandidate, cell: CriterionResult) -> CriterionLine:
    """What is said of one criterion of one candidate; no query."""
    none = cell.strength == Strength.NONE.value
    key = cell.criterion.key
    return CriterionLine(
        key=key,
        title=criterion_title(cell.criterion.key, cell.criterion.title),
        low=cell.low,
        high=cell.high,
        weight=cell.weight,
        points=cell.contribution,
        points_upper=cell.contribution_upper,
        rationale=sentence(cell.derived.rationale),
        strength=None if none else cell.strength,
        rule_version=cell.derived.rule.version,
        evidence=evidence_links(row.head.site_id, cell.derived.evidence),
        derived_low=cell.derived.low,
        derived_high=cell.derived.high,
        override=cell.override,
        agreed=cell.agreed,
        agreed_counts=cell.agreed_counts,
        panel_words=_panel_words(cell),
        floor=next((_gate_line(row, gate) for gate in row.gates if gate.criterion.key == PREFIX + key), None),
        may_be_excepted=cell.criterion.floor_by_exception and row.result.floors[key] in ("fail", "unknown"),
    )


def _gate_line(row: RankedCandidate, gate: GateResult) -> GateLine:
    return GateLine(
        criterion_title(gate.criterion.key, gate.criterion.title),
        gate.derived.status.value,
        sentence(gate.derived.reason),
        gate.derived.rule.version,
        evidence_links(row.head.site_id, gate.derived.evidence),
    )


def _panel_words(cell: CriterionResult) -> str:
    if cell.agreed is None:
        return ""
    return sentence(cell.agreed.rationale if cell.agreed_counts else cell.agreed.settled_rationale)


def _next(row: RankedCandidate) -> list[NextEvidence]:
    titles = {leaf.key: criterion_title(leaf.key, leaf.title) for leaf in row.ranking.plan.leaves}
    return [
        NextEvidence(cell.criterion, titles[cell.criterion], cell.gain, cell.decisive)
        for cell in row.next_evidence(5)
    ]
