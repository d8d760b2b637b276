"""Requirements of a work package: from the catalogue of facts or from the library of needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import Clash, with_version
from common.notices import notice_done
from common.versions import StaleRecord
from programs.facts import FactSpec, catalogue
from programs.library import BY_KEY, library_for
from programs.models import Program, Requirement
from programs.need_forms import RequirementForm, requirement_initial
from programs.policies import ProgramPolicy
from programs.requirement_services import (
    Draft,
    requirement_change,
    requirement_move,
    requirement_remove,
    requirements_add,
    requirements_take_back,
)
from programs.requirements import Asked, condition_text, requirements_of
from programs.views.access import in_program

SALT = "programs.requirement"
ADDED_SALT = "programs.requirements-added"


@in_program(ProgramPolicy.view)
def requirements(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Must-haves and wants in their order, the library, and the catalogue to add from."""
    context = {
        "program": program,
        "rows": [(row, Asked.of(row)) for row in requirements_of(program.package.pk)],
        "library": library_for(program.modality, program.stage),
        "groups": _groups(),
        "may_change": ProgramPolicy.change.allows(request.user),
    }
    return render(request, "programs/requirements.html", context)


@in_program(ProgramPolicy.change)
def requirement_create(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Ask for something: the fact comes by the address (`?fact=`), the condition by the form."""
    spec = _spec(request.GET.get("fact", ""))
    form = RequirementForm(request.POST or None, spec=spec)
    if request.method == "POST" and form.is_valid():
        try:
            added = requirements_add(package=program.package, drafts=[form.draft], actor=request.user)
        except ValidationError as error:
            form.add_problems(error)
        else:
            text = _("The requirement was added.") if added else _("This requirement was there already.")
            messages.success(request, text)
            return redirect("programs:requirements", code=program.address)
    return _form_page(request, program, form)


@in_program(ProgramPolicy.change)
def requirement_edit(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Change a requirement; the second of two editors gets 409 with both values."""
    row = get_object_or_404(Requirement, work_package=program.package, pk=pk)
    form = RequirementForm(request.POST or None, spec=_spec(row.fact), initial=requirement_initial(row))
    more: dict[str, Any] = {"requirement": row}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            requirement_change(requirement=row, version=version, draft=form.draft, actor=request.user)
        except StaleRecord as stale:
            current = Requirement.objects.get(pk=stale.current.pk)
            more["clashes"] = _clashes(form, current)
            with_version(form, current.version)
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The requirement was saved."))
            return redirect("programs:requirements", code=program.address)
    return _form_page(request, program, form, **more)


@require_POST
@in_program(ProgramPolicy.change)
def requirement_remove_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Take a requirement out, with a way back."""
    row = get_object_or_404(Requirement, work_package=program.package, pk=pk)
    was = requirement_remove(requirement=row, actor=request.user)
    token = signing.dumps(asdict(was), salt=SALT, compress=True)
    undo = f"{reverse('programs:requirement-restore', args=[program.address])}?{urlencode({'state': token})}"
    notice_done(request, _("The requirement was removed."), undo=undo)
    return redirect("programs:requirements", code=program.address)


@require_POST
@in_program(ProgramPolicy.change)
def requirement_restore(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Undo a removal."""
    try:
        draft = Draft(**signing.loads(request.GET.get("state", ""), salt=SALT, max_age=86_400))
    except signing.BadSignature:
        raise Http404 from None
    requirements_add(package=program.package, drafts=[draft], actor=request.user)
    messages.success(request, _("The requirement is back."))
    return redirect("programs:requirements", code=program.address)


@require_POST
@in_program(ProgramPolicy.change)
def requirements_take_back_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Undo an addition from the library."""
    try:
        ids = signing.loads(request.GET.get("added", ""), salt=ADDED_SALT, max_age=86_400)
    except signing.BadSignature:
        raise Http404 from None
    total = requirements_take_back(package=program.package, ids=ids, actor=request.user)
    text = ngettext(
        "%(total)s requirement was taken out again.", "%(total)s requirements were taken out again.", total
    )
    messages.success(request, text % {"total": total})
    return redirect("programs:requirements", code=program.address)


@require_POST
@in_program(ProgramPolicy.change)
def requirement_move_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Change the order: up or down by one."""
    row = get_object_or_404(Requirement, work_package=program.package, pk=pk)
    requirement_move(requirement=row, steps=-1 if request.POST.get("to") == "up" else 1, actor=request.user)
    return redirect("programs:requirements", code=program.address)


@in_program(ProgramPolicy.change)
def requirement_library(request: AuthenticatedRequest, program: Program, key: str) -> HttpResponseBase:
    """One set of the library: tick what applies; it is copied and can then be changed."""
    entry = BY_KEY.get(key)
    if entry is None:
        raise Http404
    if request.method == "POST":
        picked = {int(place) for place in request.POST.getlist("row") if place.isascii() and place.isdigit()}
        drafts = [draft for place, draft in enumerate(entry.drafts) if place in picked]
        reason = _("From the library: %(title)s") % {"title": entry.title}
        added = requirements_add(package=program.package, drafts=drafts, actor=request.user, reason=reason)
        text = ngettext("%(total)s requirement was added.", "%(total)s requirements were added.", len(added))
        token = signing.dumps([row.pk for row in added], salt=ADDED_SALT)
        address = reverse("programs:requirements-take-back", args=[program.address])
        undo = f"{address}?{urlencode({'added': token})}" if added else ""
        notice_done(request, text % {"total": len(added)}, undo=undo)
        return redirect("programs:requirements", code=program.address)
    rows = [
        (draft, condition_text(draft.fact, draft.operator, draft.value, draft.unit)) for draft in entry.drafts
    ]
    context = {"program": program, "entry": entry, "rows": rows}
    return render(request, "programs/requirement_library.html", context)


def _form_page(
    request: AuthenticatedRequest, program: Program, form: RequirementForm, **more: Any
) -> HttpResponseBase:
    status = 409 if "clashes" in more else 422 if form.errors else 200
    context = {"program": program, "form": form, "spec": form.spec} | more
    return render(request, "programs/requirement_form.html", context, status=status)


def _clashes(form: RequirementForm, current: Requirement) -> list[Clash]:
    """What was entered beside what is saved now, the condition as one sentence."""
    mine = form.draft
    pairs = (
        ("kind", Requirement.Kind(mine.kind).label, current.get_kind_display()),
        (
            "operator",
            condition_text(mine.fact, mine.operator, mine.value, mine.unit),
            condition_text(current.fact, current.operator, current.value, current.unit),
        ),
        ("explanation", str(mine.explanation), current.explanation),
    )
    return [
        Clash(form[name].id_for_label, str(form[name].label), str(left), str(right))
        for name, left, right in pairs
        if str(left) != str(right)
    ]


def _spec(key: str) -> FactSpec:
    spec = catalogue().get(key)
    if spec is None:
        raise Http404
    return spec


def _groups() -> dict[str, list[FactSpec]]:
    """The catalogue by group, in the order of registration."""
    groups: dict[str, list[FactSpec]] = {}
    for spec in catalogue().values():
        groups.setdefault(str(spec.group), []).append(spec)
    return groups
