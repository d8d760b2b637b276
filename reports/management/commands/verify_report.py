"""`manage.py verify_report FILE.pdf`: computes a report again and says what was altered."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.commands import ObjectCommand
from reports.models import Report
from reports.proof.asis import OFFERS, PANEL_VALUES, PROFILE, REASONS, RECORDS, STANDING, TARGETS
from reports.proof.carried import NotAReport
from reports.proof.checks import Check, Finding, Verdict
from reports.proof.verify import verify_file

MOST_TOLD = 20
INDENT = " " * 13
SIGNS = {
    Finding.HOLDS: pgettext_lazy("check", "ok"),
    Finding.ALTERED: pgettext_lazy("check", "ALTERED"),
    Finding.SKIPPED: pgettext_lazy("check", "skipped"),
}
# The names of checks are keys in JSON, and words on the terminal.
NAMES = {
    "figures": _("figures"),
    "content hash": _("content hash"),
    "figures computed again": _("figures computed again"),
    "pages": _("pages"),
    "sheets and slides": _("sheets and slides"),
    "library": _("library"),
    "frozen evaluation": _("frozen evaluation"),
    "signed decision": _("signed decision"),
    "signatures": _("signatures"),
    "change history": _("change history"),
    PANEL_VALUES: _("panel values"),
}
# What is carried as it was at issue.
CARRIED = {
    PANEL_VALUES: _("levels and agreed values of panels"),
    REASONS: _("why each value and must-have is what it is, and on what evidence"),
    RECORDS: _("regulatory records of the sites"),
    PROFILE: _("names, places and capabilities of the sites"),
    STANDING: _("standing of the sites, of the day of issue"),
    OFFERS: _("offers"),
    TARGETS: _("how offers compare with the targets of the program, of the day of issue"),
}


class Command(ObjectCommand):
    help = (
        "Computes the figures of a report again from what it carries, sets its pages again, looks it up "
        "among the reports issued here, and lists what it only carries. Fails when anything was altered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            help="the report: PDF, spreadsheet or slides",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--without-library",
            action="store_true",
            help="for a report of another installation: check only what it carries",
        )
        parser.add_argument(
            "--language", default="", choices=["", *dict(settings.LANGUAGES)], help="of the answer: en or fr"
        )
        parser.add_argument("--without-pages", action="store_true", help="do not set the pages again")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or translation.get_language()):
            altered = self._answer(Path(options["file"]), options)
        if altered:
            sys.exit(1)

    def _answer(self, path: Path, options: dict[str, Any]) -> bool:
        """Print the verdict; whether anything was altered."""
        try:
            content = path.read_bytes()
        except OSError as problem:
            told = {"file": path, "problem": problem.strerror}
            raise CommandError(_now("%(file)s cannot be read: %(problem)s.") % told) from None
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
        return verdict.altered


def _told(path: Path, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": str(path),
        "altered": verdict.altered,
        "confirmed": verdict.confirmed,
        **asdict(verdict),
    }


def _lines(path: Path, verdict: Verdict) -> list[str]:
    kinds = dict(Report.Kind.choices)
    told = {
        "file": path,
        "kind": kinds.get(verdict.kind, _now("unknown kind")),
        "hash": verdict.content_sha256,
    }
    lines = [_now("%(file)s: %(kind)s, content hash %(hash)s") % told]
    width = max(len(str(sign)) for sign in SIGNS.values())
    for check in verdict.checks:
        sign, name = str(SIGNS[check.finding]), NAMES.get(check.name, check.name)
        line = _now("%(check)s: %(words)s") % {"check": name, "words": check.words}
        lines += [f"  {sign:<{width}}  {line}", *_differences(check)]
    if verdict.carried:
        told_of = "; ".join(str(CARRIED[key]) for key in verdict.carried)
        lines.append(
            "  " + _now("Carried as it was at issue, and computed by no check: %(list)s.") % {"list": told_of}
        )
    if verdict.altered:
        lines.append(_now("This report was altered, or was not issued here."))
    elif verdict.confirmed:
        lines.append(_now("Nothing was altered: this is the report as it was issued."))
    else:
        lines.append(
            _now(
                "Nothing in it contradicts itself. Whether it was issued as it is, only the library can say."
            )
        )
    return lines


def _differences(check: Check) -> list[str]:
    lines = [
        INDENT
        + _now("%(path)s: says %(said)s, follows %(computed)s")
        % {"path": one.path, "said": one.said, "computed": one.computed}
        for one in check.differences[:MOST_TOLD]
    ]
    more = len(check.differences) - MOST_TOLD
    return [*lines, INDENT + _now("and %(count)s more") % {"count": more}] if more > 0 else lines
