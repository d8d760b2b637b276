"""`manage.py verify_report FILE.pdf`: computes a report again and says what was altered."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from common.commands import ObjectCommand
from reports.proof.carried import NotAReport
from reports.proof.checks import Check, Finding, Verdict
from reports.proof.verify import verify_file

MOST_TOLD = 20
SIGNS = {Finding.HOLDS: "ok     ", Finding.ALTERED: "ALTERED", Finding.SKIPPED: "skipped"}


class Command(ObjectCommand):
    help = (
        "Computes every figure of a due-diligence or comparison PDF again from what it carries, sets its "
        "pages again, and looks it up among the reports issued here. Fails when anything was altered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE.pdf",
            help="the report; a spreadsheet or slides are looked up in the library",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--without-library",
            action="store_true",
            help="for a report of another installation: check only what it carries",
        )
        parser.add_argument("--without-pages", action="store_true", help="do not set the pages again")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from None
        try:
            verdict = verify_file(
                content, library=not options["without_library"], pages=not options["without_pages"]
            )
        except NotAReport as problem:
            raise CommandError(f"{path}: {problem}") from None
        if options["json"]:
            self.stdout.write(json.dumps(_told(path, verdict), ensure_ascii=False, indent=2))
        else:
            for line in _lines(path, verdict):
                self.stdout.write(line)
        if verdict.altered:
            sys.exit(1)


def _told(path: Path, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": str(path),
        "altered": verdict.altered,
        "confirmed": verdict.confirmed,
        **asdict(verdict),
    }


def _lines(path: Path, verdict: Verdict) -> list[str]:
    lines = [
        f"{path}: {verdict.kind.replace('_', ' ') or 'unknown kind'}, content hash {verdict.content_sha256}"
    ]
    for check in verdict.checks:
        lines += [f"  {SIGNS[check.finding]}  {check.name}: {check.words}", *_differences(check)]
    if verdict.altered:
        lines.append("This report was altered, or was not issued here.")
    elif verdict.confirmed:
        lines.append("Nothing was altered: this is the report as it was issued.")
    else:
        lines.append(
            "Nothing in it contradicts itself. Whether it was issued as it is, only the library can say."
        )
    return lines


def _differences(check: Check) -> list[str]:
    lines = [
        f"             {one.path}: says {one.said}, follows {one.computed}"
        for one in check.differences[:MOST_TOLD]
    ]
    more = len(check.differences) - MOST_TOLD
    return [*lines, f"             and {more} more"] if more > 0 else lines
