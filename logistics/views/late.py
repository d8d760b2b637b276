"""What is late in all distribution plans that a person sees."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from logistics.due import LateLine, late_lines
from logistics.policies import PlanPolicy
from logistics.tables import LateTable


class LateView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """The rows whose day has passed, of every plan."""

    permission = PlanPolicy.view
    table_class = LateTable
    template_name = "logistics/late.html"
    export_title = _("Late points of distribution plans")

    def get_table_data(self) -> list[LateLine]:
        return late_lines(self.request.user, timezone.localdate())

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": PlanPolicy.change.allows(self.request.user)}
