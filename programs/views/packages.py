"""The work packages of a program: add, rename, order, remove."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from programs.models import Program, WorkPackage
from programs.models.program import address_of
from programs.need_forms import PackageForm
from programs.packages import package_add, package_change, package_move, package_remove
from programs.policies import ProgramPolicy
from programs.views.access import in_program


@in_program(ProgramPolicy.view)
def packages(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Every work package with what belongs to it."""
    rows = WorkPackage.objects.filter(program=program).annotate(
        candidate_count=Count("candidates", distinct=True),
        requirement_count=Count("requirements", distinct=True),
    )
    listed = [(row, address_of(program.code, row, program.parts[0])) for row in rows]
    context = {
        "program": program,
        "packages": listed,
        "may_change": ProgramPolicy.change.allows(request.user),
    }
    return render(request, "programs/packages.html", context)


@in_program(ProgramPolicy.change)
def package_create(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Divide the program further."""
    form = PackageForm(request.POST or None, initial={"operations": []})
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            made = package_add(
                program=program,
                name=entered["name"],
                operations=entered["operations"],
                notes=entered["notes"],
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Work package %(name)s was added.") % {"name": made.name})
            return redirect("programs:packages", code=program.code)
    context = {"program": program, "form": form}
    return render(request, "programs/package_form.html", context, status=422 if form.errors else 200)


@in_program(ProgramPolicy.change)
def package_edit(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Rename a work package; the second of two editors gets 409 with both values."""
    package = get_object_or_404(WorkPackage, program=program, pk=pk)
    form = PackageForm(request.POST or None, instance=package, initial={"version": package.version})
    context: dict[str, object] = {"program": program, "form": form, "package": package}
    status = 200
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            package_change(
                package=package,
                version=entered["version"] or 0,
                name=entered["name"],
                operations=entered["operations"],
                notes=entered["notes"],
                actor=request.user,
            )
        except StaleRecord as stale:
            context["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
            status = 409
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Work package %(name)s was saved.") % {"name": entered["name"]})
            return redirect("programs:packages", code=program.code)
    if form.errors:
        status = 422
    return render(request, "programs/package_form.html", context, status=status)


@require_POST
@in_program(ProgramPolicy.change)
def package_move_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Change the order: up or down by one."""
    package = get_object_or_404(WorkPackage, program=program, pk=pk)
    package_move(package=package, steps=-1 if request.POST.get("to") == "up" else 1, actor=request.user)
    return redirect("programs:packages", code=program.code)


@require_POST
@in_program(ProgramPolicy.change)
def package_remove_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Remove a work package with what belongs to it."""
    package = get_object_or_404(WorkPackage, program=program, pk=pk)
    name = str(package)
    try:
        package_remove(package=package, reason=request.POST.get("reason", ""), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Work package %(name)s was removed.") % {"name": name})
    return redirect("programs:packages", code=program.code)
