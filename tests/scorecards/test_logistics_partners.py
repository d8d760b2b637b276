"""Logistics partners are compared by a template of their own, on the same engine as manufacturers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common.versions import StaleRecord
from logistics.models import DryRun, DryRunStep, Party
from partners.models import Site
from programs.models import Candidate, Program, WorkPackage
from records.context import recorded
from scorecards import partners
from scorecards.engine import Status
from scorecards.evidence import evidence_rows
from scorecards.following import scorecard_template_choose, template_in_force
from scorecards.gathering import gather_facts
from scorecards.models import Override, Scorecard
from scorecards.overrides import override_make
from scorecards.partners import partners_offered
from scorecards.plans import plan_of
from scorecards.selectors import ranking_of
from scorecards.services import evaluation_freeze, evaluation_verify
from tests.conftest import DEMO_DAY
from tests.makers import queries_of, signed_in

KEY = "cgt-3pl"


@pytest.fixture
def program(demo_db: None) -> Program:
    return Program.objects.get(code="DORADO")


@pytest.fixture
def package(program: Program) -> WorkPackage:
    found = program.packages.get(name="Logistics partner")
    found.program = program
    return found


@pytest.fixture
def lead(demo_db: None) -> User:
    return User.objects.get(role=Role.SOURCING, is_demo=True)


def test_partners_are_ranked_with_intervals_gates_and_weights(package: WorkPackage, lead: User) -> None:
    """The fictional partners, as their evidence tells them apart."""
    ranking = ranking_of(package, DEMO_DAY)
    assert ranking.plan.template_key == KEY
    found = {row.head.name.split(",")[0]: row for row in ranking.candidates}
    assert list(found) == ["Polar Line Logistics", "Tarnwick Cold Chain", "Ulvestad Cryo Logistics"]
    assert all(row.status is Status.RANKED for row in found.values())
    first, _second, last = found.values()
    assert first.result.score - last.result.score > 20
    assert last.result.score < last.result.score_upper
    # Nobody cold enough: the must-have excludes the partner, whatever else is good about it.
    site = Site.objects.get(pk=first.head.site_id)
    with recorded(actor=lead, reason="It no longer does"):
        site.capability_set.filter(temperature_bands=["cryogenic"]).delete()
    again = ranking_of(package, DEMO_DAY)
    assert {row.head.site_id: row.status for row in again.candidates}[site.pk] is Status.EXCLUDED
    # An evaluation of partners is frozen and computed again like any other.
    run, _new = evaluation_freeze(package=package, as_of=DEMO_DAY, actor=lead)
    assert evaluation_verify(run=run).holds


def test_dry_runs_of_the_program_count_and_those_of_others_stay_out(
    package: WorkPackage, program: Program
) -> None:
    partner = Party.objects.get(plan__work_package__program=program, role="3pl")
    place = partner.site_id or 0
    facts = gather_facts([place], package.pk, DEMO_DAY)
    steps = DryRunStep.objects.filter(party=partner, dry_run__held_on__isnull=False)
    assert len(facts.dry_run_steps) == steps.count() == 3
    elsewhere = Program.objects.get(code="CELESTE").packages.get()
    assert len(gather_facts([place], elsewhere.pk, DEMO_DAY).dry_run_steps) == 0
    row = ranking_of(package, DEMO_DAY).candidate(place)
    assert row is not None
    cell = next(cell for cell in row.criteria if cell.criterion.key == "dry-runs")
    # The evidence leads to the dry run in the plan, which belongs to the first work package.
    urls = {each.url for each in evidence_rows(cell.derived.evidence, place)}
    run = steps[0].dry_run_id
    assert reverse("logistics:dry-run", args=["DORADO", run]) in urls
    # What was changed after a day moves no figure of that day.
    before = (cell.low, cell.high)
    DryRunStep.objects.filter(pk__in=[step.pk for step in steps if not _signed(step)]).update(taken_hours=99)
    earlier = ranking_of(package, DEMO_DAY - timedelta(days=1)).candidate(place)
    assert earlier is not None
    assert before[0] > 50
    assert next(c for c in earlier.criteria if c.criterion.key == "dry-runs").low > 50


def _signed(step: DryRunStep) -> bool:
    return DryRun.objects.get(pk=step.dry_run_id).signed_off_on is not None


def test_a_person_chooses_the_template_with_a_reason(program: Program, lead: User) -> None:
    package = Program.objects.get(code="BOREAL").packages.get()
    template = template_in_force(KEY)

    def choose(reason: str = "Carried by a partner", version: int | None = None) -> Scorecard:
        held = plan_of(package).version if version is None else version
        return scorecard_template_choose(
            package=package, template=template, reason=reason, version=held, actor=lead
        )

    with pytest.raises(ValidationError, match="Say why"):
        choose(reason=" ")
    with pytest.raises(StaleRecord):
        choose(version=99)
    candidate = Candidate.objects.filter(work_package=package).earliest("pk")
    put: dict[str, Any] = {
        "package": package,
        "site": candidate.site,
        "criterion": "proven-batch",
        "reason": "x",
    }
    override_make(low=Decimal(10), high=Decimal(20), actor=lead, **put)
    # A value that somebody put would silently stop counting.
    with pytest.raises(ValidationError, match="Proven batch size"):
        choose()
    Override.objects.all().update(withdrawn_at="2026-01-01T00:00Z", withdrawal_reason="x")
    choose()
    assert plan_of(package).template_key == KEY
    assert sum(row.weight for row in plan_of(package).groups) == 100
    with pytest.raises(ValidationError, match="already"):
        choose()


def test_a_panel_at_work_keeps_its_template(program: Program, lead: User) -> None:
    package = Program.objects.get(code="CELESTE").packages.get()
    assert package.panels.filter(state__in=["draft", "open", "closed"]).exists()
    with pytest.raises(ValidationError, match="panel"):
        scorecard_template_choose(
            package=package, template=template_in_force(KEY), reason="x", version=plan_of(package).version,
            actor=lead,
        )  # fmt: skip


def test_whom_the_plan_names_is_offered_whatever_the_name(
    program: Program, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partners, "MOST_OFFERED", 1)
    last = Site.objects.filter(organization__kind="logistics").latest("name", "pk")
    with recorded(actor=None, reason="test"):
        Party.objects.filter(role="3pl").update(site=last)
    named, *others = partners_offered(program, lead)
    assert (named.site, named.in_plan) == (last, True)
    assert [each.in_plan for each in others] == [False]


def test_the_pages_choose_and_begin(program: Program, lead: User) -> None:
    client = signed_in(lead)
    page = client.get("/programs/DORADO/logistics-partner/")
    assert "Polar Line Logistics, Sundvik depot" in page.content.decode()
    assert queries_of(client, "/programs/DORADO/logistics-partner/") <= 12
    begin = "/programs/DORADO/logistics-partner/begin/"
    chosen = [str(Party.objects.get(role="3pl").site_id)]
    # The name is taken: nothing is made, and the candidates stay ticked.
    taken = client.post(begin, {"name": "logistics partner", "sites": chosen})
    assert taken.status_code == 422
    assert program.packages.count() == 2
    made = client.post(begin, {"name": "Carrier", "sites": chosen})
    package = program.packages.get(name="Carrier")
    assert made.headers["Location"] == f"/programs/DORADO~{package.pk}/scorecard/"
    assert "Polar Line" in client.get(made.headers["Location"]).content.decode()
    choose = f"/programs/DORADO~{package.pk}/scorecard/template/"
    assert client.post(choose, {"reason": "Makes it", "version": "1"}).status_code == 422
    sent = {"template": "drug-cdmo", "reason": "Makes it", "version": "1"}
    assert client.post(choose, sent).status_code == 302
    assert client.post(choose, sent | {"template": KEY}).status_code == 409
    executive = signed_in(User.objects.get(role=Role.EXECUTIVE, is_demo=True))
    assert (
        "Compare these partners" not in executive.get("/programs/DORADO/logistics-partner/").content.decode()
    )
    assert executive.post(begin, {"name": "X"}).status_code == 403
