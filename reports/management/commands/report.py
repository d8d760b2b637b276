"""`manage.py report KIND …`: a report without a browser, kept in the library like any other."""

import json
import os
import tempfile
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.commands import ObjectCommand
from partners.models import Site
from programs.models import Program, WorkPackage
from reports.comparisons import comparison_make
from reports.management.commands._papers import audit_arguments, audit_asked, history_arguments, history_asked
from reports.models import Report, ReportFile
from reports.paper.press import RenderingFailed
from reports.papers import decision_report, distribution_report, paper_make
from reports.services import ReportRefused, report_make
from scorecards.models import EvaluationRun, SourcingDecision

type Maker = Callable[..., Report]


class Command(ObjectCommand):
    help = "Makes a report, writes it to a file, and keeps it in the library."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        one = kinds.add_parser("due-diligence", help="where a candidate stands, why, and its record")
        one.add_argument("--site", required=True, metavar="FEI", help="the candidate's FEI")
        few = kinds.add_parser("comparison", help="two to eight candidates side by side")
        few.add_argument(
            "--package", default="", metavar="NAME", help="the work package; the first without it"
        )
        few.add_argument(
            "--sites",
            default="",
            metavar="FEI,FEI,…",
            help="their FEI; the finalists or first ranked without",
        )
        few.add_argument("--format", default="pdf", metavar="FORMAT", help="pdf, xlsx or pptx")
        few.add_argument(
            "--frozen", default="", metavar="HASH", help="the beginning of a frozen evaluation's hash"
        )
        decision = kinds.add_parser("decision", help="what was decided, on what, and who signed it")
        decision.add_argument(
            "--revision",
            type=int,
            default=0,
            metavar="NUMBER",
            help="the one in force, or the latest, without",
        )
        plan = kinds.add_parser("distribution", help="who can get a dose, and what is not ready")
        audit = kinds.add_parser("audit", help="an audit with its findings and signatures")
        audit_arguments(audit)
        trail = kinds.add_parser("history", help="the audit trail, or the history of one record")
        history_arguments(trail)
        for each in (decision, plan):
            each.add_argument(
                "--package", default="", metavar="NAME", help="the work package; the first without it"
            )
        for each in (one, few):
            each.add_argument(
                "--as-of", default="", metavar="DATE", help="use only what was known on that day"
            )
        for each in (one, few, decision, plan):
            each.add_argument("--program", required=True, metavar="PROGRAM", help="the program's code")
        for each in (one, few, decision, plan, audit, trail):
            each.add_argument("--out", required=True, metavar="FILE", help="the file to write")
            each.add_argument("--language", default="en", metavar="LANGUAGE", help="en or fr")
            each.add_argument("--paper", default=Report.Paper.A4, metavar="PAPER", help="a4 or letter")
            each.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answers in the language of the report."""
        asked = str(options["language"]).lower()
        with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
            self._answer(options)

    def _answer(self, options: dict[str, Any]) -> None:
        out = _writable(Path(options["out"]))
        report = self._make(options)
        file = ReportFile.objects.get(report=report)
        _write(out, bytes(file.content))
        if options["json"]:
            self.stdout.write(json.dumps(_told(report, file, out), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_answer_line(report, file, out))

    def _make(self, options: dict[str, Any]) -> Report:
        told: dict[str, Any] = {
            "language": _one_of("language", options["language"], dict(settings.LANGUAGES)),
            "paper": _one_of("paper", options["paper"], dict(Report.Paper.choices)),
            "key": f"command:{uuid.uuid4()}",
        }
        try:
            make = _MAKERS[options["kind"]](options)
            if not options["json"]:
                self.stderr.write(_("Gathering the figures and making the file…"))
            return make(**told)
        except (ReportRefused, RenderingFailed) as problem:
            raise CommandError(str(problem)) from None


def _answer_line(report: Report, file: ReportFile, out: Path) -> str:
    told = {"file": out, "n": file.pages, "hash": report.inputs_sha256}
    if not file.pages:
        return _("%(file)s: content hash %(hash)s") % told
    if file.format == Report.Format.PPTX:
        line = ngettext(
            "%(file)s: %(n)s slide, content hash %(hash)s",
            "%(file)s: %(n)s slides, content hash %(hash)s",
            file.pages,
        )
    else:
        line = ngettext(
            "%(file)s: %(n)s page, content hash %(hash)s",
            "%(file)s: %(n)s pages, content hash %(hash)s",
            file.pages,
        )
    return line % told


def _due_diligence(options: dict[str, Any]) -> Maker:
    program = _program(options["program"])
    return partial(report_make, program=program, site=_site(options["site"]), as_of=_day(options["as_of"]))


def _comparison(options: dict[str, Any]) -> Maker:
    compared = _compared(_program(options["program"]), options)
    return partial(comparison_make, as_of=_day(options["as_of"]), **compared)


def _decision(options: dict[str, Any]) -> Maker:
    package = _package(_program(options["program"]), options["package"])
    return partial(paper_make, report=decision_report(_decided(package, options["revision"])))


def _distribution(options: dict[str, Any]) -> Maker:
    package = _package(_program(options["program"]), options["package"])
    return partial(paper_make, report=distribution_report(package))


def _audit(options: dict[str, Any]) -> Maker:
    return partial(paper_make, report=audit_asked(options))


def _history(options: dict[str, Any]) -> Maker:
    return partial(paper_make, report=history_asked(options))


_MAKERS: dict[str, Callable[[dict[str, Any]], Maker]] = {
    "due-diligence": _due_diligence,
    "comparison": _comparison,
    "decision": _decision,
    "distribution": _distribution,
    "audit": _audit,
    "history": _history,
}


def _decided(package: WorkPackage, revision: int) -> SourcingDecision:
    """The decision of that revision; without one the one in force, else the latest."""
    rows = list(SourcingDecision.objects.filter(work_package=package).select_related("run", "supersedes"))
    chosen = [row for row in rows if row.revision == revision] if revision else rows
    chosen.sort(key=lambda row: (row.state != SourcingDecision.State.EFFECTIVE, -row.pk))
    if not chosen:
        known = ", ".join(str(row.revision) for row in reversed(rows)) or _("none")
        told = {"package": package, "known": known}
        raise CommandError(_("%(package)s has no such decision; its revisions: %(known)s.") % told)
    chosen[0].work_package = package
    return chosen[0]


def _compared(program: Program, options: dict[str, Any]) -> dict[str, Any]:
    """Whom a comparison is about, and as what it is made."""
    package = _package(program, options["package"])
    formats = [_one_of("format", options["format"], dict(Report.Format.choices))]
    sites = [_site(fei).pk for fei in options["sites"].split(",") if fei.strip()]
    return {"package": package, "sites": sites, "formats": formats, "run": _run(package, options["frozen"])}


def _program(code: str) -> Program:
    program = Program.objects.filter(code=code).first() or Program.objects.filter(code__iexact=code).first()
    if program is None:
        told = {"code": code}
        raise CommandError(_("No program has the code %(code)s; “rank --list” shows which there are.") % told)
    return program


def _package(program: Program, name: str) -> WorkPackage:
    found = [part for part in program.parts if not name or part.name.casefold() == name.casefold()]
    if not found:
        known = ", ".join(part.name for part in program.parts if part.name) or _("none with a name")
        told = {"code": program.code, "name": name, "known": known}
        raise CommandError(_("%(code)s has no work package %(name)s; it has %(known)s.") % told)
    found[0].program = program
    return found[0]


def _run(package: WorkPackage, sha256: str) -> EvaluationRun | None:
    if not sha256:
        return None
    runs = EvaluationRun.objects.filter(scorecard__work_package=package, sha256__startswith=sha256.lower())
    found = list(runs.select_related("frozen_by")[:2])
    if len(found) != 1:
        words = _("More than one frozen evaluation begins with %(hash)s.")
        if not found:
            words = _("No frozen evaluation begins with %(hash)s.")
        raise CommandError(words % {"hash": sha256})
    return found[0]


def _site(fei: str) -> Site:
    site = Site.objects.select_related("organization").filter(fei=fei.strip()).first()
    if site is None:
        raise CommandError(_("No site has the FEI %(fei)s.") % {"fei": fei.strip()})
    return site


def _one_of(name: str, value: str, known: dict[str, Any]) -> str:
    if value.lower() not in known:
        told = {
            "value": value,
            "option": f"--{name}",
            "known": pgettext("between choices", " or ").join(known),
        }
        raise CommandError(_("%(value)s does not fit %(option)s; choose %(known)s.") % told)
    return value.lower()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise CommandError(_("%(text)s is not a date; write it as 2026-01-31.") % {"text": text}) from None


def _writable(out: Path) -> Path:
    """The path, checked before the work is done rather than after."""
    if out.is_dir():
        raise CommandError(_("%(path)s is a folder; name a file in it.") % {"path": out})
    if not out.parent.is_dir():
        raise CommandError(_("There is no folder %(path)s; make it first.") % {"path": out.parent})
    if not os.access(out if out.exists() else out.parent, os.W_OK):
        raise CommandError(_("%(path)s cannot be written to.") % {"path": out})
    return out


def _write(out: Path, content: bytes) -> None:
    """Written beside and renamed, so that a full disk never leaves half a report under the name."""
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as beside:
            beside.write(content)
        Path(beside.name).chmod(0o644)
        Path(beside.name).replace(out)
    except OSError as problem:
        told = {"path": out, "problem": problem.strerror}
        raise CommandError(_("%(path)s could not be written: %(problem)s.") % told) from None


def _told(report: Report, file: ReportFile, out: Path) -> dict[str, Any]:
    about: dict[str, Any]
    if report.site is not None:
        about = {"site": report.site.fei}
    elif report.audit is not None:
        about = {"audit": report.audit.number, "revision": report.audit.revision}
    elif report.kind == Report.Kind.HISTORY:
        record = f"{report.record_model}:{report.record_pk}" if report.record_model else None
        about = {"record": record, "filters": QueryDict(report.entry_filters).dict()}
    elif report.decision is not None:
        about = {"package": str(report.package), "revision": report.decision.revision}
    elif report.kind == Report.Kind.DISTRIBUTION:
        about = {"package": str(report.package)}
    else:
        sites = [each.site.fei for each in report.candidates.select_related("site")]
        about = {"sites": sites, "frozen": report.run.sha256 if report.run else None}
    return {
        "file": str(out),
        "report": report.pk,
        "program": report.program.code if report.program else None,
        **about,
        "format": file.format,
        "language": report.language,
        "as_of": report.as_of.isoformat(),
        "pages": file.pages,
        "bytes": file.size_bytes,
        "inputs_sha256": report.inputs_sha256,
        "file_sha256": file.sha256,
    }
