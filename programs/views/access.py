"""How the views of a program find it: whoever may not see it gets 404, and only then is the role asked."""

from collections.abc import Callable
from typing import Any

from django.http import Http404

from accounts.policies import Permission
from accounts.views.access import AuthenticatedRequest, Guarded, View, on_record
from programs.models import Program, WorkPackage
from programs.models.program import PACKAGE_MARK


def program_or_404(request: AuthenticatedRequest, address: str) -> Program:
    """The program of the address, with its work packages and the one that it names. One query.

    Raises:
        Http404: when there is none, or the person may not see it; the two look the same.
    """
    code, mark, package = address.partition(PACKAGE_MARK)
    parts = list(
        WorkPackage.objects.filter(program__in=Program.objects.visible_to(request.user).filter(code=code))
        .select_related("program")
        .order_by("position")
    )
    if not parts:
        raise Http404
    program = parts[0].program
    program.parts = parts
    if mark:
        chosen = [part for part in parts if str(part.pk) == package]
        if not chosen:
            raise Http404
        program.package = chosen[0]
    return program


def in_program(permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a view whose address names a program; the view gets the program itself."""
    return on_record(program_or_404, permission, address="code")


class InProgram(Guarded):
    """Mixin for class-based views of a program, placed first; `self.program` is the one of the address."""

    program: Program
    kwargs: dict[str, Any]

    def load_scope(self) -> None:
        self.program = program_or_404(self.request, self.kwargs["code"])
