"""The table of a closed panel: what was scored, how far apart it lies, what was agreed."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.numbers import number_text
from common.punctuation import labelled
from common.tables import ActionsColumn, DataTable, MoreExport
from common.templatetags.components import status_badge
from programs.models import Program
from scorecards.models import AgreedScore, Panel
from scorecards.panels.consensus import Cell

# What a file of every score is asked for by, before its format.
SCORES = "scores-"
NUMERIC = {"td": {"class": "num"}, "th": {"class": "num"}}


class ConsensusTable(DataTable):
    """Rows are `Cell`, as given: what is not agreed first, the widest apart on top."""

    table_name = "consensus"
    caption = _("Values by disagreement")

    site = tables.Column(_("Candidate"), order_by=("site_key", "criterion__id"))
    criterion = tables.Column(
        _("Criterion"), accessor="criterion__title", order_by=("criterion__id", "site_key")
    )
    scores = tables.Column(_("Scores"), orderable=False, empty_values=(), attrs={"td": {"class": "wide"}})
    width = tables.Column(
        _("Levels apart"), order_by="disagreement", initial_sort_descending=True, attrs=NUMERIC
    )
    spread = tables.Column(
        _("Apart on average"), order_by="spread", initial_sort_descending=True, attrs=NUMERIC
    )
    agreed = tables.Column(
        _("Agreed"),
        order_by="agreed_key",
        empty_values=(),
        initial_sort_descending=True,
        attrs={"td": {"class": "nowrap"}},
    )
    actions = ActionsColumn("scorecards/panels/_cell_actions.html")

    def __init__(self, *args: Any, program: Program, panel: Panel, moderated: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if moderated else ("actions",), **kwargs)
        self.program, self.panel = program, panel
        self.more_exports = tuple(
            MoreExport(label, "", f"{SCORES}{name}")
            for label, name in ((_now("Every score, XLSX"), "xlsx"), (_now("Every score, CSV"), "csv"))
        )

    def render_site(self, record: Cell) -> SafeString:
        where = [self.program.address, self.panel.pk, record.criterion.key, record.site_id]
        return format_html('<a href="{}">{}</a>', reverse("scorecards:panel-cell", args=where), record.site)

    def value_site(self, record: Cell) -> str:
        return record.site

    def render_scores(self, record: Cell) -> SafeString:
        if not record.scores:
            return format_html('<span class="muted">{}</span>', _now("nobody scored this"))
        return format_html_join(
            " ",
            '<span class="raw" title="{}"><span class="strip-mark is-given">{}</span> '
            '<span class="small muted">{}</span></span>',
            ((score.comment, score.mark, score.assessor) for score in record.scores),
        )

    def value_scores(self, record: Cell) -> str:
        return "; ".join(labelled(score.assessor, score.mark) for score in record.scores)

    def render_width(self, record: Cell) -> SafeString | str:
        width = number_text(record.width) if record.levels else "–"
        if not record.unjudged:
            return width
        told = ngettext("%(count)s cannot judge", "%(count)s cannot judge", record.unjudged)
        words = told % {"count": number_text(record.unjudged)}
        return format_html('{}<div class="small muted">{}</div>', width, words)

    def value_width(self, record: Cell) -> int | None:
        return record.width if record.levels else None

    def render_spread(self, record: Cell) -> str:
        return number_text(record.spread, 2)

    def value_spread(self, record: Cell) -> float:
        return record.spread

    def render_agreed(self, record: Cell) -> SafeString:
        agreed = record.agreed
        if agreed is None:
            return format_html('<span class="muted">{}</span>', _now("not yet"))
        word, tone = (_now("as scored"), "good") if agreed.as_scored else (_now("moderated"), "info")
        text = format_html("<strong>{}</strong> {}", _ends(agreed), status_badge(word, tone))
        if not agreed.replaces:
            return text
        return format_html('{}<div class="small muted">{}</div>', text, _now("in place of the evidence"))

    def value_agreed(self, record: Cell) -> str:
        return _ends(record.agreed) if record.agreed else ""


def _ends(agreed: AgreedScore) -> str:
    """A level, or from one level to another."""
    ends = dict.fromkeys((agreed.low, agreed.high))
    return "–".join(number_text(end, 1) for end in ends)
