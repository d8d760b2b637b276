"""The qualification file: what is missing for supply, signed decisions, agreements and their duties."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from common.versions import StaleRecord
from partners.models import AgreementDuty, QualityAgreement, Site, StandingDecision
from partners.qualification.readiness import Facts, State, Supply, Valid, readiness
from partners.qualification.services import (
    agreement_add,
    agreement_change,
    agreement_effective,
    decision_change,
    decision_draft,
    duty_remove,
    duty_save,
)
from records.models import Signature
from records.refusals import Refused
from tests import makers
from tests.records.declared import PASSWORD, person, sign

A = Signature.Meaning
DAY = date(2026, 11, 1)
FULL = Facts(
    today=DAY,
    standing="qualified",
    standing_until=date(2028, 1, 1),
    agreements=(Valid("agreement", until=date(2028, 1, 1)),),
    certificates=(
        Valid("gmp", "eu", date(2028, 1, 1)),
        Valid("manufacturing", "eu"),
        Valid("qp_release", "eu"),
        Valid("import", "uk"),
        Valid("qp_release", "uk"),
    ),
    gmp_evidence=False,
)


def missing(facts: Facts) -> dict[Supply, set[str]]:
    return {each.supply: {point.key for point in each.missing} for each in readiness(facts)}


def states(facts: Facts, supply: Supply) -> dict[str, State]:
    found = next(each for each in readiness(facts) if each.supply is supply)
    return {point.key: point.state for point in found.points}


def test_nothing_is_missing_with_everything_there() -> None:
    assert all(not found for found in missing(FULL).values())


def test_a_missing_agreement_stops_commercial_supply_and_warns_for_clinical() -> None:
    without = missing(replace(FULL, agreements=()))
    assert without[Supply.CLINICAL] == set()
    assert all("agreement" in without[supply] for supply in Supply if supply is not Supply.CLINICAL)
    assert states(replace(FULL, agreements=()), Supply.CLINICAL)["agreement"] is State.WARNS
    ended = replace(FULL, agreements=(Valid("agreement", until=DAY - timedelta(days=1)),))
    assert "agreement" in missing(ended)[Supply.COMMERCIAL_US]


def test_a_conditional_site_supplies_for_trials_only() -> None:
    found = missing(replace(FULL, standing="conditional"))
    assert found[Supply.CLINICAL] == set()
    assert found[Supply.COMMERCIAL_US] == {"standing"}
    assert missing(replace(FULL, standing_until=DAY - timedelta(days=1)))[Supply.CLINICAL] == {"standing"}


def test_evidence_of_gmp_is_a_certificate_or_an_inspection() -> None:
    none = replace(FULL, certificates=tuple(each for each in FULL.certificates if each.kind != "gmp"))
    assert missing(none)[Supply.COMMERCIAL_US] == {"gmp"}
    assert missing(replace(none, gmp_evidence=True))[Supply.COMMERCIAL_US] == set()


def test_each_region_asks_for_its_own_authorization_and_release() -> None:
    only_uk = replace(
        FULL, certificates=tuple(each for each in FULL.certificates if each.jurisdiction != "eu")
    )
    found = missing(replace(only_uk, gmp_evidence=True))
    assert found[Supply.COMMERCIAL_EU] == {"authorization", "release"}
    assert found[Supply.COMMERCIAL_UK] == found[Supply.COMMERCIAL_US] == set()


def test_what_ends_within_90_days_is_said() -> None:
    soon = replace(FULL, agreements=(Valid("agreement", until=DAY + timedelta(days=90)),))
    assert states(soon, Supply.COMMERCIAL_US)["agreement"] is State.SOON
    later = replace(FULL, agreements=(Valid("agreement", until=DAY + timedelta(days=91)),))
    assert states(later, Supply.COMMERCIAL_US)["agreement"] is State.MET


@pytest.fixture
def site(db: None, settings: Any) -> Site:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return makers.site("Northgate")


@pytest.fixture
def two() -> tuple[User, User]:
    assert PASSWORD
    return person(Role.QA), person(Role.QA, "Bo Summer")


def effective(site: Site, **fields: Any) -> QualityAgreement:
    today = timezone.localdate()
    days = dict.fromkeys(("effective_on", "quality_approved_on", "partner_approved_on"), today)
    told = {"title": "Quality agreement", "state": "effective"} | days | fields
    return agreement_add(site=site, fields=told, actor=None)


def draft(site: Site, actor: User | None = None, **fields: Any) -> StandingDecision:
    today = timezone.localdate()
    told = {"standing": "qualified", "occasion": "initial", "rationale": "Audited.", "decided_on": today}
    return decision_draft(site=site, fields=told | fields, actor=actor)


def test_two_signatures_make_a_decision_effective_and_the_site_follows(
    site: Site, two: tuple[User, User]
) -> None:
    author, approver = two
    effective(site)
    until = timezone.localdate() + timedelta(days=730)
    first = draft(site, author, valid_until=until)
    sign(first, author, A.AUTHORED)
    site.refresh_from_db()
    assert site.standing == "active"
    with pytest.raises(Refused):
        sign(first, author, A.APPROVED)
    sign(first, approver, A.APPROVED)
    site.refresh_from_db()
    assert (site.standing, site.standing_valid_until) == ("qualified", until)
    second = draft(site, author, standing="disqualified", occasion="for_cause")
    sign(second, author, A.AUTHORED)
    sign(second, approver, A.APPROVED)
    assert list(StandingDecision.objects.order_by("pk").values_list("state", flat=True)) == [
        "superseded",
        "effective",
    ]
    site.refresh_from_db()
    assert (site.standing, site.standing_valid_until) == ("disqualified", None)


def test_without_an_agreement_no_site_becomes_qualified(site: Site, two: tuple[User, User]) -> None:
    decision = draft(site, two[0])
    with pytest.raises(Refused, match="without an effective quality agreement"):
        sign(decision, two[0], A.AUTHORED)
    conditional = decision_change(
        decision=decision, version=1, changes={"standing": "conditional"}, actor=two[0]
    )
    with pytest.raises(Refused, match="conditions"):
        sign(conditional, two[0], A.AUTHORED)
    named = decision_change(
        decision=decision, version=2, changes={"conditions": "Clinical supply only."}, actor=two[0]
    )
    sign(named, two[0], A.AUTHORED)
    sign(named, two[1], A.APPROVED)
    site.refresh_from_db()
    assert site.standing == "conditional"


def test_one_draft_at_a_time_and_the_second_editor_is_told(site: Site) -> None:
    decision = draft(site, makers.person(Role.QA))
    with pytest.raises(ValidationError, match="in draft already"):
        draft(site)
    decision_change(decision=decision, version=1, changes={"rationale": "Audited twice."}, actor=None)
    with pytest.raises(StaleRecord):
        decision_change(decision=decision, version=1, changes={"rationale": "Mine."}, actor=None)
    with pytest.raises(PermissionDenied):
        draft(site, makers.person(Role.SOURCING))


def test_an_agreement_begins_with_the_usual_duties_and_asks_for_a_reason_later(site: Site) -> None:
    agreement = agreement_add(site=site, fields={"title": "Draft"}, actor=None)
    assert agreement.duties.count() >= 20
    assert not agreement_effective(site)
    duty_remove(duty=agreement.duties.latest("position"), actor=None)
    with pytest.raises(ValidationError, match="needs this day"):
        agreement_change(agreement=agreement, version=1, changes={"state": "effective"}, actor=None)
    today = timezone.localdate()
    days = dict.fromkeys(("effective_on", "quality_approved_on", "partner_approved_on"), today)
    changes = {"state": "effective"} | days
    agreement.refresh_from_db()
    agreement_change(agreement=agreement, version=1, changes=changes, actor=None, reason="Both have signed.")
    assert agreement_effective(site)
    duty = agreement.duties.earliest("position")
    with pytest.raises(Refused):
        duty_save(agreement=agreement, duty=duty, fields={"bearer": "shared"}, actor=None)
    with pytest.raises(Refused):
        duty_remove(duty=duty, actor=None)
    duty_save(
        agreement=agreement, duty=duty, fields={"bearer": "shared"}, actor=None, reason="Agreed in May."
    )
    assert AgreementDuty.objects.get(pk=duty.pk).bearer == "shared"


def test_an_agreement_that_expired_no_longer_counts(site: Site) -> None:
    today = timezone.localdate()
    effective(site, effective_on=today - timedelta(days=10), expires_on=today - timedelta(days=1))
    assert not agreement_effective(site)


def test_the_pages_of_the_file(site: Site) -> None:
    client = makers.signed_in(makers.person(Role.QA))
    page = client.get(reverse("workspace:site-qualification", args=[site.pk])).text
    assert "A quality agreement is effective" in page
    add = reverse("workspace:agreement-add", args=[site.pk])
    refused = client.post(add, {"title": "QA 1", "state": "effective"})
    assert refused.status_code == 422
    assert "approval of the quality unit" in refused.text
    assert client.post(add, {"title": "QA 1", "state": "draft"}).status_code == 302
    agreement = QualityAgreement.objects.get()
    told = {"activity": "Serialization", "bearer": "cmo", "note": ""}
    assert client.post(reverse("workspace:duty-add", args=[agreement.pk]), told).status_code == 302
    again = client.post(reverse("workspace:duty-add", args=[agreement.pk]), told)
    assert again.status_code == 422
    assert "already in the matrix" in again.text
    edit = reverse("workspace:agreement-edit", args=[agreement.pk])
    assert client.post(edit, {"title": "QA 2", "state": "draft", "version": 1}).status_code == 302
    second = client.post(edit, {"title": "QA 3", "state": "draft", "version": 1})
    assert second.status_code == 409
    assert "QA 2" in second.text
    decide = reverse("workspace:decision-add", args=[site.pk])
    day = timezone.localdate().isoformat()
    decided = {"standing": "qualified", "occasion": "initial", "rationale": "x", "decided_on": day}
    assert client.post(decide, decided).status_code == 302
    decision = StandingDecision.objects.get()
    assert "without an effective" in client.get(reverse("workspace:decision", args=[decision.pk])).text
