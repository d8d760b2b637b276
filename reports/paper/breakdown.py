"""Must-haves and criteria in words, criteria under their groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.numbers import number_text, score_text
from reports.figures.due_diligence import CriterionFigures, Evaluation, GateFigures
from reports.figures.standing import GroupFigures
from reports.paper.words import label_text, message_text

UNRECORDED = "unrecorded"


@dataclass(frozen=True)
class GateRow:
    """One must-have: its label, outcome (pass, fail, unknown) and reason."""

    label: str
    status: str
    reason: str
    rule: str


@dataclass(frozen=True)
class CriterionRow:
    """One criterion in words and figures. Points are what it adds to the score at either end."""

    label: str
    figures: CriterionFigures
    why: str

    @property
    def points_low(self) -> float:
        return self.figures.weight * self.figures.low

    @property
    def points_high(self) -> float:
        return self.figures.weight * self.figures.high

    @property
    def weight_percent(self) -> float:
        return 100 * self.figures.weight

    @property
    def value_text(self) -> str:
        """The value, or the interval it lies in."""
        return interval_text(self.figures.low, self.figures.high)

    @property
    def points_text(self) -> str:
        return interval_text(self.points_low, self.points_high)

    @property
    def derived_text(self) -> str:
        """What the rule gave where a person put another value in its place."""
        override = self.figures.override
        return interval_text(override.derived_low, override.derived_high) if override else self.value_text

    @property
    def is_open(self) -> bool:
        """Nothing at all is known."""
        return self.figures.low <= 0 and self.figures.high >= 100


@dataclass(frozen=True)
class CriteriaSection:
    """A group with those of its criteria that have evidence, and the names of those that have none."""

    label: str
    figures: GroupFigures
    rows: tuple[CriterionRow, ...]
    silent: tuple[CriterionRow, ...]

    @property
    def points_low(self) -> float:
        return self.figures.weight * self.figures.low

    @property
    def points_high(self) -> float:
        return self.figures.weight * self.figures.high

    @property
    def weight_percent(self) -> float:
        return 100 * self.figures.weight

    @property
    def silent_names(self) -> str:
        return ", ".join(row.label for row in self.silent)

    @property
    def silent_points(self) -> str:
        """Points that the criteria without evidence could give, which is also their weight in percent."""
        return number_text(sum(row.points_high for row in self.silent), 1)


def interval_text(low: float, high: float) -> str:
    """One figure where the ends meet, otherwise both."""
    if score_text(low) == score_text(high):
        return score_text(low)
    return f"{score_text(low)}–{score_text(high)}"


def gate_rows(evaluation: Evaluation) -> list[GateRow]:
    """Must-haves, those that fail first, then the unknown."""
    order = {"fail": 0, "unknown": 1, "excepted": 2, "pass": 3}
    gates = sorted(evaluation.gates, key=lambda gate: order.get(gate.status, 1))
    return [_gate_row(gate) for gate in gates]


def _gate_row(gate: GateFigures) -> GateRow:
    return GateRow(label_text(gate.key, gate.label), gate.status, message_text(gate.reason), gate.rule)


def overridden_rows(sections: Iterable[CriteriaSection]) -> list[CriterionRow]:
    """The criteria whose value a person replaced."""
    return [row for section in sections for row in section.rows if row.figures.override]


def group_names(evaluation: Evaluation) -> dict[str, str]:
    """Names of the groups by key."""
    return {group.key: label_text(group.key, group.label) for group in evaluation.groups}


def criteria_sections(evaluation: Evaluation) -> list[CriteriaSection]:
    """Criteria under their groups, in the order of the template."""
    return [
        CriteriaSection(
            label=label_text(group.key, group.label),
            figures=group,
            rows=tuple(row for row in rows if not _is_silent(row)),
            silent=tuple(row for row in rows if _is_silent(row)),
        )
        for group in evaluation.groups
        for rows in [list(_rows_of(group.key, evaluation.criteria))]
    ]


def _rows_of(group: str, criteria: Iterable[CriterionFigures]) -> Iterable[CriterionRow]:
    for each in criteria:
        if each.group == group:
            yield CriterionRow(label_text(each.key, each.label), each, message_text(each.rationale))


def _is_silent(row: CriterionRow) -> bool:
    """No rule reads evidence for it yet; what a rule looked for and did not find is a finding of its own."""
    figures = row.figures
    spoken = figures.evidence or figures.override
    return not spoken and row.is_open and figures.rule.split("@")[0] == UNRECORDED
