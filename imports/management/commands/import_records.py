"""manage.py import_records SOURCE FILE [--dry-run] [--good-rows] [--json] [--retrieved-on DATE]"""

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from audits.sources import source_title
from common.commands import ObjectCommand
from imports.files import file_hash, file_store
from imports.formats import FORMATS
from imports.loading.outcome import Outcome
from imports.messages import problem_text, refusal_text
from imports.models import ImportRun
from imports.reading import DEFAULT_LIMITS, Refused
from imports.reading.container import container_kind
from imports.services import (
    RowsRejected,
    import_commit,
    path_dry_run,
    run_outcome_save,
    run_refuse,
)
from records.context import recorded

SHOWN_PROBLEMS = 50


class Command(ObjectCommand):
    help = "Check a file of an agency and save its records. Exits non-zero when the file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help=f"One of {', '.join(FORMATS)}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; save nothing.")
        parser.add_argument(
            "--good-rows", action="store_true", help="Save the good rows, leave out the others."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--retrieved-on", type=dt.date.fromisoformat, help="The day the file was fetched; default: today."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        self.told = ""
        answer: dict[str, Any] = {"source": options["source"], "file_sha256": "", **_no_counts()}
        try:
            outcome, state = self._import(options, answer)
        except Refused as refusal:
            if isinstance(refusal, RowsRejected):
                answer |= _counts(refusal.outcome)
            self._refused(answer, refusal)
        answer |= _counts(outcome)
        answer["dry_run"] = options["dry_run"]
        answer["state"] = state
        if self.as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self._print_table(answer, outcome)

    def _import(self, options: dict[str, Any], answer: dict[str, Any]) -> tuple[Outcome, str]:
        path: Path = options["file"]
        if options["source"] not in FORMATS:
            raise Refused("unknown_source", {"source": options["source"]})
        if not path.is_file():
            raise Refused("not_found", {"path": str(path)})
        try:
            answer["file_sha256"] = file_hash(path)
        except OSError as error:
            raise Refused("unreadable", {"detail": error.strerror or str(error)}) from error
        container_kind(path, path.name, DEFAULT_LIMITS)
        source = options["source"]
        if options["dry_run"]:
            outcome = path_dry_run(
                path=path,
                name=path.name,
                source=source,
                retrieved_on=options["retrieved_on"],
                progress=self._progress,
            )
            return outcome, "dry run"
        with recorded(reason="import_records"):
            file = file_store(name=path.name, path=path)
            run = ImportRun.objects.create(
                file=file,
                source=source,
                retrieved_on=options["retrieved_on"] or timezone.localdate(),
                retrieved_stated=options["retrieved_on"] is not None,
            )
        answer["import"] = run.pk
        try:
            outcome = import_commit(run=run, good_rows=options["good_rows"], progress=self._progress)
            return outcome, run.state
        except Refused as refusal:
            if isinstance(refusal, RowsRejected):
                run_outcome_save(run=run, outcome=refusal.outcome, state=ImportRun.State.REFUSED)
            run_refuse(run=run, refusal=refusal)
            raise

    def _progress(
        self, done: int, total: int = 0, note: str = "", params: dict[str, Any] | None = None
    ) -> None:
        line = f"{note} {done}/{total}" if total else note
        if line != self.told:
            self.told = line
            print(line, file=sys.stderr, flush=True)

    def _refused(self, answer: dict[str, Any], refusal: Refused) -> None:
        """Say why, as JSON or in words, and end with another code than 0."""
        text = refusal_text(refusal.key, refusal.params)
        if self.as_json:
            self.stdout.write(json.dumps(answer | {"refused": text, "refused_key": refusal.key}))
            raise SystemExit(1)
        if isinstance(refusal, RowsRejected):
            self._print_problems(refusal.outcome)
        raise CommandError(text)

    def _print_table(self, answer: dict[str, Any], outcome: Outcome) -> None:
        self.stdout.write(f"{source_title(outcome.source)}, SHA-256 {answer['file_sha256']}")
        for name, value in answer.items():
            if isinstance(value, int) and not isinstance(value, bool):
                self.stdout.write(f"  {name.replace('_', ' '):<24}{value:>10}")
        self._print_problems(outcome)
        if answer["dry_run"]:
            self.stdout.write("Dry run: nothing was saved.")

    def _print_problems(self, outcome: Outcome) -> None:
        for problem in outcome.problems[:SHOWN_PROBLEMS]:
            where = f"row {problem['row']}" + (f", {problem['column']}" if problem["column"] else "")
            self.stdout.write(f"  {where}: {problem_text(problem)} ({problem['value']})")
        more = len(outcome.problems) - SHOWN_PROBLEMS
        if more > 0:
            self.stdout.write(f"  … and {more} more")


def _no_counts() -> dict[str, Any]:
    names = ("rows", "created", "updated", "unchanged", "missing_from_snapshot", "unmatched", "rejected")
    return dict.fromkeys(names, 0) | {"problems": []}


def _counts(outcome: Outcome) -> dict[str, Any]:
    return {
        "rows": outcome.rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "missing_from_snapshot": outcome.missing,
        "unmatched": outcome.unmatched,
        "rejected": outcome.rejected,
        "problems": [
            {
                "row": problem["row"],
                "column": problem["column"],
                "value": problem["value"],
                "message": problem_text(problem),
                "rejected": problem["rejects"],
            }
            for problem in outcome.problems
        ],
        "problem_count": outcome.problem_count,
        **{name: value for name, value in outcome.more.items() if name != "problems"},
        "missing_rows": outcome.missing_rows,
    }
