"""The life of a CAPA as a table: from where to where, who may, and what must be there first.

A step that cannot be made names what is missing, in the reader's language (`missing_of`). Source of the
rules: ICH Q10, 3.2.2, and EU GMP chapter 1, 1.4 (xiv): root cause before the plan, effectiveness after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import Permission
from audits.capas.policies import CapaPolicy
from audits.models import Capa, CapaAction

S = Capa.State
type Part = str
"""Which form of the CAPA fills what is missing: basics, cause, check, result, actions or signature."""


@dataclass(frozen=True, slots=True)
class Case:
    """A CAPA about to take a step: its actions, whether its closure is signed, who acts (None: system)."""

    capa: Capa
    actions: tuple[CapaAction, ...]
    signed: bool
    actor: User | None


@dataclass(frozen=True, slots=True)
class Need:
    """One condition of a step. `told` says what is missing; `part` where it is entered."""

    holds: Callable[[Case], bool]
    told: Promise
    part: Part


@dataclass(frozen=True, slots=True)
class Missing:
    """What a step still needs, in words, and the form that takes it."""

    told: str
    part: Part


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. `asks_reason`: a person says why; `by_signing`: the signature makes the step."""

    source: Capa.State
    target: Capa.State
    label: Promise
    permission: Permission
    needs: tuple[Need, ...] = ()
    asks_reason: bool = False
    by_signing: bool = False


def _still_to_do(case: Case) -> bool:
    """A corrective action of this round: one that was done before the clock was restarted did not help."""
    kind = CapaAction.Kind.CORRECTIVE
    since = case.capa.clock_from
    return any(a.kind == kind and (a.done_on is None or a.done_on >= since) for a in case.actions)


def _other_than_owner(case: Case) -> bool:
    return case.actor is None or case.actor.pk != case.capa.owner_id


OWNER = Need(lambda case: bool(case.capa.owner_text.strip()), _("Name the owner of the CAPA."), "basics")
METHOD = Need(
    lambda case: bool(case.capa.root_cause_method), _("Say by which method the cause was found."), "cause"
)
CATEGORY = Need(
    lambda case: bool(case.capa.root_cause_category), _("Choose the category of the root cause."), "cause"
)
CAUSE = Need(lambda case: bool(case.capa.root_cause.strip()), _("Write down the root cause."), "cause")
WHYS = Need(
    lambda case: case.capa.root_cause_method != Capa.Method.FIVE_WHYS or bool(case.capa.whys),
    _("Answer at least the first why."),
    "cause",
)
CORRECTIVE = Need(
    _still_to_do,
    _("Plan at least one corrective action: a correction alone does not remove the cause."),
    "actions",
)
ACTION_OWNERS = Need(
    lambda case: all(action.owner_text.strip() for action in case.actions),
    _("Name the owner of every action."),
    "actions",
)
OTHER_APPROVER = Need(_other_than_owner, _("You own this CAPA; somebody else approves its plan."), "basics")
CRITERION = Need(
    lambda case: bool(case.capa.criterion.strip()) and case.capa.criterion_set_on is not None,
    _("Set the criterion of effectiveness first: what is measured, over how long, and what is success."),
    "check",
)
ALL_DONE = Need(
    lambda case: bool(case.actions) and all(action.done_on for action in case.actions),
    _("Some actions are not done yet."),
    "actions",
)
VERIFIER = Need(lambda case: case.capa.verifier_id is not None, _("Name who verifies the effect."), "check")
OTHER_VERIFIER = Need(
    lambda case: case.capa.verifier_id is None or case.capa.verifier_id != case.capa.owner_id,
    _("The verifier is somebody other than the owner."),
    "check",
)
CHECK_DAY = Need(
    lambda case: case.capa.check_due_on is not None, _("Say by when the effect is checked."), "check"
)
RESULT = Need(
    lambda case: bool(case.capa.check_result.strip()) and case.capa.checked_on is not None,
    _("Enter the result of the effectiveness check."),
    "result",
)
IS_VERIFIER = Need(
    lambda case: case.actor is None or case.actor.pk == case.capa.verifier_id,
    _("The named verifier closes it."),
    "signature",
)
SIGNED = Need(lambda case: case.signed, _("The verifier signs the closure."), "signature")


def _outcome(outcome: Capa.Outcome) -> Need:
    return Need(
        lambda case: case.capa.check_outcome == outcome,
        _("The result of the check says otherwise."),
        "result",
    )


STEPS: tuple[Step, ...] = (
    Step(S.OPEN, S.INVESTIGATION, _("Start investigation"), CapaPolicy.change, (OWNER,)),
    Step(
        S.INVESTIGATION,
        S.PLAN_APPROVED,
        _("Approve plan"),
        CapaPolicy.approve,
        (METHOD, CATEGORY, WHYS, CAUSE, CORRECTIVE, ACTION_OWNERS, OTHER_APPROVER),
    ),
    Step(S.PLAN_APPROVED, S.IMPLEMENTING, _("Start implementation"), CapaPolicy.change, (CRITERION,)),
    Step(S.IMPLEMENTING, S.IMPLEMENTED, _("Report implemented"), CapaPolicy.change, (ALL_DONE,)),
    Step(
        S.IMPLEMENTED,
        S.EFFECTIVENESS_DUE,
        _("Hand to verifier"),
        CapaPolicy.change,
        (VERIFIER, OTHER_VERIFIER, CHECK_DAY),
    ),
    Step(
        S.EFFECTIVENESS_DUE,
        S.CLOSED_EFFECTIVE,
        _("Close as effective"),
        CapaPolicy.verify,
        (RESULT, _outcome(Capa.Outcome.EFFECTIVE), IS_VERIFIER, SIGNED),
        by_signing=True,
    ),
    Step(
        S.EFFECTIVENESS_DUE,
        S.CLOSED_INEFFECTIVE,
        _("Close as not effective"),
        CapaPolicy.verify,
        (RESULT, _outcome(Capa.Outcome.INEFFECTIVE), IS_VERIFIER, SIGNED),
        by_signing=True,
    ),
    Step(S.CLOSED_EFFECTIVE, S.INVESTIGATION, _("Reopen"), CapaPolicy.approve, asks_reason=True),
)
_BY_ENDS = {(step.source, step.target): step for step in STEPS}


def step_between(source: str, target: str) -> Step | None:
    """The step from one state to another; None where there is none."""
    try:
        return _BY_ENDS.get((S(source), S(target)))
    except ValueError:
        return None


def steps_from(state: str) -> tuple[Step, ...]:
    """The steps that leave a state, in the order of the table."""
    return tuple(step for step in STEPS if step.source == state)


def missing_of(step: Step, case: Case) -> list[Missing]:
    """What the step still needs, in the reader's language; empty when it can be made."""
    return [Missing(str(need.told), need.part) for need in step.needs if not need.holds(case)]
