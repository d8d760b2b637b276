"""The decisions of a plan in words, as the plan's page shows them."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.numbers import day_text
from logistics.facts import minutes
from logistics.models import DistributionPlan
from logistics.wording import hours_text


@dataclass(frozen=True, slots=True)
class Decision:
    """A heading with what was decided, and what is said about it."""

    title: str
    value: str
    note: str


def decisions_of(plan: DistributionPlan) -> list[Decision]:
    """What everything else follows from. Nothing decided is blank."""
    plan_: Any = plan
    shelf = minutes(plan.shelf_life_hours)
    title = _joined(plan_.get_title_model_display(), _at(plan_.get_title_transfer_display()))
    decided = (
        _("decided on %(day)s") % {"day": day_text(plan.channel_decided_on)}
        if plan.channel_decided_on
        else ""
    )
    return [
        Decision(
            _("Product on its way"),
            plan_.get_band_display(),
            "" if shelf is None else _("use within %(time)s of packing") % {"time": hours_text(shelf)},
        ),
        Decision(
            _("Dosing and ordering"),
            _joined(plan_.get_dosing_display(), plan_.get_ordering_model_display()),
            plan.ordering_consequences,
        ),
        Decision(
            _("Chain of identity"),
            _("identifier issued at: %(moment)s") % {"moment": plan_.get_identity_at_display()}
            if plan.identity_at
            else "",
            plan.identity_rule,
        ),
        Decision(_("Title and its transfer"), title, plan.title_parties),
        Decision(
            _("Channel"),
            _joined(plan_.get_channel_display(), decided, plan.channel_owner),
            plan.channel_reasons,
        ),
        Decision(
            _("Leadership"),
            plan.lead,
            _("reviewed every %(days)s days") % {"days": plan.review_every_days}
            if plan.review_every_days
            else "",
        ),
    ]


def _at(moment: str) -> str:
    return _("passes at: %(moment)s") % {"moment": moment} if moment else ""


def _joined(*parts: str) -> str:
    return capfirst("; ".join(str(part) for part in parts if part))
