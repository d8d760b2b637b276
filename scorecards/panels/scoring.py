"""An assessor's own work: scores that save themselves, and handing them in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import StaleRecord
from records.context import recorded
from scorecards.models import Panel, PanelAssignment, PanelCandidate, PanelCriterion, PanelScore, PanelSeat

MOST_LETTERS = 4000


def score_save(
    *,
    seat: PanelSeat,
    criterion: PanelCriterion,
    site_id: int,
    level: int | None,
    cannot_judge: bool,
    comment: str,
    version: int,
    actor: User,
) -> PanelScore | None:
    """Keep what an assessor has entered so far; half an answer is kept as well. Nothing entered makes no row.

    Args:
        version: of the score as it was read; 0 where there was none.

    Raises:
        PermissionDenied: for anybody but the assessor.
        ValidationError: for a level off the scale, a level beside "cannot judge", a cell that is not asked
            for, or a panel that is not open or has these scores already.
        StaleRecord: when the same assessor saved another value meanwhile, in another window.
    """
    _own(seat, actor)
    comment = comment.strip()
    with recorded(actor=actor):
        held = _writable(seat)
        row = (
            PanelScore.objects.select_for_update(of=("self",))
            .filter(seat=held, criterion=criterion, site_id=site_id)
            .first()
        )
        if row is None:
            if level is None and not cannot_judge and not comment:
                return None
            _check_asked(held, criterion, site_id)
            row = PanelScore(
                panel_id=held.panel_id, seat=held, criterion=criterion, site_id=site_id, version=0
            )
        told = (level, cannot_judge, comment)
        if (row.level, row.cannot_judge, row.comment) == told and row.pk:
            return row
        if row.version != version:
            raise StaleRecord(row)
        row.level, row.cannot_judge, row.comment = told
        row.version += 1
        row.full_clean(exclude=["panel", "seat", "criterion", "site"])
        row.save()
    return row


def seat_submit(*, seat: PanelSeat, actor: User) -> PanelSeat:
    """Hand the scores in. Doing it twice does it once.

    Raises:
        PermissionDenied: for anybody but the assessor.
        ValidationError: while something is missing, or once the panel has closed.
    """
    _own(seat, actor)
    with recorded(actor=actor, reason=_("Scores handed in")):
        held = _held(seat)
        if held.submitted_at is not None:
            return held
        _open(held.panel)
        _present(held)
        missing = missing_of(held)
        if missing:
            raise ValidationError(_("Something is missing still. The list says what."))
        held.submitted_at = timezone.now()
        held.save(update_fields=["submitted_at"])
    return held


def seat_take_back(*, seat: PanelSeat, reason: str, actor: User) -> PanelSeat:
    """Take the scores back to change them, while the panel is open.

    Raises:
        PermissionDenied: for anybody but the assessor.
        ValidationError: without a reason, or once the panel has closed.
    """
    _own(seat, actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why you take your scores back.")})
    with recorded(actor=actor, reason=reason.strip()):
        held = _held(seat)
        _open(held.panel)
        _present(held)
        if held.submitted_at is not None:
            held.submitted_at = None
            held.save(update_fields=["submitted_at"])
    return held


def missing_of(seat: PanelSeat) -> list[tuple[int, int]]:
    """The cells, criterion of the panel and site, that say nothing yet, or not why. Three queries."""
    given = {(row.criterion_id, row.site_id) for row in PanelScore.objects.filter(seat=seat) if row.is_given}
    criteria = PanelAssignment.objects.filter(seat=seat).order_by("criterion__position")
    sites = list(
        PanelCandidate.objects.filter(panel_id=seat.panel_id)
        .order_by("site__name_key", "site_id")
        .values_list("site_id", flat=True)
    )
    return [
        (criterion, site)
        for criterion in criteria.values_list("criterion_id", flat=True)
        for site in sites
        if (criterion, site) not in given
    ]


def _own(seat: PanelSeat, actor: User) -> None:
    if seat.assessor_id != actor.pk or not actor.is_active:
        raise PermissionDenied(_("Only the assessor writes these scores."))


def _held(seat: PanelSeat) -> PanelSeat:
    """The panel, then the seat, locked: in the order of `panel_close`, so that neither waits for ever."""
    panel = Panel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    held = PanelSeat.objects.select_for_update().get(pk=seat.pk)
    held.panel = panel
    return held


def _writable(seat: PanelSeat) -> PanelSeat:
    """The seat, locked so that two windows of one assessor take turns."""
    held = _held(seat)
    _open(held.panel)
    if held.submitted_at is not None:
        raise ValidationError(_("You have handed in your scores. Take them back to change one."))
    _present(held)
    return held


def _present(seat: PanelSeat) -> None:
    if seat.left_at is not None:
        raise ValidationError(_("You are no longer an assessor of this panel."))


def _open(panel: Panel) -> None:
    if not panel.is_open:
        raise ValidationError(_("The panel is not open for scores."))


def _check_asked(seat: PanelSeat, criterion: PanelCriterion, site_id: int) -> None:
    asked = PanelAssignment.objects.filter(seat=seat, criterion=criterion).exists()
    if not asked or not PanelCandidate.objects.filter(panel_id=seat.panel_id, site_id=site_id).exists():
        raise ValidationError(_("This is not asked of you."))
