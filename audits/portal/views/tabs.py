"""The pages behind the portal: what waits, questionnaires, invitations; and finding a site to ask."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import FindingResponse, QuestionnaireRequest
from partners.models import Site

MOST_SITES = 12


def exchange_tabs(active: str) -> list[dict[str, Any]]:
    """The tabs. One query for each count."""
    requests = QuestionnaireRequest.objects.filter(state=QuestionnaireRequest.State.SUBMITTED).count()
    responses = FindingResponse.objects.filter(state=FindingResponse.State.SUBMITTED).count()
    pages = (
        ("requests", _("Sent"), "questionnaires:requests", requests),
        ("library", _("Questionnaires"), "questionnaires:library", None),
        ("responses", _("Answers to findings"), "questionnaires:responses", responses),
        ("invitations", _("Invitations"), "questionnaires:invitations", None),
    )
    return [
        {"label": label, "url": reverse(name), "active": key == active, "count": count or None}
        for key, label, name, count in pages
    ]


def sites_found(user: User, text: str) -> list[Site]:
    """Sites that contain every word, at most a dozen; none without words."""
    if not text.strip():
        return []
    return list(
        Site.objects.visible_to(user)
        .matching(text)
        .select_related("organization")
        .order_by("name_key")[:MOST_SITES]
    )
