"""What is late, and what is a person's own, in all distribution plans that they see."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from logistics.due import DueLine, late_lines, own_lines
from logistics.policies import PlanPolicy
from logistics.tables import LateTable, OwnTable


class LateView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """The rows whose day has passed, of every plan."""

    permission = PlanPolicy.view
    table_class = LateTable
    template_name = "logistics/late.html"
    export_title = _("Late points of distribution plans")

    def get_table_data(self) -> list[DueLine]:
        return late_lines(self.request.user, timezone.localdate())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": PlanPolicy.change.allows(self.request.user)}


class OwnView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """The rows that the person is named for and that are not finished, of every plan."""

    permission = PlanPolicy.view
    table_class = OwnTable
    template_name = "logistics/own.html"
    export_title = _("My open points of distribution plans")

    def get_table_data(self) -> list[DueLine]:
        return own_lines(self.request.user, timezone.localdate())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": PlanPolicy.change.allows(self.request.user)}
