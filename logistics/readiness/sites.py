"""Whether a care site can give a dose: storage, team, committee and contract, access."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from logistics.readiness.bands import keeps
from logistics.readiness.facts import PlanFacts, SiteFacts
from logistics.readiness.first_dose import FirstDose, first_dose
from logistics.readiness.reason import Aspect, Gap, Word, Words, reason

# What every care site needs; the collection of cells only where it takes place.
CHECKS = ("team", "pharmacy", "identity", "emergency", "ordering")
COLLECTION = "collection"


def first_dose_of(plan: PlanFacts, site: SiteFacts, on: date) -> FirstDose:
    """The earliest first dose at a care site as seen on a day."""
    waits = not keeps(plan.band, site.bands) and bool(site.remedy)
    return first_dose(
        site.onboarding,
        on=on,
        storage_on=(site.remedy_done_on or site.due_on) if waits else None,
        stored=site.remedy_done_on is not None and site.remedy_done_on <= on,
        go_live_on=plan.go_live_on,
        turnaround_days=plan.turnaround_days,
    )


def site_gaps(plan: PlanFacts, site: SiteFacts, on: date) -> Iterator[Gap]:
    """What a care site itself does not have yet."""
    yield from _storage(plan, site, on)
    yield from _team(plan, site, on)
    yield from _onboarding(plan, site, on)
    yield from _access(plan, site, on)


def _storage(plan: PlanFacts, site: SiteFacts, on: date) -> Iterator[Gap]:
    if not plan.band or keeps(plan.band, site.bands):
        return
    if site.remedy_done_on is not None and site.remedy_done_on <= on:
        return
    band = Word("band", plan.band)
    if site.remedy:
        why = reason("storage.remedy", band=band, remedy=Word("remedy", site.remedy))
    else:
        why = reason("storage.none", band=band)
    yield Gap(Aspect.STORAGE, why, site.owner, site.due_on, "care-sites", site.pk)


def _team(plan: PlanFacts, site: SiteFacts, on: date) -> Iterator[Gap]:
    """Only checks of the plan's own therapeutic area count. What was never asked for is one gap."""
    area = plan.area.strip().casefold()
    unasked: list[str] = []
    elsewhere: dict[str, list[str]] = {}
    for kind in (*CHECKS, COLLECTION) if plan.collects else CHECKS:
        of_kind = [check for check in site.checks if check.kind == kind]
        own = next((check for check in of_kind if check.area.strip().casefold() == area), None)
        if own is None:
            others = [check.area for check in of_kind if check.done_on is not None]
            (elsewhere.setdefault(others[0], []) if others else unasked).append(kind)
        elif own.done_on is None or own.done_on > on:
            why = reason("team.open", what=Word("check", kind))
            yield Gap(Aspect.TEAM, why, own.owner or site.owner, own.due_on, "site-checks", own.pk)
    for other, kinds in elsewhere.items():
        what = Words("check", tuple(kinds))
        why = reason("team.other_area", what=what, other=other, area=plan.area)
        yield Gap(Aspect.TEAM, why, site.owner, None, "care-sites", site.pk)
    if unasked:
        why = reason("team.unasked", what=Words("check", tuple(unasked)))
        yield Gap(Aspect.TEAM, why, site.owner, None, "care-sites", site.pk)


def _onboarding(plan: PlanFacts, site: SiteFacts, on: date) -> Iterator[Gap]:
    found = first_dose_of(plan, site, on)
    held = site.onboarding
    owner = (held.owner if held else "") or site.owner
    kind, pk = ("onboarding", held.pk) if held else ("care-sites", site.pk)
    if found.missing is not None:
        yield Gap(Aspect.ONBOARDING, found.missing, owner, None, kind, pk)
        return
    ahead = [
        step
        for step in found.milestones
        if not step.done and step.key in ("approval", "contract", "training")
    ]
    if ahead:
        why = reason("onboarding.ahead", step=Word("milestone", ahead[0].key), on=ahead[0].on)
        yield Gap(Aspect.ONBOARDING, why, owner, ahead[-1].on, kind, pk)


def _access(plan: PlanFacts, site: SiteFacts, on: date) -> Iterator[Gap]:
    """Paid for, or reachable until it is. One code in effect is enough."""
    region = Word("region", site.region)
    found = [each for each in plan.access if each.region == site.region]
    if not found:
        yield Gap(Aspect.ACCESS, reason("access.none", region=region), plan.lead, None, "access", 0)
        return
    if any(each.effective_on is not None and each.effective_on <= on for each in found):
        return
    if any(each.interim for each in found):
        each = next(each for each in found if each.interim)
        if each.expected_on is not None:
            why = reason("access.interim", code=each.code, on=each.expected_on)
        else:
            why = reason("access.interim_undated", code=each.code)
        yield Gap(
            Aspect.ACCESS, why, each.owner, each.due_on or each.expected_on, "access", each.pk, blocking=False
        )
        return
    each = found[0]
    key = "access.waiting" if each.applied_on else "access.unapplied"
    why = reason(key, code=each.code, region=region)
    yield Gap(Aspect.ACCESS, why, each.owner, each.due_on or each.expected_on, "access", each.pk)
