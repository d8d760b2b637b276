"""Writing an exception to a floor, putting it in force with the approver's signature, withdrawing it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from partners.models import Site
from programs.models import WorkPackage
from records.context import recorded
from records.refusals import refusals_raised
from scorecards.derivation.batch import STRENGTHS
from scorecards.derivation.score import Strength
from scorecards.models import Criterion, FloorException
from scorecards.plans import scorecard_of
from scorecards.policies import ExceptionPolicy
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_of

State = FloorException.State


def exception_draft(
    *,
    package: WorkPackage,
    site: Site,
    criterion: str,
    reason: str,
    valid_until: date | None,
    actor: User | None,
) -> FloorException:
    """An exception as a draft, on what is documented today; it counts with two signatures.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, for a last day in the past, for a site that is no candidate, a
            criterion without a floor that asks for exceptions, a floor that is met, or beside another draft.
    """
    ExceptionPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this candidate may stay below the floor.")})
    if valid_until is not None and valid_until < timezone.localdate():
        raise ValidationError({"valid_until": _("The last day lies in the past.")})
    with refusals_raised(), recorded(actor=actor, reason=_("Exception to a floor drafted")):
        WorkPackage.objects.select_for_update().get(pk=package.pk)
        scorecard = scorecard_of(package)
        made = _documented(ranking_of(package), site, criterion)
        made.work_package, made.author = package, actor
        made.criterion = Criterion.objects.get(template_id=scorecard.template_id, key=criterion)
        made.reason, made.valid_until = reason.strip(), valid_until
        made.full_clean(exclude=["author", "approver", "ended_by"])
        made.save()
    return made


def exception_take_effect(*, exception: FloorException, actor: User) -> None:
    """Put an approved exception in force in the transaction of its signature; one before it ends.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    ExceptionPolicy.approve.require(actor)
    with recorded(actor=actor, reason=_("Exception to a floor approved")):
        WorkPackage.objects.select_for_update().get(pk=exception.work_package_id)
        now = timezone.now()
        for row in FloorException.objects.select_for_update(of=("self",)).filter(
            work_package=exception.work_package_id,
            site=exception.site_id,
            criterion__key=exception.criterion.key,
            state=State.EFFECTIVE,
        ):
            _end(row, now, actor, _("Replaced by a newer exception"))
        exception.state = State.EFFECTIVE
        exception.approved_at, exception.approver = now, actor
        exception.version += 1
        exception.save()


def exception_recheck(exception: FloorException) -> None:
    """Look whether what was written still says what is documented, before anybody signs it.

    Raises:
        ValidationError: when the floor is met or gone by now, or higher, or when less is documented, or less
            well supported, than the draft says.
    """
    now = _documented(ranking_of(exception.work_package), exception.site, exception.criterion.key)
    supported = STRENGTHS.index(Strength(now.strength)) >= STRENGTHS.index(Strength(exception.strength))
    if now.floor > exception.floor or now.low < exception.low or not supported:
        raise ValidationError(
            _(
                "The floor is higher by now, or less is documented than when this was written. "
                "Withdraw it and write it again."
            )
        )


def exception_withdraw(
    *, exception: FloorException, version: int, reason: str, actor: User | None
) -> FloorException:
    """Let the floor count again, or give a draft up. Doing it twice does it once.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason.
        StaleRecord: when someone else changed it since it was read.
    """
    ExceptionPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the exception is withdrawn.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(FloorException.objects.all(), pk=exception.pk, version=version)
        if row.state != State.ENDED:
            _end(row, timezone.now(), actor, reason.strip())
    return row


def _end(row: FloorException, now: datetime, actor: User | None, reason: str) -> None:
    row.state, row.ended_at, row.ended_by, row.end_reason = State.ENDED, now, actor, reason
    row.version += 1
    row.save()


def _documented(ranking: Ranking, site: Site, criterion: str) -> FloorException:
    """An exception with what is documented of the candidate on the criterion."""
    candidate = ranking.candidate(site.pk)
    if candidate is None:
        raise ValidationError(_("This site is not a candidate."))
    leaf = ranking.plan.by_key.get(criterion)
    if leaf is None or leaf.floor is None:
        raise ValidationError(_("This criterion has no floor."))
    if not leaf.floor_by_exception:
        raise ValidationError(_("The template allows no exception to this floor."))
    cell = next(cell for cell in candidate.criteria if cell.criterion.key == criterion)
    if candidate.result.floors[criterion] == "pass":
        raise ValidationError(_("The floor is met: no exception is needed."))
    return FloorException(
        site=site,
        floor=leaf.floor,
        low=_hundredths(cell.low),
        high=_hundredths(cell.high),
        strength=cell.derived.strength.value,
    )


def _hundredths(points: float) -> Decimal:
    return Decimal(round(points * 100)) / 100
