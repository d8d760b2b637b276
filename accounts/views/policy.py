"""The page of the sign-in policy."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import UserPolicy
from accounts.sign_in_forms import SignInPolicyForm
from accounts.sign_in_policy import people_without_factor, policy_save
from accounts.views.access import AuthenticatedRequest, requires
from common.editing import clashes_of, with_version
from common.versions import StaleRecord


@requires(UserPolicy.change)
def sign_in_policy(request: AuthenticatedRequest) -> HttpResponseBase:
    """Read and change the policy; the second of two editors gets 409 with both values."""
    if request.method != "POST":
        return _page(request, SignInPolicyForm.of_now())
    form = SignInPolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        policy_save(**form.cleaned_data, actor=request.user)
    except StaleRecord as stale:
        clashes = clashes_of(form, stale.current)
        with_version(form, stale.current.version)
        return _page(request, form, status=409, clashes=clashes)
    messages.success(request, _("The sign-in policy was saved."))
    return redirect("people:sign-in-policy")


def _page(
    request: AuthenticatedRequest, form: SignInPolicyForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "without": people_without_factor(), **more}
    context["demonstration"] = User.objects.filter(is_demo=True).exists()
    return render(request, "accounts/sign_in_policy.html", context, status=status)
