"""The table of open evidence."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.tables import DataTable
from common.templatetags.components import interval_bar, status_badge
from scorecards.lead import Gap
from scorecards.tables import PointsColumn


class GapTable(DataTable):
    """Rows are `Gap`."""

    table_name = "gaps"
    caption = _("Evidence gaps")

    title = tables.Column(_("Criterion"))
    site = tables.Column(_("Site"), accessor="row__head__name", order_by="row__head__name_key")
    rank = tables.Column(
        _("Rank"), accessor="row__result__rank", attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    low = PointsColumn(_("Value so far"), accessor="cell__low")
    high = PointsColumn(_("Could be"), accessor="cell__high")
    interval = tables.Column(_("Interval"), accessor="cell__low", orderable=False, exclude_from_export=True)
    gain = PointsColumn(_("Could add (points)"), accessor="gain")
    decisive = tables.Column(_("Effect"), accessor="decisive", empty_values=())

    def __init__(self, *args: Any, program_code: str, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program_code = program_code
        self.query = query

    def render_title(self, record: Gap) -> SafeString:
        address = reverse(
            "scorecards:criterion", args=[self.program_code, record.row.head.site_id, record.key]
        )
        return format_html('<a href="{}">{}</a>', address + self.query, record.title)

    def value_title(self, record: Gap) -> str:
        return record.title

    def render_interval(self, record: Gap) -> SafeString:
        return interval_bar(record.cell.low, record.cell.high, text=False)

    def render_decisive(self, record: Gap) -> SafeString | str:
        return status_badge(_now("could change the leader"), "caution") if record.decisive else ""

    def value_decisive(self, record: Gap) -> str:
        return _now("could change the leader") if record.decisive else ""
