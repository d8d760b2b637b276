"""What a closed panel agrees on: moderated with a reason, concluded once, taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import StaleRecord, locked_at_version
from records.context import recorded
from scorecards.models import AgreedScore, Panel, PanelCandidate, PanelCriterion, PanelScore
from scorecards.panels.services import panel_move, panel_only
from scorecards.policies import PanelPolicy

State = Panel.State
# Scores this close together need no discussion.
ONE_STEP = 1


def agreed_set(
    *,
    criterion: PanelCriterion,
    site_id: int,
    low: Decimal,
    high: Decimal,
    reason: str,
    version: int,
    actor: User | None,
    replaces: bool = False,
) -> AgreedScore:
    """Moderate the value of one candidate on one criterion; the raw scores stay as they are.

    Args:
        low, high: levels from 0 to 5, equal where the panel agrees on one.
        version: of the agreed value as it was read; 0 where there was none.
        replaces: let it count on the whole scale whatever the evidence says, where it else counts within.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a missing reason, levels off the scale or in the wrong order, a cell that the
            panel did not score, or a panel that is not being moderated.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.moderate.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this value: the reason stands on the scorecard.")})
    with recorded(actor=actor, reason=reason.strip()):
        panel = Panel.objects.select_for_update(of=("self",)).get(pk=criterion.panel_id)
        panel_only(panel, State.CLOSED)
        if not PanelCandidate.objects.filter(panel=panel, site_id=site_id).exists():
            raise ValidationError(_("The panel does not score this site."))
        row = AgreedScore.objects.filter(criterion=criterion, site_id=site_id).first()
        if row is None:
            row = AgreedScore(panel=panel, criterion=criterion, site_id=site_id, version=0)
        if row.version != version:
            raise StaleRecord(row)
        row.low, row.high, row.reason, row.as_scored = low, high, reason.strip(), False
        row.replaces = replaces and criterion.within
        row.decided_by, row.decided_at = actor, timezone.now()
        row.version += 1
        if low > high:
            raise ValidationError({"high": _("The upper level is not below the lower one.")})
        row.full_clean(exclude=["panel", "criterion", "site", "decided_by"], validate_constraints=False)
        row.save()
    return row


def agreed_accept(
    *, panel: Panel, actor: User | None, criterion_id: int | None = None, site_id: int | None = None
) -> int:
    """Accept as scored, by the median, what all assessors put within one step of each other.

    One cell where criterion and site are named, else every one that is not moderated yet. Returns how many.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a panel that is not being moderated, or one cell that is not that close.
    """
    PanelPolicy.moderate.require(actor)
    with recorded(actor=actor, reason=_("Accepted as scored")):
        held = Panel.objects.select_for_update(of=("self",)).get(pk=panel.pk)
        panel_only(held, State.CLOSED)
        done = set(AgreedScore.objects.filter(panel=held).values_list("criterion_id", "site_id"))
        cells = {cell: level for cell, level in close_cells(held).items() if cell not in done}
        if criterion_id is not None:
            cell = (criterion_id, site_id or 0)
            if cell in done:
                return 0
            if cell not in cells:
                raise ValidationError(_("The scores are more than a step apart: moderate this value."))
            cells = {cell: cells[cell]}
        AgreedScore.objects.bulk_create(
            AgreedScore(
                panel=held,
                criterion_id=criterion,
                site_id=site,
                low=level,
                high=level,
                as_scored=True,
                decided_by=actor,
            )
            for (criterion, site), level in cells.items()
        )
    return len(cells)


def close_cells(panel: Panel) -> dict[tuple[int, int], Decimal]:
    """Cells, criterion and site, whose scores all lie within a step, with their median. One query.

    None of a cell where somebody could not judge, and none with a single score: there is nothing to agree.
    """
    levels: dict[tuple[int, int], list[int | None]] = {}
    rows = PanelScore.objects.filter(panel=panel).revealed()
    for criterion, site, level in rows.values_list("criterion_id", "site_id", "level"):
        levels.setdefault((criterion, site), []).append(level)
    found = {cell: median_within_a_step(given) for cell, given in levels.items()}
    return {cell: level for cell, level in found.items() if level is not None}


def median_within_a_step(levels: Sequence[int | None]) -> Decimal | None:
    """The median of levels that lie within a step; null where they do not, or one of them is missing."""
    known = [level for level in levels if level is not None]
    if len(known) == len(levels) > 1 and max(known) - min(known) <= ONE_STEP:
        return Decimal(str(median(known))).quantize(Decimal("0.1"))
    return None


def panel_settle(*, panel: Panel, version: int, actor: User | None) -> Panel:
    """Conclude the agreement: from now on its values count in the ranking beside what is derived.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: while a cell has no agreed value.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.moderate.require(actor)
    with recorded(actor=actor, reason=_("Agreement concluded")):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.CLOSED)
        asked = PanelCriterion.objects.filter(panel=row).count() * row.candidates.count()
        missing = asked - AgreedScore.objects.filter(panel=row).count()
        if missing:
            raise ValidationError(
                _("%(count)s values are not agreed yet. Accept or moderate each of them first.")
                % {"count": missing}
            )
        row.settled_by = actor
        panel_move(row, State.SETTLED, "settled_at")
    return row


def panel_withdraw(*, panel: Panel, version: int, reason: str, actor: User | None) -> Panel:
    """Take the agreed values out of the ranking again: what is derived counts. Past days stay as they were.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, or where nothing of it counts.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.moderate.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the derived values count again.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.SETTLED)
        row.note = reason.strip()
        panel_move(row, State.WITHDRAWN, "ended_at")
    return row
