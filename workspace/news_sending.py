"""Handing a letter of news to the mail server once, and noting how far a person was told.

Before the message leaves, the row of the person says so; once its fate is known, how far they were told. Of
the two errors that remain, this prefers a letter that may be missed to one that is written twice: where a
worker dies in between, or the server has the whole message and does not answer, the letter counts as sent.
The next letter and the page of news say that it may not have arrived. A letter that certainly did not leave
is tried again with all that came in since, for as long as it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.mailing import DeliveryUnknown
from partners.models import NewsTold

log = structlog.get_logger(__name__)
# Who was never told hears of what came in this long.
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """What a person is told of; `unsure_since`: from when on an earlier letter may not have arrived."""

    since: datetime
    until: datetime
    unsure_since: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.since >= self.until


def span_begin(user: User, until: datetime) -> Span:
    """What a person is still to be told, up to a moment. A letter whose worker fell silent counts as sent."""
    with transaction.atomic():
        row = _row(user, until)
        if row.sending_until is not None:
            log.warning("news_letter_unknown", user=user.pk, until=row.sending_until.isoformat())
            _unknown(row, row.sending_until)
            row.save()
    return Span(row.until, until, row.unsure_since)


def handed_over(user: User, message: EmailMessage, span: Span) -> bool:
    """Hand the letter to the mail server; false where nobody can say whether it took it.

    Raises:
        OSError, ValueError: what was certainly not taken, of which nothing is noted.
        LookupError: another worker told this person meanwhile.
    """
    with transaction.atomic():
        row = _row(user, span.until)
        if (row.until, row.sending_until) != (span.since, None):
            raise LookupError(f"Another letter of news to {user.pk} is under way.")
        row.sending_until = span.until
        row.save(update_fields=["sending_until"])
    try:
        message.send()
    except DeliveryUnknown:
        log.warning("news_letter_unknown", user=user.pk, until=span.until.isoformat())
        return False
    except (OSError, ValueError):
        # Of the second kind: an address, the sender's for instance, with which no message is made.
        NewsTold.objects.filter(user=user, sending_until=span.until).update(sending_until=None)
        raise
    return True


def span_end(user: User, span: Span, *, written: bool, sure: bool = True) -> None:
    """Note what came of it, in the transaction that ends the job. Nothing is unsure once a letter said so."""
    row = _row(user, span.until)
    if not sure:
        _unknown(row, span.until)
    else:
        row.until = max(row.until, span.until)
        row.sending_until = None
        if written:
            row.letter_on, row.unsure_since = timezone.localdate(), None
    row.save()


def unsure_since(user: User) -> datetime | None:
    """From when on a letter to this person may not have arrived, none having said so yet. One query."""
    return NewsTold.objects.filter(user=user).values_list("unsure_since", flat=True).first()


def _row(user: User, until: datetime) -> NewsTold:
    """The row of the person, locked."""
    NewsTold.objects.bulk_create([NewsTold(user=user, until=until - LOOKS_BACK)], ignore_conflicts=True)
    return NewsTold.objects.select_for_update().get(user=user)


def _unknown(row: NewsTold, until: datetime) -> None:
    row.unsure_since = row.unsure_since or row.until
    row.until = max(row.until, until)
    row.letter_on = timezone.localdate()
    row.sending_until = None
