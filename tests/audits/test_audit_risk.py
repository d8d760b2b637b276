"""Risk points, repeated regulations, checklists and the report on paper."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from audits.auditing.checklists import LIBRARY, questions_for
from audits.auditing.risk import SiteFacts, assess, whole_months
from audits.auditing.risk_selectors import sites_by_risk
from audits.models import Audit, Finding, QualitySystem
from audits.regulations import regulations, same_regulation
from records.signing.state import signatures_of
from reports.figures.canonical import from_json
from reports.figures.due_diligence import ChainHead
from reports.figures.worded import AuditPaper
from reports.making import figures_of
from reports.paper.document import document_of
from reports.paper.press import pdf_print
from reports.papers import audit_paper
from reports.proof import checks
from reports.proof.worded import audit_differences, audit_in_library
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


@pytest.mark.parametrize(("language", "words"), [("en", "Audit report"), ("fr", "Rapport d’audit")])
def test_the_report_is_printed_with_findings_and_signatures(demo_db: None, language: str, words: str) -> None:
    audit = Audit.objects.get(state=Audit.State.REPORTED)
    report = audit_paper(audit)
    report.language = language
    text = figures_of(
        report, (), issued_at=timezone.now().replace(microsecond=0), history=ChainHead(1, "ab" * 32)
    )
    printed = pdf_print(document_of("audit", inputs=text, language=language, paper="a4"))
    pdf = PdfReader(BytesIO(printed.content))
    pages = "\n".join(page.extract_text() for page in pdf.pages)
    assert words in pages
    assert str(audit) in pages
    for finding in audit.findings.all():
        assert finding.description[:20] in pages
    # The hash that was signed stands in each signature and beside the attached content it is that of.
    digest = signatures_of(audit, "report")[0].content_sha256
    assert pages.replace("\n", "").count(digest) == 3
    assert sha256(pdf.attachments["audit.json"][0]).hexdigest() == digest
    assert "Ingrid Solheimer" in pages
    assert "Tobias Renfield" in pages
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(catalog["/Lang"]).startswith(language)  # type: ignore[index]

    told = from_json(AuditPaper, text)
    assert audit_differences(told) == []
    assert audit_in_library(told).finding is checks.Finding.HOLDS
    other = replace(told.findings[0], description="Nothing was found.")
    altered = replace(told, findings=(other, *told.findings[1:]))
    assert [one.path for one in audit_differences(altered)] == [f"findings.{other.number}.description"]
    unsigned = replace(told, content=told.content.replace("Observation", "Remark") + " ")
    assert "signatures[0].content_sha256" in [one.path for one in audit_differences(unsigned)]
    nobody = replace(told.signatures[0], printed_name="Nobody")
    assert audit_in_library(replace(told, signatures=(nobody,))).finding is checks.Finding.ALTERED
