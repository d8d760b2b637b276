"""Tables about people."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.tables import ActionsColumn, DataTable, MomentColumn
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
