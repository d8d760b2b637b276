"""How the views of a program find it: whoever may not see it gets 404, and only then is the role asked."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.policies import SIGNED_IN, Permission
from accounts.views.access import AuthenticatedRequest, Guarded, requires
from programs.models import Program
from programs.models.program import PACKAGE_MARK

type ProgramView = Callable[..., HttpResponseBase]


def program_or_404(request: AuthenticatedRequest, address: str) -> Program:
    """The program of the address, with the work package it names. One query; two where it names one.

    Raises:
        Http404: when there is none, or the person may not see it; the two look the same.
    """
    code, mark, package = address.partition(PACKAGE_MARK)
    program = Program.objects.visible_to(request.user).filter(code=code).first()
    if program is None:
        raise Http404
    if mark:
        chosen = [part for part in program.parts if str(part.pk) == package]
        if not chosen:
            raise Http404
        program.package = chosen[0]
    return program


def in_program(permission: Permission) -> Callable[[ProgramView], ProgramView]:
    """Declare the permission of a view whose address names a program; the view gets the program itself."""

    def declare(view: ProgramView) -> ProgramView:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponseBase:
            signed_in: AuthenticatedRequest = request  # type: ignore[assignment]
            program = program_or_404(signed_in, code)
            permission.require(signed_in.user)
            return view(signed_in, program=program, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


class InProgram(Guarded):
    """Mixin for class-based views of a program, placed first; `self.program` is the one of the address."""

    program: Program
    kwargs: dict[str, Any]

    def load_scope(self) -> None:
        self.program = program_or_404(self.request, self.kwargs["code"])
