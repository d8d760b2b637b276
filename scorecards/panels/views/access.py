"""How the views of panels find theirs: below a program that the person sees, else 404."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from programs.models import Program
from scorecards.models import Panel, PanelSeat


def panel_or_404(program: Program, pk: int) -> Panel:
    """A panel of the work package that the address names. One query."""
    panel = get_object_or_404(Panel.objects.select_related("settled_by"), work_package=program.package, pk=pk)
    program.package.program = program
    panel.work_package = program.package
    return panel


def seat_or_404(panel: Panel, user: User) -> PanelSeat:
    """The person's own seat on a panel that has opened; to everybody else there is none. One query."""
    seat = PanelSeat.objects.filter(panel=panel, assessor=user).first()
    if seat is None or panel.opened_at is None:
        raise Http404
    seat.panel = panel
    return seat
