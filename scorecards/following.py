"""How a scorecard follows its template to a newer version: a person decides, nothing moves by itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from programs.models import WorkPackage
from records.context import recorded
from scorecards.models import Criterion, CriterionWeight, Override, Scorecard, ScorecardTemplate
from scorecards.plans import Plan, plan_of, plan_with
from scorecards.policies import ScorecardPolicy


def newer_template(plan: Plan) -> ScorecardTemplate | None:
    """The newest active version of the plan's template if it is newer than the plan's. One query at most."""
    if plan.scorecard_id is None:
        return None
    return (
        ScorecardTemplate.objects.filter(
            key=plan.template_key,
            version__gt=plan.template_version,
            status=ScorecardTemplate.Status.ACTIVE,
        )
        .order_by("-version")
        .first()
    )


def scorecard_template_follow(*, package: WorkPackage, version: int, actor: User | None) -> Scorecard:
    """Move a scorecard to the newest version of its template; frozen evaluations stay as they are.

    Weights are kept wherever a group has the same criteria in both versions; where it has not, the new
    version's weights hold, since shares of another set mean something else. Overrides move with their
    criterion.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when there is no newer version, or it lacks a criterion that is overridden.
        StaleRecord: when someone else changed the scorecard since it was read.
    """
    ScorecardPolicy.change.require(actor)
    before = plan_of(package)
    template = newer_template(before)
    if template is None:
        raise ValidationError(_("The scorecard has the newest version of its template."))
    with recorded(actor=actor, reason=_("Newer version of the template")):
        scorecard = locked_at_version(Scorecard.objects.all(), pk=before.scorecard_id or 0, version=version)
        ids = dict(Criterion.objects.filter(template=template).values_list("key", "pk"))
        _move_overrides(scorecard, ids)
        CriterionWeight.objects.filter(scorecard=scorecard).delete()
        scorecard.template = template
        scorecard.version += 1
        scorecard.save(update_fields=["template", "version", "updated_at"])
        kept = _kept_weights(before, plan_with(scorecard))
        CriterionWeight.objects.bulk_create(
            CriterionWeight(scorecard=scorecard, criterion_id=ids[key], weight=weight)
            for key, weight in kept.items()
        )
    return scorecard


def _kept_weights(before: Plan, after: Plan) -> Mapping[str, Decimal]:
    """The weights of the groups whose criteria are the same in both plans."""
    now = {parent.key if parent else "": children for parent, children in after.siblings()}
    kept: dict[str, Decimal] = {}
    for parent, children in before.siblings():
        same = now.get(parent.key if parent else "", ())
        if {row.key for row in same} == {row.key for row in children}:
            kept |= {row.key: row.weight for row in children}
    return kept


def _move_overrides(scorecard: Scorecard, ids: Mapping[str, int]) -> None:
    for override in Override.objects.filter(scorecard=scorecard).select_related("criterion"):
        key = override.criterion.key
        if key in ids:
            override.criterion_id = ids[key]
            override.save(update_fields=["criterion", "updated_at"])
        elif override.withdrawn_at is None:
            raise ValidationError(
                _("The newer version has no criterion %(title)s, and a value of it is overridden.")
                % {"title": override.criterion.title}
            )
