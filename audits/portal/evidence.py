"""What an accepted answer becomes: a claimed rating of the practice that its question names."""

from datetime import datetime

from django.utils import timezone

from audits.models import Answer
from audits.portal.answering import words
from common.models import Dated
from partners.models import PracticeRating
from partners.vocabulary import EvidenceStrength


def evidence_make(answer: Answer, level: int, *, submitted_at: datetime | None) -> PracticeRating:
    """Write the evidence. A claim from an earlier questionnaire ends today; nothing stronger is touched.

    Called inside `recorded`.
    """
    today = timezone.localdate()
    request, question = answer.request, answer.question
    before = (
        PracticeRating.objects.current()
        .filter(
            site_id=request.site_id,
            practice=question.practice,
            strength=EvidenceStrength.CLAIMED,
            answers__isnull=False,
        )
        .exclude(answers__request=request)
        .order_by("pk")
        .last()
    )
    if before is not None:
        before.replaced_on = today
        before.version += 1
        before.save()
    said = words(question, answer.value)
    return PracticeRating.objects.create(
        site_id=request.site_id,
        practice=question.practice,
        level=level,
        observation=f"{question.text} {said}".strip(),
        strength=EvidenceStrength.CLAIMED,
        document=f"{request.questionnaire.title}, {request.pk}"[:300],
        happened_on=timezone.localdate(submitted_at) if submitted_at else today,
        known_on=today,
        known_on_basis=Dated.KnownBasis.SOURCE,
        replaces=before,
    )
