"""Two people edit the same row: the second is told, and nothing is overwritten unseen."""

from typing import Any

from django.db import models

from common.models import Versioned


class StaleRecord(Exception):
    """The row was saved by someone else since it was read. `current` is what it is now."""

    def __init__(self, current: Versioned) -> None:
        super().__init__(f"{current._meta.label} {current.pk} is at version {current.version}.")
        self.current = current


def locked_at_version[V: Versioned](queryset: models.QuerySet[V], *, pk: Any, version: int) -> V:
    """The row, locked until the transaction ends and at the version its reader saw.

    Raises:
        StaleRecord: when someone saved it in the meantime.
    """
    row = queryset.select_for_update(of=("self",)).get(pk=pk)
    if row.version != version:
        raise StaleRecord(row)
    return row


def apply_changes(row: Versioned, changes: dict[str, Any]) -> bool:
    """Set the fields, check them and save under the next version. False when every value was there already.

    Raises:
        ValidationError: when the row would break a rule of its model.
    """
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    row.save()
    return True
