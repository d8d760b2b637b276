"""A requirement in words, and whether a site meets it. The evaluation itself is in `programs.conditions`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.numbers import day_text, number_text
from partners.vocabulary import BatchUnit, amount_unit
from programs.conditions import NOTHING, Condition, Known, Outcome, settle
from programs.facts import FactContext, FactKind, FactSpec, KnownBySite, Operator, catalogue, gather_known
from programs.models import Requirement


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement as plain data, free of any language; what a frozen evaluation keeps of it."""

    id: int
    kind: str
    fact: str
    operator: str
    value: Any
    unit: str
    explanation: str

    @classmethod
    def of(cls, row: Requirement) -> Asked:
        return cls(row.pk, row.kind, row.fact, row.operator, row.value, row.unit, row.explanation)

    @property
    def key(self) -> str:
        """Stable key among the must-haves of an evaluation."""
        return f"requirement-{self.id}"

    @property
    def condition(self) -> Condition:
        return Condition(self.operator, self.value, self.unit)

    @property
    def words(self) -> str:
        """What is asked for, in the reader's language: "Country is one of France or Spain"."""
        return condition_text(self.fact, self.operator, self.value, self.unit)


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """One requirement with what is known of it at every site that was asked."""

    asked: Asked
    known: KnownBySite

    def outcome(self, site_id: int) -> Outcome:
        return settle(self.asked.condition, self.known.get(site_id, NOTHING))


def columns_of(rows: Iterable[Requirement], sites: Sequence[int], context: FactContext) -> list[AskedColumn]:
    """Every requirement with what is known of it: one query for each kind of record that is asked about."""
    asked = [Asked.of(row) for row in rows]
    known = gather_known({row.fact for row in asked}, sites, context)
    return [AskedColumn(row, known.get(row.fact, {})) for row in asked]


def requirements_of(package_id: int) -> list[Requirement]:
    """The requirements of a work package in their order. One query."""
    return list(Requirement.objects.filter(work_package_id=package_id))


def value_checked(spec: FactSpec, operator: str, value: Any, unit: str) -> Any:
    """The value as it is kept.

    Raises:
        ValidationError: keyed by `operator`, `value` or `unit`.
    """
    if operator not in spec.operators:
        raise ValidationError({"operator": _("This condition does not fit the fact.")})
    if operator == Operator.PRESENT:
        return None
    if spec.kind in (FactKind.CHOICE, FactKind.CHOICES):
        return _words_checked(spec, operator, value)
    if spec.kind is FactKind.FLAG:
        if not isinstance(value, bool):
            raise ValidationError({"value": _("Choose yes or no.")})
        return value
    if spec.kind is FactKind.DATE:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise ValidationError({"value": _("Enter a day.")}) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValidationError({"value": _("Enter a number.")})
    if spec.has_batch_unit and unit not in BatchUnit.values:
        raise ValidationError({"unit": _("Choose the unit of the figure.")})
    return value


def _words_checked(spec: FactSpec, operator: str, value: Any) -> Any:
    given = value if isinstance(value, list) else [value]
    known = spec.words
    if not given or any(word not in known for word in given):
        raise ValidationError({"value": _("Choose from the list.")})
    if operator != Operator.EQUALS:
        # By code, so that neither the order of clicking nor the language makes a difference.
        return sorted(set(given))
    if len(given) > 1:
        raise ValidationError({"value": _("Choose one, or the condition “is one of”.")})
    return given[0]


def fact_label(key: str) -> str:
    """The name of a fact; its key where the catalogue no longer has it."""
    spec = catalogue().get(key)
    return str(spec.label) if spec else key


def condition_text(fact: str, operator: str, value: Any, unit: str) -> str:
    """A condition in words of the reader's language."""
    spec = catalogue().get(fact)
    words = {"fact": fact_label(fact), "value": values_text(fact, _as_list(value), unit, _joiner(operator))}
    if operator == Operator.PRESENT:
        return _("%(fact)s is on record") % words
    if operator == Operator.ONE_OF:
        return _("%(fact)s: one of %(value)s") % words
    if operator == Operator.INCLUDES:
        return _("%(fact)s: %(value)s") % words
    if operator == Operator.EQUALS:
        return _("%(fact)s: %(value)s") % words
    if spec and spec.kind is FactKind.DATE:
        text = (
            _("%(fact)s: %(value)s or later")
            if operator == Operator.AT_LEAST
            else _("%(fact)s: by %(value)s")
        )
        return text % words
    text = (
        _("%(fact)s: at least %(value)s")
        if operator == Operator.AT_LEAST
        else _("%(fact)s: at most %(value)s")
    )
    return text % words


def known_text(fact: str, known: Known) -> str:
    """What is on record, in words; blank where nothing is."""
    if not known.units:
        return values_text(fact, list(known.values), "", "")
    parts = [values_text(fact, [v], u, "") for v, u in zip(known.values, known.units, strict=True)]
    return ", ".join(dict.fromkeys(parts))


def values_text(fact: str, values: list[Any], unit: str, joiner: str) -> str:
    """Values in words, with their unit."""
    spec = catalogue().get(fact)
    labels = spec.words if spec else {}
    texts = [_value_text(spec, labels, value, unit) for value in values]
    comma = pgettext("between items", "; ") if any(", " in text for text in texts) else ", "
    if not joiner or len(texts) < 2:
        return comma.join(texts)
    return _("%(list)s %(joiner)s %(last)s") % {
        "list": comma.join(texts[:-1]),
        "joiner": joiner,
        "last": texts[-1],
    }


def _value_text(spec: FactSpec | None, labels: Mapping[str, str], value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if spec and spec.kind is FactKind.DATE:
        return day_text(date.fromisoformat(str(value)))
    if isinstance(value, int | float):
        figure = number_text(value, 0 if value == int(value) else 2)
        suffix = amount_unit(unit, value) if unit else str(spec.unit) if spec else ""
        return f"{figure} {suffix}".strip()
    return labels.get(str(value), str(value))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _joiner(operator: str) -> str:
    return _("or") if operator == Operator.ONE_OF else _("and") if operator == Operator.INCLUDES else ""
