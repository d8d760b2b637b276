"""Who may see a program."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.views.access import AuthenticatedRequest
from common.notices import notice_done
from programs.models import Program
from programs.policies import ProgramPolicy
from programs.selectors import members_of, members_possible
from programs.services import member_add, member_remove
from programs.views.access import in_program


@in_program(ProgramPolicy.view)
def program_members(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The members, and for those who may change the program a way to add and remove some."""
    may_change = ProgramPolicy.change.allows(request.user)
    context = {
        "program": program,
        "members": members_of(program),
        "may_change": may_change,
        "possible": members_possible(program) if may_change else [],
    }
    return render(request, "programs/program_members.html", context)


@require_POST
@in_program(ProgramPolicy.change)
def member_add_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Let a person see the program."""
    asked = request.POST.get("user") or request.GET.get("user", "")
    user = User.objects.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None
    if user is None:
        messages.warning(request, _("No person was chosen."))
        return redirect("programs:program-members", code=program.code)
    try:
        added = member_add(program=program, user=user, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("%(name)s can now see %(code)s.") if added else _("%(name)s could see %(code)s already.")
        messages.success(request, text % {"name": user.full_name, "code": program.code})
    return redirect("programs:program-members", code=program.code)


@require_POST
@in_program(ProgramPolicy.change)
def member_remove_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """End a person's part in the program, with a way back unless they removed themselves."""
    user = get_object_or_404(User, pk=pk, memberships__program=program)
    member_remove(program=program, user=user, actor=request.user)
    text = _("%(name)s no longer sees %(code)s.") % {"name": user.full_name, "code": program.code}
    if not Program.objects.visible_to(request.user).filter(pk=program.pk).exists():
        messages.success(request, text)
        return redirect("programs:program-list")
    undo = reverse("programs:member-add", args=[program.code])
    notice_done(request, text, undo=f"{undo}?user={user.pk}")
    return redirect("programs:program-members", code=program.code)
