"""One's own sessions: where one is signed in, and the means to end it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import SignedIn
from accounts.policies import SIGNED_IN
from accounts.sessions import session_end, sessions_end, sessions_of
from accounts.views.access import AuthenticatedRequest, requires


@requires(SIGNED_IN)
def session_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every session of the person that is alive."""
    key = request.session.session_key or ""
    return render(request, "accounts/sessions.html", {"sessions": sessions_of(request.user, current_key=key)})


@require_POST
@requires(SIGNED_IN)
def session_end_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """End one session; of somebody else's there is nothing to be known."""
    row = SignedIn.objects.filter(pk=pk, user=request.user).first()
    if row is None:
        raise Http404
    if row.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    session_end(row=row, actor=request.user)
    messages.success(request, _("The session was ended."))
    return redirect("account_sessions")


@require_POST
@requires(SIGNED_IN)
def sessions_end_others(request: AuthenticatedRequest) -> HttpResponseBase:
    """End every session but this one."""
    ended = sessions_end(user=request.user, keep=request.session.session_key or "")
    told = ngettext("%(count)d other session was ended.", "%(count)d other sessions were ended.", ended)
    messages.success(request, told % {"count": ended})
    return redirect("account_sessions")
