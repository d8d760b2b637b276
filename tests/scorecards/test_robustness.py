"""Robustness of a frozen evaluation: split over real workers it is the same as in one process."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from programs.models import WorkPackage
from scorecards.models import EvaluationRun
from scorecards.robustness import Question, robustness_by_workers, robustness_here
from scorecards.services import evaluation_freeze
from tests.conftest import DEMO_DAY
from tests.product import Product
from workspace.demo.seeding import demo_seed


def frozen() -> EvaluationRun:
    package = WorkPackage.objects.get(program__code="AURELIA")
    return evaluation_freeze(package=package, as_of=DEMO_DAY, actor=None)[0]


@pytest.mark.worker
def test_samples_split_over_workers_give_the_same_bits(product: Product, tmp_path: Path) -> None:
    demo_seed(today=DEMO_DAY, data_dir=tmp_path)
    question = Question(frozen().pk, samples=2_000, kappa=40.0)
    alone = robustness_here(question)
    together = robustness_by_workers(question, parts=3)
    assert together.samples == alone.samples == 2_000
    assert together.weights_digest == alone.weights_digest
    for name in ("acceptability", "central_weights", "confidence", "expected_rank"):
        assert np.array_equal(getattr(together, name), getattr(alone, name), equal_nan=True), name


@pytest.mark.usefixtures("demo_db")
def test_the_excluded_take_no_part_and_shares_sum_to_one() -> None:
    result = robustness_here(Question(frozen().pk, samples=1_000))
    assert len(result.candidates) == 8
    assert np.allclose(result.acceptability.sum(axis=1), 1)


@pytest.mark.usefixtures("demo_db")
def test_the_command_names_who_leads_how_often() -> None:
    frozen()
    said = io.StringIO()
    call_command("robustness", "AURELIA", "--samples", "1000", "--kappa", "60", "--json", stdout=said)
    answer = json.loads(said.getvalue())
    shares = [row["first"] for row in answer["candidates"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=0.01)
    assert {row["name"] for row in answer["candidates"]} >= {"Alderwick Biologics, Corran Bridge"}


@pytest.mark.usefixtures("demo_db")
def test_without_a_frozen_evaluation_the_command_says_so() -> None:
    with pytest.raises(CommandError, match="no frozen evaluation"):
        call_command("robustness", "BOREAL")
