"""What a panel scores against which written anchors: practices, and what figures leave open."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from partners.models import PracticeRating
from partners.practices import ANCHORS

Practice = PracticeRating.Practice

# The practice that a rule rates, by the key of the rule (`scorecards.derivation.rules`, `_rubric`).
RUBRICS: Mapping[str, Practice] = {
    "documentation-seen": Practice.DOCUMENTATION,
    "quality-authority": Practice.QUALITY_AUTHORITY,
    "transfer-protocols": Practice.TRANSFER_PROTOCOLS,
    "transfer-communication": Practice.DEVELOPMENT_TO_PRODUCTION,
    "continuous-improvement": Practice.IMPROVEMENT,
    "cold-chain-handling": Practice.COLD_CHAIN,
    "launch-experience": Practice.LAUNCHES,
    "lane-control": Practice.LANE_CONTROL,
    "identity-custody": Practice.IDENTITY,
    "access-support": Practice.ACCESS,
    "title-terms": Practice.TITLE_TERMS,
}
# Rules that weigh the rating of a practice beside figures.
MIXED: Mapping[str, Practice] = {
    "audit-responses": Practice.AUDIT_RESPONSES,
    "country-exposure": Practice.EXPOSURE_WATCH,
    "deviations-capa": Practice.CAPA_TRANSPARENCY,
    "disruption-record": Practice.DISRUPTION_RESPONSE,
    "integration": Practice.INTEGRATION,
    "investment-in-people": Practice.PEOPLE,
    "reserved-capacity": Practice.RESERVATION,
    "scale-up": Practice.SCALE_UP,
    "stated-limits": Practice.LIMITS,
}
# Where figures alone decide and leave something open: the ends are those of the evidence.
GENERAL: tuple[Promise, ...] = (
    _("As bad as the evidence still allows: what was seen speaks against the site."),
    _("Weak: serious doubts remain, and little was shown against them."),
    _("Less than this program needs: some of it was shown, with gaps."),
    _("What this program needs: seen or shown, with small gaps."),
    _("More than this program needs: shown with examples, and lasting."),
    _("As good as the evidence still allows: nothing better was seen anywhere."),
)


def practice_of(rule: str) -> str:
    """The practice whose anchors a criterion of this rule is scored against; empty for the general ones."""
    return RUBRICS.get(rule) or MIXED.get(rule) or ""


def _anchors(practice: str) -> tuple[Promise, ...]:
    return ANCHORS[practice] if practice else GENERAL


def anchors_now(practice: str) -> dict[str, list[str]]:
    """The written anchors, level 0 to 5, in every language of the product."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = [str(anchor) for anchor in _anchors(practice)]
    return texts


def anchors_shown(practice: str, fixed: Mapping[str, list[str]]) -> list[str]:
    """The anchors in the reader's language: as they were fixed when the panel opened, else those of today."""
    if not fixed:
        return [str(anchor) for anchor in _anchors(practice)]
    language = (get_language() or "en")[:2]
    return list(fixed.get(language) or next(iter(fixed.values())))
