"""The figures of a comparison laid out for its templates."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.heat import Cell, CriterionRow, heat_map
from common.charts.ranking import CandidateBar, Standing, rank_chart
from common.numbers import NO_BREAK, number_text
from reports.compared import answer, tables
from reports.compared.items import Table
from reports.compared.view import Compared
from reports.figures.comparison import Comparison
from reports.naming import file_name
from reports.paper.charts import WIDTH, Figure
from reports.paper.pages import COVER_LENGTH, HEADER_LENGTH
from reports.paper.sure import duel_figure, duel_line, shares_note
from reports.paper.words import clipped

MOST_GAPS = 12
MOST_COLUMNS_OF_FIGURES = 5
MOST_NAMES_AT_EASE = 2


@dataclass(frozen=True)
class ComparisonPages:
    """What the templates of a comparison ask for."""

    view: Compared

    @property
    def figures(self) -> Comparison:
        return self.view.figures

    @property
    def inputs_sha256(self) -> str:
        return self.view.sha256

    @property
    def title(self) -> str:
        return self.view.title

    @property
    def version(self) -> str:
        """For the running header."""
        return self.view.version

    @property
    def running_title(self) -> str:
        """For the running header; cut, since a margin has one line."""
        return clipped(self.view.project, HEADER_LENGTH)

    @property
    def issued_stamp(self) -> str:
        """When it was issued, for the document's metadata (W3C date format)."""
        return self.figures.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def cover_project(self) -> str:
        return clipped(self.view.project, COVER_LENGTH)

    @property
    def cover_person(self) -> str:
        return clipped(self.figures.requested_by, COVER_LENGTH)

    @property
    def cover_names(self) -> list[str]:
        return [clipped(name, COVER_LENGTH // 2) for name in self.view.names]

    @property
    def is_tight(self) -> bool:
        """Whether the columns of figures need smaller letters."""
        return len(self.figures.chosen) > MOST_COLUMNS_OF_FIGURES

    @property
    def is_crowded(self) -> bool:
        """Whether so many names stand on the cover that it has to be set closer."""
        return len(self.figures.chosen) > MOST_NAMES_AT_EASE

    # The answer ---------------------------------------------------------------------------------

    @cached_property
    def headline(self) -> str:
        return answer.headline(self.view)

    @cached_property
    def answers(self) -> list[tuple[str, list[str]]]:
        return answer.answers(self.view)

    @cached_property
    def rank_chart(self) -> Figure:
        title = _("Official score, and what it could become")
        bars = [
            CandidateBar(
                name=row.name,
                lower=row.score,
                upper=row.score_upper,
                rank=row.rank,
                best_rank=row.best_rank,
                worst_rank=row.worst_rank,
                standing=Standing(row.status),
            )
            for row in self.view.chosen
        ]
        return Figure(title, rank_chart(bars, caption=title, width=WIDTH).svg)

    @property
    def field_line(self) -> str:
        """How many more stand in the ranking."""
        total, chosen = len(self.figures.outcome.field), len(self.figures.chosen)
        if total == chosen:
            return _("Every candidate of the ranking is compared here.")
        return ngettext(
            "Ranks are those of the whole ranking of %(total)s candidates; one further is not compared here.",
            "Ranks are those of the whole ranking of %(total)s candidates; %(n)s further "
            "are not compared here.",
            total - chosen,
        ) % {"total": number_text(total), "n": number_text(total - chosen)}

    # Parts --------------------------------------------------------------------------------------

    @cached_property
    def ranking(self) -> Table:
        return tables.ranking_table(self.view)

    @cached_property
    def must_haves(self) -> Table:
        return tables.must_have_table(self.view)

    @cached_property
    def unmet(self) -> Table:
        return tables.unmet_table(self.view)

    @cached_property
    def groups(self) -> Table:
        return tables.group_table(self.view)

    @cached_property
    def group_map(self) -> Figure:
        title = _("Values by group, candidates in the order of their rank")
        found = {
            site: {group.key: group for group in self.view.outcome[site].groups}
            for site in self.figures.chosen
        }
        rows = [
            CriterionRow(
                name=self.view.labels[row.key],
                group="",
                weight=row.share,
                cells=tuple(
                    Cell(found[site][row.key].low, found[site][row.key].high) for site in self.figures.chosen
                ),
            )
            for row in self.figures.outcome.weights
            if row.parent is None
        ]
        return Figure(title, heat_map(self.view.names, rows, caption=title).svg)

    @cached_property
    def criteria(self) -> list[tuple[str, Table]]:
        """The criteria of each group, without the column that names it."""
        whole = tables.criteria_table(self.view)
        found: dict[str, list[tuple[object, ...]]] = {}
        for row in whole.rows:
            found.setdefault(row[0].text, []).append(row[1:])
        return [
            (group, Table(whole.name, whole.columns[1:], tuple(rows)))  # type: ignore[arg-type]
            for group, rows in found.items()
        ]

    # Head to head -------------------------------------------------------------------------------

    @cached_property
    def waterfall(self) -> Figure | None:
        """From the second to the first in steps, the largest first."""
        return duel_figure(self.figures.outcome, self.view.labels)

    @cached_property
    def duel(self) -> Table:
        """Without the criteria on which the two are equal."""
        whole = tables.duel_table(self.view)
        return Table(whole.name, whole.columns, tuple(row for row in whole.rows if row[-1].value))

    @property
    def equal_criteria(self) -> int:
        duel = self.figures.outcome.duel
        return sum(not part.points for part in duel.points) if duel else 0

    @property
    def duel_line(self) -> str:
        """What open evidence means for the order of the two."""
        return duel_line(self.figures.outcome)

    # How sure -----------------------------------------------------------------------------------

    @cached_property
    def shares(self) -> Table:
        return tables.shares_table(self.view)

    @property
    def shares_note(self) -> str:
        return shares_note(self.figures.outcome)

    @property
    def shares_meaning(self) -> str:
        return answer.shares_meaning()

    @cached_property
    def weights(self) -> Table:
        return tables.weight_table(self.view, groups_only=True)

    @property
    def weights_finding(self) -> str:
        return answer.weights_finding(self.figures.outcome, self.view.labels)

    # The rest -----------------------------------------------------------------------------------

    @cached_property
    def record(self) -> Table:
        return tables.record_table(self.view)

    @cached_property
    def offers(self) -> Table:
        return tables.offer_table(self.view)

    @cached_property
    def gaps(self) -> Table:
        return tables.gap_table(self.view).first(MOST_GAPS)

    @property
    def more_gaps(self) -> int:
        return max(0, len(self.figures.outcome.open_evidence) - MOST_GAPS)

    @cached_property
    def overrides(self) -> Table:
        return tables.override_table(self.view)

    @cached_property
    def sources(self) -> Table:
        return tables.source_table(self.view)

    @property
    def rules(self) -> str:
        """Rules used, each with its version."""
        return ", ".join(rule.replace("@", NO_BREAK) for rule in self.figures.rules)

    @property
    def verify_command(self) -> str:
        """What to type; no words, so the same in every language."""
        return f"manage.py verify_report {self.file_name}"

    @property
    def file_name(self) -> str:
        return file_name("comparison", self.figures.program.code, str(self.figures.as_of), made_as="pdf")

    @property
    def history_position(self) -> str:
        return number_text(self.figures.history.position)
