"""The verifier signs what the effectiveness check showed, and by that closes the CAPA."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.capas.services import capa_move
from audits.capas.steps import RESULT, Case
from audits.models import Capa
from records.models import Signature

CLOSED_AS = {
    Capa.Outcome.EFFECTIVE: Capa.State.CLOSED_EFFECTIVE,
    Capa.Outcome.INEFFECTIVE: Capa.State.CLOSED_INEFFECTIVE,
}
# What the signature covers.
FIELDS = (
    "number",
    "site",
    "title",
    "description",
    "severity",
    "root_cause_method",
    "root_cause_category",
    "whys",
    "root_cause",
    "criterion",
    "criterion_set_on",
    "implemented_on",
    "verifier",
    "check_outcome",
    "check_result",
    "checked_on",
)
ACTION_FIELDS = ("kind", "description", "owner", "owner_name", "due_on", "done_on", "evidence_note")


def closure_refusal(capa: Capa, user: User, meaning: Signature.Meaning) -> Promise | str | None:
    """Why this person cannot sign the closure now; nothing when they can."""
    if capa.state != Capa.State.EFFECTIVENESS_DUE:
        return _("The closure is signed when the effectiveness check is due.")
    if user.pk != capa.verifier_id or user.pk == capa.owner_id:
        return _("The named verifier signs the closure.")
    if not capa.check_outcome or not RESULT.holds(Case(capa, (), False, user)):
        return RESULT.told
    return None


def closure_signed(capa: Capa, signature: Signature, user: User) -> None:
    """Close the CAPA as the result says; called in the transaction of the signature."""
    capa_move(capa=capa, to=CLOSED_AS[Capa.Outcome(capa.check_outcome)], actor=user)


def closure_kept(capa: Capa) -> Promise | None:
    """A closed CAPA stands on its signature: only reopening takes it back."""
    return _("The CAPA is closed by this signature. Reopen it instead.") if capa.is_closed else None
