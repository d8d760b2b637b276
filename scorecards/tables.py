"""The ranked list of a program's candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.numbers import Number, number_text, rank_text
from common.tables import DataTable, PercentColumn, ScoreColumn
from common.templatetags.components import GATES, completeness, gate_mark, interval_bar, status_badge
from common.templatetags.figures import rank as rank_mark
from scorecards.ranking import GateResult, RankedCandidate
from scorecards.wording import STATUS_TONES, criterion_title, sentence, status_word


class PointsColumn(ScoreColumn):
    """A score that is downloaded with two decimals; more would pretend to more than there is."""

    def value(self, value: Number) -> float:
        return round(float(value), 2)


# Must-haves that a row tells of at once.
MOST_TOLD = 2


def _must_haves(gates: Sequence[GateResult]) -> SafeString:
    return format_html_join(
        "",
        '<div>{} <span class="small">{}</span></div>',
        (
            (
                gate_mark(gate.status, criterion_title(gate.criterion.key, gate.criterion.title)),
                sentence(gate.reason),
            )
            for gate in gates
        ),
    )


class RankingTable(DataTable):
    """Rows are `RankedCandidate`; their order is the ranking's, so sorting is by the columns' own values."""

    table_name = "ranking"
    caption = _("Ranking")
    optional = ("organization", "fei")

    name = tables.Column(
        _("Site"),
        accessor="head__name",
        order_by="head__name_key",
        attrs={"td": {"class": "on-one-line"}},
    )
    rank = tables.Column(
        _("Rank"),
        accessor="result__rank",
        empty_values=(),
        attrs={"td": {"class": "num nowrap"}, "th": {"class": "num"}},
    )
    organization = tables.Column(_("Organization"), accessor="head__organization")
    fei = tables.Column(_("FEI"), accessor="head__fei", attrs={"td": {"class": "mono-id"}})
    status = tables.Column(_("Status"), accessor="status")
    score = PointsColumn(_("Score"), accessor="result__score")
    score_upper = PointsColumn(_("Upper bound"), accessor="result__score_upper")
    interval = tables.Column(
        _("Interval"), accessor="result__score", orderable=False, exclude_from_export=True
    )
    completeness = PercentColumn(_("Completeness"), accessor="result__completeness")
    must_haves = tables.Column(
        _("Must-haves"), accessor="gates", orderable=False, attrs={"td": {"class": "wide"}}
    )

    def __init__(self, *args: Any, program_code: str, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program_code = program_code
        self.query = query

    def order_rank(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        return queryset, False

    def render_rank(self, record: RankedCandidate) -> SafeString | str:
        result = record.result
        return rank_mark(result.rank, result.best_rank, result.worst_rank)

    def value_rank(self, record: RankedCandidate) -> str:
        return rank_text(record.result.rank, record.result.best_rank, record.result.worst_rank)

    def render_name(self, record: RankedCandidate) -> SafeString:
        address = reverse("scorecards:candidate", args=[self.program_code, record.head.site_id]) + self.query
        link = format_html(
            '<a href="{}" hx-get="{}" hx-target="#panel-body">{}</a>', address, address, record.head.name
        )
        count = sum(row.site_id == record.head.site_id for row in record.ranking.overrides)
        if not count:
            return link
        text = ngettext("%(count)s value overridden", "%(count)s values overridden", count)
        note = text % {"count": number_text(count)}
        overrides = reverse("scorecards:overrides", args=[self.program_code])
        return format_html(
            '{}<div class="small"><a class="plain" href="{}">{}</a></div>', link, overrides, note
        )

    def value_name(self, record: RankedCandidate) -> str:
        return record.head.name

    def render_status(self, record: RankedCandidate) -> SafeString:
        return status_badge(status_word(record.status), STATUS_TONES[record.status])

    def value_status(self, record: RankedCandidate) -> str:
        return status_word(record.status)

    def render_interval(self, record: RankedCandidate) -> SafeString:
        return interval_bar(record.result.score, record.result.score_upper, text=False)

    def render_completeness(self, record: RankedCandidate) -> SafeString:
        return completeness(record.result.completeness)

    def value_completeness(self, record: RankedCandidate) -> float:
        return round(record.result.completeness, 4)

    def render_must_haves(self, record: RankedCandidate) -> SafeString:
        told = [gate for gate in record.gates if gate.status != "pass"]
        if not told:
            return gate_mark("pass", _now("all met"))
        # Those that fail come first; of a site of which little is known the rest opens on demand.
        told.sort(key=lambda gate: gate.status != "fail")
        shown = told if len(told) <= MOST_TOLD + 1 else told[:MOST_TOLD]
        left = told[len(shown) :]
        if not left:
            return _must_haves(shown)
        words = ngettext("%(total)s more must-have", "%(total)s more must-haves", len(left))
        return format_html(
            '{}<details><summary class="small">{}</summary>{}</details>',
            _must_haves(shown),
            words % {"total": number_text(len(left))},
            _must_haves(left),
        )

    def value_must_haves(self, record: RankedCandidate) -> str:
        return " ".join(
            _now("%(must_have)s: %(outcome)s. %(why)s")
            % {
                "must_have": criterion_title(gate.criterion.key, gate.criterion.title),
                "outcome": GATES[gate.status][1],
                "why": sentence(gate.reason),
            }
            for gate in record.gates
            if gate.status != "pass"
        )
