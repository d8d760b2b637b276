"""What of the directory is signed, asks for a reason and carries files."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import allow
from accounts.roles import Role
from partners.models import Site, StandingDecision
from partners.policies import SitePolicy
from records.declarations import attachable, gmp_relevant, signable
from records.models import Signature

Meaning = Signature.Meaning


def _may_attach(_record: Any, user: User) -> bool:
    return SitePolicy.change.allows(user)


def _decisions_seen(user: Any) -> Any:
    return StandingDecision.objects.filter(site__in=Site.objects.visible_to(user))


attachable(Site, may_attach=_may_attach, address=lambda site: reverse("workspace:site", args=[site.pk]))

signable(
    StandingDecision,
    fields=("site", "standing", "occasion", "conditions", "rationale", "valid_until", "decided_on", "author"),
    meanings={Meaning.AUTHORED: SitePolicy.change, Meaning.APPROVED: allow(Role.QA)},
    title=_("decision on standing"),
    attachments=True,
    visible=_decisions_seen,
    address=lambda decision: reverse("workspace:site", args=[decision.site_id]),
)
gmp_relevant(StandingDecision, draft=Q(state=StandingDecision.State.DRAFT))
attachable(
    StandingDecision,
    may_attach=_may_attach,
    visible=_decisions_seen,
    address=lambda decision: reverse("workspace:site", args=[decision.site_id]),
)
