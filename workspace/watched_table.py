"""The table of the sites that one watches."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.tables import ActionsColumn, DataTable, DayColumn
from workspace.watched import Watched


class WatchedTable(DataTable):
    """Rows are `Watched`."""

    table_name = "watched"
    caption = _("Sites you watch")

    site = tables.Column(_("Site"), accessor="site__name", order_by="name_key")
    organization = tables.Column(_("Organization"), accessor="site__organization__legal_name")
    why = tables.Column(_("For your work"), empty_values=(), orderable=False)
    since = DayColumn(_("By hand since"))
    actions = ActionsColumn("workspace/_watched_actions.html")

    def render_site(self, record: Watched) -> SafeString:
        address = reverse("workspace:site", args=[record.site.pk])
        return format_html('<a href="{}">{}</a>', address, record.site.name)

    def value_site(self, record: Watched) -> str:
        return record.site.name

    def render_why(self, record: Watched) -> SafeString | str:
        links = ((reverse("scorecards:changes", args=[code]), code) for code in record.programs)
        parts = [format_html_join(", ", '<a href="{}">{}</a>', links)] if record.programs else []
        return format_html_join(", ", "{}", ((part,) for part in (*parts, *self._quality(record)))) or "–"

    def value_why(self, record: Watched) -> str:
        return ", ".join((*record.programs, *self._quality(record)))

    def _quality(self, record: Watched) -> tuple[str, ...]:
        return (_now("qualified site"),) if record.for_quality else ()
