"""What a panel scores against which written anchors: practices, and what figures leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from partners.models import PracticeRating
from partners.practices import ANCHORS

if TYPE_CHECKING:
    from scorecards.models import PanelCriterion

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


def anchors_now(row: PanelCriterion) -> dict[str, list[str]]:
    """The anchors, level 0 to 5: those written for the criterion, else the product's in all its languages."""
    if row.written is not None:
        return dict(row.written.texts)
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = [str(anchor) for anchor in _anchors(row.practice)]
    return texts


def general_anchors() -> list[str]:
    """What the levels mean where nobody wrote more, in the reader's language."""
    return [str(anchor) for anchor in GENERAL]


def anchors_shown(row: PanelCriterion) -> tuple[list[str], str]:
    """The anchors in the reader's language, else in another: as fixed at the opening, before it as they read.

    With their language where it is not the reader's own. Reads ``row.written``.
    """
    fixed = row.anchors or (row.written.texts if row.written else {})
    own = (get_language() or "en")[:2]
    if not fixed:
        return [str(anchor) for anchor in _anchors(row.practice)], ""
    if own in fixed:
        return list(fixed[own]), ""
    language = next(iter(fixed))
    return list(fixed[language]), str(language)
