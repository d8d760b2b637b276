"""The proposed longlist, the must-haves of candidates, and requirements as gates of the ranking."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from audits.models import Inspection
from partners.models import Capability, Certificate, Site
from programs.facts import FactContext, catalogue, gather_known
from programs.models import Candidate, Program
from programs.requirement_services import Draft, requirement_remove, requirements_add
from scorecards.longlist import FIT_GROUP, Longlist, Part, fits_of_all, longlist_of
from scorecards.overrides import override_make
from scorecards.plans import plan_of
from scorecards.selectors import ranking_of
from scorecards.services import evaluation_freeze, evaluation_verify
from tests import makers

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


def able(site: Site, **fields: Any) -> Capability:
    """A site that makes what the programs of these tests need."""
    given = {
        "modality": "monoclonal_antibody",
        "dosage_form": "solution_for_injection",
        "route": "subcutaneous",
        "operation": "fill_finish",
        "stages": ["phase_3"],
        "known_on": date(2025, 1, 1),
    }
    return Capability.objects.create(site=site, **given | fields)


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING)


@pytest.fixture
def sites() -> dict[str, Site]:
    """One that passes, one that makes something else, one that nobody knows, and two that do not count."""
    made = {name: makers.site(name) for name in ("Able", "Tablets", "Silent")}
    made["Hidden"] = makers.site("Hidden", kind="unclassified")
    made["Gone"] = makers.site("Gone", standing="archived")
    Inspection.objects.create(
        site=made["Able"],
        happened_on=date(2025, 6, 1),
        known_on=date(2025, 9, 1),
        classification="vai",
        is_drug_gmp=True,
    )
    able(made["Able"])
    able(made["Tablets"], modality="small_molecule", dosage_form="tablet", route="oral")
    return made


@pytest.fixture
def program(lead: User) -> Program:
    return makers.program("AUR-101", lead)


def parts(found: Longlist) -> dict[str, Part]:
    return {row.head.name: row.part for row in found.sites}


def test_every_classified_site_is_in_one_part_with_its_reason(
    program: Program, lead: User, sites: dict[str, Site]
) -> None:
    found = longlist_of(program.package, lead, TODAY)
    assert parts(found) == {
        "Able": Part.PASSING,
        "Silent": Part.CONDITIONAL,
        "Tablets": Part.EXCLUDED,
    }
    rows = {row.head.name: row for row in found.sites}
    assert rows["Able"].reasons == ()
    assert {gate.status for gate in rows["Silent"].reasons} == {"unknown"}
    assert {gate.status for gate in rows["Tablets"].reasons} == {"fail"}
    assert rows["Able"].fit_low > rows["Silent"].fit_low
    assert rows["Silent"].fit_high == pytest.approx(100)
    ranked = {row.head.name: row for row in found.ranking.candidates}
    assert rows["Able"].score_low == ranked["Able"].result.score


def test_the_fits_of_the_directory_are_those_of_the_longlist(
    program: Program, lead: User, sites: dict[str, Site], django_assert_num_queries: Any
) -> None:
    package = program.package
    package.program = program
    Candidate.objects.create(work_package=package, site=sites["Able"])
    fit = next(leaf.key for leaf in plan_of(package).leaves if leaf.parent == FIT_GROUP)
    before = {row.head.site_id: row.fit_low for row in longlist_of(package, lead).sites}
    override_make(
        package=package, site=sites["Able"], criterion=fit, low=Decimal(1), high=Decimal(2), reason="Seen",
        actor=lead,
    )  # fmt: skip
    listed = {row.head.site_id: (row.fit_low, row.fit_high) for row in longlist_of(package, lead).sites}
    assert listed[sites["Able"].pk][0] < before[sites["Able"].pk]
    with django_assert_num_queries(5):
        found = fits_of_all(package, lead)
    ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
    assert dict(zip(found.sites.tolist(), ends, strict=True)) == listed


def test_a_requirement_is_a_gate_of_longlist_and_scorecard(
    program: Program, lead: User, sites: dict[str, Site]
) -> None:
    package = program.package
    Candidate.objects.create(work_package=package, site=sites["Able"])
    asked = Draft("site.country", "in", ["DE"], "Outside Germany.")
    row = requirements_add(package=package, drafts=[asked], actor=lead)[0]
    assert parts(longlist_of(package, lead, TODAY))["Able"] is Part.EXCLUDED
    ranked = ranking_of(package, TODAY).candidates[0]
    assert (ranked.status, ranked.result.rank) == ("excluded", None)
    requirement_remove(requirement=row, actor=lead)
    wanted = Draft("site.country", "in", ["DE"], "Outside Germany.", kind="want")
    requirements_add(package=package, drafts=[wanted], actor=lead)
    found = longlist_of(package, lead, TODAY)
    assert parts(found)["Able"] is Part.PASSING
    assert (found.wants, found.sites[0].wants_met) == (1, 0)


def test_a_frozen_evaluation_with_requirements_is_computed_again_from_itself(
    program: Program, lead: User, sites: dict[str, Site]
) -> None:
    package = program.package
    Candidate.objects.create(work_package=package, site=sites["Able"])
    before, _new = evaluation_freeze(package=package, as_of=TODAY, actor=lead)
    drafts = [
        Draft("capability.batches_made", "gte", 10, "Too few batches."),
        Draft("site.country", "in", ["DE"], "Outside Germany.", kind="want"),
    ]
    requirements_add(package=package, drafts=drafts, actor=lead)
    run, new = evaluation_freeze(package=package, as_of=TODAY, actor=lead)
    assert new
    assert run.rule_versions["requirement"] == 1
    assert [row["explanation"] for row in run.inputs["requirements"]] == [
        "Too few batches.",
        "Outside Germany.",
    ]
    # What is known later changes neither of them.
    Capability.objects.update(batches_made=3)
    package.requirements.all().delete()
    for frozen in (before, run):
        found = evaluation_verify(run=frozen)
        assert (found.hash_matches, found.recomputed) == (True, True)
    assert "requirements" not in before.inputs


def test_the_page_in_french_freezes_and_verifies_the_same(
    program: Program, lead: User, sites: dict[str, Site]
) -> None:
    Candidate.objects.create(work_package=program.package, site=sites["Able"])
    drafts = [Draft("capability.dosage_form", "in", ["tablet"], "No tablets.")]
    requirements_add(package=program.package, drafts=drafts, actor=lead)
    with override("fr"):
        run, _new = evaluation_freeze(package=program.package, as_of=TODAY, actor=lead)
    with override("en"):
        assert evaluation_verify(run=run).recomputed
        assert evaluation_freeze(package=program.package, as_of=TODAY, actor=lead) == (run, False)


def test_adding_from_the_longlist_and_undoing_it(
    program: Program, lead: User, sites: dict[str, Site]
) -> None:
    browser = makers.signed_in(lead)
    page = browser.get("/programs/AUR-101/longlist/")
    assert "Able" in page.text
    assert "Hidden" not in page.text
    shown = browser.get("/programs/AUR-101/longlist/?show=excluded").text
    assert "Tablets" in shown
    assert "neither monoclonal antibody nor anything close" in shown
    assert 'name="site"' not in shown
    ids = [sites["Able"].pk, sites["Silent"].pk]
    done = browser.post("/programs/AUR-101/longlist/add/", {"site": ids}, follow=True)
    assert "2 sites are now candidates." in done.text
    assert Candidate.objects.count() == 2
    Candidate.objects.filter(site=sites["Able"]).update(stage="shortlist")
    undo = done.text.partition('action="/programs/AUR-101/longlist/undo/')[2].partition('"')[0]
    browser.post(f"/programs/AUR-101/longlist/undo/{undo}".replace("&amp;", "&"))
    # One moved on meanwhile, and stays.
    assert Candidate.objects.get().site == sites["Able"]
    assert browser.post("/programs/AUR-101/longlist/undo/?state=forged").status_code == 404


def test_the_must_haves_page_and_its_downloads(program: Program, lead: User, sites: dict[str, Site]) -> None:
    browser = makers.signed_in(lead)
    assert "No candidate yet" in browser.get("/programs/AUR-101/must-haves/").text
    for name in ("Able", "Tablets"):
        Candidate.objects.create(work_package=program.package, site=sites[name])
    drafts = [
        Draft("certificate.kind", "includes", ["gmp"], "No GMP certificate."),
        Draft("site.country", "eq", "DE", "Not in Germany.", kind="want"),
    ]
    requirements_add(package=program.package, drafts=drafts, actor=lead)
    page = browser.get("/programs/AUR-101/must-haves/").text
    for words in ("Valid certificate: GMP certificate", "Nothing is on record about it: unknown."):
        assert words in page
    assert "Not in Germany. On record: France." in page
    exported = browser.get("/programs/AUR-101/must-haves/?export=csv").text
    assert "Unknown: Nothing is on record about it: unknown." in exported
    assert browser.get("/programs/AUR-101/must-haves/?export=xlsx").status_code == 200
    Certificate.objects.create(site=sites["Able"], kind="gmp", known_on=date(2025, 1, 1))
    assert "On record: GMP certificate." in browser.get("/programs/AUR-101/must-haves/").text


def test_queries_do_not_grow_with_the_sites(program: Program, lead: User, sites: dict[str, Site]) -> None:
    browser: Client = makers.signed_in(lead)
    drafts = [
        Draft(spec.key, "present", None, "Why.") for spec in catalogue().values() if spec.kind != "flag"
    ]
    requirements_add(package=program.package, drafts=drafts, actor=lead)
    Candidate.objects.create(work_package=program.package, site=sites["Able"])
    pages = ("longlist/", "longlist/?show=conditional", "must-haves/")
    few = [makers.queries_of(browser, f"/programs/AUR-101/{page}") for page in pages]
    for _more in range(12):
        site = makers.site()
        able(site)
        Candidate.objects.create(work_package=program.package, site=site)
    assert [makers.queries_of(browser, f"/programs/AUR-101/{page}") for page in pages] == few
    assert max(few) <= 28


def test_each_source_takes_one_query_for_all_its_facts(
    sites: dict[str, Site], django_assert_num_queries: Any
) -> None:
    ids = [site.pk for site in sites.values()]
    with django_assert_num_queries(9):
        gather_known(catalogue(), ids, FactContext("monoclonal_antibody", timezone.localdate()))
    with django_assert_num_queries(9):
        known = gather_known(catalogue(), ids, FactContext("monoclonal_antibody", date(2025, 10, 1)))
    assert known["capability.dosage_form"][sites["Able"].pk].values == ("solution_for_injection",)
    assert known["inspection.outcome"][sites["Able"].pk].values == ("vai",)
    assert sites["Tablets"].pk not in known["capability.stage"]
    with django_assert_num_queries(1):
        gather_known(
            ["site.country", "site.kind"], ids, FactContext("monoclonal_antibody", timezone.localdate())
        )


def test_what_was_not_known_on_the_day_or_had_expired_does_not_count(sites: dict[str, Site]) -> None:
    site = sites["Silent"].pk
    Certificate.objects.create(
        site_id=site, kind="gmp", known_on=date(2025, 1, 1), expires_on=date(2026, 1, 1)
    )
    Certificate.objects.create(
        site_id=site, kind="gdp", known_on=date(2025, 1, 1), replaced_on=date(2025, 6, 1)
    )

    def kinds(day: date) -> set[object]:
        known = gather_known(["certificate.kind"], [site], FactContext("", day))["certificate.kind"]
        return set(known[site].values) if site in known else set()

    assert kinds(date(2024, 12, 31)) == set()
    assert kinds(date(2025, 3, 1)) == {"gmp", "gdp"}
    assert kinds(date(2025, 7, 1)) == {"gmp"}
    assert kinds(date(2026, 2, 1)) == set()
