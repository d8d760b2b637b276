"""manage.py undo_import ID --reason TEXT [--dry-run] [--json]"""

import json
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import CommandError

from common.commands import ObjectCommand
from imports.messages import blocker_text
from imports.models import ImportRun
from imports.undoing.blockers import Blocker
from imports.undoing.services import CannotUndoImport, import_undo, undo_plan


class Command(ObjectCommand):
    help = "Undo a saved import, all of it or nothing. Exits non-zero when something stands against it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "run", type=int, metavar="ID", help="The import's number, as import_records and its page tell it."
        )
        parser.add_argument("--reason", default="", help="Why; kept in the history of every record.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; undo nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        answer: dict[str, Any] = {"import": options["run"], "source": "", "file_sha256": "", "state": ""}
        answer |= {"dry_run": options["dry_run"], "undone": {}, "blockers": []}
        runs = ImportRun.objects.select_related("file").defer("file__content", "details")
        run = runs.filter(pk=options["run"]).first()
        if run is None:
            self._refuse(answer, f"There is no import {options['run']}.")
        answer |= {"source": run.source, "file_sha256": run.file.sha256, "state": run.state}
        if not options["dry_run"] and not options["reason"].strip():
            self._refuse(answer, "Say why the import is undone: --reason.")
        try:
            answer["undone"] = self._plan(run) if options["dry_run"] else self._undo(run, options["reason"])
        except CannotUndoImport as refusal:
            self._refuse(answer, "Nothing was undone.", refusal.blockers)
        run.refresh_from_db(fields=["state"])
        self._print(answer | {"state": run.state})

    def _plan(self, run: ImportRun) -> dict[str, Any]:
        plan = undo_plan(run)
        if plan.blockers:
            raise CannotUndoImport(plan.blockers)
        return {"removed": plan.removed, "restored": plan.restored}

    def _undo(self, run: ImportRun, reason: str) -> dict[str, Any]:
        return import_undo(run=run, reason=reason, progress=self._progress).data

    def _progress(
        self, done: int, total: int = 0, note: str = "", params: dict[str, Any] | None = None
    ) -> None:
        print(note, file=sys.stderr, flush=True)

    def _print(self, answer: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for name, value in answer["undone"].items():
            self.stdout.write(f"  {name.replace('_', ' '):<24}{value!s:>10}")
        self.stdout.write("Dry run: nothing was undone." if answer["dry_run"] else "Undone.")

    def _refuse(self, answer: dict[str, Any], text: str, blockers: list[Blocker] | None = None) -> NoReturn:
        """Say why, as JSON or in words, and end with another code than 0."""
        found = [blocker.data | {"message": blocker_text(blocker.data)} for blocker in blockers or []]
        if self.as_json:
            self.stdout.write(json.dumps(answer | {"refused": text, "blockers": found}, ensure_ascii=False))
            raise SystemExit(1)
        raise CommandError(" ".join([text, *(each["message"] for each in found)]))
