"""The API as another system meets it: what opens it, what it answers, what it tells of what is wrong."""

import hashlib
import json
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from ninja import Schema

from accounts.models import AccessToken, User
from accounts.roles import Role
from api.routes.imports import ImportOut
from api.routes.quality import CapasQuery, FindingsQuery
from api.routes.reports import ReportOut, ReportsQuery
from api.service import document
from audits.models import Capa, Finding
from imports.models import ImportRun
from reports.models import Report
from reports.tables import STATES
from scorecards.models import EvaluationRun
from tests import makers
from workspace.site_index.cache import CACHE
from workspace.site_index.columns import columns_from

pytestmark = pytest.mark.usefixtures("demo_db")
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    cache.clear()


def demo(role: Role) -> User:
    return User.objects.get(role=role, is_demo=True)


@pytest.fixture
def system() -> Client:
    return makers.api(demo(Role.SOURCING))


def walked(client: Client, path: str, limit: int) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{path}?limit={limit}&cursor={cursor}").json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        cursor = page["next_cursor"]
    return rows


def refused(answer: Any, status: int, *fields: str) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, answer["Content-Type"], told["status"]) == (status, PROBLEM, status)
    assert sorted(each["field"] for each in told["errors"]) == sorted(fields)
    return told


def test_nothing_opens_without_a_token_in_force_and_no_cookie_counts() -> None:
    user = demo(Role.QA)
    browser = makers.signed_in(user)
    told = browser.get("/api/v1/sites")
    refused(told, 401)
    assert told["WWW-Authenticate"].startswith("Bearer")
    assert browser.get("/api/v1/openapi.json").status_code == 200, "it tells of no record"
    system = makers.api(user)
    assert system.get("/api/v1/me").json()["person"] == user.full_name
    assert "access-control-allow-origin" not in system.get(
        "/api/v1/me", headers={"origin": "https://x.example"}
    )
    token = AccessToken.objects.get(user=user, name="Tests")
    assert token.last_used_at is not None
    for change in ({"revoked_at": timezone.now()}, {"expires_at": token.created_at + timedelta(seconds=1)}):
        AccessToken.objects.filter(pk=token.pk).update(**change)
        later = timezone.now() + timedelta(minutes=1)
        with patch("django.utils.timezone.now", return_value=later):
            refused(system.get("/api/v1/me"), 401)
        AccessToken.objects.filter(pk=token.pk).update(revoked_at=None, expires_at=token.expires_at)
    assert system.get("/api/v1/me").status_code == 200


def test_a_token_opens_what_it_was_made_for_and_never_more_than_the_person_may_now() -> None:
    user = demo(Role.QA)
    reads, hands_in = makers.api(user, "read"), makers.api(user, "import")
    refused(hands_in.get("/api/v1/sites"), 403)
    refused(reads.post("/api/v1/imports"), 403)
    assert [each.get("/api/v1/imports").status_code for each in (reads, hands_in)] == [200, 200]
    User.objects.filter(pk=user.pk).update(role=Role.EXECUTIVE)
    refused(reads.get("/api/v1/imports"), 403)
    User.objects.filter(pk=user.pk).update(must_enroll=True)
    assert "second factor" in refused(reads.get("/api/v1/sites"), 403)["detail"]
    User.objects.filter(pk=user.pk).update(must_enroll=False, is_active=False)
    refused(reads.get("/api/v1/sites"), 401)


def test_who_asks_too_often_waits() -> None:
    user = demo(Role.QA)
    with patch.dict(settings.API_RATE_LIMITS, {"token": "3/m/key", "unknown": "2/m/ip"}):
        busy, other = makers.api(user), makers.api(user)
        statuses = [busy.get("/api/v1/me").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert busy.get("/api/v1/me")["Retry-After"] == "60"
        assert other.get("/api/v1/me").status_code == 200
        guesses = [Client(headers={"authorization": f"Bearer cmoeval_{n}"}) for n in range(3)]
        assert [each.get("/api/v1/me").status_code for each in guesses] == [401, 401, 429]


def test_a_ranking_is_what_the_command_prints_in_the_language_asked_for(system: Client) -> None:
    for query, more in (("", []), ("?as_of=2026-06-30", ["--as-of", "2026-06-30"])):
        out = StringIO()
        call_command("rank", "AURELIA", "--json", *more, stdout=out)
        answer = system.get(f"/api/v1/programs/AURELIA/ranking{query}")
        assert answer.json() == json.loads(out.getvalue())
    assert (
        system.get(answer.request["PATH_INFO"] + query, headers={"if-none-match": answer["ETag"]}).status_code
        == 304
    )
    french = system.get("/api/v1/programs/AURELIA/ranking", headers={"accept-language": "fr-CA,en;q=0.5"})
    assert french.json()["criteria"][0]["title"] != answer.json()["criteria"][0]["title"]
    refused(system.get("/api/v1/programs/AURELIA/ranking?as_of=0"), 422, "as_of")
    ahead = system.get("/api/v1/programs/AURELIA/ranking?as_of=2999-01-01")
    assert "future" in refused(ahead, 422, "as_of")["detail"]


def test_a_frozen_evaluation_has_the_hash_that_names_it(system: Client) -> None:
    frozen = walked(system, "/api/v1/programs/AURELIA/evaluations", 1)
    runs = EvaluationRun.objects.filter(scorecard__work_package__program__code="AURELIA")
    assert {row["sha256"] for row in frozen} == set(runs.values_list("sha256", flat=True))
    content = system.get(f"/api/v1/programs/AURELIA/evaluations/{frozen[0]['sha256']}").content
    assert hashlib.sha256(content).hexdigest() == frozen[0]["sha256"]


def test_the_directory_is_walked_once_through_and_filtered_as_its_page(system: Client) -> None:
    page = makers.signed_in(demo(Role.SOURCING)).get("/directory/?standing=qualified&country=FR")
    shown = system.get("/api/v1/sites?standing=qualified&country=FR").json()["items"]
    assert len(shown) == page.context["found"].count
    rows = walked(system, "/api/v1/sites", 7)
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) > 20
    assert [row["name"].lower() for row in rows] == sorted(row["name"].lower() for row in rows)
    now = CACHE.current()
    without = now.replaced(columns_from([], now.words), [min(ids)])
    with patch.object(CACHE, "current", side_effect=[now, without]):
        shown = system.get("/api/v1/sites?limit=200").json()["items"]
    assert [row["id"] for row in shown] == ids, "a site that goes in the middle of an answer moves no other"
    one = system.get(f"/api/v1/sites/{ids[0]}").json()
    assert (one["name"], len(one["regulatory"]["inspections"])) == (
        rows[0]["name"],
        rows[0]["inspection_count"],
    )
    refused(system.get("/api/v1/sites?standing=good"), 422, "standing")
    refused(system.get("/api/v1/sites?standng=qualified"), 422, "standng")
    refused(system.get("/api/v1/sites?limit=201&cursor=%00"), 422, "limit", "cursor")
    refused(system.get("/api/v1/sites?cursor=abc"), 422, "cursor")
    refused(system.get("/api/v1/sites?unclassified=1&expired=yes"), 422, "unclassified", "expired")


@pytest.mark.parametrize("path", ["sites", "programs", "findings", "capas", "reports", "imports"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_many(path: str) -> None:
    admin = makers.api(demo(Role.ADMINISTRATOR))
    counts = []
    for limit in (1, 200):
        admin.get(f"/api/v1/{path}?limit={limit}")
        with CaptureQueriesContext(connection) as queries:
            answer = admin.get(f"/api/v1/{path}?limit={limit}")
        assert answer.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_capas_that_changed_since_are_found_and_only_they(system: Client) -> None:
    before = timezone.now()
    assert system.get("/api/v1/capas", {"updated_since": before.isoformat()}).json()["items"] == []
    changed = Capa.objects.earliest("pk")
    changed.save()
    rows = system.get("/api/v1/capas", {"updated_since": before.isoformat()}).json()["items"]
    assert [(row["id"], row["number"]) for row in rows] == [(changed.pk, changed.number)]
    refused(
        system.get("/api/v1/capas?updated_since=2026-01-01T00:00:00&state=late"),
        422,
        "state",
        "updated_since",
    )
    majors = system.get("/api/v1/findings?severity=major&limit=200").json()["items"]
    assert {row["severity"] for row in majors} == {"major"}


def test_problems_are_told_by_field_in_the_language_asked_for() -> None:
    french = makers.api(demo(Role.QA), language="fr")
    told = refused(french.get("/api/v1/sites?limit=0"), 422, "limit")
    assert "d’au moins 1" in told["errors"][0]["detail"]
    assert refused(french.get("/api/v1/nowhere"), 404)["title"] != "There is nothing here"
    refused(french.get("/api/v1/sites/99999999999999999999"), 404)
    for nowhere in ("programs/%00", "imports/%0A", ""):
        refused(french.get(f"/api/v1/{nowhere}"), 404)
    allowed = french.post("/api/v1/sites")
    refused(allowed, 405)
    assert allowed["Allow"] == "GET"
    key = {"idempotency-key": "tests-0001"}
    broken = french.post("/api/v1/reports", "{", content_type="application/json", headers=key)
    refused(broken, 400)
    body = {"program": "AURELIA", "site_ids": ["x"], "sort": "?"}
    wrong = french.post("/api/v1/reports", body, content_type="application/json")
    refused(wrong, 422, "site_ids.0", "sort", "Idempotency-Key")
    head = french.head("/api/v1/me")
    assert (head.status_code, head.content) == (200, b"")


def test_a_fault_of_ours_is_a_problem_too() -> None:
    system = makers.api(demo(Role.QA))
    system.raise_request_exception = False
    with patch("api.routes.quality.capas_listed", side_effect=RuntimeError):
        told = refused(system.get("/api/v1/capas"), 500)
    assert "RuntimeError" not in str(told)


def test_every_route_is_in_the_page_of_the_api_and_asks_for_a_token() -> None:
    page = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            shown = path.removeprefix("/api/v1").replace("{pk}", "{id}").replace("{made_as}", "{format}")
            assert f"`{method.upper()} {shown}`" in page, path
            assert operation["security"], path


@pytest.mark.parametrize(
    ("schema", "field", "words"),
    [
        (ImportOut, "state", ImportRun.State.values),
        (FindingsQuery, "state", Finding.State.values),
        (FindingsQuery, "severity", Finding.Severity.values),
        (CapasQuery, "state", Capa.State.values),
        (CapasQuery, "severity", Finding.Severity.values),
        (ReportOut, "state", list(STATES)),
        (ReportsQuery, "kind", Report.Kind.values),
    ],
)
def test_the_document_has_every_word_of_the_product(
    schema: type[Schema], field: str, words: list[str]
) -> None:
    """A state that is new in the product must not be one that the API cannot tell or be asked for."""
    told = schema.model_json_schema()
    listed = [told["properties"][field], *told["properties"][field].get("anyOf", ())]
    listed += [told["$defs"][part["$ref"].rpartition("/")[2]] for part in listed if "$ref" in part]
    assert sorted(next(part["enum"] for part in listed if "enum" in part)) == sorted(words)
