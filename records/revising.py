"""Amending a signed record: a new revision that says what it supersedes."""

from collections.abc import Mapping
from typing import Any

from django.db.models import ManyToManyField, Model
from django.utils.translation import gettext as _

from accounts.models import User
from records.context import recorded
from records.declarations import Child, attachable_of, signables
from records.models import Attachment
from records.refusals import Refused, refusals_raised


def revise[M: Model](
    *, record: M, actor: User | None, reason: str, changes: Mapping[str, Any] | None = None
) -> M:
    """A new revision of a record: its fields, its declared children and its attachments, without signatures.

    Args:
        record: of a model with `revision` and `supersedes`, as `Revisable` has them.
        changes: fields that begin anew, such as the state of the workflow; the room's service knows them.

    Raises:
        Refused: without a reason, or when the record was superseded already.
    """
    if not reason.strip():
        raise Refused("reason", _("Say why the record is amended."), "reason")
    model = type(record)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        before = model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
        if model._default_manager.filter(supersedes=before).exists():
            raise Refused("superseded", _("There is a later revision already."))
        told = {
            "revision": before.revision + 1,  # type: ignore[attr-defined]
            "supersedes": before,
            **(changes or {}),
        }
        after = _copied(before, told)
        _many_copied(before, after)
        for child in _children_of(model).values():
            _rows_copied(child, before, after)
        _attachments_copied(before, after)
    return after


def _children_of(model: type[Model]) -> dict[str, Child]:
    """The declared children of every part, each kind once; tables of many-to-many fields are copied apart."""
    found: dict[str, Child] = {}
    for content in signables():
        if content.model is model:
            for child in content.children.values():
                if not child.model._meta.auto_created:
                    found.setdefault(f"{child.model._meta.label}.{child.via}", child)
    return found


def _copied[M: Model](row: M, changes: Mapping[str, Any]) -> M:
    """A new row with the values of another."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and not getattr(field, "auto_now", False) and not _made_anew(field)
    }
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def _made_anew(field: Any) -> bool:
    """Moments of writing, which the database sets, and generated keys: a copy has its own."""
    generated = field.unique and callable(field.default) and not field.is_relation
    return generated or (field.has_db_default() and not field.editable)


def _many_copied(before: Model, after: Model) -> None:
    for field in before._meta.many_to_many:
        assert isinstance(field, ManyToManyField)
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            getattr(after, field.name).set(getattr(before, field.name).all())


def _rows_copied(child: Child, before: Model, after: Model) -> None:
    for row in child.model._default_manager.filter(**{child.via: before.pk}).order_by("pk"):
        copy = _copied(row, {child.via: after})
        _many_copied(row, copy)
        for grandchild in child.children.values():
            if not grandchild.model._meta.auto_created:
                _rows_copied(grandchild, row, copy)
        _attachments_copied(row, copy)


def _attachments_copied(before: Model, after: Model) -> None:
    if attachable_of(before._meta.label) is None:
        return
    for attachment in Attachment.objects.of(before):
        _copied(attachment, {"record_pk": after.pk})
