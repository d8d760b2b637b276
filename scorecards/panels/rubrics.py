"""Which criteria a panel scores: those that rest on written anchors alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language, override

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


def anchors_now(practice: str) -> dict[str, list[str]]:
    """The written anchors of a practice, level 0 to 5, in every language of the product."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = [str(anchor) for anchor in ANCHORS[practice]]
    return texts


def anchors_shown(practice: str, fixed: Mapping[str, list[str]]) -> list[str]:
    """The anchors in the reader's language: as they were fixed when the panel opened, else those of today."""
    if not fixed:
        return [str(anchor) for anchor in ANCHORS[practice]]
    language = (get_language() or "en")[:2]
    return list(fixed.get(language) or next(iter(fixed.values())))
