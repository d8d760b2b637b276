"""What signing a decision asks and does; called by the machinery of signatures."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from records.models import Signature
from scorecards.decisions.rules import problems_of
from scorecards.decisions.services import choices_of, decision_take_effect
from scorecards.models import SourcingDecision

State = SourcingDecision.State


def decision_refusal(decision: SourcingDecision, _user: User, _meaning: Signature.Meaning) -> str | None:
    """Why a decision cannot be signed now; nothing when it can."""
    if decision.state != State.DRAFT:
        return _("This decision has taken effect already.")
    problems = problems_of(decision.run, choices_of(decision))
    return problems[0].message if problems else None


def decision_signed(decision: SourcingDecision, signature: Signature, user: User) -> None:
    """The approver's signature puts the decision in force."""
    if signature.meaning == Signature.Meaning.APPROVED:
        decision_take_effect(decision=decision, actor=user)


def decision_kept(decision: SourcingDecision) -> str | None:
    """A decision in force stands on its signatures: only a revision takes it back."""
    if decision.state == State.DRAFT:
        return None
    return _("The decision took effect with this signature. Revise it instead.")
