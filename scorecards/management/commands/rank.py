"""`manage.py rank PROGRAM`: the ranked candidates of a program, as a table or as JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Count, Q
from django.utils import timezone

from common.commands import ObjectCommand
from programs.models import Candidate, Program
from programs.selectors import default_package
from scorecards.anchor_words import version_text
from scorecards.plain import ranking_data
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.selectors import ranking_of
from scorecards.wording import criterion_title, sentence, status_word, template_title

NAME_WIDTH = 46


class Command(ObjectCommand):
    help = "Ranks the candidates of a program by its scorecard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", nargs="?", default="", metavar="PROGRAM", help="the program's code")
        parser.add_argument("--as-of", default="", metavar="DATE", help="use only what was known on that day")
        parser.add_argument("--list", action="store_true", dest="listed", help="name the programs instead")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["listed"]:
            self._list(as_json=options["json"])
            return
        if not options["program"]:
            raise CommandError("Name a program; --list shows which there are.")
        ranking = ranking_of(default_package(_program(options["program"])), _day(options["as_of"]))
        if options["json"]:
            self.stdout.write(json.dumps(ranking_data(ranking), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_report(ranking)))

    def _list(self, *, as_json: bool) -> None:
        in_play = Count(
            "packages__candidates",
            filter=~Q(packages__candidates__stage=Candidate.Stage.DECLINED),
            distinct=True,
        )
        rows = Program.objects.annotate(candidates=in_play).order_by("code")
        found = list(rows.values("code", "name", "candidates"))
        if as_json:
            self.stdout.write(json.dumps({"programs": found}, ensure_ascii=False, indent=2))
        elif found:
            table: list[tuple[str, ...]] = [("code", "name", "candidates")]
            table += [(str(row["code"]), str(row["name"]), str(row["candidates"])) for row in found]
            self.stdout.write("\n".join(_aligned(table, numeric={2})))
        else:
            self.stdout.write("No program is recorded yet.")


def _program(code: str) -> Program:
    program = Program.objects.filter(code=code).first() or Program.objects.filter(code__iexact=code).first()
    if program is None:
        raise CommandError(f"No program has the code {code}; --list shows which there are.")
    return program


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not a date; write it as 2026-01-31.") from None
    if day > timezone.localdate():
        raise CommandError(f"{text} lies in the future: nothing is known as of it.")
    return day


def _report(ranking: Ranking) -> list[str]:
    plan = ranking.plan
    lines = [
        f"{ranking.program_code} · {ranking.program_name}",
        f"As of {ranking.as_of.isoformat()} · {template_title(plan.template_key, plan.template_title)}, "
        f"version {version_text(plan.template_version)}",
        "",
    ]
    if not ranking.candidates:
        return [*lines, "No site is a candidate yet."]
    table: list[tuple[str, ...]] = [
        ("rank", "best–worst", "score", "up to", "complete", "status", "FEI", "site")
    ]
    table += [_row(row) for row in ranking.candidates]
    lines += _aligned(table, numeric={0, 1, 2, 3, 4})
    for row in ranking.candidates:
        lines += _reasons(row)
    return lines


def _row(row: RankedCandidate) -> tuple[str, ...]:
    result = row.result
    name = row.head.name if len(row.head.name) <= NAME_WIDTH else f"{row.head.name[: NAME_WIDTH - 1]}…"
    return (
        "–" if result.rank is None else str(result.rank),
        "–" if result.best_rank is None else f"{result.best_rank}–{result.worst_rank}",
        f"{result.score:.1f}",
        f"{result.score_upper:.1f}",
        f"{result.completeness:.0%}",
        status_word(result.status),
        row.head.fei or "–",
        name,
    )


def _reasons(row: RankedCandidate) -> list[str]:
    told = [gate for gate in row.gates if gate.status != "pass"]
    if not told:
        return []
    lines = ["", f"{row.head.name}: {status_word(row.status)}"]
    for gate in told:
        title = criterion_title(gate.criterion.key, gate.criterion.title)
        lines.append(f"  {gate.status.value:<9}{title}: {sentence(gate.reason)}")
    return lines


def _aligned(rows: Sequence[tuple[str, ...]], *, numeric: set[int]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if at in numeric else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
