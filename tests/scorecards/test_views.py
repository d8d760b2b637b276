"""The pages of a scorecard."""

import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from scorecards.models import EvaluationRun, Scorecard
from scorecards.plans import plan_of
from scorecards.services import evaluation_freeze
from tests.scorecards.evidence import AS_OF, action, capability, inspection, package, person, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen() -> Any:
    works, letter = site("Elmstead", "1000001"), site("Letterby", "1000002")
    inspection(works, "2025-06-01")
    capability(works)
    action(letter, "2025-06-01", "warning_letter", gmp="yes")
    return package(works, letter)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(chosen: Any) -> Client:
    return signed_in(person(Role.SOURCING, chosen.program))


def address(name: str, chosen: Any, *args: Any) -> str:
    return reverse(f"scorecards:{name}", args=[chosen.program.code, *args])


def entered(chosen: Any, **changes: Decimal) -> dict[str, Any]:
    plan = plan_of(chosen)
    return {f"w-{key}": weight for key, weight in {**plan.weights, **changes}.items()} | {
        "version": plan.version,
        "reason": "Fit first",
    }


def test_the_page_shows_ranks_reasons_and_values(client: Client, chosen: Any) -> None:
    page = client.get(address("scorecard", chosen)).content.decode()
    assert page.index("Elmstead") < page.index("Letterby")
    assert "concerns GMP, and no closeout is known" in page
    # Of a site of which little is known two must-haves are told at once, those that fail first.
    assert re.search(r"<details><summary[^>]*>\d more must-haves</summary>", page)
    assert "Freeze evaluation" in page


def test_the_pages_take_no_more_than_twelve_queries(
    client: Client, chosen: Any, django_assert_max_num_queries: Any
) -> None:
    evaluation_freeze(package=chosen, as_of=AS_OF, actor=None)
    for name in ("scorecard", "weights", "overrides", "frozen-list", "must-haves", "longlist"):
        with django_assert_max_num_queries(12):
            client.get(address(name, chosen))
    for_site = chosen.candidates.first().site_id
    with django_assert_max_num_queries(12):
        client.get(address("candidate", chosen, for_site))
    with django_assert_max_num_queries(12):
        client.get(address("criterion", chosen, for_site, "fit"))


def test_a_past_day_is_shown_and_a_future_one_refused(client: Client, chosen: Any) -> None:
    past = client.get(address("scorecard", chosen), {"as_of": "2025-01-01"}).content.decode()
    assert "concerns GMP" not in past
    ahead = {"as_of": "2999-01-01"}
    told = "lies in the future"
    for name in ("scorecard", "side-by-side", "head-to-head", "robustness", "gaps", "must-haves"):
        page = client.get(address(name, chosen), ahead).content.decode()
        assert page.count(told) == 1, name
        if name in ("scorecard", "side-by-side", "gaps", "must-haves"):
            asked = client.get(address(name, chosen), {**ahead, "export": "csv"})
            assert "Content-Disposition" not in asked.headers, name
            assert told in asked.content.decode()
    of = chosen.candidates.first().site_id
    for about in (address("candidate", chosen, of), address("criterion", chosen, of, "fit")):
        assert client.get(about, ahead).content.decode().count(told) == 1
    frozen = client.post(f"{address('freeze', chosen)}?as_of=2999-01-01", follow=True)
    assert told in frozen.content.decode()
    assert not EvaluationRun.objects.exists()
    with pytest.raises(ValidationError, match=told):
        evaluation_freeze(package=chosen, as_of=date(2999, 1, 1), actor=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_ranking_can_be_downloaded(client: Client, chosen: Any, kind: str) -> None:
    response = client.get(address("scorecard", chosen), {"export": kind})
    assert response.status_code == 200
    assert f".{kind}" in response.headers["Content-Disposition"]
    if kind == "csv":
        body = response.content.decode()
        assert "Elmstead" in body
        assert "<" not in body


def test_why_a_candidate_stands_there_as_panel_and_as_page(client: Client, chosen: Any) -> None:
    where = address("candidate", chosen, chosen.candidates.first().site_id)
    panel = client.get(where, headers={"HX-Request": "true"}).content.decode()
    page = client.get(where).content.decode()
    for text in (panel, page):
        assert "Inspection outcomes" in text
        assert "Next best evidence" in text
    assert "<html" in page
    assert "<html" not in panel
    assert client.get(address("candidate", chosen, 10**9)).status_code == 404


def test_a_preview_moves_ranks_and_saves_nothing(client: Client, chosen: Any) -> None:
    given = entered(chosen, regulatory=Decimal(5))
    page = client.post(address("weights-preview", chosen), given).content.decode()
    assert "77 of 100 given out, 23 left" in page
    assert not Scorecard.objects.exists()


def test_a_preview_of_nonsense_still_answers(client: Client, chosen: Any) -> None:
    zero = {name: 0 for name in entered(chosen) if name.startswith("w-")}
    assert client.post(address("weights-preview", chosen), zero).status_code == 200
    assert client.post(address("weights-preview", chosen), {"w-fit": "abc"}).status_code == 200


def test_weights_are_saved_undone_and_refused(client: Client, chosen: Any) -> None:
    save = address("weights-save", chosen)
    assert client.post(save, entered(chosen, regulatory=Decimal(27))).status_code == 422
    good = entered(chosen, regulatory=Decimal(8), fit=Decimal(38))
    assert client.post(save, good).status_code == 302
    assert plan_of(chosen).weights["fit"] == 38
    stale = client.post(save, good | {"w-fit": 37, "w-scale": 15})
    assert stale.status_code == 409
    assert 'value="37"' in stale.content.decode()
    assert "Fit first" in client.get(address("weights-changes", chosen)).content.decode()
    client.post(address("weights-undo", chosen))
    assert plan_of(chosen).weights["fit"] == 18


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.ASSESSOR, Role.QA])
def test_readers_see_the_weights_and_cannot_change_them(chosen: Any, role: Role) -> None:
    reader = signed_in(person(role, chosen.program))
    page = reader.get(address("weights", chosen)).content.decode()
    assert "Save weights" not in page
    for name in ("weights-save", "weights-reset", "weights-undo", "freeze"):
        assert reader.post(address(name, chosen), entered(chosen)).status_code == 403


def test_outsiders_get_404_everywhere(chosen: Any) -> None:
    outsider = signed_in(person(Role.SOURCING))
    for name in ("scorecard", "weights", "frozen-list"):
        assert outsider.get(address(name, chosen)).status_code == 404
    assert outsider.post(address("freeze", chosen)).status_code == 404


def test_freeze_read_verify_and_download(client: Client, chosen: Any) -> None:
    frozen = client.post(address("freeze", chosen)).headers["Location"]
    run = EvaluationRun.objects.get()
    assert run.sha256 in frozen
    page = client.get(frozen).content.decode()
    assert run.sha256 in page
    assert "Letterby" in page
    verified = client.post(address("frozen-verify", chosen, run.sha256)).content.decode()
    assert "the frozen facts give the same result again" in verified
    download = client.get(address("frozen-download", chosen, run.sha256)).content
    assert hashlib.sha256(download).hexdigest() == run.sha256
    assert json.loads(download)["inputs"]["program"]["code"] == chosen.program.code
    assert run.sha256[:12] in client.get(address("frozen-list", chosen)).content.decode()


def test_a_frozen_evaluation_of_another_program_is_not_found(client: Client, chosen: Any) -> None:
    client.post(address("freeze", chosen))
    other = package(site("Other"))
    reader = signed_in(person(Role.SOURCING, other.program))
    assert reader.get(address("frozen", other, EvaluationRun.objects.get().sha256)).status_code == 404


def test_what_an_agency_wrote_is_marked_as_english_beside_our_words(client: Client, chosen: Any) -> None:
    works = chosen.candidates.get(site__name="Elmstead").site
    action(works, "2025-02-01", "recall", title="Lack of sterility", source="fda-recalls", source_key="1")
    client.cookies["django_language"] = "fr"
    page = client.get(reverse("scorecards:criterion", args=[chosen.program.code, works.pk, "public-signals"]))
    assert ' · <span lang="en">Lack of sterility</span>' in page.content.decode()
