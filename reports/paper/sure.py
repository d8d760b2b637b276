"""How sure a place is, for the printed reports: why one stands before another, and how far that carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.waterfall import Step, waterfall_chart
from common.numbers import number_text, percent_text, score_text
from reports.compared import answer
from reports.compared.items import Table, percent, words
from reports.compared.tables import shares_headings
from reports.figures.standing import Outcome
from reports.paper.charts import WIDTH, Figure

MOST_STEPS = 10


@dataclass(frozen=True)
class SurePages:
    """The site of a due-diligence report beside the leader, or the leader beside the next."""

    outcome: Outcome
    labels: Mapping[str, str]

    @cached_property
    def waterfall(self) -> Figure | None:
        return duel_figure(self.outcome, self.labels)

    @property
    def duel_line(self) -> str:
        return duel_line(self.outcome)

    @cached_property
    def shares(self) -> Table:
        """How often each of the two comes first."""
        names = {row.site_id: row.name for row in self.outcome.field}
        shown = {candidate.site_id for candidate in self.outcome.candidates}
        rows = self.outcome.shares.rows if self.outcome.shares else ()
        return Table(
            _("Robustness"),
            shares_headings(),
            tuple(
                (words(names[row.site_id]), percent(row.near), percent(row.near_open), percent(row.any_open))
                for row in rows
                if row.site_id in shown
            ),
        )

    @property
    def shares_note(self) -> str:
        return f"{answer.shares_meaning()} {shares_note(self.outcome)}"

    @property
    def weights_finding(self) -> str:
        return answer.weights_finding(self.outcome, self.labels)


def duel_figure(outcome: Outcome, labels: Mapping[str, str]) -> Figure | None:
    """From the second of two to the first in steps, the largest first; None without two that are ranked."""
    duel = outcome.duel
    if duel is None:
        return None
    parts = sorted((part for part in duel.points if part.points), key=lambda part: -abs(part.points))
    steps = [Step(labels[part.key], part.points) for part in parts[:MOST_STEPS]]
    if rest := parts[MOST_STEPS:]:
        name = ngettext("%(count)s more criterion", "%(count)s more criteria", len(rest))
        steps.append(Step(name % {"count": number_text(len(rest))}, sum(part.points for part in rest)))
    field = {row.site_id: row for row in outcome.field}
    first, second = field[duel.a], field[duel.b]
    title = _("From %(from)s to %(to)s: +%(points)s points") % {
        "from": second.name,
        "to": first.name,
        "points": number_text(duel.ahead, 1),
    }
    chart = waterfall_chart(second.name, second.score, steps, first.name, caption=title, width=WIDTH)
    return Figure(title, chart.svg)


def duel_line(outcome: Outcome) -> str:
    """What open evidence means for the order of the two."""
    duel = outcome.duel
    if duel is None:
        return ""
    field = {row.site_id: row for row in outcome.field}
    first, second = field[duel.a], field[duel.b]
    if duel.necessary:
        return _(
            "Whatever the open evidence turns out to be, %(a)s stays above %(b)s with these weights."
        ) % {"a": first.name, "b": second.name}
    if duel.b_could_pass:
        return _(
            "This can still turn: with all its open evidence at its best, %(b)s would reach %(upper)s, "
            "above the %(score)s that are documented of %(a)s."
        ) % {
            "a": first.name,
            "b": second.name,
            "upper": score_text(second.score_upper),
            "score": score_text(first.score),
        }
    return ""


def shares_note(outcome: Outcome) -> str:
    """How the shares were drawn."""
    shares = outcome.shares
    if shares is None:
        return ""
    note = _(
        "%(samples)s weightings were drawn, each share is within %(margin)s at 95%%. A weight of a group of "
        "mean size is off by about %(spread)s points in 100."
    ) % {
        "samples": number_text(shares.samples),
        "margin": percent_text(shares.margin, 1),
        "spread": number_text(shares.spread),
    }
    if not shares.assessors:
        return note
    drawn = _(
        "With each weighting one of %(assessors)s assessors was drawn, whose own levels stand where panels "
        "agreed."
    ) % {"assessors": number_text(shares.assessors)}
    return f"{note} {drawn}"
