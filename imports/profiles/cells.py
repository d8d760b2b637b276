"""A cell of a sheet as the value of a field; what cannot be read is said in words."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _

from common.text import name_key
from partners.profile.section import Section
from partners.profile.sheets import choices_of, words_known

YES = frozenset({"yes", "true", "1", "oui", "vrai", "y", "x"})
NO = frozenset({"no", "false", "0", "non", "faux", "n"})
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?\Z")
GROUPED = re.compile(r"-?\d{1,3}([,.]\d{3})+\Z")
# The apostrophe that exports put before what a spreadsheet would take for a formula.
GUARDED = re.compile(r"'(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")
SHOWN_WORDS = 12
LONGEST_NUMBER = 30


class CellProblem(ValueError):
    """The cell cannot be read; the text says what would be right."""


def cell_value(section: Section, name: str, text: str) -> Any:
    """The value of one cell that is not blank. Raises `CellProblem`."""
    column = section.column(name)
    text = GUARDED.sub("", text.strip(), count=1)
    if isinstance(column, ArrayField):
        words = [_word(section, name, part) for part in text.split(";") if part.strip()]
        return sorted(set(words), key=[key for key, _label in choices_of(column)].index)
    if choices_of(column):
        return _word(section, name, text)
    if isinstance(column, models.DateField):
        return _day(text)
    if isinstance(column, models.BooleanField):
        return _yes(text)
    if isinstance(column, models.DecimalField):
        return _number(text)
    if isinstance(column, models.IntegerField):
        return _whole(text)
    return text


def _word(section: Section, name: str, text: str) -> str:
    known = words_known(section, name)
    found = known.get(name_key(text)) or known.get(text.strip().casefold())
    if found is None:
        labels = [str(label) for _key, label in choices_of(section.column(name))]
        if len(labels) > SHOWN_WORDS * 3:
            raise CellProblem(_("This country is not known. Write its name or its two letters."))
        raise CellProblem(_("Not one of the allowed words: %(words)s.") % {"words": "; ".join(labels)})
    return found


def _day(text: str) -> dt.date:
    found = DAY.match(text)
    try:
        if found is None:
            raise ValueError
        return dt.date.fromisoformat(found[1])
    except ValueError:
        raise CellProblem(_("This is no day. Write it like 2026-03-19.")) from None


def _yes(text: str) -> bool:
    folded = name_key(text)
    if folded in YES or folded in NO:
        return folded in YES
    raise CellProblem(_("Write yes or no."))


def _number(text: str) -> Decimal:
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if GROUPED.match(bare) and "," in bare and "." not in bare:
        raise CellProblem(_("Write the number without grouping, and decimals behind a point."))
    if "," in bare and "." in bare:
        first, last = sorted((",", "."), key=bare.rindex)
        bare = bare.replace(first, "").replace(last, ".")
    try:
        value = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise CellProblem(_("This is no number.")) from None
    if not value.is_finite() or value.adjusted() > LONGEST_NUMBER:
        raise CellProblem(_("This is no number."))
    return value


def _whole(text: str) -> int:
    value = _number(text)
    if value != value.to_integral_value():
        raise CellProblem(_("This must be a whole number."))
    return int(value)
