"""How sure a frozen evaluation is: SMAA-2 over its facts, in one process or split over the workers.

Every part is computed from the frozen evaluation alone, so that nothing but its number travels through the
broker, and the counts are integers keyed by sample: however the samples are split, the merged result has
the same bits as one run (`scorecards.engine.smaa_run`).
"""

from dataclasses import dataclass
from typing import Any

from celery import current_app, group
from celery.exceptions import TimeoutError as NoAnswerInTime

from scorecards.engine.chunks import split_samples
from scorecards.engine.questions import smaa_problem
from scorecards.engine.regimes import WeightRegime, dirichlet_per_group, uniform_per_level
from scorecards.engine.smaa import SmaaPartial, SmaaProblem, merge
from scorecards.engine.smaa_run import SmaaResult, finish, smaa, smaa_partial
from scorecards.freezing import recompute
from scorecards.models import EvaluationRun
from scorecards.orders import order_read, order_weights
from scorecards.services import frozen_content

PART_TASK = "scorecards.tasks.robustness_part"
PATIENCE_SECONDS = 600


class NoWorkerError(Exception):
    """No worker finished the parts in time."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a frozen evaluation.

    `kappa`: concentration of the weights around the chosen ones within each sibling group; None asks without
    any preference (uniform on every level of the tree). `order`: comparisons that weights keep to, with no
    preference else (`scorecards.orders`). `samples`: 10 000 give ± 0.01 at 95 %.
    """

    run_id: int
    samples: int = 10_000
    kappa: float | None = None
    seed: int = 1
    order: str = ""


def problem_of(question: Question) -> SmaaProblem:
    """The candidates that are not excluded, their cells as intervals, and how weights may vary.

    Where panels agreed on values, with the cells as each assessor had them: one is drawn per sample.

    Raises:
        OrderError: for an order that cannot be read, or that no weights satisfy.
    """
    run = EvaluationRun.objects.get(pk=question.run_id)
    ranking = recompute(frozen_content(run))
    tree = ranking.evaluation.tree
    regime: WeightRegime
    if question.order:
        regime = order_weights(tree, order_read(question.order))
    elif question.kappa is None:
        regime = uniform_per_level(tree)
    else:
        regime = dirichlet_per_group(tree, question.kappa)
    return smaa_problem(ranking.as_assessed, regime, seed=question.seed)


def robustness_here(question: Question) -> SmaaResult:
    """The whole answer from this process."""
    return smaa(problem_of(question), question.samples)


def robustness_by_workers(question: Question, *, parts: int) -> SmaaResult:
    """The same answer, to the bit, with the samples split over Celery workers as a group and merged.

    Must not be called from within a task: it waits for other tasks.

    Raises:
        NoWorkerError: when the parts were not finished within ten minutes.
    """
    asked = group(
        current_app.signature(
            PART_TASK,
            args=[
                *(question.run_id, question.samples, question.kappa, question.seed),
                *(part.first, part.count, question.order),
            ],
        )
        for part in split_samples(question.samples, parts)
    ).apply_async()
    try:
        answers: list[dict[str, Any]] = asked.get(timeout=PATIENCE_SECONDS)
    except NoAnswerInTime:
        raise NoWorkerError("No worker finished the samples in time; is one running?") from None
    finally:
        asked.forget()
    return finish(problem_of(question), merge([SmaaPartial.from_json(answer) for answer in answers]))


def robustness_part(question: Question, *, first: int, count: int) -> dict[str, object]:
    """One worker's share: counts over samples first … first + count − 1, as plain JSON values."""
    return smaa_partial(problem_of(question), first, count).to_json()
