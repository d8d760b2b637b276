"""Tables about people and their access tokens."""

from datetime import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessToken, User
from accounts.templatetags.sign_in import scope_words
from common.tables import ActionsColumn, DataTable, DayColumn, MomentColumn
from common.templatetags.components import status_badge


class PeopleTable(DataTable):
    table_name = "people"

    full_name = tables.Column(_("Name"))
    email = tables.Column(_("E-mail address"))
    role = tables.Column(_("Role"))
    language = tables.Column(_("Language"))
    is_active = tables.Column(_("Sign-in"))
    last_login = MomentColumn(_("Last sign-in"))
    actions = ActionsColumn("accounts/_person_actions.html")

    class Meta:
        model = User
        fields = ("full_name", "email", "role", "language", "is_active", "last_login")
        order_by = "full_name"

    def render_full_name(self, record: User) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("people:person-update", args=[record.pk]), record.full_name
        )

    def value_full_name(self, record: User) -> str:
        return record.full_name

    def render_is_active(self, value: bool) -> SafeString:
        return status_badge(_("open"), "good") if value else status_badge(_("disabled"), "unknown")


STATES = {
    "in_force": (pgettext_lazy("access token", "in force"), "good"),
    "expired": (pgettext_lazy("access token", "expired"), "unknown"),
    "revoked": (pgettext_lazy("access token", "revoked"), "unknown"),
}


def token_badge(token: AccessToken, now: datetime) -> SafeString:
    """Whether a token still opens anything, as mark and word."""
    return status_badge(*STATES[token.state_at(now)])


class TokenTable(DataTable):
    table_name = "access-tokens"
    caption = _("Access tokens")
    optional = ("created_at", "revoked_by")

    name = tables.Column(_("Name"))
    user = tables.Column(_("Person"), order_by="user__full_name")
    scopes = tables.Column(pgettext_lazy("access token", "May"), orderable=False)
    state = tables.Column(_("State"), empty_values=(), orderable=False)
    expires_at = DayColumn(_("Last day"), accessor="expires_on", order_by="expires_at")
    last_used_at = MomentColumn(_("Last used"))
    created_at = MomentColumn(_("Made"))
    revoked_by = tables.Column(_("Revoked by"), order_by="revoked_by__full_name")
    actions = ActionsColumn("accounts/_token_actions.html")

    class Meta:
        model = AccessToken
        fields = ()
        order_by = "user"

    def render_name(self, record: AccessToken) -> SafeString:
        return format_html('{}<br><span class="mono-id muted">…{}</span>', record.name, record.ending)

    def value_name(self, record: AccessToken) -> str:
        return record.name

    def render_scopes(self, record: AccessToken) -> str:
        return scope_words(record)

    def render_state(self, record: AccessToken) -> SafeString:
        return token_badge(record, timezone.now())

    def value_state(self, record: AccessToken) -> str:
        return str(STATES[record.state_at(timezone.now())][0])
