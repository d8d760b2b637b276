"""Tables of audits and of sites by risk."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audits.auditing.calendar import TONES
from audits.auditing.risk_selectors import SiteRisk
from audits.models import Audit
from common.punctuation import joined
from common.tables import ActionsColumn, DataTable, DayColumn, NumberColumn
from common.templatetags.components import status_badge
from common.templatetags.figures import day
from partners.templatetags.partner_badges import standing_badge

RATING_TONES = {
    Audit.Rating.GOOD: "good",
    Audit.Rating.SATISFACTORY: "caution",
    Audit.Rating.UNSATISFACTORY: "bad",
}
LEVEL_TONES = {"high": "bad", "medium": "caution", "low": "neutral"}
LEVELS = {"high": _("high"), "medium": _("medium"), "low": _("low")}


def state_badge(audit: Audit) -> SafeString:
    """The state of an audit as mark and word."""
    tone = TONES.get(Audit.State(audit.state), "unknown")
    return status_badge(audit.get_state_display(), tone)


class AuditTable(DataTable):
    table_name = "audits"
    caption = _("Audits")
    optional = ("mode", "lead_auditor", "ends_on", "responses_due_on", "reported_on", "closed_on")

    number = tables.Column(_("Audit"), attrs={"td": {"class": "nowrap"}})
    site = tables.Column(_("Site"), order_by="site__name_key", attrs={"td": {"class": "wide"}})
    type = tables.Column(_("Type"))
    mode = tables.Column(_("Mode"))
    state = tables.Column(_("State"))
    starts_on = DayColumn(_("First day"))
    ends_on = DayColumn(_("Last day"))
    lead_auditor = tables.Column(_("Lead auditor"), order_by="lead_auditor__full_name")
    critical = NumberColumn(_("Critical"), initial_sort_descending=True)
    major = NumberColumn(_("Major"), initial_sort_descending=True)
    other = NumberColumn(_("Other"), initial_sort_descending=True)
    rating = tables.Column(_("Rating"), empty_values=(None, ""))
    responses_due_on = DayColumn(_("Answers due"))
    reported_on = DayColumn(_("Report issued"))
    closed_on = DayColumn(_("Closed"))

    class Meta:
        model = Audit
        fields = ()
        order_by = "-starts_on"

    def render_number(self, record: Audit) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("audits:audit", args=[record.pk]), str(record))

    def value_number(self, record: Audit) -> str:
        return str(record)

    def render_state(self, record: Audit) -> SafeString:
        return state_badge(record)

    def value_state(self, record: Audit) -> str:
        return str(record.get_state_display())

    def render_rating(self, record: Audit) -> SafeString:
        return status_badge(record.get_rating_display(), RATING_TONES[Audit.Rating(record.rating)])

    def value_rating(self, record: Audit) -> str:
        return str(record.get_rating_display())


class RiskTable(DataTable):
    """Sites, the most urgent first. Rows are `SiteRisk`."""

    table_name = "audit-risk"
    caption = _("Sites by risk")

    name = tables.Column(_("Site"))
    points = NumberColumn(_("Points"), initial_sort_descending=True)
    level = tables.Column(_("Risk"), accessor="assessment__level", orderable=False)
    reasons = tables.Column(
        _("Why"), accessor="assessment__reasons", orderable=False, attrs={"td": {"class": "wide risk-why"}}
    )
    standing = tables.Column(_("Standing"))
    last_audit_on = DayColumn(_("Last audit"))
    suggested_on = DayColumn(_("Audit by"), initial_sort_descending=False)
    planned_on = DayColumn(_("Planned"), initial_sort_descending=False)
    actions = ActionsColumn("audits/_risk_actions.html")

    def render_name(self, record: SiteRisk) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("workspace:site", args=[record.pk]), record.name)

    def value_name(self, record: SiteRisk) -> str:
        return record.name

    def render_level(self, value: str) -> SafeString:
        return status_badge(LEVELS[value], LEVEL_TONES[value])

    def value_level(self, value: str) -> str:
        return str(LEVELS[value])

    def render_reasons(self, value: Any) -> SafeString:
        return format_html_join(
            "",
            '<span class="risk-reason">{} <span class="num">+{}</span></span>',
            ((each.text, each.points) for each in value),
        )

    def value_reasons(self, value: Any) -> str:
        return joined(f"{each.text} (+{each.points})" for each in value)

    def render_standing(self, value: str) -> SafeString:
        return standing_badge(value)

    def value_standing(self, record: SiteRisk) -> str:
        return str(record.standing_label)

    def render_suggested_on(self, record: SiteRisk, value: date) -> SafeString | str:
        if record.is_late(timezone.localdate()):
            return format_html("{} {}", day(value), status_badge(_now("overdue"), "bad"))
        return day(value)
