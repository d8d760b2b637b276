"""The way in: the link, the confidentiality agreement, what waits."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import PUBLIC
from accounts.views.access import requires
from audits.models import Capa, Invitation
from audits.portal.access import (
    SESSION_KEY,
    count_failure,
    invited,
    is_throttled,
    portal_begin,
    portal_closed,
    sealed,
)
from audits.portal.forms import AgreementForm
from audits.portal.invitations import confidentiality_accept, invitation_seen
from audits.portal.scope import audit_shown, capas_shown, findings_shown
from audits.portal.selectors import request_rows
from audits.portal.tokens import invitation_of_token

# The due day is that of the implementation, which these have before them.
UNDER_WAY = (
    Capa.State.OPEN,
    Capa.State.INVESTIGATION,
    Capa.State.PLAN_APPROVED,
    Capa.State.IMPLEMENTING,
)


@require_GET
@requires(PUBLIC)
def portal_enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the secret of the link for a session, and take it out of the address."""
    invitation = None if is_throttled(request) else invitation_of_token(token)
    if invitation is None:
        count_failure(request)
        return portal_closed(request)
    invitation_seen(invitation=invitation)
    return sealed(portal_begin(request, invitation, redirect("portal:home")))


@invited(agreed=False)
def portal_agreement(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    """The agreement as it was when the invitation was sent; accepted with a name, once."""
    if invitation.confidentiality_accepted_at is not None:
        return redirect("portal:home")
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confidentiality_accept(invitation=invitation, name=form.cleaned_data["name"])
            return redirect("portal:home")
        except ValidationError as error:
            form.add_error(None, error)
    context = {"invitation": invitation, "form": form}
    return render(request, "audits/portal_agreement.html", context, status=422 if form.errors else 200)


@require_GET
@invited()
def portal_home(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    """Everything this contact is asked for, and nothing else."""
    today = timezone.localdate()
    late = capas_shown(invitation).filter(state__in=UNDER_WAY, due_on__lt=today)
    context = {
        "invitation": invitation,
        "audit": audit_shown(invitation),
        "findings": list(findings_shown(invitation)),
        "capas": list(capas_shown(invitation).annotate(said=Count("comments")).order_by("due_on")),
        "rows": request_rows(invitation),
        "today": today,
        "late": set(late.values_list("pk", flat=True)),
    }
    return render(request, "audits/portal_home.html", context)


@require_POST
@invited(agreed=False)
def portal_leave(request: HttpRequest, invitation: Invitation) -> HttpResponseBase:
    """End the session of the portal; somebody of ours who tried a link stays signed in."""
    del request.session[SESSION_KEY]
    response = sealed(render(request, "audits/portal_left.html"))
    if not request.user.is_authenticated:
        request.session.cycle_key()
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
