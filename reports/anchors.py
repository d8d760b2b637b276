"""Heads of the change history that stand in issued reports, for `verify_history` to compare."""

from collections.abc import Iterable

from records.anchors import anchor_source
from records.verification import AnchorPoint
from reports.models import Report


@anchor_source
def report_anchors() -> Iterable[AnchorPoint]:
    """Every head that an issued report prints. One query."""
    issued = Report.objects.issued().exclude(history_sha256="")
    for pk, position, sha256 in issued.values_list("pk", "history_position", "history_sha256"):
        yield AnchorPoint(position or 0, sha256, f"report {pk}")
