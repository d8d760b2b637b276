"""What of scorecards is signed, asks for a reason, and is kept back from readers for the time being."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.declarations import Child, gmp_relevant, signable, withheld
from records.models import Signature
from scorecards.decisions.signing import decision_kept, decision_refusal, decision_signed
from scorecards.exceptions.signing import exception_kept, exception_refusal, exception_signed
from scorecards.models import (
    AgreedScore,
    DecisionOutcome,
    FloorException,
    Panel,
    PanelAssignment,
    PanelCandidate,
    PanelCriterion,
    PanelScore,
    PanelSeat,
    SourcingDecision,
)
from scorecards.policies import DecisionPolicy, ExceptionPolicy

Meaning = Signature.Meaning

gmp_relevant(Panel, draft=Q(state=Panel.State.DRAFT))
for _part in (PanelCriterion, PanelCandidate, PanelAssignment):
    gmp_relevant(_part, parent="panel")
gmp_relevant(PanelSeat, draft=Q(submitted_at__isnull=True))
# What was handed in is no draft any more.
gmp_relevant(PanelScore, parent="seat")
gmp_relevant(AgreedScore)
# Blind means blind: the history of a panel's scores is written, and read once it has closed. One that was
# cancelled before never closes: else its scores could be looked up that way, and the panel begun anew. What
# was never handed in, or is left out as its assessor left, stays with them whatever becomes of the panel.
_SECRET = (
    Q(panel__state=Panel.State.OPEN)
    | Q(panel__state=Panel.State.CANCELLED, panel__closed_at=None)
    | Q(seat__submitted_at=None)
    | Q(seat__left_out=True)
)
withheld(PanelScore, rows=lambda: PanelScore.objects.filter(_SECRET))

signable(
    SourcingDecision,
    fields=("work_package", "run", "rationale", "risks", "decided_on", "author"),
    children={"outcomes": Child(DecisionOutcome, "decision", ("site", "outcome", "reason", "exception"))},
    meanings={Meaning.AUTHORED: DecisionPolicy.change, Meaning.APPROVED: DecisionPolicy.approve},
    title=_("sourcing decision"),
    refusal=decision_refusal,
    signed=decision_signed,
    kept=decision_kept,
)
gmp_relevant(SourcingDecision, draft=Q(state=SourcingDecision.State.DRAFT))
gmp_relevant(DecisionOutcome, parent="decision")

signable(
    FloorException,
    fields=(
        *("work_package", "site", "criterion", "floor", "low", "high", "strength"),
        *("reason", "valid_until", "author"),
    ),
    meanings={Meaning.AUTHORED: ExceptionPolicy.change, Meaning.APPROVED: ExceptionPolicy.approve},
    title=_("exception to a floor"),
    refusal=exception_refusal,
    signed=exception_signed,
    kept=exception_kept,
)
gmp_relevant(FloorException, draft=Q(state=FloorException.State.DRAFT))
