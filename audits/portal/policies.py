"""Who invites partner contacts, asks them, and accepts what they answer."""

from accounts.policies import INVITED, Permission, allow, allow_all
from accounts.roles import STAFF, Role


class PortalPolicy:
    """The portal itself is opened by an invitation and by no account."""

    answer = INVITED
    view = allow_all(STAFF)
    invite = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
    # Findings, CAPAs and quality questionnaires; sourcing sends requests for information.
    invite_on_quality = allow(Role.QA, Role.ADMINISTRATOR)
    review_findings = allow(Role.QA, Role.ADMINISTRATOR)


class QuestionnairePolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
    review = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)


def sending(kind: str) -> Permission:
    """Who may send a questionnaire of a kind."""
    return PortalPolicy.invite if kind == "rfi" else PortalPolicy.invite_on_quality
