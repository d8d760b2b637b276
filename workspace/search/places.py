"""What the search looks through, beside the directory: for each kind of record its words and its page.

Every kind is asked through its `visible_to`, so that nothing out of sight is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Left
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import Permission, UserPolicy
from audits.capas.policies import CapaPolicy
from audits.models import Audit, Capa, Finding, Inspection, Questionnaire, RegulatoryAction
from audits.policies import AuditPolicy
from audits.portal.policies import QuestionnairePolicy
from partners.models import Contact, Site
from partners.policies import SitePolicy
from programs.models import Program
from programs.models.program import PACKAGE_MARK
from programs.policies import ProgramPolicy
from scorecards.models import Panel
from scorecards.policies import PanelPolicy

type Rows = QuerySet[Any, Any]

SHOWN_CHARACTERS = 160
# A number is told in full or from its beginning; a word of two letters would begin thousands of them.
SHORTEST_NUMBER = 4
NOTHING = Value("")


@dataclass(frozen=True)
class Place:
    """One kind of record.

    ``rows`` gives those that a person may see. Every word must occur in one of the columns ``words``, which
    are compared without case; ``starts`` are lookups of identifiers that begin with the whole text, asked
    only where that has a digit. ``address`` makes the page's address from the key and from ``under``,
    which tells what the record belongs to.
    """

    name: str
    heading: Promise
    icon: str
    permission: Permission
    rows: Callable[[User], Rows]
    title: Combinable
    detail: Combinable
    address: Callable[[str, str], str]
    under: Combinable = NOTHING
    words: Sequence[str] = ()
    starts: Sequence[str] = ()

    def matching(self, user: User, text: str, most: int) -> Rows | None:
        """Up to ``most`` rows as (kind, key, under, title, detail); None where nothing can match."""
        if not self.permission.allows(user):
            return None
        conditions = self._conditions(text)
        if conditions is None:
            return None
        columns = (Value(self.name), F("pk"), self.under, self.title, self.detail)
        told = self.rows(user).filter(conditions).order_by("-pk")
        return told.values_list(*(_text(column) for column in columns))[:most]

    def _conditions(self, text: str) -> Q | None:
        found: list[Q] = []
        if self.words:
            found.append(reduce(and_, (_anywhere(self.words, word) for word in text.split())))
        if self.starts and len(text) >= SHORTEST_NUMBER and any(sign.isdigit() for sign in text):
            found += [Q(**{lookup: text}) for lookup in self.starts]
        return reduce(or_, found) if found else None


def _anywhere(columns: Sequence[str], word: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))


def _text(column: Combinable) -> Left:
    """The beginning of a column, of one type for all kinds, so that they fit into one query."""
    return Left(Cast(column, TextField()), SHOWN_CHARACTERS)


def _of_record(route: str) -> Callable[[str, str], str]:
    """The page of the record itself."""
    return lambda key, _under: reverse(route, args=[key])


def _of_parent(route: str) -> Callable[[str, str], str]:
    """The page of what the record belongs to."""
    return lambda _key, under: reverse(route, args=[under])


# The address of a work package: the program's code, for all but the first with its own number.
PACKAGE_ADDRESS = Case(
    When(work_package__position=1, then=F("work_package__program__code")),
    default=Concat(
        F("work_package__program__code"), Value(PACKAGE_MARK), Cast("work_package__pk", CharField())
    ),
)

PLACES = (
    Place(
        "program",
        _("Programs"),
        "programs",
        ProgramPolicy.view,
        lambda user: Program.objects.visible_to(user),
        title=F("code"),
        detail=F("name"),
        under=F("code"),
        words=("code", "name", "product", "therapeutic_area"),
        address=_of_parent("programs:program"),
    ),
    Place(
        "audit",
        _("Audits"),
        "audits",
        AuditPolicy.view,
        lambda user: Audit.objects.visible_to(user),
        title=F("number"),
        detail=F("site__name"),
        words=("number", "site__name", "purpose"),
        address=_of_record("audits:audit"),
    ),
    Place(
        "finding",
        _("Findings"),
        "evidence",
        AuditPolicy.view,
        lambda user: Finding.objects.visible_to(user),
        title=F("description"),
        detail=Concat(F("audit__number"), Value(" · "), F("audit__site__name")),
        words=("description", "objective_evidence", "regulation", "audit__number"),
        address=_of_record("audits:finding"),
    ),
    Place(
        "capa",
        _("CAPA"),
        "check",
        CapaPolicy.view,
        lambda user: Capa.objects.visible_to(user),
        title=Concat(F("number"), Value(" · "), F("title")),
        detail=F("site__name"),
        words=("number", "title", "description", "root_cause", "site__name"),
        address=_of_record("capas:capa"),
    ),
    Place(
        "questionnaire",
        _("Questionnaires"),
        "mail",
        QuestionnairePolicy.view,
        lambda user: Questionnaire.objects.visible_to(user),
        title=F("title"),
        detail=F("introduction"),
        words=("title", "introduction"),
        address=_of_record("questionnaires:questionnaire"),
    ),
    Place(
        "panel",
        _("Panels"),
        "scorecards",
        PanelPolicy.view,
        lambda user: Panel.objects.visible_to(user),
        title=F("title"),
        detail=F("work_package__program__code"),
        under=PACKAGE_ADDRESS,
        words=("title", "work_package__program__code"),
        address=lambda key, under: reverse("scorecards:panel", args=[under, key]),
    ),
    Place(
        "contact",
        _("Contacts"),
        "user",
        SitePolicy.view,
        lambda user: Contact.objects.visible_to(user).current(),
        title=F("name"),
        detail=F("site__name"),
        under=F("site_id"),
        words=("name", "email"),
        address=lambda _key, under: reverse("workspace:section", args=[under, "contacts"]),
    ),
    Place(
        "action",
        _("Letters, recalls and other actions"),
        "alert",
        SitePolicy.view,
        lambda user: RegulatoryAction.objects.filter(site__in=Site.objects.visible_to(user)),
        title=F("reference"),
        detail=F("site__name"),
        under=F("site_id"),
        starts=("reference__istartswith",),
        address=_of_parent("workspace:site-regulatory"),
    ),
    Place(
        "inspection",
        _("Inspections"),
        "evidence",
        SitePolicy.view,
        lambda user: Inspection.objects.filter(site__in=Site.objects.visible_to(user)),
        title=F("inspection_number"),
        detail=F("site__name"),
        under=F("site_id"),
        starts=("inspection_number__startswith",),
        address=_of_parent("workspace:site-regulatory"),
    ),
    Place(
        "person",
        _("People"),
        "users",
        UserPolicy.view,
        lambda _user: User.objects.all(),
        title=F("full_name"),
        detail=F("email"),
        words=("full_name", "email"),
        address=_of_record("people:person-update"),
    ),
)
