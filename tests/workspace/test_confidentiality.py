"""A program's words appear nowhere for those who are not in it: a canary in every text field."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import Role
from reports.models import Report
from tests import makers

pytestmark = pytest.mark.django_db

CANARY = "KANARIENVOGEL"
# The page repeats what was asked for, so it is asked for in a way that differs.
ASKED = "kanarien"
OUTSIDERS = [role for role in Role if role != Role.ADMINISTRATOR]
QUERIES = (
    "",
    f"?q={ASKED}",
    f"?find={ASKED}",
    "?export=csv",
    "?export=xlsx",
    "?unclassified=true",
    "?sort=-candidate_count",
    f"?program={ASKED}",
)


def addresses_without_arguments(resolver: URLResolver | None = None, prefix: str = "/") -> list[str]:
    """Every page whose address names no record."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        part = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses_without_arguments(pattern, part)
        elif isinstance(pattern, URLPattern) and "<" not in part:
            found.append(part)
    return found


def secret_world() -> tuple[str, int]:
    """A program with the canary everywhere it can stand; its code, and a site that is its candidate."""
    site = makers.site("Shared site")
    member = makers.person(Role.SOURCING)
    program = makers.program(
        f"{CANARY}-1", member, sites=(site,), name=f"{CANARY} name", product=f"{CANARY} product", notes=CANARY
    )
    candidate = makers.candidate_of(program)
    candidate.reason = f"{CANARY} reason"
    candidate.save()
    Report.objects.create(key="k", program=program, site=site, as_of="2026-01-01", requested_by=member)
    return program.code, site.pk


def text_of(browser: Client, address: str) -> str:
    response = browser.get(address)
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_list_search_count_or_export_gives_a_program_away(role: Role) -> None:
    _code, site = secret_world()
    outsider = makers.person(role)
    if role != Role.PARTNER:
        makers.program("OWN-1", outsider)
    browser = makers.signed_in(outsider)
    # The API looks at nothing else, and pages do not look at it.
    browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {makers.token(outsider)}"
    pages = [
        *addresses_without_arguments(),
        "/programs/OWN-1/",
        f"/sites/{site}/",
        f"/sites/{site}/history/",
        f"/api/v1/sites/{site}",
    ]
    for page in pages:
        for query in QUERIES:
            assert CANARY not in text_of(browser, page + query), page + query


@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_pages_of_a_program_do_not_exist_for_outsiders(role: Role) -> None:
    code, _site = secret_world()
    browser = makers.signed_in(makers.person(role))
    for page in ("", "edit/", "members/", "scorecard/", "scorecard/weights/", "?export=csv"):
        real, made_up = browser.get(f"/programs/{code}/{page}"), browser.get(f"/programs/NONE-1/{page}")
        assert real.status_code == made_up.status_code == 404
    system = makers.api(makers.person(role))
    for part in ("", "/ranking", "/evaluations", "/evaluations/0"):
        answers = [system.get(f"/api/v1/programs/{each}{part}") for each in (code, "NONE-1")]
        assert [each.status_code for each in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()


def test_counts_of_an_outsider_leave_the_program_out() -> None:
    secret_world()
    outsider = makers.person(Role.SOURCING)
    makers.program("OWN-1", outsider)
    assert makers.signed_in(outsider).get("/programs/").context["table"].page.paginator.count == 1
