"""Risk points, repeated regulations, checklists and the report on paper."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from audits.auditing.checklists import LIBRARY, questions_for
from audits.auditing.risk import SiteFacts, assess, whole_months
from audits.auditing.risk_selectors import sites_by_risk
from audits.models import Audit, Finding, QualitySystem
from audits.regulations import regulations, same_regulation
from records.signing.state import signatures_of
from reports.paper.audit import audit_document
from reports.paper.press import pdf_print
from tests import makers
from tests.conftest import DEMO_DAY

TODAY = date(2026, 11, 22)


def facts(**told: object) -> SiteFacts:
    nothing = {
        "standing": "qualified",
        "standing_valid_until": None,
        "last_audit_on": date(2026, 6, 1),
        "worst_open": None,
        "outcome": "nai",
        "stage": None,
    }
    return SiteFacts(**nothing | told)  # type: ignore[arg-type]


def test_a_site_of_which_nothing_is_wrong_has_no_points() -> None:
    found = assess(facts(), TODAY)
    assert (found.points, found.reasons, found.level) == (0, (), "low")
    assert found.suggested_on == date(2029, 6, 1)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ({"standing": "conditional"}, 15),
        ({"standing": "disqualified"}, 20),
        ({"standing_valid_until": date(2026, 11, 21)}, 15),
        ({"standing_valid_until": date(2027, 1, 1)}, 5),
        ({"last_audit_on": None}, 25),
        ({"last_audit_on": date(2025, 11, 22)}, 5),
        ({"last_audit_on": date(2025, 11, 23)}, 0),
        ({"last_audit_on": date(2023, 11, 22)}, 25),
        ({"worst_open": "critical"}, 30),
        ({"worst_open": "other"}, 5),
        ({"outcome": "oai"}, 25),
        ({"outcome": None}, 10),
        ({"stage": "commercial"}, 20),
    ],
)
def test_each_fact_has_its_points_and_says_so(told: dict[str, object], points: int) -> None:
    found = assess(facts(**told), TODAY)
    assert found.points == points == sum(reason.points for reason in found.reasons)
    assert all(str(reason.text) for reason in found.reasons)


def test_the_worst_come_sooner() -> None:
    worst = assess(facts(worst_open="critical", outcome="oai", stage="phase_3"), TODAY)
    assert (worst.points, worst.level) == (70, "high")
    assert [reason.points for reason in worst.reasons] == [30, 25, 15]
    assert worst.suggested_on == date(2026, 12, 1)
    # Nobody qualified it and no program wants it: no day is suggested.
    assert assess(facts(standing="active", last_audit_on=None), TODAY).suggested_on is None


def test_months_are_whole() -> None:
    assert whole_months(date(2024, 1, 31), date(2024, 2, 28)) == 0
    assert whole_months(date(2024, 1, 31), date(2024, 2, 29)) == 1
    assert whole_months(date(2023, 11, 22), date(2026, 11, 22)) == 36


def test_paragraphs_of_one_section_are_the_same_regulation() -> None:
    assert same_regulation("21 CFR 211.22(d)") == same_regulation("21 cfr  211.22")
    assert same_regulation("21 CFR 211.22") != same_regulation("21 CFR 211.25")
    assert same_regulation("ICH Q9(R1) 4") != same_regulation("ICH Q9(R1) 5")
    codes = [each.code for each in regulations()]
    assert len(codes) == len(set(codes)) > 100


def test_every_system_has_its_questions_with_a_reference_that_exists() -> None:
    known = {same_regulation(each.code) for each in regulations()}
    assert set(LIBRARY) == set(QualitySystem)
    for question in questions_for(QualitySystem.values):
        for part in question.reference.split(" · "):
            assert same_regulation(part) in known, question.reference
    assert {len(questions) for questions in LIBRARY.values()} <= {7, 8}


def test_programs_that_one_may_not_see_give_no_points(demo_db: None) -> None:
    administrator = User.objects.get(role=Role.ADMINISTRATOR, is_demo=True)
    outsider = makers.person(Role.QA)
    inside = {each.pk: each for each in sites_by_risk(user=administrator, today=DEMO_DAY)}
    outside = {each.pk: each for each in sites_by_risk(user=outsider, today=DEMO_DAY)}
    assert inside.keys() == outside.keys()
    assert sum(each.points for each in inside.values()) > sum(each.points for each in outside.values())
    assert not any(
        "candidate" in str(reason.text) for each in outside.values() for reason in each.assessment.reasons
    )
    critical = Finding.objects.get(severity="critical").audit.site_id
    assert any("critical finding" in str(reason.text) for reason in outside[critical].assessment.reasons)


@pytest.mark.parametrize(("language", "words"), [("en", "Audit report"), ("fr", "audit")])
def test_the_report_is_printed_with_findings_and_signatures(demo_db: None, language: str, words: str) -> None:
    audit = Audit.objects.get(state=Audit.State.REPORTED)
    printed = pdf_print(audit_document(audit, language=language))
    pdf = PdfReader(BytesIO(printed.content))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert words in text
    assert str(audit) in text
    for finding in audit.findings.all():
        assert finding.description[:20] in text
    # The hash that was signed stands in every footer and in each signature.
    digest = signatures_of(audit, "report")[0].content_sha256
    assert text.replace("\n", "").count(digest) == len(pdf.pages) + 2
    assert "Ingrid Solheimer" in text
    assert "Tobias Renfield" in text
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(catalog["/Lang"]).startswith(language)  # type: ignore[index]
