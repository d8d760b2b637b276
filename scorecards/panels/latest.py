"""The latest anchors written for the criteria of a work package: its next panel begins with them."""

from programs.models import WorkPackage
from scorecards.models import WrittenAnchors


def latest_anchors(package: WorkPackage) -> dict[str, int]:
    """The id of the latest version by the key of its criterion. One query."""
    rows = WrittenAnchors.objects.filter(work_package=package).order_by("version")
    return dict(rows.values_list("key", "pk"))
