"""Reads the JSON description of a program: every problem at once, nothing half understood."""

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from partners.spellings import choice_from_text
from partners.vocabulary import BatchUnit, DosageForm, Modality, Region, Route, Stage
from programs.models import Program

WORDS: dict[str, type[models.TextChoices]] = {
    "modality": Modality,
    "dosage_form": DosageForm,
    "route": Route,
    "stage": Stage,
    "batch_unit": BatchUnit,
}
TEXTS = ("code", "name", "product", "notes")
KEYS = (*TEXTS, *WORDS, "batch_size", "regions", "candidates")
NEEDED = ("code", "modality", "dosage_form", "route", "stage")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what stood there, and what would be right."""

    field: str
    value: str
    message: str


@dataclass(slots=True)
class Description:
    """What a file says about a program: `fields` only what it names, `feis` None when it names none."""

    code: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    feis: list[str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, value: object, message: str) -> None:
        self.problems.append(Problem(name, _shown(value), message))


def description_read(content: bytes) -> Description:
    """Understand a file. The database is not asked; what only it knows is checked by the service."""
    read = Description()
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        read.refuse("", "", _("The file is not UTF-8 text."))
        return read
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        read.refuse("", place, _("The file is not valid JSON."))
        return read
    if not isinstance(data, dict):
        read.refuse("", "", _("The file must hold one JSON object, written in braces."))
        return read
    _read_keys(read, data)
    return read


def _read_keys(read: Description, data: dict[str, Any]) -> None:
    for name in data.keys() - set(KEYS):
        read.refuse(
            name, data[name], _("This key is unknown. Known ones: %(keys)s.") % {"keys": ", ".join(KEYS)}
        )
    for name in TEXTS:
        if name in data:
            _read_text(read, name, data[name])
    for name in WORDS:
        if name in data:
            _read_word(read, name, data[name])
    if "batch_size" in data:
        _read_batch_size(read, data["batch_size"])
    if "regions" in data:
        _read_regions(read, data["regions"])
    if "candidates" in data:
        _read_candidates(read, data["candidates"])
    read.code = read.fields.get("code", "")
    if not read.code and not any(problem.field == "code" for problem in read.problems):
        read.refuse("code", "", _("The program needs a code."))
    if read.fields.get("batch_size") is None and "batch_size" in read.fields:
        read.fields.setdefault("batch_unit", "")
    read.problems.sort(key=lambda problem: (*KEYS, problem.field).index(problem.field))


def _read_text(read: Description, name: str, value: object) -> None:
    if value is None:
        value = ""
    if not isinstance(value, str):
        read.refuse(name, value, _("This must be a text in quotes."))
        return
    text = value.strip()
    column = cast("models.Field[Any, Any]", Program._meta.get_field(name))
    try:
        column.clean(text, None)
    except ValidationError as error:
        read.refuse(name, value, " ".join(error.messages))
        return
    read.fields[name] = text


def _read_word(read: Description, name: str, value: object) -> None:
    choices = WORDS[name]
    if value in (None, "") and name == "batch_unit":
        read.fields[name] = ""
        return
    found = choice_from_text(choices, value) if isinstance(value, str) else None
    if found is None:
        read.refuse(name, value, _one_of(choices))
    else:
        read.fields[name] = found


def _read_batch_size(read: Description, value: object) -> None:
    if value in (None, ""):
        read.fields["batch_size"] = None
        return
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise InvalidOperation
        size = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
        if not size.is_finite() or size <= 0:
            raise InvalidOperation
        read.fields["batch_size"] = Program._meta.get_field("batch_size").clean(size, None)
    except InvalidOperation:
        read.refuse("batch_size", value, _("A batch size is a number above zero, such as 200 or 0.5."))
    except ValidationError as error:
        read.refuse("batch_size", value, " ".join(error.messages))


def _read_regions(read: Description, value: object) -> None:
    if value is None:
        value = []
    if not isinstance(value, list):
        read.refuse("regions", value, _("This must be a list in square brackets."))
        return
    found = []
    for entry in value:
        region = choice_from_text(Region, entry) if isinstance(entry, str) else None
        if region is None:
            read.refuse("regions", entry, _one_of(Region))
        elif region not in found:
            found.append(region)
    # In the vocabulary's order, so that the order in the file makes no difference.
    read.fields["regions"] = [region for region in Region.values if region in found]


def _read_candidates(read: Description, value: object) -> None:
    if not isinstance(value, list):
        read.refuse("candidates", value, _("This must be a list in square brackets."))
        return
    read.feis = []
    for entry in value:
        text = str(entry).strip() if isinstance(entry, str | int) and not isinstance(entry, bool) else ""
        if not (text.isascii() and text.isdigit() and 4 <= len(text) <= 11):
            read.refuse("candidates", entry, _("An FEI is a text of 4 to 11 digits."))
        elif text not in read.feis:
            read.feis.append(text)


def _one_of(choices: type[models.TextChoices]) -> str:
    return _("Not known here. Allowed: %(values)s.") % {"values": get_text_list(choices.values, _("or"))}


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"
