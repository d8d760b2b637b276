"""What breaks the rules of a record, all of it at once and without a query for each row where possible."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from partners.models import Site
from partners.profile.section import Section
from partners.profile.writing import check_days


def row_problems(
    section: Section, site: Site, values: Mapping[str, Any], before: Any | None
) -> list[tuple[str, str]]:
    """Field and message of everything that is wrong; an empty field for the record as a whole."""
    row = section.model(**section.scope(site))
    for name in section.fields:
        if before is not None:
            setattr(row, name, getattr(before, name))
        if name in values:
            setattr(row, name, values[name])
    found: list[tuple[str, str]] = list(check_days(values, before).items())
    exclude = {
        field.name for field in section.model._meta.concrete_fields if field.name not in section.fields
    }
    checks: tuple[Callable[[], None], ...] = (
        partial(row.clean_fields, exclude=exclude),
        row.clean,
        partial(_checks, row),
    )
    for check in checks:
        try:
            check()
        except ValidationError as error:
            found += _listed(error)
    return found


def _checks(row: models.Model) -> None:
    """The conditions that the database keeps. One whose every column is empty cannot be broken."""
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            constraint.validate(type(row), row)


def _listed(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        ("" if name == NON_FIELD_ERRORS else name, message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]
