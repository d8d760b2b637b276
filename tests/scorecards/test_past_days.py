"""What is changed today moves nothing of a past day; what was changed by then counts."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audits.models import Audit, Capa, Finding, FindingResponse
from partners.models import Capability, FinancialYear, Organization, Site
from partners.profile.registry import SECTIONS
from partners.profile.writing import Edit, records_change
from programs.facts import FactContext, catalogue, gather_known
from programs.models import Proposal, WorkPackage
from programs.requirement_services import Draft, requirements_add
from records.context import recorded
from records.models import Attachment
from records.past import past
from records.undoing import undo
from scorecards.backtest import backtest
from scorecards.backtesting import Record, whole_record
from scorecards.derivation.facts import Gmp, InspectionOutcome, day
from scorecards.derivation.profile import CapaEnd
from scorecards.freezing import result_data
from scorecards.gathering import gather_facts
from scorecards.profile_sql import READ_AS_OF
from scorecards.selectors import ranking_of
from tests import makers
from tests.scorecards.evidence import action, capability, inspection, package, site

pytestmark = pytest.mark.django_db

PAST = date(2025, 12, 1)
EARLIER = datetime(2025, 4, 1, tzinfo=UTC)
MUSTS = (
    ("site.standing", "eq", "qualified"),
    ("site.country", "eq", "FR"),
    ("site.kind", "eq", "cdmo"),
    ("inspection.outcome", "in", ["nai", "vai"]),
    ("action.open_letter", "eq", False),
    ("audit.rating", "eq", "good"),
)


def set_to(row: Any, **values: Any) -> None:
    with recorded(actor=None, reason="test"):
        type(row)._default_manager.filter(pk=row.pk).update(**values)


@pytest.fixture
def works() -> Site:
    return makers.site("Works", standing="qualified", country="FR")


@pytest.fixture
def world(works: Site) -> WorkPackage:
    """A candidate with one row of everything that is changed in place."""
    capability(works, created_at=EARLIER)
    inspection(works, "2025-03-01", "nai")
    action(works, "2024-02-01", "recall", recall_class="3", event_key="E-1")
    action(works, "2025-05-01", "warning_letter", gmp="no")
    audit = Audit.objects.create(
        number="A-1", site=works, state="reported", rating="good", ends_on=date(2025, 5, 1),
        reported_on=date(2025, 6, 1), responses_due_on=date(2025, 7, 1),
    )  # fmt: skip
    finding = Finding.objects.create(audit=audit, number=1, severity="major", description="D")
    later = Finding.objects.create(
        audit=audit, number=2, severity="major", description="D", response_due_on=date(2025, 8, 1)
    )
    answered = datetime(2025, 7, 10, tzinfo=UTC)
    for each in (finding, later):
        FindingResponse.objects.create(finding=each, state="submitted", submitted_at=answered)
    Capa.objects.create(
        number="C-1", site=works, origin="deviation", title="T", description="D", opened_on=date(2025, 1, 1),
        clock_from=date(2025, 1, 1), due_on=date(2025, 6, 1), criterion_set_on=date(2025, 2, 1),
        implemented_on=date(2025, 8, 1),
    )  # fmt: skip
    FinancialYear.objects.create(
        organization=works.organization, year=timezone.localdate().year - 2, revenue=100, capital_spending=9,
        known_on=date(2025, 4, 1), created_at=EARLIER,
    )  # fmt: skip
    made = package(works, budget_target=10, budget_limit=40, currency="EUR")
    Proposal.objects.create(
        candidate=made.candidates.get(), received_on=date(2025, 9, 1), cost=20, currency="EUR"
    )
    drafts = [Draft(fact, how, value, "Asked for.") for fact, how, value in MUSTS]
    requirements_add(package=made, drafts=drafts, actor=None)
    return made


def seen(of: WorkPackage) -> dict[str, Any]:
    return result_data(ranking_of(of, PAST))


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "standing": ("site", {"standing": "draft"}),
    "country": ("site", {"country": "US"}),
    "kind": ("organization", {"kind": "three_pl"}),
    "classification": ("inspection", {"classification": "oai"}),
    "no longer GMP": ("inspection", {"is_drug_gmp": False}),
    "class of a recall": ("recall", {"recall_class": "1"}),
    "subject of a letter": ("letter", {"gmp": "yes"}),
    "product of a letter": ("letter", {"product_type": "Devices"}),
    "due date of a CAPA": ("capa", {"due_on": date(2025, 9, 1), "clock_from": date(2025, 5, 1)}),
    "cost of a proposal": ("proposal", {"cost": 39}),
    "due date of answers": ("audit", {"responses_due_on": date(2025, 8, 1)}),
    "the day stated for an answer": ("finding", {"response_due_on": date(2025, 6, 15)}),
    "what a claim says": ("claim", {"operation": "fill_finish", "batch_max": 1}),
    "how far a claim is trusted": ("claim", {"strength": "verified"}),
    "the last day of a claim": ("claim", {"expires_on": date(2025, 6, 1)}),
    "figures of accounts": ("accounts", {"revenue": 1, "capital_spending": 0}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_today_moves_no_past_day(world: WorkPackage, works: Site, name: str) -> None:
    rows = {
        "site": works,
        "organization": works.organization,
        "inspection": works.inspections.get(),
        "recall": works.regulatory_actions.get(kind="recall"),
        "letter": works.regulatory_actions.get(kind="warning_letter"),
        "capa": works.capas.get(),
        "proposal": Proposal.objects.get(candidate__work_package=world),
        "audit": works.audits.get(),
        "finding": Finding.objects.get(audit__site=works, number=2),
        "claim": works.capability_set.get(),
        "accounts": works.organization.financial_years.get(),
    }
    now = timezone.localdate()
    before, today = seen(world), result_data(ranking_of(world, now))
    which, values = CHANGES[name]
    set_to(rows[which], **values)
    assert seen(world) == before
    # The change is one that is read: it moves today.
    assert result_data(ranking_of(world, now)) != today


def test_a_site_that_changes_hands_takes_no_accounts_along(world: WorkPackage, works: Site) -> None:
    before = seen(world)
    set_to(works, organization=Organization.objects.create(legal_name="Buyer", kind="biopharma"))
    assert seen(world) == before
    assert len(gather_facts([works.pk]).finances) == 0
    assert len(gather_facts([works.pk], as_of=PAST).finances) == 1


def test_a_row_that_stood_here_is_read_as_it_stood_dates_and_all(works: Site) -> None:
    """Recorded before yesterday, and reopened today: yesterday it was closed as effective."""
    yesterday = timezone.localdate() - timedelta(days=1)
    long_ago = timezone.now() - timedelta(days=40)
    capa = Capa.objects.create(
        number="C-9", site=works, origin="deviation", title="T", description="D", opened_on=date(2025, 1, 1),
        clock_from=date(2025, 1, 1), due_on=date(2025, 6, 1), criterion_set_on=date(2025, 2, 1),
        implemented_on=date(2025, 3, 1), closed_on=date(2025, 5, 1), state="closed_effective",
        created_at=long_ago,
    )  # fmt: skip
    set_to(capa, state="investigation", closed_on=None, implemented_on=None, reopened_count=1)
    then, now = gather_facts([works.pk], as_of=yesterday).capas, gather_facts([works.pk]).capas
    assert (then.closed_on.tolist(), then.end.tolist()) == ([day(date(2025, 5, 1))], [CapaEnd.EFFECTIVE])
    assert now.end.tolist() != then.end.tolist()


def test_of_several_changes_the_one_that_held_on_the_day_counts(works: Site) -> None:
    seen = inspection(works, "2025-03-01", "pending")
    for word in ("vai", "oai"):
        set_to(seen, classification=word)
    outcomes = gather_facts([works.pk], as_of=PAST).inspections.outcome.tolist()
    assert outcomes == [InspectionOutcome.PENDING]
    assert gather_facts([works.pk]).inspections.outcome.tolist() == [InspectionOutcome.OAI]


def test_a_blank_that_was_filled_in_counts_on_days_before_the_recording(works: Site) -> None:
    """Which firm a letter was written to is no news of the day on which somebody looked it up."""
    letter = action(None, "2025-05-01", "warning_letter", gmp="unknown")
    set_to(letter, site=works, match_state="matched")
    set_to(letter, gmp="yes")
    facts = gather_facts([works.pk], as_of=PAST)
    assert facts.actions.id.tolist() == [letter.pk]
    # What it is about was read today.
    assert facts.actions.gmp.tolist() == [Gmp.UNKNOWN]


def test_an_earlier_posting_date_found_later_counts_for_the_past(works: Site) -> None:
    observed = action(works, "2024-03-01", "form_483", known_on=date(2026, 2, 1))
    set_to(observed, known_on=date(2024, 4, 1))
    assert gather_facts([works.pk], as_of=PAST).actions.known_on.tolist() == [day(date(2024, 4, 1))]


def test_what_is_deleted_today_stood_on_the_days_before(works: Site) -> None:
    """Rows that were entered before the day and are gone; those entered later count on none before."""
    made = package(works)
    kept: dict[str, Any] = {"created_at": EARLIER}
    audit = Audit.objects.create(
        number="A-2", site=works, state="reported", rating="good", ends_on=date(2025, 5, 1),
        reported_on=date(2025, 6, 1), responses_due_on=date(2025, 7, 1), **kept,
    )  # fmt: skip
    rows = [
        Finding.objects.create(audit=audit, number=1, severity="major", description="D", **kept),
        audit,
        Proposal.objects.create(
            candidate=made.candidates.get(), received_on=date(2025, 9, 1), cost=20, currency="EUR", **kept
        ),
        inspection(works, "2025-03-01", **kept),
        capability(works, **kept),
    ]
    late = inspection(works, "2025-03-02")
    names = ("answers", "proposals", "inspections", "capabilities")
    context, keys = FactContext("small_molecule", PAST), catalogue()
    late.delete()
    before, known = gather_facts([works.pk], made.pk, PAST), gather_known(keys, [works.pk], context)
    assert [len(getattr(before, name)) for name in names] == [1, 1, 1, 1]
    set_to(rows[2], cost=21)
    with recorded(actor=None, reason="test"):
        for row in rows:
            row.delete()
    after, now = gather_facts([works.pk], made.pk, PAST), gather_facts([works.pk], made.pk)
    assert [len(getattr(now, name)) for name in names] == [0, 0, 0, 0]
    for name in names:
        for column in fields(getattr(before, name)):
            then, stood = (getattr(getattr(each, name), column.name) for each in (before, after))
            assert str(stood) == str(then), (name, column.name)
    assert gather_known(keys, [works.pk], context) == known


def test_versions_of_a_claim_count_from_the_day_that_was_entered(works: Site) -> None:
    old = capability(works, batch_max=100, known_on=date(2025, 1, 1), created_at=EARLIER)
    section = SECTIONS["capabilities"]

    def largest() -> list[float]:
        known = gather_facts([works.pk], as_of=PAST).known_by(day(PAST))
        return sorted(known.capabilities.batch_max.tolist())

    values = {"batch_max": Decimal(200), "known_on": date(2025, 11, 1)}
    first = records_change(section=section, edits=[Edit(old.pk, old.version, values)], actor=None)
    assert largest() == [200]
    assert first.mark.span is not None
    undo(span=first.mark.span, actor=None, models=(Capability, Attachment))
    assert largest() == [100]
    old.refresh_from_db()
    new = records_change(section=section, edits=[Edit(old.pk, old.version, values)], actor=None).rows[0]
    # A slip corrected on the day of entry never was believed.
    slip = Edit(new.pk, new.version, {"batch_max": Decimal(300)}, correction=True)
    records_change(section=section, edits=[slip], actor=None)
    assert largest() == [300]


def test_a_version_that_is_undone_later_held_until_then(works: Site) -> None:
    """Entered forty days ago, undone today."""
    then = timezone.now() - timedelta(days=40)
    old = capability(works, batch_max=100, created_at=EARLIER, replaced_on=then.date())
    new = capability(works, batch_max=200, created_at=then, known_on=then.date(), replaces=old)
    with recorded(actor=None, reason="undone"):
        new.delete()
        Capability.objects.filter(pk=old.pk).update(replaced_on=None)
    for days, held in ((20, [200]), (60, [100]), (0, [100])):
        on = timezone.localdate() - timedelta(days=days)
        facts = gather_facts([works.pk], as_of=on).known_by(day(on))
        assert facts.capabilities.batch_max.tolist() == held, days


def test_every_fact_of_the_catalogue_survives_every_change(world: WorkPackage, works: Site) -> None:
    context = FactContext("small_molecule", PAST)
    before = gather_known(catalogue(), [works.pk], context)
    set_to(works, standing="draft", country="US")
    set_to(works.organization, kind="other", country="US")
    set_to(works.inspections.get(), classification="oai", is_drug_gmp=False)
    works.regulatory_actions.update(gmp="yes", product_type="Devices")
    works.capability_set.update(batch_max=1, operation="fill_finish", expires_on=date(2025, 5, 1))
    assert gather_known(catalogue(), [works.pk], context) == before


def test_a_past_day_takes_as_many_queries_however_much_was_changed(
    world: WorkPackage, works: Site, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        set_to(inspection(works, "2025-03-01"), classification="oai")
        set_to(works, city=f"{timezone.now()}")
    with django_assert_max_num_queries(7):
        gather_facts([works.pk], world.pk, PAST)
    assert past(timezone.localdate(), READ_AS_OF).changed == frozenset()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select from history.entry where model = 'audits.Inspection' and op <> 'I' and at > now()"
        )
        assert "entry_change" in str(cursor.fetchall())


def test_the_backtest_reads_rows_as_they_stood_and_outcomes_as_they_are() -> None:
    plain, told = site("Plain"), site("Told")
    recall = action(plain, "2018-05-01", "recall", recall_class="3", event_key="E-1")
    action(told, "2018-05-01", "recall", recall_class="1", event_key="E-2")
    action(told, "2020-06-01", "warning_letter")
    action(plain, "2022-06-01", "warning_letter")
    before = whole_record().test(date(2019, 1, 1), 36)
    set_to(recall, recall_class="1")
    after = whole_record().test(date(2019, 1, 1), 36)
    assert (after.sites, after.events, after.auc) == (before.sites, before.events, before.auc) != (0, 0, None)
    record: Record = whole_record()
    careless = backtest(record.facts, record.weights, date(2019, 1, 1), 36)
    assert careless.auc != before.auc


@pytest.mark.parametrize("on", [date.min, date.max])
def test_the_ends_of_the_calendar_are_days_like_others(world: WorkPackage, on: date) -> None:
    assert len(ranking_of(world, on).candidates) == 1
