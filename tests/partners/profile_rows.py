"""Values for a record of every kind: those of the example in its template."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from imports.profiles.cells import cell_value
from partners.models import Evidence, Site
from partners.profile.section import Section
from records.context import recorded

OLD = date(2026, 1, 10)


def example_values(section: Section) -> dict[str, Any]:
    """The example of the template as values, known since long ago."""
    values = {name: cell_value(section, name, text) for name, text in section.example.items()}
    return values | {"known_on": OLD, "strength": "documented"}


def made(section: Section, site: Site, *, days_old: int = 30, **changes: Any) -> Evidence:
    """A stored record, recorded some days ago."""
    row = section.model(**section.scope(site), **(example_values(section) | changes))
    row.save()
    recorded_at = timezone.now() - timedelta(days=days_old)
    with recorded(reason="recorded earlier"):
        section.records().filter(pk=row.pk).update(recorded_at=recorded_at)
    row.refresh_from_db()
    return row


def posted(section: Section, values: dict[str, Any]) -> dict[str, Any]:
    """The values as a browser sends them."""
    sent: dict[str, Any] = {}
    for name in section.fields:
        value = values.get(name)
        if value is None or value is False:
            continue
        sent[name] = value.isoformat() if isinstance(value, date) else "on" if value is True else value
    return sent
