"""Comments on a CAPA: both sides write, both read, and the other side is told by a letter.

A comment is never changed or removed. The form makes its key, so that what is sent twice is written once.
"""

import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from audits.capas.policies import CapaPolicy
from audits.models import Capa, CapaComment, Invitation
from audits.portal.invitations import contact_of
from audits.reminding import Recipient, recipients_of
from jobs.services import job_request
from records.context import recorded
from records.refusals import refusals_raised

COMMENT_JOB = "audits.comment"


def comment_add(*, capa: Capa, text: str, entry_key: uuid.UUID, actor: User) -> CapaComment:
    """Write a comment that the invited contacts of the site read as well.

    Raises:
        PermissionDenied: when the person's role does not work on CAPAs.
        ValidationError: without a word, or once the CAPA is closed.
    """
    CapaPolicy.change.require(actor)
    comment = CapaComment(
        capa=capa, text=text.strip(), entry_key=entry_key, author=actor, author_name=actor.full_name
    )
    return _written(comment, by=actor)


def comment_of_site(*, capa: Capa, text: str, entry_key: uuid.UUID, invitation: Invitation) -> CapaComment:
    """Write a comment of the contact at the site. That the invitation opens this CAPA is asked before.

    Raises:
        ValidationError: without a word, or once the CAPA is closed.
    """
    name = invitation.confidentiality_accepted_by or invitation.name
    comment = CapaComment(
        capa=capa, text=text.strip(), entry_key=entry_key, invitation=invitation, author_name=name
    )
    return _written(comment, by=contact_of(invitation))


def contacts_reading(capa: Capa) -> list[Invitation]:
    """The open invitations that show this CAPA. One query."""
    rows = capa.invitations.open_at(timezone.now()).filter(site_id=capa.site_id)
    return list(rows.order_by("name", "pk"))


def readers_of(comment: CapaComment) -> tuple[Recipient, ...]:
    """Who is told of a comment: the other side. Three queries at most."""
    if comment.author_id is not None:
        contacts = {
            each.email: Recipient(each.email, each.name, each.language)
            for each in contacts_reading(comment.capa)
        }
        return tuple(contacts.values())
    before = comment.capa.comments.filter(author__isnull=False).select_related("author")
    ours = recipients_of(comment.capa.owner, *(each.author for each in before))
    return ours or recipients_of(*User.objects.filter(role=Role.QA, is_active=True).order_by("pk"))


def _written(comment: CapaComment, *, by: User | str) -> CapaComment:
    if not comment.text:
        raise ValidationError({"text": _("Write the comment.")})
    with refusals_raised(), recorded(actor=by, reason="comment written"):
        capa = Capa.objects.select_for_update(of=("self",)).select_related("owner").get(pk=comment.capa_id)
        before = CapaComment.objects.filter(entry_key=comment.entry_key).first()
        if before is not None and _same(before, comment):
            return before
        if capa.is_closed:
            raise ValidationError(_("This CAPA is closed; it takes no more comments."))
        comment.capa = capa
        comment.full_clean(exclude=["capa", "author", "invitation"], validate_constraints=False)
        comment.save()
        comment.refresh_from_db(fields=["written_at"])
        _letters_asked(comment, readers_of(comment))
    return comment


def _same(before: CapaComment, comment: CapaComment) -> bool:
    return (before.capa_id, before.author_id, before.invitation_id) == (
        comment.capa_id,
        comment.author_id,
        comment.invitation_id,
    )


def _letters_asked(comment: CapaComment, readers: Iterable[Recipient]) -> None:
    for person in readers:
        job_request(
            kind=COMMENT_JOB,
            key=f"comment {comment.pk} {person.email}",
            payload={"comment": comment.pk, "email": person.email, "name": person.name},
            language=person.language,
        )
