"""A small panel for tests: three assessors, two criteria, three candidates, all invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from partners.models import Site
from programs.models import Program, WorkPackage
from scorecards.models import Panel, PanelCriterion, PanelSeat
from scorecards.panels.scoring import score_save, seat_submit
from scorecards.panels.services import PanelPlan, panel_close, panel_draft, panel_open
from tests import makers

AUTHORITY, PROTOCOLS = "quality-authority", "transfer-protocols"
# Levels of the three sites by assessor: close, apart, and one who cannot judge.
SCORES: dict[str, list[list[int | None]]] = {
    AUTHORITY: [[4, 1, 3], [4, 5, None], [3, 2, 3]],
    PROTOCOLS: [[2, 2, 2], [3, 2, 2]],
}


@dataclass(frozen=True)
class PanelScene:
    """A program with a lead, three assessors and three candidates."""

    program: Program
    package: WorkPackage
    lead: User
    assessors: tuple[User, ...]
    sites: tuple[Site, ...]

    def plan(self, **changes: object) -> PanelPlan:
        told: dict[str, object] = {
            "title": "Quality round",
            "due_on": timezone.localdate() + timedelta(days=10),
            "sites": [site.pk for site in self.sites],
            "assessors": {
                AUTHORITY: [user.pk for user in self.assessors],
                PROTOCOLS: [user.pk for user in self.assessors[:2]],
            },
        }
        return PanelPlan(**(told | changes))  # type: ignore[arg-type]

    def draft(self, **changes: object) -> Panel:
        return panel_draft(package=self.package, plan=self.plan(**changes), actor=self.lead)

    def opened(self, **changes: object) -> Panel:
        panel = self.draft(**changes)
        return panel_open(panel=panel, version=panel.version, actor=self.lead, accept_few=True)

    def closed(self, scores: Mapping[str, Sequence[Sequence[int | None]]], **changes: object) -> Panel:
        """A closed panel; by criterion and assessor the levels of each site, None for "cannot judge"."""
        panel = self.opened(**changes)
        for key, rows in scores.items():
            for user, levels in zip(self.assessors, rows, strict=False):
                for site, level in zip(self.sites, levels, strict=True):
                    give(panel, user, key, site, level)
        for seat in panel.seats.all():
            seat_submit(seat=seat, actor=seat.assessor)
        panel.refresh_from_db()
        return panel_close(panel=panel, version=panel.version, reason="", actor=self.lead)


def panel_scene(code: str = "PANEL") -> PanelScene:
    lead = makers.person(Role.SOURCING, full_name="Lead Vorgan")
    assessors = tuple(
        makers.person(role, full_name=name)
        for role, name in (
            (Role.ASSESSOR, "Anna Assess"),
            (Role.QA, "Boris Assess"),
            (Role.ASSESSOR, "Carla Assess"),
        )
    )
    sites = tuple(makers.site(name) for name in ("Alpha Works", "Beta Works", "Gamma Works"))
    program = makers.program(code, lead, *assessors, sites=sites)
    package = program.packages.get()
    package.program = program
    return PanelScene(program, package, lead, assessors, sites)


def seat_of(panel: Panel, user: User) -> PanelSeat:
    return PanelSeat.objects.get(panel=panel, assessor=user)


def criterion_of(panel: Panel, key: str) -> PanelCriterion:
    return PanelCriterion.objects.select_related("criterion").get(panel=panel, criterion__key=key)


def give(panel: Panel, user: User, key: str, site: Site, level: int | None, comment: str = "Seen.") -> None:
    """Score one cell; None is "cannot judge"."""
    score_save(
        seat=seat_of(panel, user),
        criterion=criterion_of(panel, key),
        site_id=site.pk,
        level=level,
        cannot_judge=level is None,
        comment=comment,
        version=0,
        actor=user,
    )


def refused_by_the_database(write: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert getattr(caught.value.__cause__, "diag").constraint_name == constraint  # noqa: B009
