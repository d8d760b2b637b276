"""`manage.py backtest --as-of DATE`: how well the regulatory score of a past date foretold letters."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from common.commands import ObjectCommand
from scorecards.backtest import Backtest, BacktestRefused
from scorecards.backtest.auc import Estimate
from scorecards.backtesting import backtest_data, whole_record

MOST_MONTHS = 240
FORMULAS = {
    "had_warning_letter": "Had a warning letter",
    "form_483s": "Published Form 483s",
    "recalls_by_class": "Recall events weighted by class",
    "form_483s_and_recalls": "483s plus half the log of recalls, half-life 1 year",
}


class Command(ObjectCommand):
    help = (
        "Ranks every site that had a public record on a past date by the regulatory score of that date and "
        "compares with the warning letters of the following months. Reads the database, imports nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", default="", metavar="DATE", help="use only what was known that day")
        parser.add_argument(
            "--horizon-months", default="36", metavar="N", help="months of outcome, 36 by default"
        )
        parser.add_argument(
            "--whole-horizon", action="store_true", help="refuse while letters do not cover the whole horizon"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of, months = _day(options["as_of"]), _months(options["horizon_months"])
        try:
            found = whole_record().test(as_of, months, whole_horizon=options["whole_horizon"])
        except BacktestRefused as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(backtest_data(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_report(found)))


def _day(text: str) -> date:
    if not text:
        raise CommandError("Name a day with --as-of, such as 2021-01-01.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not a date; write it as 2021-01-01.") from None


def _months(text: str) -> int:
    try:
        months = int(text)
    except ValueError:
        months = 0
    if not 1 <= months <= MOST_MONTHS:
        raise CommandError(f"{text} is not a number of months from 1 to {MOST_MONTHS}.")
    return months


def _report(found: Backtest) -> list[str]:
    known = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in found.known.items())
    lines = [f"As of {found.as_of.isoformat()}, warning letters until {found.until.isoformat()}"]
    if not found.is_complete:
        lines.append(
            f"INCOMPLETE: letters are recorded until {found.covered_until.isoformat()} only, "
            f"{found.covered_months} of {found.horizon_months} months. Letters after that are missing."
        )
    lines += [
        f"{found.sites} sites with a record, {found.events} of them warned. Known then: {known}.",
        "",
        f"{'Area under the curve, 95 % interval (DeLong 1988)':<52}",
        f"  {'Regulatory score':<52}{_area(found.auc)}",
        *(f"  {FORMULAS[key]:<52}{_area(area)}" for key, area in found.naive.items()),
    ]
    if found.lead:
        lead = found.lead.difference
        lines.append(
            f"  {'Lead over the best formula':<52}{lead.value:+.3f}  {lead.low:+.3f} to {lead.high:+.3f}"
        )
    lines += ["", "Tenth   score   sites  warned  observed  foretold"]
    for row in found.calibration:
        foretold = "–" if row.predicted_rate is None else f"{row.predicted_rate:.1%}"
        lines.append(
            f"{row.tenth:>5}{row.mean_score:>8.1f}{row.sites:>8}{row.events:>8}"
            f"{row.observed_rate:>10.1%}{foretold:>10}"
        )
    if found.fitted_on:
        lines.append(f"Foretold by the outcome of {found.fitted_on.isoformat()}, which had ended by then.")
    return lines


def _area(area: Estimate | None) -> str:
    return "    –" if area is None else f"{area.value:.3f}   {area.low:.3f} to {area.high:.3f}"
