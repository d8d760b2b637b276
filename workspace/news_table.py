"""The table of news of one's sites."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.tables import DataTable, DayColumn
from common.templatetags.components import status_badge
from workspace.news import NewsItem


def _language(record: NewsItem) -> str | None:
    return "en" if record.is_foreign else None


class NewsTable(DataTable):
    """Rows are `NewsItem`."""

    table_name = "news"
    caption = _("News of your sites")
    optional = ("recorded_at",)

    site = tables.Column(_("Site"))
    word = tables.Column(pgettext_lazy("news", "What"))
    subject = tables.Column(_("Subject"), empty_values=(), attrs={"td": {"class": "wide", "lang": _language}})
    known_on = DayColumn(_("Published"))
    happened_on = DayColumn(_("Date"))
    recorded_at = DayColumn(_("Recorded"))
    programs = tables.Column(_("Candidate in"), empty_values=())

    def render_site(self, record: NewsItem) -> SafeString:
        return format_html(
            '<a href="{}">{}</a><br><span class="muted small">{}</span>',
            record.url,
            record.site,
            record.organization,
        )

    def value_site(self, record: NewsItem) -> str:
        return f"{record.site}, {record.organization}"

    def render_word(self, record: NewsItem) -> SafeString:
        return status_badge(record.word, record.tone)

    def value_word(self, record: NewsItem) -> str:
        return record.word

    def render_programs(self, record: NewsItem) -> SafeString | str:
        links = ((reverse("scorecards:changes", args=[code]), code) for code in record.programs)
        return format_html_join(", ", '<a href="{}">{}</a>', links) if record.programs else self._else(record)

    def value_programs(self, record: NewsItem) -> str:
        return ", ".join(record.programs) or self._else(record)

    def _else(self, record: NewsItem) -> str:
        return _now("none: watched by you") if record.by_hand else _now("none: qualified site")
