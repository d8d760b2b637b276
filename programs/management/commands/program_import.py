"""`manage.py program_import FILE.json`: create or update a program from its description."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from common.commands import ObjectCommand
from programs.description import Problem
from programs.importing import ProgramImport, program_import

LARGEST_FILE = 5 * 1024 * 1024


class Command(ObjectCommand):
    help = (
        "Create or update a program from a JSON file with code, name, product, modality, dosage_form, route, "
        "stage, batch_size, batch_unit, regions, notes and candidates (FEIs). Every problem is listed at "
        "once, and then nothing is saved. The same file twice changes nothing."
    )

    has_own_refusal = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json", help="the description")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--member",
            action="append",
            default=[],
            metavar="EMAIL",
            help="let this person see the program (may be repeated); administrators see every program",
        )
        parser.add_argument(
            "--remove-missing",
            action="store_true",
            help="take out candidates that the file does not name (they stay otherwise)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = self._import(options)
        if options["json"]:
            self.stdout.write(json.dumps(done.as_dict(), ensure_ascii=False, indent=2))
        elif not done.problems:
            self.stdout.write(_told(done))
        if done.problems:
            lines = [f"{options['file']}: nothing was saved."]
            if not options["json"]:
                lines += [f"  {_line(problem)}" for problem in done.problems]
            raise CommandError("\n".join(lines))

    def _import(self, options: dict[str, Any]) -> ProgramImport:
        path: Path = options["file"]
        try:
            if path.stat().st_size > LARGEST_FILE:
                return _refused(path, "The file is larger than 5 MB, which no description is.")
            content = path.read_bytes()
        except OSError as error:
            return _refused(path, f"The file cannot be read: {error.strerror}.")
        return program_import(
            content=content, member_emails=options["member"], remove_missing=options["remove_missing"]
        )


def _refused(path: Path, message: str) -> ProgramImport:
    return ProgramImport(code="", problems=(Problem("", str(path), message),))


def _line(problem: Problem) -> str:
    place = f"{problem.field}: " if problem.field else ""
    value = f"{problem.value!r}: " if problem.value else ""
    return f"{place}{value}{problem.message}"


def _told(done: ProgramImport) -> str:
    act = "created" if done.created else "unchanged" if done.unchanged else "updated"
    return (
        f"{done.code} {act}: {done.candidates_added} candidates added, {done.candidates_removed} removed, "
        f"{done.members_added} members added."
    )
