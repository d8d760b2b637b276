"""Panels on criteria where figures speak as well: levels count within what the evidence leaves open."""

from decimal import Decimal
from typing import Any, cast

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from programs.packages import package_add, package_remove
from scorecards.agreed import Agreed, points_of
from scorecards.changes import snapshot_of_ranking
from scorecards.derivation.rules import RULES, RuleKind
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import AgreedScore, Panel, WrittenAnchors
from scorecards.panels import scorable
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle
from scorecards.panels.anchoring import anchors_write
from scorecards.panels.rubrics import GENERAL, MIXED, RUBRICS
from scorecards.panels.scorable import field_of
from scorecards.panels.services import panel_change, panel_open
from scorecards.plain import ranking_data
from scorecards.ranking import CriterionResult
from scorecards.selectors import ranking_of
from tests import makers
from tests.scorecards.derivation.builders import derived, facts_of
from tests.scorecards.derivation.test_documented_examples import EXAMPLES
from tests.scorecards.evidence import inspection
from tests.scorecards.panels import AUTHORITY, PanelScene, criterion_of, panel_scene

AS_OF = "2026-01-01"
INSPECTED, SCALE_UP = "inspection-outcomes", "scale-up"
FIELDS = {practice.name: practice for practice in {*MIXED.values(), *RUBRICS.values()}}


def rated(practice: str, level: int) -> dict[str, Any]:
    return {"practice": practice, "level": level, "seen_on": "2025-05-01", "strength": "verified"}


def test_the_rules_that_mix_a_rating_with_figures_are_those_that_read_one() -> None:
    """Asked of the rules themselves: whose bounds move when a practice is rated."""
    reads: dict[str, set[str]] = {}
    bare = derived(AS_OF, facts_of(), None, None)
    for name in FIELDS:
        best = derived(AS_OF, facts_of(ratings=[rated(name, 0)]), None, None)
        for key, rule in RULES.items():
            if rule.kind is RuleKind.CRITERION:
                before, after = bare.scores[key].score(0), best.scores[key].score(0)
                if (before.low, before.high) != (after.low, after.high):
                    reads.setdefault(key, set()).add(name)
    assert reads == {key: {practice.name} for key, practice in {**MIXED, **RUBRICS}.items()}


@pytest.mark.parametrize("key", sorted(MIXED))
@pytest.mark.parametrize("level", [0, 2, 5])
def test_a_level_within_the_evidence_lies_where_a_rating_would_have_put_it_at_most(
    key: str, level: int
) -> None:
    """Never outside what the evidence leaves open, and exact where the rating is all that is open."""
    bare = derived(AS_OF, facts_of(), None, None).scores[key].score(0)
    told = derived(AS_OF, facts_of(ratings=[rated(MIXED[key].name, level)]), None, None).scores[key].score(0)
    points = points_of(level, {}, (bare.low, bare.high))
    assert bare.low <= points <= bare.high
    assert told.low - 0.005 <= points <= told.high + 0.005


def test_where_the_rating_alone_is_open_a_level_gives_what_the_rule_gives() -> None:
    """The examples by hand of docs/criteria.md that a rating settles, asked again without it."""
    asked = []
    for case in EXAMPLES:
        key, example = cast("tuple[str, dict[str, Any]]", case.values)
        if key not in MIXED or "ratings" not in example or "anchors" in example:
            continue
        words = {"as_of", "need", "expect", "ratings"}
        tables = {name: rows for name, rows in example.items() if name not in words}
        bare = derived(example["as_of"], facts_of(**tables), example.get("need"), None).scores[key].score(0)
        settled = example["expect"]
        if settled["low"] == settled["high"] and len(example["ratings"]) == 1:
            points = points_of(example["ratings"][0]["level"], {}, (bare.low, bare.high))
            assert points == pytest.approx(settled["low"], abs=0.03), key
            asked.append(key)
    assert asked


@pytest.fixture
def scene(db: None) -> PanelScene:
    """The first of three sites was inspected: figures leave a part open; of the others nothing is known."""
    made = panel_scene()
    inspection(made.sites[0], "2025-06-01")
    return made


def cell_of(scene: PanelScene, site: int, key: str = INSPECTED) -> CriterionResult:
    row = ranking_of(scene.package).candidate(scene.sites[site].pk)
    assert row is not None
    return next(cell for cell in row.criteria if cell.criterion.key == key)


def agreed(scene: PanelScene, levels: list[int], **replaced: Any) -> Panel:
    """A concluded panel of two on inspection outcomes who gave the same levels."""
    people = [user.pk for user in scene.assessors[:2]]
    panel = scene.closed({INSPECTED: [list(levels), list(levels)]}, assessors={INSPECTED: people})
    agreed_accept(panel=panel, actor=scene.lead)
    if replaced:
        row = AgreedScore.objects.get(site=scene.sites[0])
        agreed_set(
            criterion=criterion_of(panel, INSPECTED),
            site_id=scene.sites[0].pk,
            reason="The file names another building.",
            version=row.version,
            actor=scene.lead,
            **replaced,
        )
    return panel_settle(panel=panel, version=panel.version, actor=scene.lead)


def test_what_is_agreed_narrows_what_the_evidence_leaves_open(scene: PanelScene) -> None:
    before = cell_of(scene, 0)
    assert 0 < before.derived.low < before.derived.high
    agreed(scene, [2, 4, 3])
    now, unknown = cell_of(scene, 0), cell_of(scene, 1)
    # Two fifths of the way from the lower to the upper end, in hundredths of a point.
    low, high = before.derived.low, before.derived.high
    assert now.low == now.high == pytest.approx(low + (high - low) * 2 / 5, abs=0.011)
    assert (unknown.low, unknown.high) == (80, 80)
    assert now.derived == before.derived
    assert (now.strength, now.agreed_counts) == ("panel", True)
    assert now.agreed is not None
    assert now.agreed.rationale.key == "panel.within_accepted"


def test_evidence_that_comes_later_goes_before_the_panel(scene: PanelScene) -> None:
    agreed(scene, [5, 5, 5])
    before = cell_of(scene, 1)
    assert before.low == 100
    for day in ("2025-07-01", "2024-07-01", "2023-07-01"):
        inspection(scene.sites[1], day, "oai")
    after = cell_of(scene, 1)
    assert after.derived.high < 100
    assert after.low == after.high == pytest.approx(after.derived.high, abs=0.011)
    assert after.agreed is not None
    assert not after.agreed.counts(60.0, 60.0)


def test_what_the_evidence_settles_is_told_by_the_evidence(
    scene: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed(scene, [2, 4, 3])
    monkeypatch.setattr(Agreed, "counts", lambda *_ends: False)
    ranking, site = ranking_of(scene.package), scene.sites[0].pk
    data = ranking_data(ranking)
    at = [each["key"] for each in data["criteria"]].index(INSPECTED)
    told = next(each for each in data["candidates"] if each["site_id"] == site)["criteria"][at]
    assert "in_place_of_derived" not in told
    assert told["strength"] != "panel"
    assert "does not count" in snapshot_of_ranking(ranking).stands[site].why[INSPECTED]()


def test_a_panel_may_put_its_level_in_place_of_the_evidence_with_a_reason(scene: PanelScene) -> None:
    before = cell_of(scene, 0)
    agreed(scene, [2, 4, 3], low=Decimal(0), high=Decimal(0), replaces=True)
    now = cell_of(scene, 0)
    assert (now.low, now.high) == (0, 0)
    assert now.derived == before.derived
    with pytest.raises(IntegrityError, match="agreed_score_rules"), transaction.atomic():
        AgreedScore.objects.update(replaces=False)


def test_what_counts_in_place_of_the_evidence_is_never_accepted_as_scored(scene: PanelScene) -> None:
    people = [user.pk for user in scene.assessors[:2]]
    panel = scene.closed({INSPECTED: [[2, 2, 2], [2, 2, 2]]}, assessors={INSPECTED: people})
    agreed_accept(panel=panel, actor=scene.lead)
    with pytest.raises(IntegrityError, match=r"agreed_replaces|reason_required"), transaction.atomic():
        AgreedScore.objects.update(replaces=True)


def test_a_frozen_evaluation_with_such_values_recomputes_to_the_same_hash(scene: PanelScene) -> None:
    agreed(scene, [2, 4, 3])
    content = freeze_content(ranking_of(scene.package))
    assert all(row["within"] for row in content.inputs["agreed"])
    again = recompute(content)
    assert result_data(again) == content.result
    assert freeze_content(again).sha256 == content.sha256


def test_only_what_judgement_can_say_something_about_is_offered(scene: PanelScene) -> None:
    offered = {each.key: each for each in field_of(scene.package).criteria}
    assert {"quality-authority", SCALE_UP, INSPECTED} <= set(offered)
    assert (offered[INSPECTED].open, offered[INSPECTED].candidates) == (3, 3)
    # The need matches no capability, so that every site has the same settled fit or an open one.
    settled = [leaf.key for leaf in ranking_of(scene.package).plan.leaves if leaf.key not in offered]
    for key in (*settled, "no-open-gmp-action", "regulatory"):
        with pytest.raises(ValidationError) as caught:
            scene.draft(assessors={key: [scene.lead.pk]})
        assert "assessors" in caught.value.message_dict
    panel = scene.opened(assessors={INSPECTED: [scene.assessors[0].pk]})
    row = criterion_of(panel, INSPECTED)
    assert (row.practice, row.within, row.anchors["en"][0]) == ("", True, str(GENERAL[0]))
    assert row.anchors["fr"][0] != row.anchors["en"][0]


def test_a_draft_names_what_the_evidence_has_settled_since(
    scene: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = scene.draft(assessors={INSPECTED: [scene.assessors[0].pk]})
    address = reverse("scorecards:panel-edit", args=[scene.program.code, panel.pk])
    lead = makers.signed_in(scene.lead)
    words = "The evidence settles by now"
    assert words not in lead.get(address).text
    # As if every interval had become narrower than a level.
    monkeypatch.setattr(scorable, "WIDE", 101.0)
    assert words in lead.get(address).text


def test_its_pages_say_how_a_level_counts(scene: PanelScene) -> None:
    people = [user.pk for user in scene.assessors[:2]]
    panel = scene.opened(assessors={INSPECTED: people})
    code, site = scene.program.code, scene.sites[0].pk
    page = makers.signed_in(scene.assessors[0]).get(
        reverse("scorecards:panel-score", args=[code, panel.pk, INSPECTED, site])
    )
    assert "Your level places the site within what the evidence leaves open" in page.text
    form = makers.signed_in(scene.lead).get(reverse("scorecards:panel-add", args=[code])).text
    assert "open for 3 of 3, up to 100 points" in form


def asked(scene: PanelScene, *keys: str) -> dict[str, list[int]]:
    return {key: [user.pk for user in scene.assessors[:2]] for key in keys}


def anchors(words: str) -> list[str]:
    return [f"{words} {level}" for level in range(6)]


def test_anchors_are_written_for_a_criterion_of_figures_in_versions_that_stay(scene: PanelScene) -> None:
    panel = scene.draft(assessors=asked(scene, INSPECTED, AUTHORITY))
    lead, where = makers.signed_in(scene.lead), [scene.program.code, panel.pk, INSPECTED]
    read, write = (
        reverse(f"scorecards:{name}", args=where) for name in ("panel-anchors", "panel-anchors-write")
    )
    told = {f"en-{level}": text for level, text in enumerate(anchors("Seen"))}
    page = lead.get(read)
    assert str(GENERAL[0]) in page.context["form"]["en-0"].help_text
    # A language is whole or empty, and no two levels read the same; what was typed stays.
    wrong = lead.post(write, told | {"en-2": " ", "en-4": "seen 3", "version": panel.version})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["en-2", "en-4"])
    assert "Seen 5" in wrong.text
    assert lead.post(write, {"version": panel.version}).status_code == 422
    assert lead.post(write, told | {"version": panel.version - 1}).status_code == 409
    assert not WrittenAnchors.objects.exists()
    assert lead.post(write, told | {"version": panel.version}).status_code == 302
    panel.refresh_from_db()
    # Saved again word by word it is no new version; a changed word is, and the first stays as it is.
    lead.post(write, told | {"version": panel.version})
    panel.refresh_from_db()
    french = {f"fr-{level}": text for level, text in enumerate(anchors("Vu"))}
    lead.post(write, told | french | {"version": panel.version})
    first, second = WrittenAnchors.objects.order_by("version")
    assert (first.texts, second.texts) == (
        {"en": anchors("Seen")},
        {"en": anchors("Seen"), "fr": anchors("Vu")},
    )
    with pytest.raises(IntegrityError, match="written_anchors_kept"), transaction.atomic():
        WrittenAnchors.objects.filter(pk=first.pk).update(texts={})
    other = package_add(program=scene.package.program, name="Vector", actor=scene.lead)
    with pytest.raises(ValidationError, match=r"these are kept: .*scoring panels, written anchors"):
        package_remove(package=scene.package, reason="Bought in", actor=scene.lead)
    package_remove(package=other, reason="Bought in", actor=scene.lead)
    # A change of the draft keeps them, and what a practice asks cannot be rewritten.
    panel.refresh_from_db()
    plan = scene.plan(assessors=asked(scene, INSPECTED, AUTHORITY), title="Renamed")
    panel = panel_change(panel=panel, version=panel.version, plan=plan, actor=scene.lead)
    with pytest.raises(ValidationError):
        anchors_write(
            panel=panel, key=AUTHORITY, version=panel.version, texts={"en": anchors("x")}, actor=scene.lead
        )
    panel = panel_open(panel=panel, version=panel.version, actor=scene.lead)
    assert criterion_of(panel, INSPECTED).anchors == second.texts
    # Whoever scores reads them in their language, and who wrote which version; nothing changes any more.
    own = reverse("scorecards:panel-score", args=[*where, scene.sites[0].pk])
    reader = makers.signed_in(scene.assessors[0])
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    french_page = reader.get(own).text
    assert "Vu 3" in french_page
    assert "Seen 3" not in french_page
    assert "version 2" in makers.signed_in(scene.assessors[1]).get(own).text
    assert lead.post(write, told | {"version": panel.version})["Location"] != read
    assert WrittenAnchors.objects.count() == 2
    assert "Seen 3" in lead.get(read).text
    # The next panel begins with the latest version, and may go back to the general ones.
    later = scene.draft(assessors=asked(scene, INSPECTED))
    assert criterion_of(later, INSPECTED).written == second
    write = reverse("scorecards:panel-anchors-write", args=[scene.program.code, later.pk, INSPECTED])
    assert lead.post(write, {"act": "general", "version": later.version}).status_code == 302
    later.refresh_from_db()
    later = panel_open(panel=later, version=later.version, actor=scene.lead)
    assert criterion_of(later, INSPECTED).anchors["en"] == [str(text) for text in GENERAL]
