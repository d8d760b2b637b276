"""The rail: the rooms a person may enter, what waits there, and where they are now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.policies import SIGNED_IN, Permission, UserPolicy
from audits.capas.policies import CapaPolicy, QualityPolicy
from audits.policies import AuditPolicy
from audits.portal.policies import QuestionnairePolicy
from audits.portal.selectors import answers_to_review
from common.counting import counts_of
from imports.policies import ImportPolicy
from imports.selectors import firms_to_count
from jobs.models import UNFINISHED, Job
from jobs.policies import JobPolicy
from partners.policies import SitePolicy
from programs.policies import ProgramPolicy
from records.policies import HistoryPolicy
from reports.policies import ReportPolicy
from reports.services import JOB_KIND
from scorecards.panels.selectors import seats_to_score
from scorecards.policies import PanelPolicy, TemplatePolicy

MOST_SHOWN = 99


@dataclass(frozen=True, slots=True)
class Room:
    """A place in the rail. `waiting` gives a row for each thing there that a person should look at."""

    url_name: str
    icon: str
    label: Promise
    permission: Permission
    waiting: Callable[[User], QuerySet[Any, Any]] | None = None


@dataclass(frozen=True, slots=True)
class NavigationItem:
    url: str
    icon: str
    label: str
    active: bool
    badge: str


def reports_being_made(user: User) -> QuerySet[Any, Any]:
    """Reports that the person asked for and that are not made yet."""
    return Job.objects.filter(kind=JOB_KIND, requested_by=user, state__in=UNFINISHED)


def firms_to_match(user: User) -> QuerySet[Any, Any]:
    """Firms without FEI, not named for other subjects only, that a person must match to a site."""
    return firms_to_count(relevant=True)


ROOMS = (
    Room("workspace:home", "home", pgettext_lazy("start page", "Home"), SIGNED_IN),
    Room("workspace:directory", "directory", _("Directory"), SitePolicy.view),
    Room("programs:program-list", "programs", _("Programs"), ProgramPolicy.view),
    Room("scoring:work", "scorecards", _("Scoring"), PanelPolicy.score, seats_to_score),
    Room("audits:audit-list", "audits", _("Audits"), AuditPolicy.view),
    Room("capas:board", "check", _("CAPA"), CapaPolicy.view),
    Room("quality:figures", "chart", _("Quality"), QualityPolicy.view),
    Room("questionnaires:requests", "mail", _("Questionnaires"), QuestionnairePolicy.view, answers_to_review),
    Room("reports:report-list", "reports", _("Reports"), ReportPolicy.view, reports_being_made),
    Room("imports:import-list", "imports", _("Imports"), ImportPolicy.view, firms_to_match),
    Room("templates:template-list", "weights", _("Templates"), TemplatePolicy.change),
    Room("people:person-list", "users", _("People"), UserPolicy.view),
    Room("records:audit-trail", "history", _("Audit trail"), HistoryPolicy.view_all),
)
# In the menu of the account, since they are not for every day.
ACCOUNT_ROOMS = (
    Room("workspace:news-mail", "mail", _("News by e-mail"), SitePolicy.view),
    Room("workspace:system-health", "health", _("System health"), JobPolicy.view_all),
)


def account_links(request: HttpRequest) -> list[NavigationItem]:
    """What stands in the menu of the account for this person. No query."""
    user = request.user
    if not isinstance(user, User):
        return []
    return [_item(room, request.path, 0) for room in ACCOUNT_ROOMS if room.permission.allows(user)]


def navigation_for(request: HttpRequest) -> list[NavigationItem]:
    """The rail of this person on this page. One query for all badges."""
    user = request.user
    if not isinstance(user, User):
        return []
    rooms = [room for room in ROOMS if room.permission.allows(user)]
    counted = [(room.url_name, room.waiting(user)) for room in rooms if room.waiting]
    counts = counts_of([rows for _, rows in counted])
    waiting = {name: count for (name, _), count in zip(counted, counts, strict=True)}
    return [_item(room, request.path, waiting.get(room.url_name, 0)) for room in rooms]


def _item(room: Room, path: str, waiting: int) -> NavigationItem:
    url = reverse(room.url_name)
    return NavigationItem(
        url=url,
        icon=room.icon,
        label=str(room.label),
        active=path == url or (url != "/" and path.startswith(url)),
        badge=f"{MOST_SHOWN}+" if waiting > MOST_SHOWN else str(waiting or ""),
    )
