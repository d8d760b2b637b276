"""A person's value in place of a derived one: who may set it, what it does, and how it is taken back.

The derived value is never touched; both are shown wherever the criterion is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from partners.models import Site
from programs.models import Candidate, WorkPackage
from records.context import recorded
from records.past import end_of
from scorecards.models import Criterion, Override, Scorecard
from scorecards.plans import scorecard_of
from scorecards.policies import ScorecardPolicy


@dataclass(frozen=True, slots=True)
class Overridden:
    """One overridden value of one candidate, from ``low`` to ``high`` points."""

    id: int
    version: int
    site_id: int
    criterion: str
    low: float
    high: float
    reason: str
    made_by: str
    made_on: date


def overrides_held(scorecard_id: int, as_of: date) -> QuerySet[Override]:
    """The overrides that held at the end of a day."""
    end = end_of(as_of)
    return Override.objects.filter(scorecard_id=scorecard_id, made_at__lt=end).filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=end)
    )


def override_history(package: WorkPackage) -> Sequence[Override]:
    """Every override of a work package, withdrawn ones too, newest first. One query."""
    return list(
        Override.objects.filter(scorecard__work_package=package)
        .select_related("site", "criterion", "made_by", "withdrawn_by")
        .order_by("-made_at", "-pk")
    )


def override_make(
    *,
    package: WorkPackage,
    site: Site,
    criterion: str,
    low: Decimal,
    high: Decimal,
    reason: str,
    actor: User | None,
) -> Override:
    """Put a person's value in place of the derived one. An earlier override of the same cell is withdrawn.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a missing reason, values off the scale or in the wrong order, a site that is no
            candidate, or a key that names no criterion with a value of its own.
    """
    ScorecardPolicy.override.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the reason stands on every report.")})
    if not Candidate.objects.filter(work_package=package, site=site).exists():
        raise ValidationError(_("This site is not a candidate."))
    with recorded(actor=actor, reason=reason.strip()):
        scorecard = scorecard_of(package)
        # The lock makes two people who override the same cell at once take turns.
        Scorecard.objects.select_for_update(of=("self",)).get(pk=scorecard.pk)
        leaf = (
            Criterion.objects.filter(template_id=scorecard.template_id, key=criterion, is_must_have=False)
            .exclude(rule="")
            .first()
        )
        if leaf is None:
            raise ValidationError(_("No criterion has the key %(key)s.") % {"key": criterion})
        row = Override(
            scorecard=scorecard,
            site=site,
            criterion=leaf,
            low=low,
            high=high,
            reason=reason.strip(),
            made_by=actor,
        )
        row.full_clean(validate_constraints=False)
        if low > high:
            raise ValidationError({"high": _("The upper value is not below the lower one.")})
        Override.objects.filter(
            scorecard=scorecard, site=site, criterion=leaf, withdrawn_at__isnull=True
        ).update(
            withdrawn_at=timezone.now(), withdrawn_by=actor, withdrawal_reason=_("Replaced by a newer value")
        )
        row.save()
        return row


def override_withdraw(*, override: Override, version: int, reason: str, actor: User | None) -> Override:
    """Let the derived value count again. Doing it twice does it once.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a missing reason.
        StaleRecord: when someone else changed it since it was read.
    """
    ScorecardPolicy.override.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the derived value counts again.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Override.objects.all(), pk=override.pk, version=version)
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.withdrawn_by = actor
            row.withdrawal_reason = reason.strip()
            row.version += 1
            row.save()
        return row
