"""The pages of a distribution plan as people use them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from common.templatetags.components import undo_url
from logistics import readiness as package
from logistics.due import late_lines
from logistics.kinds.registry import KINDS
from logistics.models import CareSite, DistributionPlan, DryRun, Handoff, Lane, Party, Playbook, Shipper, Term
from logistics.readiness.reason import Aspect, Minutes, Reason, Word
from logistics.selectors import gap_lines, whole_of
from logistics.services import plan_begin, row_add
from logistics.wording import ASPECTS, REASONS, sentence
from programs.models import Program
from records.models import Signature
from records.signing.services import signing_refusal
from tests.conftest import DEMO_DAY
from tests.makers import program as program_made
from tests.makers import queries_of, signed_in

type At = Callable[..., str]
type ClientOf = Callable[..., Client]


def test_the_demonstration_shows_why_each_care_site_is_ready_or_not(
    plan: DistributionPlan, program: Program
) -> None:
    """Worked out by hand from the fictional plan as it stands on its day."""
    whole = whole_of(plan, program, DEMO_DAY)
    sites = {site.site.name: site for site in whole.readiness.sites}
    assert [name for name, site in sites.items() if site.is_ready] == ["Fagerheim University Hospital"]
    # Collection begins at once, and 28 days later there is a dose.
    assert sites["Fagerheim University Hospital"].earliest == date(2026, 11, 29)
    # Quarterly, next on 25 November; the dossier had to be there 35 days before: 25 February it is.
    # Decided 7 days later, 30 days for the contract, 14 for the training, 28 from collection to dose.
    assert sites["Hôpital des Trois-Rives"].earliest == date(2027, 5, 15)
    said = {line.text.replace("\xa0", " ") for line in gap_lines(whole)}
    assert "The requalification of Vapor shipper LT-3 counted until Sep 1, 2026 only." in said
    assert any(text.startswith("Seen for Autoimmune disease only") for text in said)


def test_the_plan_answers_at_once_and_in_few_queries(client_of: ClientOf, at: At) -> None:
    client = client_of()
    page = client.get(at("plan")).content.decode()
    assert "Can a patient get a dose?" in page
    assert "Hôpital des Trois-Rives" in page
    lane, run = Lane.objects.latest("pk"), DryRun.objects.latest("pk")
    for url in (
        at("plan"),
        at("care-site", lane.care_site_id),
        at("lane", lane.pk),
        at("dry-run", run.pk),
        *(at("rows", key) for key in KINDS),
    ):
        assert queries_of(client, url) <= 12, url


def test_the_way_to_the_first_dose_ends_on_the_day_that_the_plan_shows(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    site = CareSite.objects.get(plan=plan, name="Marrow Hill Cancer Center")
    with time_machine.travel(DEMO_DAY):
        page = client_of().get(at("care-site", site.pk))
    *_earlier, settled, dose = page.context["milestones"]
    assert dose[1] == page.context["site"].earliest
    assert dose[1] - settled[1] == timedelta(days=plan.turnaround_days)
    assert settled[0] == "open points settled"
    assert page.context["receives"].startswith("07:00–19:00 · Mon, Tue, Wed, Thu, Fri · closed on public")


def test_what_is_not_ready_can_be_taken_along(client_of: ClientOf, at: At) -> None:
    sent = client_of().get(at("plan"), {"export": "csv"})
    text = b"".join(sent).decode("utf-8-sig")
    assert "Vapor shipper LT-3" in text
    assert "<a" not in text
    for key in KINDS:
        assert client_of().get(at("rows", key), {"export": "xlsx"}).status_code == 200


def test_reasons_are_said_in_either_language(client_of: ClientOf, at: At) -> None:
    params = (("name", "A"), ("hold", Minutes(90)), ("lane", "B"), ("needed", Minutes(5_760)))
    reason = Reason("shipper.too_short", params)
    untrained = Reason("team.open", (("what", Word("check", "team")),))
    assert sentence(reason) == "A holds 1.5 h; B needs 96 h."
    assert sentence(untrained) == "Not yet in place: care team trained."
    with translation.override("fr"):
        assert sentence(reason) == "A tient 1,5\xa0h\u202f; B en demande 96\xa0h."
        assert sentence(untrained) == "Pas encore en place\xa0: équipe soignante formée."
    page = client_of(language="fr").get(at("plan")).content.decode()
    assert "Un patient peut-il recevoir une dose" in page
    assert set(ASPECTS) == set(Aspect)


def test_every_reason_of_the_rules_has_its_sentence() -> None:
    """Keys stand in the rules as literals, but for three families that are put together."""
    said: set[str] = set()
    for module in Path(package.__path__[0]).glob("*.py"):
        said |= set(re.findall(r'(?:reason\(|"|= )"?([a-z_]+\.[a-z_]+)"', module.read_text()))
    put_together = {
        *(f"onboarding.no_{step}" for step in ("contract", "training")),
        *(f"packaging.{result}" for result in ("running", "failed")),
        *(f"roles.no_{part}" for part in "ar"),
        *(f"disruption.no_{what}" for what in ("owner", "communication")),
    }
    assert len(said) > 50
    assert said | put_together == set(REASONS)


def test_a_plan_begins_with_what_the_program_says(db: None) -> None:
    lead = User.objects.create_user("lead@tests.example", None, full_name="Lead", role=Role.SOURCING)
    program = program_made(
        "CELL", lead, modality="autologous_cell", temperature_min=-196, temperature_max=-150,
        therapeutic_area="Oncology",
    )  # fmt: skip
    client = signed_in(lead)
    assert "No distribution plan yet" in client.get("/programs/CELL/distribution/").content.decode()
    for _twice in range(2):
        assert client.post("/programs/CELL/distribution/begin/").status_code == 302
    plan = DistributionPlan.objects.get(work_package=program.package)
    assert (plan.band, plan.therapeutic_area, plan.ordering_model) == ("cryogenic", "Oncology", "for_patient")
    # An empty plan says what it lacks instead of an empty page.
    page = client.get("/programs/CELL/distribution/").content.decode()
    assert "No care site is chosen." in page


def test_rows_are_added_changed_and_taken_back(client_of: ClientOf, at: At, plan: DistributionPlan) -> None:
    client = client_of()
    entered = {"name": "Dewar 9", "band": "cryogenic", "hold_hours": "240", "requalify_months": "12"}
    assert client.post(at("row-add", "shippers"), entered | {"hold_hours": "ten"}).status_code == 422
    assert client.post(at("row-add", "shippers"), entered).status_code == 302
    row = Shipper.objects.get(plan=plan, name="Dewar 9")
    # The name is taken: nothing is saved, and the message stands at the form.
    again = client.post(at("row-add", "shippers"), entered)
    assert again.status_code == 422
    assert "already has a shipper of this name" in again.content.decode()
    edit = at("row-edit", "shippers", row.pk)
    assert client.post(edit, entered | {"hold_hours": "200", "version": "1"}).status_code == 302
    stale = client.post(edit, entered | {"hold_hours": "180", "version": "1"})
    assert stale.status_code == 409
    assert "200" in stale.content.decode()
    removed = client.post(at("row-remove", "shippers", row.pk))
    assert not Shipper.objects.filter(pk=row.pk).exists()
    undo = next(undo_url(message) for message in get_messages(removed.wsgi_request))
    client.post(undo)
    assert Shipper.objects.get(pk=row.pk).hold_hours == 200


def test_a_plan_in_force_asks_why(client_of: ClientOf, at: At, plan: DistributionPlan) -> None:
    assert client_of().post(at("plan-enforce")).status_code == 403
    client_of(Role.QA).post(at("plan-enforce"))
    plan.refresh_from_db()
    assert plan.state == DistributionPlan.State.IN_FORCE
    term = Term.objects.filter(plan=plan).earliest("pk")
    entered = {"kind": term.kind, "word": term.word, "meaning": "Else", "version": str(term.version)}
    url = at("row-edit", "glossary", term.pk)
    assert client_of().post(url, entered).status_code == 422
    assert client_of().post(url, entered | {"reason": "Asked by the site"}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(meaning="By another way")


def test_rows_name_rows_of_their_own_plan_only(client_of: ClientOf, at: At, plan: DistributionPlan) -> None:
    other = plan_begin(program=Program.objects.get(code="CELESTE"), actor=None)
    stranger = CareSite.objects.create(plan=other, name="Elsewhere", country="FR", region="eu")
    form = {"name": "Lane", "care_site": stranger.pk}
    assert client_of().post(at("row-add", "lanes"), form).status_code == 422
    with pytest.raises(Exception, match="another distribution plan"):
        row_add(kind=KINDS["lanes"], plan=plan, values={"name": "L", "care_site": stranger}, actor=None)
    assert client_of().get(at("care-site", stranger.pk)).status_code == 404
    assert client_of().get(at("row-edit", "care-sites", stranger.pk)).status_code == 404


def test_a_page_without_change_rights_offers_none(client_of: ClientOf, at: At) -> None:
    page = client_of(Role.EXECUTIVE).get(at("rows", "lanes")).content.decode()
    assert "Add a lane" not in page
    assert "/edit/" not in page


def test_a_dry_run_is_signed_off_once_its_deviations_are_closed(plan: DistributionPlan) -> None:
    run = DryRun.objects.get(plan=plan, name="Dry run to Lindenau am See")
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    refused = signing_refusal(run, part="record", meaning=Signature.Meaning.AUTHORED, actor=lead)
    assert refused is not None
    assert "deviations" in refused.sentence
    run.steps.exclude(deviation="").update(closed_on=DEMO_DAY)
    assert signing_refusal(run, part="record", meaning=Signature.Meaning.AUTHORED, actor=lead) is None
    signed = DryRun.objects.get(plan=plan, name="Dry run to Tromsvik")
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.steps.update(deviation="Added later")


def test_the_database_keeps_the_rules_of_the_plan(plan: DistributionPlan) -> None:
    lane = Lane.objects.filter(plan=plan).earliest("pk")
    with pytest.raises(IntegrityError, match="playbook_rebooking"), transaction.atomic():
        Playbook.objects.filter(plan=plan, scenario="patient_ill").update(rebooking="")
    with pytest.raises(IntegrityError, match="handoff_cut_off"), transaction.atomic():
        Handoff.objects.create(plan=plan, lane=lane, position=99, name="x", hours=1, departs="10:00")


def test_the_lane_is_drawn_with_its_figures_as_a_table(client_of: ClientOf, at: At) -> None:
    lane = Lane.objects.get(name="Fjellvik–Coldwater Flats")
    # Packed on Monday at 8, released on Thursday at 8; 4 h to the depot, wait until 16:00; 11 h to Friday at
    # 03:00, wait until 12:30, 26 h, 34 h and 8 h: Monday 08:30 in Norway, 01:30 in Chicago; doors open at 7.
    with time_machine.travel(DEMO_DAY):
        page = client_of().get(at("lane", lane.pk), {"packed": "2026-11-02"}).content.decode()
        assert "102 h" in page
        assert "174 h" in page
        assert "Mon Nov 9, 2026, 07:00" in page.replace("\xa0", " ")
        # The flight leaves on four days, so another day of packing takes longer.
        slowest = client_of().get(at("lane", lane.pk))
        budgets = {each.packed: each.total for each in slowest.context["days"]}
        assert len(set(budgets.values())) > 2
        # Nobody packs on a Sunday; the page says so beside the field and goes on showing the slowest day.
        sunday = client_of().get(at("lane", lane.pk), {"packed": "2026-11-08"}).content.decode()
        assert "Nothing is packed on this day" in sunday
    assert page.count("<svg") > 1
    assert "The figures as a table" in page


ONCE: dict[str, dict[str, str]] = {
    "labels": {"region": "eu", "level": "outer", "requirement": "Keep upright"},
    "mock-reviews": {"region": "uk", "scope": "Bag and cassette"},
    "packaging": {"name": "Outer box", "band": "cryogenic", "result": "running"},
}


@pytest.mark.parametrize("key", ONCE)
def test_a_second_click_writes_no_second_row(client_of: ClientOf, at: At, key: str) -> None:
    client = client_of()
    assert client.post(at("row-add", key), ONCE[key]).status_code == 302
    again = client.post(at("row-add", key), ONCE[key])
    assert again.status_code == 422
    assert "The plan already has this" in again.content.decode()
    assert KINDS[key].rows.filter(**ONCE[key]).count() == 1


def test_an_act_is_taken_back_under_its_own_program_only(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    plan_begin(program=Program.objects.get(code="CELESTE"), actor=None)
    client = client_of()
    shipper = Shipper.objects.filter(plan=plan).earliest("pk")
    removed = client.post(at("row-remove", "shippers", shipper.pk))
    undo = next(undo_url(message) for message in get_messages(removed.wsgi_request))
    assert client.post(undo.replace("/DORADO/", "/CELESTE/")).status_code == 404
    # Who left the program can no longer take anything back in it.
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    plan.work_package.program.memberships.filter(user=lead).delete()
    assert client.post(undo).status_code == 404
    assert not Shipper.objects.filter(pk=shipper.pk).exists()


@time_machine.travel(DEMO_DAY)
def test_points_are_narrowed_to_an_owner_a_site_or_what_is_late(client_of: ClientOf, at: At) -> None:
    client = client_of()

    def found(**asked: str) -> str:
        return b"".join(client.get(at("plan"), asked | {"export": "csv"})).decode("utf-8-sig")

    nobody = found(owner="-")
    assert "Shipper left at the main gate" in nobody
    assert "Vapor shipper" not in nobody
    assert "Klinikum" not in found(site="Hospital San Telmo", weight="blocks")
    # What nobody offers is no reason for an empty table.
    assert "Vapor shipper" in found(owner="Somebody else")


def test_home_counts_what_is_late_and_leads_to_it(client_of: ClientOf) -> None:
    assert "Late points of distribution plans" in client_of().get("/").content.decode()
    page = client_of().get("/distribution/late/").content.decode()
    assert "Shipper left at the main gate" in page
    assert "/programs/DORADO/distribution/dry-run-steps/" in page
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    assert [(line.kind, line.due_on) for line in late_lines(lead, DEMO_DAY)] == [
        ("Steps of dry runs", date(2026, 10, 31))
    ]
    # Neither whoever cannot change it nor whoever does not see the program is bothered.
    assert "Late points" not in client_of(Role.EXECUTIVE).get("/").content.decode()
    outsider = User.objects.create_user("out@tests.example", None, full_name="Out", role=Role.SOURCING)
    assert "DORADO" not in signed_in(outsider).get("/distribution/late/").content.decode()
    assert "Late points" not in signed_in(outsider).get("/").content.decode()


def test_a_shipper_says_until_when_its_requalification_counts(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    shipper = Shipper(requalified_on=date(2025, 2, 28), requalify_months=12)
    assert shipper.valid_until == date(2026, 2, 27)
    assert "expired" in client_of().get(at("rows", "shippers")).content.decode()


def test_a_lane_taken_away_comes_back_with_its_legs(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    lane = Lane.objects.get(plan=plan, name="Fjellvik–Valserine")
    legs = list(lane.legs.values_list("name", flat=True))
    removed = client_of().post(at("row-remove", "lanes", lane.pk))
    assert not Lane.objects.filter(pk=lane.pk).exists()
    client_of().post(next(undo_url(message) for message in get_messages(removed.wsgi_request)))
    assert list(Lane.objects.get(pk=lane.pk).legs.values_list("name", flat=True)) == legs


def test_what_was_signed_is_refused_in_words(client_of: ClientOf, at: At, plan: DistributionPlan) -> None:
    run = DryRun.objects.get(plan=plan, name="Dry run to Tromsvik")
    step = run.steps.earliest("pk")
    client = client_of()
    changed = {"name": "Renamed", "held_on": "2026-10-20", "outcome": "passed", "version": str(run.version)}
    for response in (
        client.post(at("row-edit", "dry-runs", run.pk), changed),
        client.post(at("row-remove", "dry-run-steps", step.pk)),
        client.post(at("row-remove", "dry-runs", run.pk)),
    ):
        assert response.status_code == 422
        assert "signed" in response.content.decode()
    assert "Ingrid Solheimer" in client.get(at("dry-run", run.pk)).content.decode()
    assert DryRun.objects.get(pk=run.pk).name == "Dry run to Tromsvik"


def test_the_directory_knows_what_a_candidate_can_handle(plan: DistributionPlan, program: Program) -> None:
    """The maker of the demonstration says nothing of its own; its site's capabilities are cryogenic."""
    maker = Party.objects.get(plan=plan, role="manufacturer")
    assert maker.bands == []
    keys = {each.gap.reason.key for each in whole_of(plan, program, DEMO_DAY).readiness.gaps}
    assert "lane.partner_band" not in keys
    Party.objects.filter(pk=maker.pk).update(bands=["refrigerated"])
    keys = {each.gap.reason.key for each in whole_of(plan, program, DEMO_DAY).readiness.gaps}
    assert "lane.partner_band" in keys


def test_a_care_site_is_asked_for_everything_at_once(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    site = CareSite.objects.get(plan=plan, name="Hospital San Telmo")
    assert "Ask for everything missing" in client_of().get(at("care-site", site.pk)).content.decode()
    for _twice in range(2):
        asked = client_of().post(at("checks-ask", site.pk))
    rows = site.checks.filter(therapeutic_area="Oncology")
    # Six, the collection of cells included; what was seen for another area stays as it is.
    assert (rows.count(), site.checks.count()) == (6, 12)
    assert "Ask for everything missing" not in client_of().get(at("care-site", site.pk)).content.decode()
    assert asked.status_code == 302


def test_a_new_lane_begins_with_the_legs_of_another(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    site = CareSite.objects.get(plan=plan, name="Klinikum Lindenau")
    lane = Lane.objects.create(plan=plan, care_site=site, name="Second way")
    source = Lane.objects.get(plan=plan, name="Fjellvik–Tromsvik")
    page = client_of().get(at("lane", lane.pk)).content.decode()
    assert "Copy legs" in page
    # No time is claimed before there is a leg; the missing shipper is mended in the form of the lane.
    assert "Time in the shipper" not in page
    assert at("row-edit", "lanes", lane.pk) + "?back" in page
    client_of().post(at("legs-copy", lane.pk), {"from": "abc"})
    assert not lane.legs.exists()
    copied = client_of().post(at("legs-copy", lane.pk), {"from": source.pk})
    assert [leg.name for leg in lane.legs.all()] == [leg.name for leg in source.legs.all()]
    # The last hands are those of its own care site.
    assert [leg.taker.name for leg in lane.legs.select_related("taker")][-1] == "Klinikum Lindenau"
    client_of().post(at("legs-copy", lane.pk), {"from": source.pk})
    assert lane.legs.count() == source.legs.count()
    client_of().post(next(undo_url(message) for message in get_messages(copied.wsgi_request)))
    assert not lane.legs.exists()
