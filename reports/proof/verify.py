"""Checks of an issued PDF: from what it carries alone and, where a library is at hand, against it."""

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PdfReader

from common.numbers import day_text, number_text
from records.signing.state import signatures_of
from reports.figures.canonical import canonical_json, from_json, sha256_of
from reports.figures.comparison import SCHEMA as COMPARISON_SCHEMA
from reports.figures.comparison import Comparison, SignatureFigures
from reports.figures.decision import SCHEMA as DECISION_SCHEMA
from reports.figures.decision import DecisionPaper, SignedFigures
from reports.figures.distribution import SCHEMA as DISTRIBUTION_SCHEMA
from reports.figures.distribution import DistributionPaper
from reports.figures.due_diligence import SCHEMA as DUE_DILIGENCE_SCHEMA
from reports.figures.due_diligence import DueDiligence
from reports.figures.worded import AUDIT_SCHEMA, HISTORY_SCHEMA, AuditPaper, HistoryPaper
from reports.models import Report, ReportFile
from reports.office.carrying import NotOurs, read_office
from reports.paper.document import document_of
from reports.paper.press import RenderingFailed, pdf_print
from reports.proof.asis import carried_of, panels_in_library
from reports.proof.carried import CarriedPdf, NotAReport, page_texts, read_pdf
from reports.proof.checks import Check, Finding, Verdict
from reports.proof.office import SHEETS, office_again, office_hash
from reports.proof.papers import decision_differences, distribution_differences
from reports.proof.recompute import (
    CannotCompute,
    Difference,
    comparison_differences,
    due_diligence_differences,
)
from reports.proof.worded import (
    audit_differences,
    audit_in_library,
    history_differences,
    history_in_library,
)
from scorecards.models import EvaluationRun, SourcingDecision
from scorecards.services import evaluation_verify

HASH = re.compile(r"\b[0-9a-f]{64}\b")
MOST_NAMED = 5
# Spreadsheets and slides are ZIP archives.
OFFICE_FILE = b"PK\x03\x04"

# The checks that make the file again, as the product makes it now.
SET_AGAIN = ("pages", SHEETS)

type Figures = Comparison | DueDiligence | DecisionPaper | DistributionPaper | AuditPaper | HistoryPaper

# The newest schema of each kind that this product reads, and the dataclass of its figures.
KNOWN: dict[str, tuple[int, type[Any]]] = {
    Report.Kind.DUE_DILIGENCE: (DUE_DILIGENCE_SCHEMA, DueDiligence),
    Report.Kind.COMPARISON: (COMPARISON_SCHEMA, Comparison),
    Report.Kind.DECISION: (DECISION_SCHEMA, DecisionPaper),
    Report.Kind.DISTRIBUTION: (DISTRIBUTION_SCHEMA, DistributionPaper),
    Report.Kind.AUDIT: (AUDIT_SCHEMA, AuditPaper),
    Report.Kind.HISTORY: (HISTORY_SCHEMA, HistoryPaper),
}


def verify_file(content: bytes, *, library: bool = True, pages: bool = True) -> Verdict:
    """Check a file of a report by what it carries and, on request, against the library.

    `pages`: set its pages, sheets or slides again and compare them.

    Raises:
        NotAReport: when the file is none, or nothing but the library could tell and it is not to be asked.
    """
    if not content.startswith(OFFICE_FILE):
        return verify_pdf(content, library=library, pages=pages)
    try:
        carried = read_office(content)
    except NotOurs:
        return _by_library(content, library=library)
    digest = sha256_of(carried.figures)
    kind, figures, canonical = _figures(carried.figures)
    checks = [canonical, office_hash(carried, digest)]
    if isinstance(figures, Comparison):
        checks.append(_recomputed(figures))
        if pages:
            checks.append(office_again(carried, figures))
    if library:
        checks += _library(content, digest, figures)
    told = tuple(map(_excused, checks) if _is_issued(checks) else checks)
    return Verdict(kind, digest, told, carried_of(figures))


def _is_issued(checks: Iterable[Check]) -> bool:
    """Whether the library issued this very file, byte by byte."""
    return any(check.name == "library" and check.finding is Finding.HOLDS for check in checks)


def _excused(check: Check) -> Check:
    """A file that was issued was not altered where the product sets its pages otherwise by now."""
    if check.name not in SET_AGAIN or check.finding is not Finding.ALTERED:
        return check
    words = _("This very file was issued; the product has come to make it otherwise since.")
    return Check(check.name, Finding.SKIPPED, words)


def _by_library(content: bytes, *, library: bool) -> Verdict:
    """A spreadsheet or slides without figures: made before they carried any, or by somebody else."""
    if not library:
        raise NotAReport(_("This file carries no figures; the library has to tell whether it was issued."))
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        found = ReportFile.objects.filter(sha256=sha256).select_related("report").defer("content").first()
    except DatabaseError:
        return Verdict("", "", (Check("library", Finding.SKIPPED, _("No database is at hand.")),))
    if found is None:
        words = _("The library did not issue this file. Whoever saves one again makes another file of it.")
        return Verdict("", "", (Check("library", Finding.ALTERED, words),))
    check = Check("library", Finding.HOLDS, _issued_words(found))
    return Verdict(found.report.kind, found.report.inputs_sha256, (check,))


def verify_pdf(content: bytes, *, library: bool = True, pages: bool = True) -> Verdict:
    """Check the PDF of a report of any kind.

    `library`: look it up among the reports issued here. `pages`: set the pages again and compare them.

    Raises:
        NotAReport: when the file is no report at all.
    """
    carried = read_pdf(content)
    digest = sha256_of(carried.figures)
    kind, figures, canonical = _figures(carried.figures)
    checks = [canonical, _printed_hash(carried, digest)]
    if figures is not None:
        checks.append(_recomputed(figures))
        if pages:
            checks.append(_pages(carried, kind, figures))
    if library:
        checks += _library(content, digest, figures)
    told = tuple(map(_excused, checks) if _is_issued(checks) else checks)
    return Verdict(kind, digest, told, carried_of(figures))


def _figures(text: str) -> tuple[str, Figures | None, Check]:
    """The figures, and whether their text is the one that this product writes for them."""
    try:
        data = json.loads(text)
        kind = _kind_of(data)
        known, figures_type = KNOWN[kind]
        if data["schema"] > known:
            words = _("The figures have schema %(schema)s; this product knows up to %(known)s.") % {
                "schema": data["schema"],
                "known": known,
            }
            return kind, None, Check("figures", Finding.SKIPPED, words)
        figures: Figures = from_json(figures_type, text)
        # An earlier schema has fewer fields, so the data and not the dataclass says what is canonical.
        exact = canonical_json(data) == text
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as problem:
        words = _("The attached figures are not those of a report: %(problem)s") % {
            "problem": f"{type(problem).__name__} {problem}"
        }
        return "", None, Check("figures", Finding.ALTERED, words)
    if not exact:
        return (
            kind,
            figures,
            Check("figures", Finding.ALTERED, _("The text was written by something else.")),
        )
    return kind, figures, Check("figures", Finding.HOLDS, _("The attached figures are whole."))


def _kind_of(data: dict[str, Any]) -> str:
    """The first two kinds were made before figures said their kind."""
    return str(
        data.get("kind") or (Report.Kind.COMPARISON if "chosen" in data else Report.Kind.DUE_DILIGENCE)
    )


def _printed_hash(carried: CarriedPdf, digest: str) -> Check:
    """The hash at the foot of every page, and the identifier of the file, must be that of the figures."""
    missing = [number for number, text in enumerate(carried.pages, start=1) if digest not in _hashes(text)]
    if missing:
        words = _("The hash of the attached figures, %(hash)s, is not the one printed on %(pages)s.") % {
            "hash": digest,
            "pages": _pages_named(missing),
        }
        return Check("content hash", Finding.ALTERED, words)
    if not digest.startswith(carried.identifier) or not carried.identifier:
        words = _("The identifier of the file does not belong to the attached figures.")
        return Check("content hash", Finding.ALTERED, words)
    return Check("content hash", Finding.HOLDS, _("Every page prints the hash of the attached figures."))


def _hashes(text: str) -> set[str]:
    return set(HASH.findall(text)) | set(HASH.findall(text.replace(" ", "")))


def _recomputed(figures: Figures) -> Check:
    """Weights, cells, scores, ranks, bounds, shares and the digest follow from the carried inputs."""
    name = "figures computed again"
    try:
        found = _differences(figures)
    except CannotCompute as problem:
        old = isinstance(figures, DueDiligence) and figures.evaluation.inputs is None
        return Check(name, Finding.SKIPPED if old else Finding.ALTERED, str(problem))
    if found:
        words = ngettext(
            "%(count)s figure is not what follows from the inputs.",
            "%(count)s figures are not what follows from the inputs.",
            len(found),
        ) % {"count": number_text(len(found))}
        return Check(name, Finding.ALTERED, words, tuple(found))
    return Check(
        name,
        Finding.HOLDS,
        _("Every figure that the method gives follows from the inputs that the report carries."),
    )


def _differences(figures: Figures) -> list[Difference]:
    match figures:
        case Comparison():
            return comparison_differences(figures)
        case DecisionPaper():
            return decision_differences(figures)
        case DistributionPaper():
            return distribution_differences(figures)
        case AuditPaper():
            return audit_differences(figures)
        case HistoryPaper():
            return history_differences(figures)
        case DueDiligence():
            return due_diligence_differences(figures)


def _pages(carried: CarriedPdf, kind: str, figures: Figures) -> Check:
    """The pages set again from the carried figures."""
    try:
        document = document_of(kind, inputs=carried.figures, language=carried.language, paper=carried.paper)
        printed = pdf_print(document)
    except (RenderingFailed, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        return Check(
            "pages",
            Finding.ALTERED,
            _("No pages can be set from the attached figures: %(problem)s") % {"problem": problem},
        )
    if printed.content == carried.content:
        words = _("The pages set again from the figures are the same file, byte by byte.")
        return Check("pages", Finding.HOLDS, words)
    if figures.product_version != settings.VERSION:
        words = _("Made by version %(made)s, whose pages version %(here)s does not set.") % {
            "made": figures.product_version,
            "here": settings.VERSION,
        }
        return Check("pages", Finding.SKIPPED, words)
    again = page_texts(PdfReader(io.BytesIO(printed.content)))
    longest = max(len(again), len(carried.pages))
    other = [at + 1 for at in range(longest) if again[at : at + 1] != carried.pages[at : at + 1]]
    if other:
        return Check(
            "pages",
            Finding.ALTERED,
            _("The words on %(pages)s are not those of the figures.") % {"pages": _pages_named(other)},
        )
    words = _("The words of every page are those of the figures, but the file is not the one that was made.")
    return Check("pages", Finding.ALTERED, words)


def _pages_named(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_NAMED]))
    more = len(numbers) - MOST_NAMED
    told = ngettext("page %(numbers)s", "pages %(numbers)s", len(numbers)) % {"numbers": shown}
    return told if more < 1 else _("%(pages)s and %(count)s more") % {"pages": told, "count": more}


def _library(content: bytes, digest: str, figures: Figures | None) -> Iterator[Check]:
    """What was issued here under these hashes, and the frozen evaluation that the report names."""
    try:
        yield _issued(content, digest)
        if isinstance(figures, AuditPaper):
            yield audit_in_library(figures)
        if isinstance(figures, HistoryPaper):
            yield history_in_library(figures)
        compared = figures.comparison if isinstance(figures, DecisionPaper) else figures
        if isinstance(compared, Comparison) and compared.frozen:
            yield _frozen(compared.frozen.sha256, compared.outcome.digest)
            if isinstance(figures, DecisionPaper):
                yield _signed(compared.frozen.sha256, figures.signatures)
                if panels := panels_in_library(figures):
                    yield panels
            elif compared.frozen.decision:
                yield _signed(compared.frozen.sha256, compared.frozen.decision.signatures)
    except DatabaseError:
        yield Check("library", Finding.SKIPPED, _("No database is at hand."))


def _issued(content: bytes, digest: str) -> Check:
    sha256 = hashlib.sha256(content).hexdigest()
    file = ReportFile.objects.filter(sha256=sha256).select_related("report").defer("content").first()
    if file is not None and file.report.inputs_sha256 == digest:
        return Check("library", Finding.HOLDS, _issued_words(file))
    report = Report.objects.filter(inputs_sha256=digest).first()
    if report is not None:
        words = _("Report %(report)s of the library has these figures, but the file issued was another.") % {
            "report": report.pk
        }
        return Check("library", Finding.ALTERED, words)
    return Check("library", Finding.ALTERED, _("The library did not issue a report with these figures."))


def _issued_words(file: ReportFile) -> str:
    return _("Report %(report)s of the library is this file, issued on %(day)s.") % {
        "report": file.report_id,
        "day": day_text(file.report.issued_at),
    }


def _signed(sha256: str, said: Iterable[SignatureFigures | SignedFigures]) -> Check:
    """The signatures that the report names are in the library, over content that is as it was signed."""
    known = {
        (state.printed_name, state.meaning, state.signed_at, state.content_sha256): state.valid
        for decision in SourcingDecision.objects.filter(run__sha256=sha256)
        for state in signatures_of(decision)
    }
    for each in said:
        if not known.get((each.name, each.meaning, each.signed_at, each.content_sha256)):
            words = _("The signature of %(name)s is not in the library, or its content was altered.") % {
                "name": each.name
            }
            return Check("signed decision", Finding.ALTERED, words)
    return Check("signed decision", Finding.HOLDS, _("The decision is as it was signed."))


def _frozen(sha256: str, digest: str) -> Check:
    run = EvaluationRun.objects.filter(sha256=sha256).first()
    if run is None:
        words = _("The library has no frozen evaluation %(hash)s.") % {"hash": sha256}
        return Check("frozen evaluation", Finding.ALTERED, words)
    if run.result["digest"] != digest or not evaluation_verify(run=run).holds:
        return Check(
            "frozen evaluation", Finding.ALTERED, _("The frozen evaluation does not give this result.")
        )
    return Check("frozen evaluation", Finding.HOLDS, _("The frozen evaluation gives the same result again."))
