"""What signing an exception to a floor asks and does; called by the machinery of signatures."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from records.models import Signature
from records.refusals import Refused
from scorecards.exceptions.services import exception_recheck, exception_take_effect
from scorecards.models import FloorException

State = FloorException.State


def exception_refusal(row: FloorException, _user: User, _meaning: Signature.Meaning) -> str | None:
    """Why an exception cannot be signed now; nothing when it can."""
    if row.state == State.ENDED:
        return _("This exception was withdrawn.")
    if row.state == State.EFFECTIVE:
        return _("This exception is in force already.")
    if row.valid_until is not None and row.valid_until < timezone.localdate():
        return _("Its last day lies in the past.")
    return None


def exception_signed(row: FloorException, signature: Signature, user: User) -> None:
    """The approver's signature puts the exception in force; neither is given to what is outdated."""
    try:
        exception_recheck(row)
    except ValidationError as error:
        raise Refused("outdated", " ".join(error.messages)) from error
    if signature.meaning == Signature.Meaning.APPROVED:
        exception_take_effect(exception=row, actor=user)


def exception_kept(row: FloorException) -> str | None:
    """An exception in force stands on its signatures: it is withdrawn as a whole."""
    if row.state == State.DRAFT:
        return None
    return _("The exception took effect with this signature. Withdraw the exception instead.")
