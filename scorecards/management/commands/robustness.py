"""`manage.py robustness PROGRAM`: how often each candidate comes first when weights and open values vary."""

import json
import math
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from common.commands import ObjectCommand
from programs.models import WorkPackage
from programs.models.program import PACKAGE_MARK
from scorecards.engine.errors import EngineError
from scorecards.engine.smaa_run import SmaaResult
from scorecards.models import EvaluationRun
from scorecards.orders import OrderError, order_read, order_text
from scorecards.robustness import NoWorkerError, Question, robustness_by_workers, robustness_here


class Command(ObjectCommand):
    help = "Says over how large a share of weightings each candidate of the latest frozen evaluation leads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "program", metavar="PROGRAM", help="the program's code, or the address of a work package: CODE~7"
        )
        parser.add_argument("--samples", type=int, default=10_000, help="how many weightings are drawn")
        parser.add_argument("--kappa", type=float, default=None, help="how close to the chosen weights")
        parser.add_argument(
            "--order",
            default="",
            help="weights that keep to an order of importance, such as 'regulatory > fit > 2*commercial'",
        )
        parser.add_argument("--seed", type=int, default=1, help="where the draws begin")
        parser.add_argument("--workers", type=int, default=0, help="split the samples into so many parts")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        run = _latest(options["program"])
        if run is None:
            raise CommandError(f"{options['program']} has no frozen evaluation; freeze one first.")
        if options["order"] and options["kappa"] is not None:
            raise CommandError("Give an order or how close to the chosen weights, not both.")
        question = Question(
            run.pk, options["samples"], options["kappa"], options["seed"], options["order"].strip()
        )
        try:
            result = (
                robustness_by_workers(question, parts=options["workers"])
                if options["workers"]
                else robustness_here(question)
            )
        except (EngineError, NoWorkerError, OrderError) as error:
            raise CommandError(str(error)) from None
        rows = result_rows(result, _names(run))
        if options["json"]:
            data = {"program": options["program"], "evaluation": run.sha256, "samples": result.samples}
            if question.order:
                data["order"] = order_text(order_read(question.order))
            digests = {"problem_sha256": result.problem_digest, "weights_sha256": result.weights_digest}
            self.stdout.write(json.dumps({**data, **digests, "candidates": rows}, ensure_ascii=False))
            return
        self.stdout.write("first   expected rank  confidence  candidate")
        for row in rows:
            confidence = "–" if row["confidence"] is None else f"{row['confidence']:.0%}"
            expected = "–" if row["expected_rank"] is None else f"{row['expected_rank']:.2f}"
            self.stdout.write(f"{row['first']:6.1%}  {expected:>13}  {confidence:>10}  {row['name']}")
        self.stdout.write("Shares of weightings, not the chance of being the right partner.")


def _latest(address: str) -> EvaluationRun | None:
    """The latest frozen evaluation of the work package of an address: the first of a program by its code."""
    code, mark, package = address.strip().partition(PACKAGE_MARK)
    packages = WorkPackage.objects.filter(program__code__iexact=code).order_by("position")
    if mark:
        packages = packages.filter(pk=int(package)) if package.isdecimal() else packages.none()
    runs = EvaluationRun.objects.filter(scorecard__work_package__in=packages[:1])
    return runs.order_by("-frozen_at", "-pk").first()


def result_rows(result: SmaaResult, names: dict[str, str]) -> list[dict[str, Any]]:
    """One row a candidate, those that lead most often first; NaN becomes null."""
    rows = [
        {
            "key": key,
            "name": names.get(key, key),
            "first": float(result.acceptability[i, 0]),
            "acceptability": result.acceptability[i].tolist(),
            "expected_rank": None if result.expected_rank is None else float(result.expected_rank[i]),
            "confidence": None if math.isnan(result.confidence[i]) else float(result.confidence[i]),
        }
        for i, key in enumerate(result.candidates)
    ]
    return sorted(rows, key=lambda row: -row["first"])


def _names(run: EvaluationRun) -> dict[str, str]:
    return {str(head["site_id"]): head["name"] for head in run.inputs["candidates"]}
