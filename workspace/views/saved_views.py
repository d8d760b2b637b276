"""Keep, delete and bring back views of the directory."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.roles import Role
from accounts.views.access import AuthenticatedRequest, requires
from common.notices import notice_done
from partners.models import SavedView
from partners.policies import SitePolicy
from workspace.saved_views import view_delete, view_save

SALT = "workspace.saved_views"
UNDO_SECONDS = 3_600


@require_POST
@requires(SitePolicy.view)
def saved_view_add(request: AuthenticatedRequest) -> HttpResponseBase:
    """Keep the search under a name; one of the same name is replaced."""
    query = request.POST.get("query", "")
    try:
        view = view_save(
            owner=request.user,
            name=request.POST.get("name", ""),
            query=query,
            is_shared=request.POST.get("shared") == "on",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('workspace:directory')}?{query}")
    messages.success(request, _("The view %(name)s was saved.") % {"name": view.name})
    return redirect(f"{reverse('workspace:directory')}?{view.query}")


@require_POST
@requires(SitePolicy.view)
def saved_view_delete(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Delete a view of one's own, or as an administrator any; those of others are not found."""
    views = SavedView.objects.all()
    if request.user.role != Role.ADMINISTRATOR:
        views = views.filter(owner=request.user)
    view = views.filter(pk=pk).first()
    if view is None:
        raise Http404
    was = view_delete(view=view, actor=request.user)
    kept = signing.dumps([was.name, was.query, was.is_shared], salt=SALT)
    notice_done(
        request,
        _("The view %(name)s was deleted.") % {"name": was.name},
        undo=f"{reverse('workspace:saved-view-restore')}?{urlencode({'was': kept})}",
    )
    return redirect(f"{reverse('workspace:directory')}?{was.query}")


@require_POST
@requires(SitePolicy.view)
def saved_view_restore(request: AuthenticatedRequest) -> HttpResponseBase:
    """Bring a deleted view back; its content is signed, so that it is what was deleted."""
    try:
        name, query, is_shared = signing.loads(request.GET.get("was", ""), salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    view_save(owner=request.user, name=name, query=query, is_shared=is_shared)
    messages.success(request, _("The view %(name)s is back.") % {"name": name})
    return redirect(f"{reverse('workspace:directory')}?{query}")
