"""`manage.py report due-diligence --program CODE --site FEI --out FILE.pdf`: a report without a browser."""

import json
import os
import tempfile
import uuid
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from common.commands import ObjectCommand
from partners.models import Site
from programs.models import Program
from reports.models import Report, ReportFile
from reports.paper.press import RenderingFailed
from reports.services import ReportRefused, report_make


class Command(ObjectCommand):
    help = "Makes a report, writes it to a file, and keeps it in the library."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        each = kinds.add_parser("due-diligence", help="where a candidate stands, why, and its record")
        each.add_argument("--program", required=True, metavar="PROGRAM", help="the program's code")
        each.add_argument("--site", required=True, metavar="FEI", help="the candidate's FEI")
        each.add_argument("--out", required=True, metavar="FILE", help="the PDF to write")
        each.add_argument("--language", default="en", metavar="LANGUAGE", help="en or fr")
        each.add_argument("--paper", default=Report.Paper.A4, metavar="PAPER", help="a4 or letter")
        each.add_argument("--as-of", default="", metavar="DATE", help="use only what was known on that day")
        each.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        out = _writable(Path(options["out"]))
        report = self._make(options)
        _write(out, bytes(ReportFile.objects.values_list("content", flat=True).get(report=report)))
        if options["json"]:
            self.stdout.write(json.dumps(_told(report, out), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(f"{out}: {report.pages} pages, content hash {report.inputs_sha256}")

    def _make(self, options: dict[str, Any]) -> Report:
        program, site = _program(options["program"]), _site(options["site"])
        if not options["json"]:
            self.stderr.write("Gathering the figures and making the PDF…")
        try:
            return report_make(
                program=program,
                site=site,
                language=_one_of("language", options["language"], dict(settings.LANGUAGES)),
                paper=_one_of("paper", options["paper"], dict(Report.Paper.choices)),
                as_of=_day(options["as_of"]),
                key=f"command:{uuid.uuid4()}",
            )
        except (ReportRefused, RenderingFailed) as problem:
            raise CommandError(str(problem)) from None


def _program(code: str) -> Program:
    program = Program.objects.filter(code=code).first() or Program.objects.filter(code__iexact=code).first()
    if program is None:
        raise CommandError(f"No program has the code {code}; “rank --list” shows which there are.")
    return program


def _site(fei: str) -> Site:
    site = Site.objects.select_related("organization").filter(fei=fei.strip()).first()
    if site is None:
        raise CommandError(f"No site has the FEI {fei}.")
    return site


def _one_of(name: str, value: str, known: dict[str, Any]) -> str:
    if value.lower() not in known:
        raise CommandError(f"{value} is no {name} that reports have; choose {' or '.join(known)}.")
    return value.lower()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise CommandError(f"{text} is not a date; write it as 2026-01-31.") from None


def _writable(out: Path) -> Path:
    """The path, checked before the work is done rather than after."""
    if out.is_dir():
        raise CommandError(f"{out} is a folder; name a file in it.")
    if not out.parent.is_dir():
        raise CommandError(f"There is no folder {out.parent}; make it first.")
    if not os.access(out if out.exists() else out.parent, os.W_OK):
        raise CommandError(f"{out} cannot be written to.")
    return out


def _write(out: Path, content: bytes) -> None:
    """Written beside and renamed, so that a full disk never leaves half a report under the name."""
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as beside:
            beside.write(content)
        Path(beside.name).chmod(0o644)
        Path(beside.name).replace(out)
    except OSError as problem:
        raise CommandError(f"{out} could not be written: {problem.strerror}.") from None


def _told(report: Report, out: Path) -> dict[str, Any]:
    return {
        "file": str(out),
        "report": report.pk,
        "program": report.program.code,
        "site": report.site.fei,
        "language": report.language,
        "as_of": report.as_of.isoformat(),
        "pages": report.pages,
        "bytes": report.file_bytes,
        "inputs_sha256": report.inputs_sha256,
        "file_sha256": report.file_sha256,
    }
