"""What would be typed many times, written at once."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from logistics.models import CareSite, Handoff, Lane, Party, SiteCheck
from logistics.policies import PlanPolicy
from logistics.readiness.sites import CHECKS, COLLECTION
from logistics.vocabulary import PartyRole
from records.context import recorded
from records.undoing import Mark, undoable


def checks_ask(*, site: CareSite, collects: bool, actor: User | None) -> tuple[int, Mark]:
    """Ask a care site for everything that the plan's therapeutic area needs and that it was not asked for.

    Returns how many checks were added, and the mark to undo them.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when the plan names no therapeutic area.
    """
    PlanPolicy.change.require(actor)
    area = site.plan.therapeutic_area.strip()
    if not area:
        raise ValidationError(_("Name the therapeutic area of the plan first: readiness counts for it only."))
    with recorded(actor=actor), undoable() as mark:
        CareSite.objects.select_for_update().get(pk=site.pk)
        rows = SiteCheck.objects.filter(care_site=site).values_list("kind", "therapeutic_area")
        asked = {kind for kind, of_area in rows if of_area.strip().casefold() == area.casefold()}
        wanted = (*CHECKS, COLLECTION) if collects else CHECKS
        made = [
            SiteCheck(
                plan=site.plan, care_site=site, kind=kind, therapeutic_area=area,
                member=site.member, owner=site.owner, due_on=site.due_on,
            )
            for kind in wanted
            if kind not in asked
        ]  # fmt: skip
        SiteCheck.objects.bulk_create(made)
    return len(made), mark


def legs_copy(*, lane: Lane, source: Lane, actor: User | None) -> tuple[int, Mark]:
    """Give a lane without legs those of another lane of the plan. The care site at the end is its own.

    Returns how many legs were copied, and the mark to undo them.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when the lane has legs already, or the other one belongs to another plan.
    """
    PlanPolicy.change.require(actor)
    if lane.plan_id != source.plan_id:
        raise ValidationError(_("This belongs to another distribution plan."))
    with recorded(actor=actor), undoable() as mark:
        Lane.objects.select_for_update().get(pk=lane.pk)
        if lane.legs.exists():
            raise ValidationError(_("This lane already has legs."))
        ours = Party.objects.filter(
            plan=lane.plan_id, role=PartyRole.CARE_SITE, name=lane.care_site.name
        ).first()
        legs = list(source.legs.select_related("taker", "giver"))
        for leg in legs:
            leg.pk, leg.lane, leg.version = None, lane, 1
            leg._state.adding = True
            if leg.taker is not None and leg.taker.role == PartyRole.CARE_SITE:
                leg.taker = ours
        Handoff.objects.bulk_create(legs)
    return len(legs), mark
