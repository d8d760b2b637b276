"""The e-mails that partner contacts receive, in their language."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.models import FindingResponse, Invitation, QuestionnaireRequest
from common.numbers import day_text

logger = logging.getLogger(__name__)


def invitation_mail(invitation: Invitation, address: str) -> bool:
    """Send the link. False when the mail server did not take it; the log says why, without the link."""
    with override(invitation.language):
        subject = _("Your answers are asked for: %(site)s") % {"site": invitation.site.name}
        context = {
            "invitation": invitation,
            "address": address,
            "until": day_text(invitation.expires_at),
            "requests": [
                {"title": asked.questionnaire.title, "due": day_text(asked.due_on)}
                for asked in invitation.requests.select_related("questionnaire")
            ],
        }
        return _send(invitation, subject, render_to_string("audits/mail_invitation.txt", context))


def returned_mail(invitation: Invitation, what: QuestionnaireRequest | FindingResponse) -> bool:
    """Tell the contact that an answer came back. The link is the one they have."""
    with override(invitation.language):
        about = (
            what.questionnaire.title
            if isinstance(what, QuestionnaireRequest)
            else _("finding %(number)s") % {"number": what.finding.number}
        )
        subject = _("Returned for another answer: %(what)s") % {"what": about}
        context = {"invitation": invitation, "what": about, "note": what.review_note}
        context["until"] = day_text(invitation.expires_at)
        return _send(invitation, subject, render_to_string("audits/mail_returned.txt", context))


def _send(invitation: Invitation, subject: str, text: str) -> bool:
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    except OSError:
        # Refused, unreachable or timed out (smtplib's errors are OSErrors): the page says so.
        logger.exception("Invitation %s could not be sent.", invitation.pk)
        return False
    return True
