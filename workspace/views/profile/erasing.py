"""Erasing the personal data of a contact who left: asked for with a reason, for good."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.views.access import AuthenticatedRequest, requires
from partners.erasing import PERSONAL
from partners.models import Contact, Evidence
from partners.policies import ContactPolicy
from partners.profile.selectors import versions_of
from workspace.profile.context import record_or_404, section_context, section_or_404
from workspace.profile.erasing import contact_erase_everywhere
from workspace.views.sites import site_or_404


def may_erase(record: Evidence, user: User) -> bool:
    """Whether the page of a record offers it: a contact with personal data, to who may."""
    has_some = isinstance(record, Contact) and any(getattr(record, name) for name in PERSONAL)
    return has_some and ContactPolicy.erase.allows(user)


@requires(ContactPolicy.erase)
def contact_erase_view(request: AuthenticatedRequest, pk: int, record: int) -> HttpResponseBase:
    """Ask why, then blank who the contact is in every version and in what imports list."""
    declared, site = section_or_404("contacts"), site_or_404(request, pk)
    row = record_or_404(declared, site, record)
    assert isinstance(row, Contact)
    error = ""
    if request.method == "POST":
        try:
            contact_erase_everywhere(contact=row, reason=request.POST.get("reason", ""), actor=request.user)
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        else:
            messages.success(request, _("The personal data were erased."))
            return redirect("workspace:record", site.pk, declared.key, row.pk)
    more = {"record": row, "error": error, "versions": len(versions_of(row))}
    context = section_context(request, site, declared, **more)
    return render(request, "partners/profile/erase.html", context, status=422 if error else 200)
