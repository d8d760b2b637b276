"""News of watched sites by e-mail, once a day or once a week at most, as each person chose.

What was recorded since a person was last told is their next letter, however long ago that is: neither a
missed beat nor a mail server that is away loses anything. The letter is a job with a key for the day; while
it waits or runs no other is asked for, and one that failed is asked for again by every beat.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import STAFF
from audits.letters import letter, whole_address
from common.numbers import day_text, number_text
from jobs.models import UNFINISHED, Job
from jobs.services import job_request
from partners.models import NewsMail, NewsTold
from partners.watching import Rhythm, rhythm_of
from workspace.news import NewsItem, news_of
from workspace.news_sending import LOOKS_BACK, Span

JOB_KIND = "workspace.news"
# A transaction that began earlier may still be open, and its records are not to be seen yet.
SETTLED_AFTER = timedelta(seconds=settings.JOB_HARD_LIMIT_SECONDS)
MOST_LISTED = 20


def news_tell(*, now: datetime | None = None) -> int:
    """Ask for a letter to everybody whose sites are in the news; returns how many were asked for.

    Six queries, and four for each reader who was not written to today or, as they chose, this week.
    """
    now = now or timezone.now()
    until, today = now - SETTLED_AFTER, timezone.localdate(now)
    told = NewsTold.objects.in_bulk()
    readers = _readers()
    under_way = set(
        Job.objects.filter(kind=JOB_KIND, state__in=UNFINISHED).values_list("payload__user", flat=True)
    )
    quiet, asked = [], 0
    for user, rhythm in readers.items():
        row = told.get(user.pk)
        if user.pk in under_way or (row and not _is_due(rhythm, row.letter_on, today)):
            continue
        since = row.until if row else until - LOOKS_BACK
        if not _between(user, since, until):
            quiet.append(user.pk)
            continue
        payload = {"user": user.pk, "until": until.isoformat()}
        key = f"news {user.pk} {today.isoformat()}"
        job_request(kind=JOB_KIND, key=key, payload=payload, language=user.language)
        asked += 1
    # Nothing to tell, or nobody to be told: who is written to again some day begins with that day.
    rows = NewsTold.objects.filter(until__lt=until, sending_until=None)
    rows.filter(user__in=quiet).update(until=until)
    rows.exclude(user__in=[user.pk for user in readers]).update(until=until)
    return asked


def is_reader(user: User) -> bool:
    """Whether a person is written to at all today. One query."""
    chosen = NewsMail.objects.filter(user=user).values_list("rhythm", flat=True).first()
    return user.is_active and user.role in STAFF and rhythm_of(user, chosen) is not Rhythm.OFF


def news_letter(*, user: User, span: Span) -> EmailMessage | None:
    """What came in within the span, the grave first; None where nothing of it is to be seen any more."""
    items = sorted(_between(user, span.since, span.until), key=lambda item: not item.is_grave)
    if not items:
        return None
    listed, more = items[:MOST_LISTED], len(items) - MOST_LISTED
    all_news, choice = (whole_address(reverse(f"workspace:{name}")) for name in ("news", "news-mail"))
    told = {
        "greeting": _("Dear %(name)s,") % {"name": user.full_name},
        "intro": _("Authorities published this about sites that you watch:"),
        "more": ngettext("and %(count)s more", "and %(count)s more", more) % {"count": number_text(more)}
        if more > 0
        else "",
        "unsure": _unsure(span),
        "why": _(
            "You watch the candidates of your programs and what you chose; QA leads every qualified site too."
        ),
    }
    lines = [
        *(told["greeting"], "", told["intro"], "", *map(_line, listed)),
        *([told["more"]] if told["more"] else []),
        *("", all_news),
        *(["", told["unsure"]] if told["unsure"] else []),
        *("", told["why"]),
        *(_("To get this less often, or not at all:"), choice),
    ]
    headers = {"List-Unsubscribe": f"<{choice}>"} if choice.startswith("http") else {}
    key = f"news-{user.pk}-{span.until:%Y%m%d%H%M}"
    message = letter(_subject(items), lines, user.email, key, headers)
    shown = [(item, whole_address(item.url), _programs(item)) for item in listed]
    page = told | {"items": shown, "all_news": all_news, "choice": choice, "subject": message.subject}
    message.attach_alternative(render_to_string("workspace/mail_news.html", page), "text/html")
    return message


def _readers() -> dict[User, Rhythm]:
    """Who is written to, and how often. Two queries."""
    chosen: Mapping[int, str] = dict(NewsMail.objects.values_list("user", "rhythm"))
    people = User.objects.filter(role__in=STAFF, is_active=True).order_by("pk")
    rhythms = {user: rhythm_of(user, chosen.get(user.pk)) for user in people}
    return {user: rhythm for user, rhythm in rhythms.items() if rhythm is not Rhythm.OFF}


def _is_due(rhythm: Rhythm, letter_on: date | None, today: date) -> bool:
    """One letter a day, or one in each week that begins on Monday."""
    if letter_on is None:
        return True
    if rhythm is Rhythm.WEEKLY:
        return letter_on.isocalendar()[:2] != today.isocalendar()[:2]
    return letter_on != today


def _subject(items: list[NewsItem]) -> str:
    sites = len({item.site_id for item in items})
    grave = sum(item.is_grave for item in items)
    subject = ngettext("News of %(count)s site", "News of %(count)s sites", sites) % {
        "count": number_text(sites)
    }
    if grave:
        subject += ngettext(", %(count)s grave", ", %(count)s grave", grave) % {"count": number_text(grave)}
    return subject


def _unsure(span: Span) -> str:
    """What is not sent twice may have been lost: it is said, and where it stands."""
    if span.unsure_since is None:
        return ""
    text = _(
        "Whether our last letter reached you is not known: the mail server did not say. It told of what came "
        "in since %(day)s and is not sent again; the page of news has all of it."
    )
    return text % {"day": day_text(span.unsure_since)}


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
    programs = _programs(item)
    return f"{line} [{programs}]" if programs else line


def _programs(item: NewsItem) -> str:
    if item.programs:
        return _("candidate in %(programs)s") % {"programs": ", ".join(item.programs)}
    return _("watched by you") if item.by_hand else ""
