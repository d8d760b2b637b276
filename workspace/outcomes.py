"""How the outcome of an inspection is shown, a short word and a tone; and what is on expired evidence."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from audits.models import Inspection
from common.templatetags.components import status_badge

TONES = {"nai": "good", "compliant": "good", "vai": "caution", "oai": "bad", "non_compliant": "bad"}
SHORT = {"nai": "NAI", "vai": "VAI", "oai": "OAI"}


def outcome_tone(classification: str) -> str:
    return TONES.get(classification, "unknown")


def outcome_word(classification: str) -> str:
    """NAI, VAI and OAI as the field says them; the others in the reader's language."""
    return SHORT.get(classification) or str(Inspection.Classification(classification).label)


def outcome_badge(classification: str) -> SafeString:
    return status_badge(outcome_word(classification), outcome_tone(classification))


def expired_word(claim: str) -> str:
    """What a site states on evidence that has expired."""
    return gettext("%(claim)s (expired)") % {"claim": claim}
