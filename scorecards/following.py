"""How a scorecard comes to another template, or a newer version of its own: a person decides.

Nothing moves by itself, and frozen evaluations stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from programs.along import Along, Pairs, register
from programs.models import WorkPackage
from records.context import recorded
from scorecards.default_template import TEMPLATE_KEY
from scorecards.models import Criterion, CriterionWeight, Override, Panel, Scorecard, ScorecardTemplate
from scorecards.plans import Plan, plan_of, plan_with
from scorecards.policies import ScorecardPolicy
from scorecards.services import locked_scorecard
from scorecards.wording import criterion_title

AT_WORK = (Panel.State.DRAFT, Panel.State.OPEN, Panel.State.CLOSED)


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
        _move(scorecard, template, lambda after: _kept_weights(before, after))
    return scorecard


def templates_offered() -> list[ScorecardTemplate]:
    """The newest active version of every template. One query."""
    active = ScorecardTemplate.objects.filter(status=ScorecardTemplate.Status.ACTIVE)
    return list(active.order_by("key", "-version").distinct("key"))


def template_in_force(key: str) -> ScorecardTemplate:
    """The newest active version of one template. One query.

    Raises:
        ValidationError: when none is active.
    """
    found = next((row for row in templates_offered() if row.key == key), None)
    if found is None:
        raise ValidationError(_("This template is not in force any more."))
    return found


def scorecard_template_choose(
    *, package: WorkPackage, template: ScorecardTemplate, reason: str, version: int, actor: User | None
) -> Scorecard:
    """Judge a work package by another template; its own weights hold, since its criteria are others.

    Args:
        version: of the scorecard as it was read; 0 where there was none yet.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, for the template it has, while a panel is scoring, or when a value
            of a criterion is overridden that the template does not have.
        StaleRecord: when someone else changed the scorecard since it was read.
    """
    ScorecardPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the reason is kept.")})
    with recorded(actor=actor, reason=reason.strip()):
        scorecard = locked_scorecard(package, version)
        if plan_with(scorecard).template_key == template.key:
            raise ValidationError({"template": _("The scorecard has this template already.")})
        if Panel.objects.filter(work_package=package, state__in=AT_WORK).exists():
            raise ValidationError(
                _("A panel scores by the criteria of this template. Let it agree, or cancel it, first.")
            )
        _move(scorecard, template, lambda _after: {})
    return scorecard


def templates_along(pairs: Pairs, _actor: User | None) -> None:
    """The copy of a work package is judged by the same template, as it is now and with its weights.

    For `programs.along`. The default template needs no scorecard to hold.
    """
    chosen = Scorecard.objects.filter(work_package__in=[source for source, _target in pairs])
    keys = dict(chosen.values_list("work_package_id", "template__key"))
    newest = {row.key: row for row in templates_offered() if row.key != TEMPLATE_KEY}
    for source, target in pairs:
        if (template := newest.get(keys.get(source.pk, ""))) is not None:
            Scorecard.objects.create(work_package=target, template=template)


def register_along() -> None:
    """Called when the application is ready."""
    register(Along("template", "", lambda _program: False, templates_along))


def _move(
    scorecard: Scorecard, template: ScorecardTemplate, kept: Callable[[Plan], Mapping[str, Decimal]]
) -> None:
    """Put a scorecard on a template, with its overrides and the weights that `kept` names."""
    ids = dict(Criterion.objects.filter(template=template).values_list("key", "pk"))
    _move_overrides(scorecard, ids)
    CriterionWeight.objects.filter(scorecard=scorecard).delete()
    scorecard.template = template
    scorecard.version += 1
    scorecard.save(update_fields=["template", "version", "updated_at"])
    CriterionWeight.objects.bulk_create(
        CriterionWeight(scorecard=scorecard, criterion_id=ids[key], weight=weight)
        for key, weight in kept(plan_with(scorecard)).items()
    )


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
                _("The template has no criterion %(title)s, and a value of it is overridden.")
                % {"title": criterion_title(key, override.criterion.title)}
            )
