"""Letters of news before a real mail server: what they look like, and that none is lost or written twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.models import RegulatoryAction
from jobs.models import Job
from jobs.services import job_run
from partners.models import NewsMail, NewsTold, Site, SiteWatch
from partners.watching import rhythm_set, site_unwatch, site_watch
from records.selectors import entries_listed
from tests import makers
from tests.workspace.mail_server import MailServer, mail_server
from workspace.news_letters import JOB_KIND, MOST_LISTED, news_tell

pytestmark = pytest.mark.django_db


def published(site: Site, count: int = 1, *, hours_ago: float = 2, kind: str = "warning_letter") -> None:
    on = date.today() - timedelta(days=3)
    told = {"title": "CGMP/Finished pharmaceuticals", "happened_on": on, "known_on": on}
    rows = [RegulatoryAction.objects.create(site=site, kind=kind, gmp="yes", **told) for _ in range(count)]
    keys = [row.pk for row in rows]
    RegulatoryAction.objects.filter(pk__in=keys).update(
        recorded_at=timezone.now() - timedelta(hours=hours_ago)
    )


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING, language="fr", full_name="Clara Whitlock")


@pytest.fixture
def site(lead: User) -> Site:
    made = makers.site("Northgate")
    makers.program("AUR-101", lead, sites=(made,))
    return made


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    settings.CSRF_TRUSTED_ORIGINS = ["https://cmo-eval.example"]
    settings.DEFAULT_FROM_EMAIL = "CMO Eval <news@cmo-eval.example>"
    with mail_server() as running:
        options = {"host": "127.0.0.1", "port": running.port, "timeout": 0.5, "use_tls": False}
        settings.MAILERS = {"default": {"BACKEND": "common.mailing.SmtpBackend", "OPTIONS": options}}
        yield running


def run(attempts: int = 1) -> list[str]:
    """Do what waits, as the workers do; the states afterwards."""
    for _ in range(attempts):
        for job in Job.objects.filter(kind=JOB_KIND, state=Job.State.QUEUED):
            job_run(job.pk)
    return list(Job.objects.filter(kind=JOB_KIND).order_by("pk").values_list("state", flat=True))


def test_a_letter_has_the_headers_and_parts_of_a_letter(server: MailServer, lead: User, site: Site) -> None:
    published(site, MOST_LISTED + 2)
    assert news_tell(now=timezone.now()) == 1
    assert run() == ["succeeded"]
    (message,) = server.messages
    assert message["From"] == "CMO Eval <news@cmo-eval.example>"
    assert message["To"] == lead.email
    assert message["Subject"] == "Actualité de 1 site, dont 22 faits graves"
    assert abs(parsedate_to_datetime(message["Date"]) - timezone.now()) < timedelta(days=1)
    assert message["Message-ID"].endswith("@cmo-eval.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    choice = f"https://cmo-eval.example{reverse('workspace:news-mail')}"
    assert message["List-Unsubscribe"] == f"<{choice}>"
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in message.iter_parts())
    for part in (plain, html):
        assert choice in part
        assert "et 2 autres" in part
        assert "AUR-101" in part
    assert plain.count("Northgate") == html.count("Northgate") == MOST_LISTED
    assert "lettre d’avertissement" in plain
    assert '<html lang="fr">' in html
    assert f"https://cmo-eval.example/sites/{site.pk}/regulatory/" in html


@pytest.mark.parametrize("mood", ["refuses", "hangs", "drops"])
def test_what_certainly_did_not_leave_is_kept_until_it_does(
    server: MailServer, lead: User, site: Site, mood: str
) -> None:
    server.mood = mood
    published(site)
    news_tell(now=timezone.now())
    assert run(3) == ["failed"]
    # Days later, with what came in meanwhile, in one letter; the mail server takes nothing for a week.
    for day in (1, 7):
        published(site, hours_ago=-24 * day + 1, kind="import_alert")
        assert news_tell(now=timezone.now() + timedelta(days=day)) == 1
        if day == 1:
            assert run(3) == ["failed", "failed"]
    server.mood = "takes"
    assert run(3) == ["failed", "failed", "succeeded"]
    (message,) = server.messages
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().count("Northgate") == 3
    # Nothing of it is told again.
    assert news_tell(now=timezone.now() + timedelta(days=8)) == 0


def test_what_cannot_be_sent_from_a_wrong_sender_is_sent_once_it_is_right(
    server: MailServer, lead: User, site: Site, settings: Any
) -> None:
    right, settings.DEFAULT_FROM_EMAIL = settings.DEFAULT_FROM_EMAIL, "CMO Eval <news>, <at>"
    published(site)
    news_tell(now=timezone.now())
    assert run(3) == ["failed"]
    settings.DEFAULT_FROM_EMAIL = right
    news_tell(now=timezone.now())
    assert run() == ["succeeded"]
    assert len(server.messages) == 1


@pytest.mark.parametrize("mood", ["silent", "cuts"])
def test_what_may_have_arrived_is_not_sent_again_and_that_is_said(
    server: MailServer, lead: User, site: Site, mood: str
) -> None:
    # To who sends, a server that dies in the middle of a message looks like one that took it and died.
    server.mood = mood
    published(site)
    news_tell(now=timezone.now())
    assert run(3) == ["succeeded"]
    assert len(server.seen) == (mood == "silent")
    note = "peut ne pas vous être parvenu"
    browser = makers.signed_in(lead)
    browser.cookies["django_language"] = "fr"
    assert note in browser.get(reverse("workspace:news")).text
    server.mood = "takes"
    published(site, hours_ago=-20, kind="import_alert")
    assert news_tell(now=timezone.now() + timedelta(days=1)) == 1
    run()
    plain = server.messages[-1].get_body(("plain",))
    assert plain is not None
    assert plain.get_content().count("Northgate") == 1
    assert "n’est pas envoyé de nouveau" in " ".join(plain.get_content().split())
    assert note not in browser.get(reverse("workspace:news")).text


def test_a_worker_that_dies_between_sending_and_noting_sends_nothing_twice(
    lead: User, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(site)
    news_tell(now=timezone.now())
    job = Job.objects.get(kind=JOB_KIND)

    class Killed(BaseException):
        """As if the process ended here."""

    def killed(*_args: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr("workspace.handlers.span_end", killed)
        with pytest.raises(Killed):
            job_run(job.pk)
    assert len(mail.outbox) == 1
    # Its lease runs out and another worker takes the job.
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(mail.outbox)) == (Job.State.SUCCEEDED, 1)
    assert NewsTold.objects.get(user=lead).unsure_since is not None
    # One that dies before it sends has told nothing, and loses nothing but that letter's certainty.
    assert news_tell(now=timezone.now() + timedelta(days=1)) == 0


def test_people_choose_how_often_and_sites_beside_their_work(lead: User, site: Site) -> None:
    stranger = makers.person(Role.EXECUTIVE, full_name="Chosen Reader")
    other = makers.site("Elsewhere")
    for each in (site, other):
        published(each)
    browser = makers.signed_in(stranger)
    profile = reverse("workspace:site", args=[other.pk])
    assert "You do not watch it" in browser.get(profile).text
    browser.post(reverse("workspace:site-watch", args=[other.pk]))
    browser.post(reverse("workspace:site-watch", args=[other.pk]))
    assert SiteWatch.objects.get().site == other
    assert "by hand, since" in browser.get(profile).text
    assert "Elsewhere" in browser.get(reverse("workspace:news")).text
    assert "Northgate" not in browser.get(reverse("workspace:news")).text
    # Who has no such role is written to once they ask for it.
    assert news_tell(now=timezone.now()) == 1
    page = reverse("workspace:news-mail")
    assert browser.post(page, {"rhythm": "hourly"}).status_code == 422
    browser.post(page, {"rhythm": "weekly"})
    rhythm_set(rhythm=NewsMail.Rhythm.OFF, actor=lead)
    assert news_tell(now=timezone.now()) == 1
    run()
    # The lead turned it off before the letter was written.
    assert [message.to for message in mail.outbox] == [[stranger.email]]
    assert "[watched by you]" in mail.outbox[0].body
    # Once in a week that begins on Monday, however much comes in.
    published(other, hours_ago=-1, kind="import_alert")
    told = NewsTold.objects.get(user=stranger).letter_on
    assert told is not None
    monday = told + timedelta(days=7 - told.weekday())
    for day, asked in ((monday - timedelta(days=1), 0), (monday, 1)):
        if day > told or asked:
            assert news_tell(now=timezone.now() + (day - told)) == asked
    # Taken up again, daily news begin then: what came in while it was off is on the page.
    rhythm_set(rhythm=NewsMail.Rhythm.DAILY, actor=lead)
    assert news_tell(now=timezone.now() + (monday - told)) == 0
    assert "NewsMail" in " ".join(entries_listed().values_list("model", flat=True))


def test_the_page_says_why_and_what_work_brings_is_not_ended(lead: User, site: Site) -> None:
    quality = makers.person(Role.QA)
    qualified = makers.site("Approved Works", standing=Site.Standing.QUALIFIED)
    browser = makers.signed_in(lead)
    site_watch(site=qualified, actor=lead)
    page = browser.get(reverse("workspace:watched"))
    assert [(row.site.name, row.programs, row.since is not None) for row in page.context["table"].data] == [
        ("Approved Works", (), True),
        ("Northgate", ("AUR-101",), False),
    ]
    assert page.text.count('form="unwatch"') == 1
    assert "as a candidate in AUR-101" in browser.get(reverse("workspace:site", args=[site.pk])).text
    mine = makers.signed_in(quality).get(reverse("workspace:site", args=[qualified.pk])).text
    assert "for quality, as long as it is qualified" in mine
    done = browser.post(reverse("workspace:site-unwatch", args=[qualified.pk]), {"to": "list"})
    assert done["Location"] == reverse("workspace:watched")
    assert not SiteWatch.objects.exists()
    # Ending what was never begun by hand changes nothing of what one's work brings.
    assert site_unwatch(site=site, actor=lead) is False
    assert "Northgate" in browser.get(reverse("workspace:watched")).text
    assert makers.queries_of(browser, reverse("workspace:watched")) <= 9
