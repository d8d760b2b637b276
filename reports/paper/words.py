"""Codes put into words, in the language that is active."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _
from django_countries import countries

from audits.models import Authority, Inspection, RegulatoryAction
from common.numbers import NO_BREAK, number_text
from partners.models import Organization, Site
from partners.vocabulary import (
    BatchUnit,
    DosageForm,
    EvidenceStrength,
    Modality,
    Operation,
    Region,
    Route,
    Stage,
)
from programs.models import Candidate
from reports.figures.due_diligence import Message
from scorecards.wording import criterion_title, sentence_of_data, template_title

VOCABULARIES: dict[str, type[Choices]] = {
    "action": RegulatoryAction.Kind,
    "authority": Authority,
    "batch_unit": BatchUnit,
    "candidate_stage": Candidate.Stage,
    "classification": Inspection.Classification,
    "dosage_form": DosageForm,
    "gmp": RegulatoryAction.Gmp,
    "modality": Modality,
    "operation": Operation,
    "organization_kind": Organization.Kind,
    "recall_class": RegulatoryAction.RecallClass,
    "region": Region,
    "route": Route,
    "stage": Stage,
    "standing": Site.Standing,
    "strength": EvidenceStrength,
}


def word(vocabulary: str, code: str) -> str:
    """The word for a code; a code that the vocabulary does not know stands for itself."""
    if not code:
        return ""
    try:
        return str(VOCABULARIES[vocabulary](code).label)
    except ValueError:
        return code


def words(vocabulary: str, codes: Iterable[str]) -> str:
    """Several codes in words, with commas."""
    return ", ".join(word(vocabulary, code) for code in codes)


def country_name(code: str) -> str:
    """The country of an ISO code, or nothing."""
    return str(countries.name(code)) if code else ""


def first_up(text: str) -> str:
    """The text with a capital at its beginning; vocabulary words are kept in lower case."""
    return text[:1].upper() + text[1:]


def clipped(text: str, length: int) -> str:
    """The text in one line, cut with an ellipsis at `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def listed(parts: Iterable[Any]) -> str:
    """Those parts that say something, joined by commas."""
    return ", ".join(str(part) for part in parts if part)


def years_between(first: int, last: int) -> str:
    """One year, or a span of years."""
    if first == last:
        return str(first)
    return _("%(first)s–%(last)s") % {"first": first, "last": last}


def source_name(source: str) -> str:
    """The public name of a source of records."""
    names = {
        "": _("Entered by hand"),
        "fda-compliance-actions": _("FDA compliance actions"),
        "fda-483s": _("FDA published Form 483s"),
        "fda-recalls": _("FDA drug recalls"),
        "fda-warning-letters": _("FDA warning letters"),
        "fda-inspections": _("FDA inspection classifications"),
        "fda-citations": _("FDA inspection citations"),
        "demo": _("Invented for demonstration"),
    }
    return names.get(source, source)


def amount(size: Decimal | None, unit: str) -> str:
    """A batch size with its unit, or nothing."""
    return "" if size is None else f"{_exact(size)}{NO_BREAK}{word('batch_unit', unit)}"


def span(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """A range of batch sizes with its unit, or nothing."""
    if low is None or high is None or low == high:
        return amount(high if low is None else low, unit)
    return f"{_exact(low)}–{amount(high, unit)}"


def _exact(value: Decimal) -> str:
    """All decimals that say something, no others."""
    exponent = value.normalize().as_tuple().exponent
    return number_text(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def message_text(message: Message) -> str:
    """A sentence of the scoring rules."""
    return sentence_of_data({"key": message.key, "params": dict(message.params)})


def label_text(key: str, label: str) -> str:
    """The name of a criterion, group or must-have; one added by hand has the name it was given."""
    return criterion_title(key, label)


def template_text(key: str, title: str) -> str:
    """The name of a template."""
    return template_title(key, title)
