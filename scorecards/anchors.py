"""The heads of the change history that frozen evaluations carry, to be found again."""

from collections.abc import Iterable

from records.anchors import anchor_source
from records.verification import AnchorPoint
from scorecards.models import EvaluationRun


@anchor_source
def frozen_heads() -> Iterable[AnchorPoint]:
    """One for each frozen evaluation made since there is a history."""
    runs = EvaluationRun.objects.exclude(history_head="").order_by("pk")
    for head, sha256 in runs.values_list("history_head", "sha256"):
        yield AnchorPoint(None, head, f"evaluation {sha256[:12]}")
