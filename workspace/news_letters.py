"""News of watched sites by e-mail: to sourcing and QA leads, once a day at most.

The last letter of a person says until when they were told; what was recorded since is the next letter, so
that a missed beat loses nothing. The letter is a job with a key of its own for the day: a second beat asks
for the same one, and a mail server that is down is tried again.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Max
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Role
from audits.letters import letter, whole_address
from common.numbers import day_text, number_text
from jobs.models import Job
from jobs.services import job_request
from workspace.news import NewsItem, news_of

JOB_KIND = "workspace.news"
READERS = (Role.SOURCING, Role.QA)
# Who was never told, or not for long, hears of what came in this long.
LOOKS_BACK = timedelta(days=7)
# A transaction that began earlier may still be open, and its records are not to be seen yet.
SETTLED_AFTER = timedelta(seconds=settings.JOB_HARD_LIMIT_SECONDS)
TRIED_FOR = timedelta(days=3)
MOST_LISTED = 20


def news_tell(*, now: datetime | None = None) -> int:
    """Ask for a letter to everybody whose sites are in the news; returns how many were asked for.

    Two queries, and three for each reader who was not told today.
    """
    now = now or timezone.now()
    until = now - SETTLED_AFTER
    told = dict(
        Job.objects.filter(kind=JOB_KIND, created_at__gt=now - LOOKS_BACK - timedelta(days=1))
        .order_by()
        .values_list("payload__user")
        .annotate(last=Max(KT("payload__until")))
    )
    asked = 0
    for user in User.objects.filter(role__in=READERS, is_active=True).order_by("pk"):
        last = told.get(user.pk)
        since = max(datetime.fromisoformat(last) if last else until - LOOKS_BACK, until - LOOKS_BACK)
        told_today = bool(last) and _day(since) == _day(until)
        if told_today or not _between(user, since, until):
            continue
        payload = {"user": user.pk, "since": since.isoformat(), "until": until.isoformat()}
        key = f"news {user.pk} {_day(until)}"
        job_request(kind=JOB_KIND, key=key, payload=payload, language=user.language)
        asked += 1
    _tried_again(now)
    return asked


def news_letter(*, user: User, since: datetime, until: datetime) -> EmailMessage | None:
    """What was recorded in between, the grave first; None where nothing of it stands any more."""
    items = sorted(_between(user, since, until), key=lambda item: not item.is_grave)
    if not items:
        return None
    sites = len({item.site_id for item in items})
    grave = sum(item.is_grave for item in items)
    subject = ngettext("News of %(count)s site", "News of %(count)s sites", sites) % {
        "count": number_text(sites)
    }
    if grave:
        subject += ngettext(", %(count)s grave", ", %(count)s grave", grave) % {"count": number_text(grave)}
    lines = [
        _("Dear %(name)s,") % {"name": user.full_name},
        "",
        _("Authorities published this about sites that you watch:"),
        "",
        *(_line(item) for item in items[:MOST_LISTED]),
    ]
    more = len(items) - MOST_LISTED
    if more > 0:
        lines.append(
            ngettext("and %(count)s more", "and %(count)s more", more) % {"count": number_text(more)}
        )
    lines += ["", whole_address(reverse("workspace:news"))]
    lines += ["", _("You watch the candidates of your programs; QA leads watch every qualified site too.")]
    return letter(subject, lines, user.email, f"news-{user.pk}-{_day(until)}")


def _between(user: User, since: datetime, until: datetime) -> list[NewsItem]:
    return news_of(user, timezone.localdate(since), (since, until))


def _line(item: NewsItem) -> str:
    words = {
        "site": item.site,
        "organization": item.organization,
        "word": item.word,
        "day": day_text(item.known_on),
    }
    line = _("- %(site)s (%(organization)s): %(word)s, published on %(day)s") % words
    if item.programs:
        line += " " + _("[candidate in %(programs)s]") % {"programs": ", ".join(item.programs)}
    return line


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def _tried_again(now: datetime) -> None:
    """Ask again for letters that failed lately: a mail server can be away longer than a job tries."""
    for job in Job.objects.filter(kind=JOB_KIND, state=Job.State.FAILED, created_at__gt=now - TRIED_FOR):
        job_request(kind=JOB_KIND, key=job.key, payload=job.payload, language=job.language)
