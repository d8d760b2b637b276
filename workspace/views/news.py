"""News of the sites that a person watches, which these are and why, and the choice of letters about them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.notices import notice_done
from common.tables import TablePageMixin
from partners.policies import SitePolicy
from partners.watching import rhythm_chosen, rhythm_set, site_unwatch, site_watch
from workspace.news import PERIODS, USUAL_PERIOD, news_of
from workspace.news_forms import NewsMailForm
from workspace.news_sending import unsure_since
from workspace.news_table import NewsTable
from workspace.views.sites import site_or_404
from workspace.watched import Watched, watched_of, why_watched
from workspace.watched_table import WatchedTable


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
        return context | {
            "periods": PERIODS,
            "days": self.days,
            "grave_only": self.grave_only,
            "rhythm": rhythm_chosen(self.request.user),
            "unsure_since": unsure_since(self.request.user),
        }


class WatchedSitesView(Guarded, TablePageMixin, TemplateView):
    """Every site that the person watches, and why."""

    permission = SitePolicy.view
    table_class = WatchedTable
    template_name = "workspace/watched.html"
    export_title = _("Sites you watch")
    request: AuthenticatedRequest

    def get_table_data(self) -> list[Watched]:
        return watched_of(self.request.user)


@requires(SitePolicy.view)
def news_mail(request: AuthenticatedRequest) -> HttpResponseBase:
    """How often the person is written to; kept with their account."""
    form = NewsMailForm(request.POST or None, initial={"rhythm": rhythm_chosen(request.user)})
    if request.method == "POST" and form.is_valid():
        rhythm_set(rhythm=form.cleaned_data["rhythm"], actor=request.user)
        messages.success(request, _now("Your choice was saved."))
        return redirect("workspace:news-mail")
    status = 422 if form.errors else 200
    return render(request, "workspace/news_mail.html", {"form": form}, status=status)


@require_POST
@requires(SitePolicy.view)
def watch(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Watch a site by hand."""
    site = site_or_404(request, pk)
    site_watch(site=site, actor=request.user)
    undo = reverse("workspace:site-unwatch", args=[pk])
    notice_done(request, _now("You watch %(site)s now.") % {"site": site.name}, undo=undo)
    return _back(request, pk)


@require_POST
@requires(SitePolicy.view)
def unwatch(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """End watching by hand; what one's work brings is watched on, and said to be."""
    site = site_or_404(request, pk)
    if site_unwatch(site=site, actor=request.user):
        on = why_watched(request.user, site).by_work
        text = (
            _now("You watch %(site)s no longer by hand, but still for your work.")
            if on
            else _now("You watch %(site)s no longer.")
        )
        undo = reverse("workspace:site-watch", args=[pk])
        notice_done(request, text % {"site": site.name}, undo=undo)
    return _back(request, pk)


def _back(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """To the list where the button stood there, else to the profile."""
    if request.POST.get("to") == "list":
        return redirect("workspace:watched")
    return redirect("workspace:site", pk=pk)
