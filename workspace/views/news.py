"""News of the sites that a person watches."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest, Guarded
from common.tables import TablePageMixin
from partners.policies import SitePolicy
from workspace.news import PERIODS, USUAL_PERIOD, news_of
from workspace.news_table import NewsTable


class NewsView(Guarded, TablePageMixin, TemplateView):
    """What authorities published within a period (`?days=`), all of it or what is grave (`?grave=1`)."""

    permission = SitePolicy.view
    table_class = NewsTable
    template_name = "workspace/news.html"
    export_title = _("News of your sites")
    request: AuthenticatedRequest

    @property
    def days(self) -> int:
        asked = self.request.GET.get("days", "")
        return int(asked) if asked in map(str, PERIODS) else USUAL_PERIOD

    @property
    def grave_only(self) -> bool:
        return self.request.GET.get("grave") == "1"

    def get_table_data(self) -> Any:
        items = news_of(self.request.user, timezone.localdate() - timedelta(days=self.days))
        return [item for item in items if item.is_grave] if self.grave_only else items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"periods": PERIODS, "days": self.days, "grave_only": self.grave_only}
