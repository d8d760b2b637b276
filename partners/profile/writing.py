"""Adding, changing and removing records of the profile: one by one or many, all by the same rules.

A fact that changes opens a new row from the day it became known; the old one ends that day, so that an
evaluation of an earlier day still finds what was believed then. A slip that is corrected on the day it was
recorded is changed in place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.models import Dated
from common.versions import StaleRecord
from partners.models import Evidence, Site
from partners.policies import SitePolicy
from partners.profile.section import Section
from partners.vocabulary import EvidenceStrength
from records.context import recorded
from records.models import Attachment
from records.refusals import Refused, refusals_raised
from records.undoing import Mark, undoable

# Set by the database or by this module, never carried from one version to the next.
OWN = frozenset(
    {
        "id",
        "created_at",
        "updated_at",
        "recorded_at",
        "version",
        "replaces_id",
        "replaced_on",
        "known_on_basis",
    }
)
type Values = Mapping[str, Any]


@dataclass(frozen=True)
class Edit:
    """A row as its reader saw it, and what it is to be. `correction`: in place, where that is allowed."""

    pk: int
    version: int
    values: Values
    correction: bool = False


@dataclass(frozen=True)
class Written:
    """The rows that hold now, in the order asked for, and the mark to undo all of it."""

    rows: tuple[Evidence, ...]
    changed: int
    mark: Mark


def may_correct(row: Evidence) -> bool:
    """Whether a slip may still be changed in place: on the day it was recorded."""
    return timezone.localdate(row.recorded_at) == timezone.localdate()


def records_add(
    *, section: Section, rows: Iterable[tuple[Site, Values]], actor: User | None, reason: str = ""
) -> Written:
    """New records. Two queries beside the marks, however many rows.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a day that lies in the future.
    """
    SitePolicy.change.require(actor)
    made = [_new(section, site, values) for site, values in rows]
    with recorded(actor=actor, reason=reason), undoable() as mark:
        section.model.objects.bulk_create(made)
    return Written(tuple(made), len(made), mark)


def records_change(
    *, section: Section, edits: Sequence[Edit], actor: User | None, reason: str = ""
) -> Written:
    """Change records: all of them or none. What is the same already stays as it is.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        StaleRecord: when someone else changed or removed one of them; `current` is what holds now.
        Refused: when a verified record changes and no reason is given.
        ValidationError: for a day before the one that the old value was known on, or in the future.
    """
    SitePolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()), undoable() as mark:
        held = _held(section, edits)
        steps = [(edit, held[edit.pk], _changes(held[edit.pk], edit)) for edit in edits]
        changing = [step for step in steps if step[2]]
        _require_reason([row for _edit, row, _values in changing], reason)
        results = {edit.pk: held[edit.pk] for edit in edits}
        opened = []
        for edit, row, values in changing:
            if edit.correction and may_correct(row):
                _correct(row, values)
            else:
                after = _next(section, row, values)
                opened.append((row, after))
                results[edit.pk] = after
        _open(section, opened)
    return Written(tuple(results[edit.pk] for edit in edits), len(changing), mark)


def records_remove(
    *, section: Section, chosen: Sequence[tuple[int, int]], actor: User | None, reason: str = ""
) -> Written:
    """End records, named by key and version. What was believed until today is kept.

    One that was recorded today counts for no day at all. Raises as `records_change`.
    """
    SitePolicy.change.require(actor)
    edits = [Edit(pk, version, {}) for pk, version in chosen]
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()), undoable() as mark:
        held = _held(section, edits)
        rows = [held[edit.pk] for edit in edits]
        _require_reason(rows, reason)
        for row in rows:
            row.replaced_on = believed_since(row) if may_correct(row) else timezone.localdate()
        _end(section, rows)
    return Written(tuple(rows), len(rows), mark)


def believed_since(row: Evidence) -> date:
    """The first day on which a row counts."""
    return row.known_on or timezone.localdate(row.recorded_at)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values say the same; the order of several words does not count."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)


def check_days(values: Values, before: Evidence | None = None) -> dict[str, str]:
    """What is wrong with the days of a record, by field."""
    known = values.get("known_on")
    if known and known > timezone.localdate():
        return {"known_on": _("This day lies in the future.")}
    if known and before is not None and known < believed_since(before):
        return {
            "known_on": _("The value before was known on %(day)s; this one cannot have been known earlier.")
            % {"day": believed_since(before).isoformat()}
        }
    return {}


def _new(section: Section, site: Site, values: Values) -> Evidence:
    if problems := check_days(values):
        raise ValidationError(dict(problems))
    row = section.model(**section.scope(site), **values)
    row.known_on_basis = _basis(row.known_on)
    return row


def _held(section: Section, edits: Sequence[Edit]) -> dict[int, Evidence]:
    """The rows, locked and at the versions that were read. One query, two for each that is stale."""
    keys = [edit.pk for edit in edits]
    locked = section.model.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in locked}
    for edit in edits:
        row = found.get(edit.pk)
        if row is None:
            raise section.model.DoesNotExist
        if row.version != edit.version or row.replaced_on is not None:
            raise StaleRecord(latest(row))
    return found


def latest(row: Evidence) -> Evidence:
    """The row that holds in place of this one now; the last one where it was removed."""
    model: Any = type(row)
    while (after := model.objects.filter(replaces=row).first()) is not None:
        row = after
    return row


def _changes(row: Evidence, edit: Edit) -> dict[str, Any]:
    """What differs. An older day of knowing alone is none: the newer one is kept."""
    changed = {name: value for name, value in edit.values.items() if not is_same(getattr(row, name), value)}
    known = changed.get("known_on", row.known_on)
    in_place = edit.correction and may_correct(row)
    alone = len(changed) == 1 and "known_on" in changed and not in_place
    return {} if alone and (known is None or known <= believed_since(row)) else changed


def _correct(row: Evidence, values: dict[str, Any]) -> None:
    if problems := check_days(values):
        raise ValidationError(dict(problems))
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.known_on_basis = _basis(row.known_on)
    row.full_clean(exclude=["replaces"])
    row.save()


def _next(section: Section, row: Evidence, values: dict[str, Any]) -> Evidence:
    """The version after this one: known since the day that was entered, else since today."""
    if problems := check_days(values, row):
        raise ValidationError(dict(problems))
    carried = {
        field.attname: getattr(row, field.attname)
        for field in section.model._meta.concrete_fields
        if field.attname not in OWN
    }
    after = section.model(**carried)
    for name, value in values.items():
        setattr(after, name, value)
    after.known_on = values.get("known_on") or timezone.localdate()
    after.known_on_basis = _basis(after.known_on)
    after.replaces = row
    row.replaced_on = after.known_on
    return after


def _open(section: Section, opened: list[tuple[Evidence, Evidence]]) -> None:
    """End the old rows first: a value that may exist once is free before it is taken again."""
    if not opened:
        return
    _end(section, [before for before, _after in opened])
    made = section.model.objects.bulk_create([after for _before, after in opened])
    _carry_files(section, {before.pk: after.pk for (before, _), after in zip(opened, made, strict=True)})


def _end(section: Section, rows: list[Evidence]) -> None:
    now = timezone.now()
    for row in rows:
        row.version += 1
        row.updated_at = now
    section.model.objects.bulk_update(rows, ["replaced_on", "version", "updated_at"], batch_size=500)


def _carry_files(section: Section, successors: dict[int, int]) -> None:
    """The files of a record go with it; their bytes are kept once."""
    label = section.model._meta.label
    files = Attachment.objects.filter(model=label, record_pk__in=list(successors)).order_by("pk")
    copies = [
        Attachment(
            model=label,
            record_pk=successors[file.record_pk],
            file_name=file.file_name,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            description=file.description,
            content_id=file.content_id,
            uploaded_by_id=file.uploaded_by_id,
        )
        for file in files
    ]
    if copies:
        Attachment.objects.bulk_create(copies)


def _require_reason(rows: Iterable[Evidence], reason: str) -> None:
    if not reason.strip() and any(row.strength == EvidenceStrength.VERIFIED for row in rows):
        raise Refused("reason_required", _("Say why: somebody of ours has verified this."), "reason")


def _basis(known_on: date | None) -> str:
    return Dated.KnownBasis.SOURCE if known_on else Dated.KnownBasis.UNKNOWN
