"""A whole plan in one query: the rows of all kinds as JSON, put together again as models."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import JSONObject

from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan, PlanRow

type Rows = Mapping[type[PlanRow], list[Any]]


def rows_of(plan: DistributionPlan) -> Rows:
    """Every row of the plan by model, in the order of its key. One query for all kinds."""
    parts = [_packed(kind.model, plan) for kind in KINDS.values()]
    found: dict[type[PlanRow], list[Any]] = defaultdict(list)
    by_label = {kind.model._meta.label: kind.model for kind in KINDS.values()}
    for label, packed in parts[0].union(*parts[1:], all=True).order_by():
        model = by_label[label]
        row = model(**{name: _value(model, name, raw) for name, raw in packed.items()})
        row.plan = plan
        found[model].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.pk)
    _link(found)
    return found


def counts_of_kinds(plan: DistributionPlan) -> dict[str, int]:
    """How many rows the plan has of each kind. One query."""
    parts = [
        kind.rows.filter(plan=plan).order_by().values_list(Value(kind.key, CharField()), "pk")
        for kind in KINDS.values()
    ]
    counts = dict.fromkeys(KINDS, 0)
    for key, _pk in parts[0].union(*parts[1:], all=True).order_by():
        counts[key] += 1
    return counts


def _packed(model: type[PlanRow], plan: DistributionPlan) -> QuerySet[Any, Any]:
    fields = {field.attname: field.attname for field in model._meta.concrete_fields if _is_read(field)}
    manager: Any = model._default_manager
    rows: QuerySet[Any, Any] = manager.filter(plan=plan).order_by()
    label = Value(model._meta.label, CharField())
    return rows.values_list(label, JSONObject(**fields))


def _is_read(field: "models.Field[Any, Any]") -> bool:
    return field.name not in ("plan", "created_at")


def _value(model: type[PlanRow], name: str, raw: Any) -> Any:
    """JSON knows no dates, hours or decimals."""
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    if raw is None or field.is_relation:
        return raw
    if isinstance(field, models.DecimalField):
        return field.to_python(str(raw))
    return field.to_python(raw)


def _link(found: dict[type[PlanRow], list[Any]]) -> None:
    """Rows that name each other hold each other, so that no further query is asked."""
    known = {model: {row.pk: row for row in rows} for model, rows in found.items()}
    for model, rows in found.items():
        for field in model._meta.concrete_fields:
            related = field.related_model
            if not isinstance(related, type) or related not in known:
                continue
            for row in rows:
                key = getattr(row, field.attname)
                if key is not None:
                    setattr(row, field.name, known[related].get(key))
