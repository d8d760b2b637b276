"""What workers compute for a scorecard. A message carries numbers; the frozen evaluation has the rest."""

from celery import shared_task

from scorecards.robustness import PART_TASK, Question
from scorecards.robustness import robustness_part as compute_part


@shared_task(name=PART_TASK, ignore_result=False)
def robustness_part(
    run_id: int, samples: int, kappa: float | None, seed: int, first: int, count: int, order: str = ""
) -> dict[str, object]:
    return compute_part(Question(run_id, samples, kappa, seed, order), first=first, count=count)
