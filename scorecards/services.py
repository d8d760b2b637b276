"""Changes to scorecards: weights, and evaluations that are frozen for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import StaleRecord, locked_at_version
from programs.models import WorkPackage
from records.context import recorded
from records.models import Batch
from scorecards.freezing import FrozenContent, freeze_content, recompute, result_data, without_criteria
from scorecards.models import Criterion, CriterionWeight, EvaluationRun, Scorecard, WeightChange
from scorecards.plans import BUDGET, Plan, plan_of, scorecard_of
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import rule_versions
from scorecards.selectors import ranking_of
from scorecards.wording import criterion_title


def scorecard_weights_set(
    *,
    package: WorkPackage,
    weights: Mapping[str, Decimal],
    reason: str,
    version: int,
    actor: User | None,
) -> Scorecard:
    """Save weights, out of 100 among siblings; criteria not named keep theirs. No change saves nothing,
    unless scales have moved since the weights were asked.

    Args:
        version: of the scorecard as it was read; 0 where there was none yet.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a missing reason, an unknown criterion, or siblings that do not add up to 100;
            keyed by the group, "" for the top.
        StaleRecord: when someone else changed the scorecard since it was read.
    """
    ScorecardPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the weights change: the reason is kept.")})
    with recorded(actor=actor, reason=reason.strip()):
        scorecard = locked_scorecard(package, version)
        before = plan_of(package)
        after = before.with_weights(weights)
        check_weights(before, weights)
        # Where scales have moved, to save the same weights says that they were asked again.
        if after.weights == before.weights and not before.ask_again:
            return scorecard
        _write_weights(scorecard, after)
        WeightChange.objects.create(
            scorecard=scorecard,
            template=scorecard.template,
            before=_as_text(before.weights),
            after=_as_text(after.weights),
            reason=reason.strip(),
            changed_by=actor,
        )
        scorecard.version += 1
        scorecard.save(update_fields=["version", "updated_at"])
    return scorecard


def scorecard_weights_reset(
    *, package: WorkPackage, reason: str, version: int, actor: User | None
) -> Scorecard:
    """Go back to the template's weights. Raises as `scorecard_weights_set` does."""
    defaults = {row.key: row.default for row in plan_of(package).weighted}
    return scorecard_weights_set(
        package=package, weights=defaults, reason=reason, version=version, actor=actor
    )


def scorecard_weights_undo(*, package: WorkPackage, version: int, actor: User | None) -> Scorecard:
    """Take back the last saved change of the weights. Raises as `scorecard_weights_set` does.

    Raises:
        ValidationError: when no change was ever saved.
    """
    ScorecardPolicy.change.require(actor)
    last = WeightChange.objects.filter(scorecard__work_package=package).first()
    if last is None:
        raise ValidationError(_("There is no change of the weights to undo."))
    before = {key: Decimal(weight) for key, weight in last.before.items()}
    if before.keys() != plan_of(package).weights.keys():
        raise ValidationError(_("That change was made under another version of the template."))
    reason = _("Undone: %(reason)s") % {"reason": last.reason}
    return scorecard_weights_set(package=package, weights=before, reason=reason, version=version, actor=actor)


def check_weights(plan: Plan, weights: Mapping[str, Decimal]) -> None:
    """Raise ValidationError, keyed by group, unless every set of siblings adds up to 100."""
    if unknown := sorted(set(weights) - set(plan.weights)):
        raise ValidationError(_("No criterion has the key %(key)s.") % {"key": unknown[0]})
    changed = plan.with_weights(weights)
    problems: dict[str, str] = {}
    for parent, children in changed.siblings():
        title = criterion_title(parent.key, parent.title) if parent else _("Groups")
        total = sum((row.weight for row in children), Decimal(0))
        key = parent.key if parent else ""
        if any(row.weight < 0 for row in children):
            problems[key] = _("%(group)s: a weight cannot be negative.") % {"group": title}
        elif total != BUDGET:
            problems[key] = _("%(group)s: the weights add up to %(total)s; they must add up to 100.") % {
                "group": title,
                "total": f"{total.normalize():f}",
            }
    if problems:
        raise ValidationError({key or "groups": text for key, text in problems.items()})


def evaluation_freeze(
    *, package: WorkPackage, as_of: date | None, actor: User | None
) -> tuple[EvaluationRun, bool]:
    """Freeze the ranking under its hash; the same evidence and weights give the run that is there already.

    Returns the run and whether it is new.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when there is no candidate, or for a day that lies in the future.
    """
    ScorecardPolicy.freeze.require(actor)
    if as_of and as_of > timezone.localdate():
        raise ValidationError(_("This day lies in the future: nothing is known as of it."))
    with recorded(actor=actor, reason=_("Evaluation frozen")):
        scorecard = scorecard_of(package)
        # The lock makes a double click wait for the first and then find its run.
        Scorecard.objects.select_for_update(of=("self",)).get(pk=scorecard.pk)
        ranking = ranking_of(package, as_of)
        if not ranking.heads:
            raise ValidationError(_("There is no candidate to evaluate."))
        content = freeze_content(ranking)
        return EvaluationRun.objects.get_or_create(
            scorecard=scorecard,
            sha256=content.sha256,
            defaults={
                "as_of": ranking.as_of,
                "inputs": content.inputs,
                "result": content.result,
                "rule_versions": content.rule_versions,
                "history_head": _history_head(),
                "frozen_by": actor,
            },
        )


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that a frozen evaluation used in a version that cannot be computed any more."""

    key: str
    then: int
    now: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a frozen evaluation found.

    ``recomputed`` is None where the versions of some rules, ``changed``, are not kept; ``others_match`` then
    says whether every other criterion and must-have came out the same.
    """

    hash_matches: bool
    recomputed: bool | None
    changed: tuple[RuleChange, ...] = ()
    others_match: bool | None = None

    @property
    def holds(self) -> bool:
        """Nothing was altered, and what can be computed again comes out the same."""
        return self.hash_matches and self.recomputed is not False and self.others_match is not False


def frozen_content(run: EvaluationRun) -> FrozenContent:
    """What the hash of a run covers."""
    return FrozenContent(
        as_of=run.as_of.isoformat(),
        inputs=run.inputs,
        result=run.result,
        rule_versions=run.rule_versions,
    )


def evaluation_verify(*, run: EvaluationRun) -> Verification:
    """Compute the hash again, and the result from the frozen facts with the versions of rules named then."""
    content = frozen_content(run)
    if content.sha256 != run.sha256:
        return Verification(hash_matches=False, recomputed=None)
    again = recompute(content)
    now = rule_versions(again)
    changed = tuple(
        RuleChange(key, then, now[key])
        for key, then in sorted(run.rule_versions.items())
        if now.get(key, then) != then
    )
    found = result_data(again)
    if not changed:
        return Verification(hash_matches=True, recomputed=found == run.result)
    gone = {row.key for row in changed}
    keys = {row["key"] for row in run.inputs["plan"]["criteria"] if row["rule"] in gone}
    same = without_criteria(found, keys) == without_criteria(run.result, keys)
    return Verification(hash_matches=True, recomputed=None, changed=changed, others_match=same)


def locked_scorecard(package: WorkPackage, version: int) -> Scorecard:
    """The scorecard at the version its reader saw; made where the reader saw none and there still is none."""
    found = Scorecard.objects.filter(work_package=package).first()
    if found is not None:
        return locked_at_version(Scorecard.objects.all(), pk=found.pk, version=max(version, 1))
    # The lock makes two people who save the first weights at once take turns.
    WorkPackage.objects.select_for_update().get(pk=package.pk)
    scorecard = scorecard_of(package)
    if scorecard.version != max(version, 1):
        raise StaleRecord(scorecard)
    return scorecard


def _write_weights(scorecard: Scorecard, plan: Plan) -> None:
    ids = dict(Criterion.objects.filter(template_id=scorecard.template_id).values_list("key", "pk"))
    CriterionWeight.objects.bulk_create(
        [
            CriterionWeight(scorecard=scorecard, criterion_id=ids[key], weight=weight)
            for key, weight in plan.weights.items()
        ],
        update_conflicts=True,
        unique_fields=["scorecard", "criterion"],
        update_fields=["weight"],
    )


def _as_text(weights: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: f"{weight.normalize():f}" for key, weight in weights.items()}


def _history_head() -> str:
    """Hash of the last sealed transaction of the change history; empty when there is none."""
    sealed = Batch.objects.filter(position__isnull=False).order_by("-position").values_list("hash", flat=True)
    head = sealed.first()
    return bytes(head).hex() if head else ""
