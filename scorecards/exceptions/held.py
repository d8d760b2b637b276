"""Which exceptions to floors held on a day, read together with what people said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, JSONField, Q, QuerySet
from django.db.models.functions import JSONObject

from records.past import end_of
from scorecards.models import FloorException

# Of an exception, what has no column of its own beside overrides and panels.
MORE = {
    "floor": "floor",
    "strength": "strength",
    "approver": "approver__full_name",
    "until": "valid_until",
}


def exceptions_held(package_id: int, as_of: date) -> QuerySet[FloorException]:
    """The exceptions that were approved, not withdrawn and not past their last day at the end of a day."""
    end = end_of(as_of)
    return (
        FloorException.objects.filter(work_package_id=package_id, approved_at__lt=end)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gte=end))
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=as_of))
    )


def one_object() -> Func:
    """What only exceptions have, as an array of one JSON object."""
    return Func(JSONObject(**MORE), template="ARRAY[%(expressions)s]", output_field=ArrayField(JSONField()))


def signed_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same as fields of `Excepted`."""
    until = date.fromisoformat(told["until"]) if told["until"] else None
    return {**told, "floor": float(told["floor"]), "approver": told["approver"] or "", "until": until}
