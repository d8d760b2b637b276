"""People: who they are, what they may do, and whether they may sign in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from accounts.factors import factor_types, factors_remove
from accounts.filters import PeopleFilter
from accounts.forms import PersonForm
from accounts.models import User
from accounts.policies import UserPolicy
from accounts.selectors import password_path, people_listed
from accounts.services import user_create, user_update
from accounts.sessions import sessions_end
from accounts.tables import PeopleTable
from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.tables import TablePageMixin


class PersonListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = UserPolicy.view
    table_class = PeopleTable
    filterset_class = PeopleFilter
    template_name = "accounts/person_list.html"
    export_title = gettext_lazy("People")

    def get_queryset(self) -> QuerySet[User]:
        return people_listed()


@requires(UserPolicy.change)
def person_create(request: AuthenticatedRequest) -> HttpResponseBase:
    """Create a person, then show the address at which they choose their password."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        user = user_create(
            email=entered["email"],
            full_name=entered["full_name"],
            role=entered["role"],
            language=entered["language"],
            actor=request.user,
        )
        messages.success(request, _("%(name)s was added.") % {"name": user.full_name})
        return redirect("people:person-update", pk=user.pk)
    return _form_page(request, form)


@requires(UserPolicy.change)
def person_update(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change a person's name, role, language and whether they may sign in."""
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            user_update(
                user=user,
                full_name=entered["full_name"],
                role=entered["role"],
                language=entered["language"],
                is_active=entered["is_active"],
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": user.full_name})
            return redirect("people:person-list")
    return _form_page(request, form, person=get_object_or_404(User, pk=pk))


@require_POST
@requires(UserPolicy.change)
def person_sessions_end(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Sign a person out everywhere, for a lost computer."""
    user = get_object_or_404(User, pk=pk)
    sessions_end(user=user)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": user.full_name})
    return redirect("people:person-update", pk=user.pk)


@require_POST
@requires(UserPolicy.change)
def person_factors_remove(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take a person's second factors away, for a lost phone; the reason is kept."""
    user = get_object_or_404(User, pk=pk)
    try:
        factors_remove(user=user, reason=request.POST.get("reason", ""), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("The second factors of %(name)s were removed, and all sessions ended.")
        messages.success(request, told % {"name": user.full_name})
    return redirect("people:person-update", pk=user.pk)


def _form_page(request: HttpRequest, form: PersonForm, person: User | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "person": person}
    if person is not None and person.is_active and not person.has_usable_password():
        context["password_address"] = request.build_absolute_uri(password_path(person))
    if person is not None:
        context["factors"] = factor_types(person)
        context["oneself"] = person.pk == request.user.pk
    context["cancel_url"] = reverse("people:person-list")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/person_form.html", context, status=status)
