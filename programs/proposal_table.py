"""The table that compares proposals."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.numbers import number_text
from common.tables import ActionsColumn, DataTable, DayColumn, NumberColumn
from common.templatetags.components import status_badge
from programs.models import Program
from programs.proposals import ProposalLine

COST_WORDS = {
    "good": _("within the target"),
    "caution": _("above the target"),
    "bad": _("above the limit"),
}


class ProposalTable(DataTable):
    """Rows are `ProposalLine`."""

    table_name = "proposals"
    caption = _("Proposals")
    optional = ("reference", "cost_basis")

    site = tables.Column(_("Site"), accessor="candidate__site__name", order_by="candidate__site__name_key")
    reference = tables.Column(_("Reference"), accessor="proposal__reference", empty_values=(None, ""))
    received_on = DayColumn(_("Received"), accessor="proposal__received_on")
    cost = NumberColumn(_("Cost"), accessor="proposal__cost")
    cost_basis = tables.Column(
        _("What the cost covers"), accessor="proposal__cost_basis", attrs={"td": {"class": "wide"}}
    )
    first_batch_on = DayColumn(_("First GMP batch"), accessor="proposal__first_batch_on")
    transfer_months = NumberColumn(_("Transfer (months)"), accessor="proposal__transfer_months")
    valid_until = DayColumn(_("Valid until"), accessor="proposal__valid_until")
    terms = tables.Column(
        _("Terms"), accessor="proposal__terms", empty_values=(None, ""), attrs={"td": {"class": "wide"}}
    )
    actions = ActionsColumn("programs/_proposal_actions.html")

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program

    def render_site(self, record: ProposalLine) -> SafeString | str:
        if record.is_latest:
            return record.candidate.site.name
        return format_html(
            '<span class="muted">{} · {}</span>', record.candidate.site.name, _now("earlier offer")
        )

    def value_site(self, record: ProposalLine) -> str:
        return record.candidate.site.name

    def render_cost(self, record: ProposalLine) -> SafeString:
        row = record.proposal
        amount = f"{number_text(row.cost or 0)} {row.currency}"
        if not record.cost_tone:
            return format_html("{}", amount)
        badge = status_badge(COST_WORDS[record.cost_tone], record.cost_tone)
        return format_html('{}<div class="small">{}</div>', amount, badge)

    def render_first_batch_on(self, record: ProposalLine, value: Any) -> SafeString:
        day = DayColumn().render(value)
        if record.days_late is None:
            return format_html("{}", day)
        if record.days_late <= 0:
            badge = status_badge(_now("in time"), "good")
        else:
            text = ngettext("%(days)s day late", "%(days)s days late", record.days_late)
            badge = status_badge(text % {"days": number_text(record.days_late)}, "caution")
        return format_html('{}<div class="small">{}</div>', day, badge)
