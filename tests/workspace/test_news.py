"""News of the sites that one watches: on a page, on the start page, and by e-mail once a day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.models import Inspection, RegulatoryAction
from jobs.models import Job
from jobs.services import job_run
from partners.models import Site
from programs.models import Candidate
from tests import makers
from workspace.news import news_of, sites_with_news
from workspace.news_letters import JOB_KIND, SETTLED_AFTER, news_tell

pytestmark = pytest.mark.django_db


def letter(
    site: Site | None, kind: str = "warning_letter", days_ago: int = 5, **more: Any
) -> RegulatoryAction:
    on = date.today() - timedelta(days=days_ago)
    told = {"title": "CGMP/Finished pharmaceuticals", "gmp": "yes", "happened_on": on, "known_on": on, **more}
    return RegulatoryAction.objects.create(site=site, kind=kind, **told)


def inspection(site: Site, classification: str, area: str = "Drug Quality Assurance") -> Inspection:
    on = date.today() - timedelta(days=20)
    return Inspection.objects.create(
        site=site,
        classification=classification,
        project_area=area,
        inspection_number="1234567",
        is_drug_gmp=True,
        happened_on=on,
        known_on=on,
    )


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING, language="fr", full_name="Clara Whitlock")


@pytest.fixture
def watched(lead: User) -> Site:
    site = makers.site("Northgate")
    makers.program("AUR-101", lead, sites=(site,))
    return site


def words(user: User, days: int = 30) -> list[str]:
    since = timezone.localdate() - timedelta(days=days)
    return [f"{item.site}: {item.word}" for item in news_of(user, since)]


def test_one_watches_the_candidates_of_ones_own_programs(lead: User, watched: Site) -> None:
    stranger, declined = makers.person(Role.SOURCING), makers.site("Declined Works")
    foreign = makers.site("Elsewhere")
    makers.program("SEC-900", stranger, sites=(foreign, watched))
    makers.program("AUR-102", lead, sites=(declined,))
    Candidate.objects.filter(site=declined).update(stage=Candidate.Stage.DECLINED)
    for site in (watched, foreign, declined):
        letter(site)
    assert words(lead) == ["Northgate: warning letter"]
    # That the site is a candidate elsewhere too is not told.
    (item,) = news_of(lead, timezone.localdate() - timedelta(days=30))
    assert item.programs == ("AUR-101",)
    page = makers.signed_in(lead).get("/news/").content.decode()
    assert "SEC-900" not in page
    assert "Elsewhere" not in page


def test_quality_watches_every_qualified_site(watched: Site) -> None:
    quality, approved = (
        makers.person(Role.QA),
        makers.site("Approved Works", standing=Site.Standing.QUALIFIED),
    )
    for site in (watched, approved):
        letter(site)
    assert words(quality) == ["Approved Works: warning letter"]
    assert words(makers.person(Role.EXECUTIVE)) == []


def test_what_is_one_event_is_told_once_and_what_is_grave_stands_out(lead: User, watched: Site) -> None:
    for area in ("Drug Quality Assurance", "Compliance"):
        inspection(watched, "oai", area)
    for product in ("vial", "pen"):
        letter(watched, "recall", title=product, event_key="R-1", recall_class="2", gmp="unknown")
    letter(watched, "warning_letter", gmp="no", title="Adulterated food")
    letter(watched, "closeout")
    items = news_of(lead, timezone.localdate() - timedelta(days=30))
    assert sorted(item.word for item in items) == [
        "closeout letter",
        "inspection: OAI",
        "recall, class II",
        "warning letter",
    ]
    assert [item.word for item in items if item.is_grave] == ["inspection: OAI"]


def test_what_came_late_is_news_but_a_first_import_of_ten_years_is_no_flood(
    lead: User, watched: Site
) -> None:
    letter(watched, "form_483", days_ago=60)
    letter(watched, "import_alert", days_ago=900)
    assert words(lead) == ["Northgate: Form 483"]
    RegulatoryAction.objects.update(recorded_at=timezone.now() - timedelta(days=50))
    assert words(lead) == []
    assert words(lead, 90) == ["Northgate: Form 483"]
    assert sites_with_news(lead, 30).count() == 0
    assert list(sites_with_news(lead, 90)) == [watched]


def test_the_start_page_and_the_list_lead_there(lead: User, watched: Site) -> None:
    browser = makers.signed_in(lead)
    assert 'href="/news/' not in browser.get("/").content.decode()
    letter(watched)
    assert "/news/?days=30" in browser.get("/").content.decode()
    page = browser.get("/news/?days=30&grave=1").content.decode()
    assert f"/sites/{watched.pk}/regulatory/" in page
    assert "/programs/AUR-101/scorecard/changes/" in page
    assert browser.get("/news/?days=💊&grave=x").status_code == 200
    assert "Northgate" in browser.get("/news/?export=csv").content.decode()
    assert makers.queries_of(browser, "/news/") <= 10


def sent() -> list[str]:
    """Run the letters that were asked for, as the worker does."""
    for job in Job.objects.filter(kind=JOB_KIND, state=Job.State.QUEUED):
        job_run(job.pk)
    return [str(message.body) for message in mail.outbox]


def test_a_letter_tells_once_what_came_in_since_the_last(lead: User, watched: Site) -> None:
    first = letter(watched)
    RegulatoryAction.objects.update(recorded_at=timezone.now() - timedelta(hours=2))
    assert news_tell(now=timezone.now()) == 1
    # A second beat, and one an hour later.
    assert news_tell(now=timezone.now()) + news_tell(now=timezone.now() + timedelta(hours=1)) == 0
    (body,) = sent()
    assert "Northgate" in body
    assert "lettre d’avertissement" in body
    assert "AUR-101" in body
    # On the next day nothing of it is told again, but what came in meanwhile is.
    tomorrow = timezone.now() + timedelta(days=1, hours=1)
    assert news_tell(now=tomorrow) == 0
    letter(watched, "import_alert")
    RegulatoryAction.objects.exclude(pk=first.pk).update(recorded_at=tomorrow)
    assert news_tell(now=tomorrow + timedelta(hours=1)) == 1
    assert len(sent()) == 2
    assert "lettre d’avertissement" not in mail.outbox[1].body


def test_nobody_is_written_to_without_news_or_without_a_reason(lead: User, watched: Site) -> None:
    assert news_tell(now=timezone.now()) == 0
    member = makers.person(Role.EXECUTIVE)
    watched.candidacies.get().work_package.program.memberships.create(user=member)
    letter(watched)
    # Recorded just now: a transaction that began earlier may still bring more.
    RegulatoryAction.objects.update(recorded_at=timezone.now() - SETTLED_AFTER / 2)
    assert news_tell(now=timezone.now()) == 0
    RegulatoryAction.objects.update(recorded_at=timezone.now() - SETTLED_AFTER * 2)
    assert news_tell(now=timezone.now()) == 1
    # Who left, or was taken off the program before the letter is written, gets none.
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert sent() == []


def test_a_mail_server_that_is_down_is_tried_again(
    lead: User, watched: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter(watched)
    RegulatoryAction.objects.update(recorded_at=timezone.now() - timedelta(hours=2))
    news_tell(now=timezone.now())
    job = Job.objects.get(kind=JOB_KIND)
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    news_tell(now=timezone.now() + timedelta(hours=1))
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert len(sent()) == 1
