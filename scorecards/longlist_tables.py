"""The tables of the proposed longlist and of the must-haves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from common.punctuation import labelled
from common.tables import DataTable
from common.templatetags.components import GATES, gate_mark, interval_bar, status_badge
from partners.models import Site
from partners.templatetags.partner_badges import standing_badge
from programs.models import Requirement
from scorecards.longlist import Part, ProposedSite
from scorecards.ranking import GateResult, RankedCandidate, Ranking
from scorecards.requirements import requirement_sentence_of
from scorecards.tables import PointsColumn
from scorecards.wording import STATUS_TONES, criterion_title, sentence, status_word

MOST_NAMED = 2


def gate_title(gate: GateResult) -> str:
    """What a must-have is called."""
    return criterion_title(gate.criterion.key, gate.criterion.title)


class LonglistTable(DataTable):
    """Rows are `ProposedSite`."""

    table_name = "longlist"
    caption = _("Proposed sites")
    optional = ("organization", "fei", "place", "standing", "fit_high", "score_high")

    name = tables.Column(_("Site"), accessor="head__name", order_by=("head__name_key", "head__site_id"))
    organization = tables.Column(_("Organization"), accessor="head__organization")
    fei = tables.Column(_("FEI"), accessor="head__fei", attrs={"td": {"class": "mono-id"}})
    place = tables.Column(_("Place"), accessor="head__country", empty_values=())
    standing = tables.Column(_("Standing"), accessor="place__standing", orderable=False)
    fit = PointsColumn(_("Technical fit"), accessor="fit_low")
    fit_high = PointsColumn(_("Technical fit, upper bound"), accessor="fit_high")
    score = PointsColumn(_("Score"), accessor="score_low")
    score_high = PointsColumn(_("Score, upper bound"), accessor="score_high")
    wants = tables.Column(
        _("Wants met"), accessor="wants_met", attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    reasons = tables.Column(_("Must-haves"), accessor="part", orderable=False)

    def __init__(self, *args: Any, may_add: bool, wants: int, **kwargs: Any) -> None:
        hidden = () if wants else ("wants",)
        super().__init__(*args, exclude=hidden, **kwargs)
        self.may_add = may_add
        self.total_wants = wants

    def render_name(self, record: ProposedSite) -> SafeString:
        link = format_html(
            '<a href="{}">{}</a><br><span class="muted small">{}</span>',
            reverse("workspace:site", args=[record.head.site_id]),
            record.head.name,
            self.render_place(record),
        )
        if record.is_candidate:
            return format_html("{} {}", link, status_badge(_now("candidate"), "good"))
        if not self.may_add or record.part is Part.EXCLUDED:
            return link
        return format_html(
            '<span class="pick"><input class="form-check-input" type="checkbox" name="site" value="{}" '
            'form="selection" aria-label="{}"><span>{}</span></span>',
            str(record.head.site_id),
            _now("Pick %(site)s") % {"site": record.head.name},
            link,
        )

    def value_name(self, record: ProposedSite) -> str:
        return record.head.name

    def render_place(self, record: ProposedSite) -> str:
        country = countries.name(record.head.country) if record.head.country else ""
        return ", ".join(part for part in (record.place.city, country) if part) or "—"

    def render_standing(self, record: ProposedSite) -> SafeString:
        return standing_badge(record.place.standing)

    def value_standing(self, record: ProposedSite) -> str:
        return str(Site.Standing(record.place.standing).label)

    def render_fit(self, record: ProposedSite) -> SafeString:
        return interval_bar(record.fit_low, record.fit_high)

    def render_score(self, record: ProposedSite) -> SafeString:
        return interval_bar(record.score_low, record.score_high)

    def render_wants(self, record: ProposedSite) -> str:
        return _now("%(met)s of %(total)s") % {"met": record.wants_met, "total": self.total_wants}

    def value_wants(self, record: ProposedSite) -> int:
        return record.wants_met

    def render_reasons(self, record: ProposedSite) -> SafeString:
        told = record.reasons
        if not told:
            return gate_mark("pass", _now("all met"))
        if len(told) > MOST_NAMED:
            words = _now("%(total)s failed") if told[0].status == "fail" else _now("%(total)s unknown")
            marks: SafeString = gate_mark(told[0].status, words % {"total": len(told)})
        else:
            marks = format_html_join(" ", "{}", ((gate_mark(row.status, gate_title(row)),) for row in told))
        lines = format_html_join(
            "",
            '<li><strong>{}</strong> <span class="small">{}</span></li>',
            ((gate_title(gate), sentence(gate.reason)) for gate in told),
        )
        return format_html(
            '<details class="reasons"><summary>{}</summary><ul class="plain-list">{}</ul></details>',
            marks,
            lines,
        )

    def value_reasons(self, record: ProposedSite) -> str:
        return " ".join(labelled(gate_title(gate), sentence(gate.reason)) for gate in record.reasons)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One must-have or want of one candidate."""

    key: str
    title: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One candidate with its cells by column."""

    candidate: RankedCandidate
    cells: dict[str, MatrixCell]


class OutcomeColumn(tables.Column):  # type: ignore[misc]
    """Pass, fail or unknown as shape and word; the reason opens on focus."""

    def __init__(self, key: str, title: str) -> None:
        head = {"class": "matrix-head"}
        super().__init__(title, accessor=f"cells__{key}", orderable=False, attrs={"th": head})

    def render(self, value: MatrixCell, record: MatrixRow) -> SafeString:
        name = f"why-{record.candidate.head.site_id}-{value.key}"
        return format_html(
            '<button type="button" class="gate-cell" popovertarget="{}">{}</button>'
            '<div class="gate-why" id="{}" popover><p><strong>{}</strong></p><p>{}</p></div>',
            name,
            gate_mark(value.outcome),
            name,
            value.title,
            value.reason,
        )

    def value(self, value: MatrixCell) -> str:
        return labelled(GATES[value.outcome][1], value.reason)


class MatrixTable(DataTable):
    """Candidates by must-haves; rows are `MatrixRow`."""

    table_name = "must-haves"
    caption = _("Must-haves by candidate")

    name = tables.Column(_("Site"), accessor="candidate__head__name", order_by="candidate__head__name_key")
    status = tables.Column(_("Status"), accessor="candidate__status", orderable=False)

    def __init__(self, *args: Any, program_address: str, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program_address = program_address
        self.query = query

    def render_name(self, record: MatrixRow) -> SafeString:
        head = record.candidate.head
        address = reverse("scorecards:candidate", args=[self.program_address, head.site_id]) + self.query
        return format_html(
            '<a href="{}" hx-get="{}" hx-target="#panel-body">{}</a>', address, address, head.name
        )

    def value_name(self, record: MatrixRow) -> str:
        return record.candidate.head.name

    def render_status(self, record: MatrixRow) -> SafeString:
        status = record.candidate.status
        return status_badge(status_word(status), STATUS_TONES[status])

    def value_status(self, record: MatrixRow) -> str:
        return status_word(record.candidate.status)


def matrix_columns(ranking: Ranking) -> list[tuple[str, OutcomeColumn]]:
    """A column for each must-have, then one for each want."""
    titles = [
        (row.criterion.key, criterion_title(row.criterion.key, row.criterion.title))
        for row in ranking.must_haves
    ]
    titles += [
        (column.asked.key, _now("Wanted: %(asked)s") % {"asked": column.asked.words})
        for column in ranking.requirements
        if column.asked.kind == Requirement.Kind.WANT
    ]
    return [(f"must_{place}", OutcomeColumn(key, title)) for place, (key, title) in enumerate(titles)]


def matrix_rows(ranking: Ranking) -> Sequence[MatrixRow]:
    """Every candidate with every must-have and want, in the order of the ranking."""
    wants = [column for column in ranking.requirements if column.asked.kind == Requirement.Kind.WANT]
    rows = []
    for candidate in ranking.candidates:
        cells = {
            gate.criterion.key: MatrixCell(
                gate.criterion.key, gate_title(gate), gate.status.value, sentence(gate.reason)
            )
            for gate in candidate.gates
        }
        for column in wants:
            site = candidate.head.site_id
            asked = column.asked
            cells[asked.key] = MatrixCell(
                asked.key, asked.words, column.outcome(site).value, requirement_sentence_of(column, site)
            )
        rows.append(MatrixRow(candidate, cells))
    return rows
