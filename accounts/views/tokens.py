"""Access tokens: one's own on the page of the account, everybody's for administrators."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from accounts.filters import TokenFilter
from accounts.models import AccessToken
from accounts.policies import SIGNED_IN, TokenPolicy, UserPolicy
from accounts.tables import TokenTable, token_badge
from accounts.token_forms import TokenForm
from accounts.tokens import token_create, token_revoke
from accounts.views.access import AuthenticatedRequest, Guarded, on_record, requires
from common.tables import TablePageMixin

# Enough of a secret to show where it goes.
SHOWN_AGAIN = 11


@requires(TokenPolicy.own)
def token_list(request: AuthenticatedRequest) -> HttpResponse:
    """The person's own tokens, those in force first. One query."""
    now = timezone.now()
    rows = AccessToken.objects.filter(user=request.user).select_related("revoked_by")
    tokens = sorted(rows, key=lambda token: not token.is_in_force)
    listed = [(token, token_badge(token, now)) for token in tokens]
    return render(request, "accounts/tokens.html", {"tokens": listed})


@requires(TokenPolicy.own)
@reauthentication_required  # type: ignore[untyped-decorator]
def token_make(request: AuthenticatedRequest) -> HttpResponseBase:
    """Make a token, after the password was asked again; the page that follows shows its secret, once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = token_create(**form.cleaned_data, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if made.secret is None:
                told = _("This token was made already, and its secret is shown once. Lost? Revoke it.")
                messages.info(request, told)
                return redirect("account_tokens")
            header = f"Authorization: Bearer {made.secret[:SHOWN_AGAIN]}…"
            response = render(request, "accounts/token_made.html", {"made": made, "header": header})
            response.headers["Cache-Control"] = "no-store"
            return response
    return render(request, "accounts/token_form.html", {"form": form}, status=422 if form.errors else 200)


def token_or_404(request: AuthenticatedRequest, pk: int) -> AccessToken:
    """The token of the address: one's own, or anybody's for an administrator. One query."""
    token = AccessToken.objects.visible_to(request.user).select_related("user").filter(pk=pk).first()
    if token is None:
        raise Http404
    return token


@require_POST
@on_record(token_or_404, SIGNED_IN)
def token_revoke_view(request: AuthenticatedRequest, token: AccessToken) -> HttpResponseBase:
    """End a token at once."""
    if token_revoke(token=token, actor=request.user):
        messages.success(request, _("%(name)s was revoked.") % {"name": token.name})
    else:
        messages.info(request, _("%(name)s had been revoked before.") % {"name": token.name})
    return redirect("account_tokens" if token.user_id == request.user.pk else "people:token-list")


class TokenListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    """The tokens of everybody."""

    permission = UserPolicy.view
    table_class = TokenTable
    filterset_class = TokenFilter
    template_name = "accounts/token_list.html"
    export_title = gettext_lazy("Access tokens")

    def get_queryset(self) -> QuerySet[AccessToken]:
        return AccessToken.objects.visible_to(self.request.user).select_related("user", "revoked_by")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        """Those in force, unless something else is asked for."""
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)
        kwargs["data"] = self.request.GET if "state" in self.request.GET else self._in_force()
        return kwargs

    def _in_force(self) -> Any:
        data = self.request.GET.copy()
        data["state"] = "in_force"
        return data
