"""The time budget of a lane as a picture."""

from django.utils.translation import gettext as _

from common.charts import Chart, Fill, Limit, Stage, span_chart
from common.charts import Stretch as Drawn
from common.charts.chart import WIDTH
from common.charts.scale import round_ticks
from common.numbers import number_text
from logistics.readiness.budget import Part, Stretch, TimeBudget
from logistics.readiness.facts import LaneFacts, PlanFacts
from logistics.wording import PARTS, hours_text

FILLS = {
    Part.RELEASE: Fill.SOFT,
    Part.WAIT: Fill.HATCHED,
    Part.TRANSIT: Fill.SOLID,
    Part.BUFFER: Fill.OUTLINED,
    Part.CLOSED: Fill.HATCHED,
}
DAY_HOURS = 24
RELEASE, CARE_SITE = 0, -1


def lane_picture(plan: PlanFacts, lane: LaneFacts, budget: TimeBudget, *, width: float = WIDTH) -> Chart:
    """Release and every leg on one axis of hours, with the end of shelf life and of the shipper's hold."""
    stages = [Stage(str(PARTS[Part.RELEASE]), ())] if plan.release else []
    stages += [Stage(each.leg.name, ()) for each in lane.legs]
    keys = ([RELEASE] if plan.release else []) + [each.leg.pk for each in lane.legs]
    if any(part.part is Part.CLOSED for part in budget.stretches):
        stages, keys = [*stages, Stage(_("Care site"), ())], [*keys, CARE_SITE]
    filled = [
        Stage(
            stage.name,
            tuple(
                Drawn(str(PARTS[part.part]), FILLS[part.part], part.start / 60, part.end / 60)
                for part in budget.stretches
                if _row_of(part) == key
            ),
        )
        for stage, key in zip(stages, keys, strict=True)
    ]
    limits = []
    if plan.shelf_life is not None:
        limits.append(Limit(_("end of shelf life"), plan.shelf_life / 60))
    if lane.shipper is not None and lane.shipper.hold is not None:
        end = (plan.release or 0) + lane.shipper.hold
        limits.append(Limit(_("shipper no longer holds"), end / 60, "caution"))
    longest = max([budget.total / 60, *(limit.at for limit in limits)])
    in_days = longest > 3 * DAY_HOURS
    per_tick = DAY_HOURS if in_days else 1
    return span_chart(
        filled,
        limits,
        ticks=tuple(tick * per_tick for tick in round_ticks(0, longest / per_tick, 8)),
        tick_unit=_days if in_days else _hours,
        unit=_hours,
        caption=_caption(budget),
        width=width,
    )


def _row_of(part: Stretch) -> int:
    """The row of the picture: a leg, the release before all legs, or the care site behind them."""
    return part.leg or (CARE_SITE if part.part is Part.CLOSED else RELEASE)


def _hours(hours: float) -> str:
    return hours_text(round(hours * 60))


def _days(hours: float) -> str:
    return _("%(days)s d") % {"days": number_text(hours / DAY_HOURS)}


def _caption(budget: TimeBudget) -> str:
    total = hours_text(budget.total)
    if budget.left is None:
        return _("Packing to the last handover takes %(total)s.") % {"total": total}
    if budget.left < 0:
        text = _("Packing to the last handover takes %(total)s, %(over)s too long.")
        return text % {"total": total, "over": hours_text(-budget.left)}
    text = _("Packing to the last handover takes %(total)s; %(left)s of shelf life remain.")
    return text % {"total": total, "left": hours_text(budget.left)}
