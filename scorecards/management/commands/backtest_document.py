"""`manage.py backtest_document`: renews the figures and the picture of docs/backtest.md from the database."""

import re
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.charts.palette import FONT
from scorecards.backtest import Backtest, BacktestRefused
from scorecards.backtest.auc import Estimate
from scorecards.backtest_picture import backtest_picture
from scorecards.backtesting import whole_record

HORIZON_MONTHS = 36
HALF_YEARS = tuple(date(year, month, 1) for year in range(2018, 2023) for month in (1, 7))
TUNING = (*(date(year, month, 1) for year in (2013, 2014) for month in (1, 7)), date(2014, 12, 31))
SHOWN_CALIBRATION = (date(2018, 1, 1), date(2020, 1, 1), date(2022, 1, 1))
NAIVE = ("had_warning_letter", "form_483s", "recalls_by_class", "form_483s_and_recalls")


class Command(BaseCommand):
    help = "Renews the tables and the picture of docs/backtest.md. The real files must have been imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--docs", type=Path, default=Path(settings.BASE_DIR) / "docs")

    def handle(self, *args: Any, **options: Any) -> None:
        page: Path = options["docs"] / "backtest.md"
        record = whole_record()
        try:
            tests = [record.test(on, HORIZON_MONTHS) for on in HALF_YEARS]
            tuned = [record.test(on, HORIZON_MONTHS) for on in TUNING]
        except BacktestRefused as refusal:
            raise CommandError(str(refusal)) from None
        text = page.read_text(encoding="utf-8")
        for name, lines in (
            ("tests", _areas(tests)),
            ("tuning", _areas(tuned)),
            ("known", _known(tests)),
            ("calibration", _calibration([t for t in tests if t.as_of in SHOWN_CALIBRATION])),
        ):
            text = _replaced(text, name, lines)
        page.write_text(text, encoding="utf-8")
        drawn = options["docs"] / "images" / "backtest.svg"
        # An image knows no font of the page it stands on.
        named = backtest_picture(tests).replace(f'"{FONT}"', f'"{FONT}, Helvetica, Arial, sans-serif"')
        drawn.write_text(named + "\n", encoding="utf-8")
        self.stdout.write(f"Wrote {page} and {drawn}.")


def _replaced(text: str, name: str, lines: Iterable[str]) -> str:
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if start not in text or end not in text:
        raise CommandError(f"The page has no place for {name}.")
    body = "\n".join(lines)
    pattern = f"{re.escape(start)}.*?{re.escape(end)}"
    return re.sub(pattern, lambda _: f"{start}\n{body}\n{end}", text, flags=re.S)


def _areas(tests: Sequence[Backtest]) -> list[str]:
    lines = [
        "| as of | sites | warned | **score** (95 %) | had a letter | 483s | recalls by class "
        "| 483s + ½ log recalls | lead over the best (95 %) |",
        "|---|--:|--:|---|--:|--:|--:|--:|---|",
    ]
    for row in tests:
        naive = " | ".join(_value(row.naive[key]) for key in NAIVE)
        lead = row.lead.difference if row.lead else None
        lines.append(
            f"| {row.as_of} | {row.sites} | {row.events} | {_bold(row.auc)} | {naive} | {_signed(lead)} |"
        )
    return lines


def _known(tests: Sequence[Backtest]) -> list[str]:
    lines = ["| as of | published 483s | warning letters | recall events |", "|---|--:|--:|--:|"]
    for row in tests:
        known = row.known
        lines.append(
            f"| {row.as_of} | {known['form_483s']} | {known['warning_letters']} | {known['recall_events']} |"
        )
    return lines


def _calibration(tests: Sequence[Backtest]) -> list[str]:
    lines: list[str] = []
    for row in tests:
        foretold = f"foretold by the outcome of {row.fitted_on}" if row.fitted_on else "no earlier outcome"
        lines += [
            "",
            f"As of {row.as_of}, {foretold}:",
            "",
            "| tenth | mean score | sites | warned | observed | foretold |",
            "|--:|--:|--:|--:|--:|--:|",
        ]
        for tenth in row.calibration:
            predicted = "–" if tenth.predicted_rate is None else f"{tenth.predicted_rate:.1%}"
            lines.append(
                f"| {tenth.tenth} | {tenth.mean_score:.1f} | {tenth.sites} | {tenth.events} "
                f"| {tenth.observed_rate:.1%} | {predicted} |"
            )
    return lines[1:]


def _value(area: Estimate | None) -> str:
    return "–" if area is None else f"{area.value:.3f}"


def _bold(area: Estimate | None) -> str:
    return "–" if area is None else f"**{area.value:.3f}** ({area.low:.3f}–{area.high:.3f})"


def _signed(lead: Estimate | None) -> str:
    return "–" if lead is None else f"{lead.value:+.3f} ({lead.low:+.3f} to {lead.high:+.3f})"
