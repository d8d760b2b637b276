"""Writing to the other side about a CAPA."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.capas.commenting import comment_add
from audits.capas.forms import CommentForm
from audits.capas.policies import CapaPolicy
from audits.capas.views.access import capa_or_404
from audits.capas.views.pages import detail_context
from records.refusals import refusals_shown


@require_POST
@requires(CapaPolicy.change)
def capa_comment(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Write a comment; what is refused stays typed, on the page it was typed on."""
    capa = capa_or_404(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        with refusals_shown(form):
            comment = comment_add(capa=capa, actor=request.user, **form.cleaned_data)
            messages.success(request, _("The comment was written."))
            return redirect(comment.get_absolute_url())
    context = detail_context(request, capa) | {"comment_form": form}
    return render(request, "audits/capa_detail.html", context, status=422)
