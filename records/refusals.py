"""What the database refused, in words: for a form, not for a log."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, tuple[str, Promise]] = {
    "signed_content": (
        "",
        _("This was signed and can no longer be changed. Make a new revision to amend it."),
    ),
    "reason_required": ("reason", _("Say why: this record has left draft, and the reason is kept with it.")),
    "signature_kept": ("", _("A signature cannot be changed or removed.")),
    "attachment_kept": ("", _("An attached file cannot be changed. Remove it and attach another.")),
    "record_exists": ("", _("The record is no longer there.")),
    "signature_proof": (
        "",
        _(
            "The database does not know this server’s key for signing. "
            "An administrator runs the migrations again."
        ),
    ),
    "signature_once_per_person": ("", _("You have signed this already; another person has to sign.")),
    "signature_once_per_meaning": ("", _("This was signed by someone else in the meantime.")),
    "records_signature_nonce_key": ("", _("This request has signed already. Open the page again.")),
}


class Refused(ValidationError):
    """A write that the rules of records refuse. `code` says which rule, `field` where to show it."""

    def __init__(self, code: str, message: str | Promise, field: str = "") -> None:
        super().__init__(str(message), code=code)
        self.field = field

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return " ".join(self.messages)


def refusal_of(error: IntegrityError) -> Refused | None:
    """The refusal behind an error of the database; null for any other error."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if constraint not in SENTENCES:
        return None
    field, sentence = SENTENCES[constraint]
    return Refused(constraint, sentence, field)


@contextmanager
def refusals_raised() -> Iterator[None]:
    """Around a `recorded` block: what the triggers refuse becomes a `Refused`, a `ValidationError`."""
    try:
        yield
    except IntegrityError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


@contextmanager
def refusals_shown(form: forms.BaseForm) -> Iterator[None]:
    """Around the call of a service in a view: refusals and validation errors become errors of the form.

    with refusals_shown(form):
        finding_update(…)
        return redirect(…)
    return render(…, status=422)
    """
    try:
        with refusals_raised():
            yield
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal)
    except ValidationError as error:
        fields = getattr(error, "error_dict", None)
        if fields and not set(fields) <= {*form.fields, NON_FIELD_ERRORS}:
            error = ValidationError(error.messages)
        form.add_error(None, error)
