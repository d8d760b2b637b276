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
from partners.vocabulary import BatchUnit, DosageForm, Modality, Operation, Region, Route, Stage
from programs.demand import COLUMNS, DemandYear, EnteredRow, rows_read
from programs.models import Program

WORDS: dict[str, type[models.TextChoices]] = {
    "modality": Modality,
    "dosage_form": DosageForm,
    "route": Route,
    "stage": Stage,
    "batch_unit": BatchUnit,
}
TEXTS = ("code", "name", "product", "therapeutic_area", "notes")
SIZES = ("batch_size", "batch_size_peak")
COSTS = ("budget_target", "budget_limit")
WHOLES = ("containment_oeb", "temperature_min", "temperature_max")
DAYS = ("transfer_on", "first_batch_on", "submission_on", "launch_on")
LISTS: dict[str, type[models.TextChoices]] = {"operations": Operation, "regions": Region}
KEYS = (
    *("code", "name", "product", "notes", "therapeutic_area", *WORDS, *SIZES, *LISTS, "candidates"),
    *(*WHOLES, *DAYS, *COSTS, "currency", "demand"),
)
NEEDED = ("code", "modality", "dosage_form", "route", "stage")

LONGEST_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what stood there, and what would be right."""

    field: str
    value: str
    message: str


@dataclass(slots=True)
class Description:
    """What a file says about a program: `fields` only what it names, `feis` None when it names none.

    `is_object` is whether it could be read at all.
    """

    code: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    feis: list[str] | None = None
    demand: tuple[DemandYear, ...] | None = None
    demand_unit: str = ""
    problems: list[Problem] = field(default_factory=list)
    is_object: bool = False

    def refuse(self, name: str, value: object, message: str) -> None:
        self.problems.append(Problem(name, _shown(value), message))


def description_read(content: bytes) -> Description:
    """Understand a file. The database is not asked; what only it knows is checked by the service."""
    read = Description()
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_int=_whole)
        # Half a surrogate pair can be written in JSON, and nowhere be kept or shown.
        json.dumps(data, default=str, ensure_ascii=False).encode()
    except UnicodeError:
        read.refuse("", "", _("The file is not UTF-8 text."))
        return read
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        read.refuse("", place, _("The file is not valid JSON."))
        return read
    if not isinstance(data, dict):
        read.refuse("", "", _("The file must hold one JSON object, written in braces."))
        return read
    read.is_object = True
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
    for name in SIZES:
        if name in data:
            _read_batch_size(read, name, data[name])
    for name in (*WHOLES, *DAYS, *COSTS, "currency"):
        if name in data:
            _read_plain(read, name, data[name])
    for name, choices in LISTS.items():
        if name in data:
            _read_words(read, name, choices, data[name])
    if "candidates" in data:
        _read_candidates(read, data["candidates"])
    if "demand" in data:
        _read_demand(read, data["demand"])
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
    if "\0" in value:
        read.refuse(name, value.replace("\0", "�"), _("A text cannot hold a null character."))
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


def _read_batch_size(read: Description, name: str, value: object) -> None:
    if value in (None, ""):
        read.fields[name] = None
        return
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise InvalidOperation
        size = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
        if not size.is_finite() or size <= 0:
            raise InvalidOperation
        column = cast("models.Field[Any, Any]", Program._meta.get_field(name))
        read.fields[name] = column.clean(size, None)
    except InvalidOperation:
        read.refuse(name, value, _("A batch size is a number above zero, such as 200 or 0.5."))
    except ValidationError as error:
        read.refuse(name, value, " ".join(error.messages))


def _read_plain(read: Description, name: str, value: object) -> None:
    """A whole number, a day, a cost or a currency, as the model's own field reads it."""
    column = cast("models.Field[Any, Any]", Program._meta.get_field(name))
    if value in (None, ""):
        read.fields[name] = "" if name == "currency" else None
        return
    expected: type | tuple[type, ...] = (int, Decimal, str)
    if name in WHOLES:
        expected = int
    elif name in DAYS or name == "currency":
        expected = str
    if isinstance(value, bool) or not isinstance(value, expected):
        read.refuse(name, value, _("This value is of another kind than the key asks for."))
        return
    if name == "currency":
        value = str(value).strip().upper()
        if not (len(value) == 3 and value.isascii() and value.isalpha()):
            read.refuse(name, value, _("A currency has three letters, such as EUR."))
            return
    try:
        read.fields[name] = column.clean(value, None)
    except ValidationError as error:
        read.refuse(name, value, " ".join(error.messages))


def _read_words(read: Description, name: str, choices: type[models.TextChoices], value: object) -> None:
    if value is None:
        value = []
    if not isinstance(value, list):
        read.refuse(name, value, _("This must be a list in square brackets."))
        return
    found = []
    for entry in value:
        word = choice_from_text(choices, entry) if isinstance(entry, str) else None
        if word is None:
            read.refuse(name, entry, _one_of(choices))
        elif word not in found:
            found.append(word)
    # In the vocabulary's order, so that the order in the file makes no difference.
    read.fields[name] = [word for word in choices.values if word in found]


def _read_demand(read: Description, value: object) -> None:
    """{"unit": "kg", "years": [{"year": 2028, "low": 80, "base": 100, "high": 140}]}."""
    years = value.get("years") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(years, list):
        read.refuse("demand", value, _("Demand is an object with unit and years."))
        return
    unit = choice_from_text(BatchUnit, value["unit"]) if isinstance(value.get("unit"), str) else None
    if unit is None and years:
        read.refuse("demand", value.get("unit"), _one_of(BatchUnit))
    typed = []
    for entry in years:
        if not isinstance(entry, dict) or entry.keys() != set(COLUMNS):
            read.refuse("demand", entry, _("Each year has year, low, base and high."))
            continue
        year, low, base, high = (str(entry[name]) for name in COLUMNS)
        typed.append(EnteredRow(year=year, low=low, base=base, high=high))
    found = rows_read(typed)
    for row in found.entered:
        for text in row.problems.values():
            read.refuse("demand", row.year, text)
    read.demand, read.demand_unit = found.years, unit or ""


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


def _whole(digits: str) -> int | Decimal:
    """A whole number; one too long for Python to read as such is out of every range as well."""
    return int(digits) if len(digits) <= LONGEST_WHOLE else Decimal(digits)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"
