"""The words for refusals and problems, and what each source is called. Keys come from the pure rooms."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from audits.models import Citation, Inspection, RegulatoryAction
from common.numbers import number_text
from records.display import kind_of

REFUSALS = {
    "empty_file": _("The file is empty (0 bytes of content)."),
    "extension": _("%(suffix)s is no file that can be imported. Export as .csv or .xlsx."),
    "other_content": _("The name ends in %(suffix)s, but the content is %(found)s. Export it again."),
    "too_large": _("The file has %(size_mb)s MB; at most %(limit_mb)s MB are read."),
    "not_a_workbook": _("This is no readable Excel workbook: its parts are damaged or missing."),
    "too_many_entries": _("The workbook has %(entries)s parts; at most %(limit)s are opened."),
    "unpacks_too_large": _(
        "The workbook of %(size_kb)s KB would unpack to %(unpacked_mb)s MB. It is not opened (zip bomb)."
    ),
    "encrypted": _("The workbook is protected by a password. Save it without one."),
    "encoding": _("The text is neither UTF-8 nor Windows-1252."),
    "malformed_text": _("Line %(line)s is no proper CSV: %(detail)s. The file may be cut off."),
    "no_rows": _("The file has no rows."),
    "too_many_columns": _("The file has %(columns)s columns; at most %(limit)s are read."),
    "formula": _("Cell %(cell)s holds a formula. Save the values instead of formulas."),
    "too_slow": _("Reading the file took longer than %(seconds)s seconds and was stopped."),
    "too_much_memory": _("Reading the file needed more memory than is allowed and was stopped."),
    "unreadable": _("The file cannot be read: %(detail)s"),
    "unknown_source": _("%(source)s is no source that is known."),
    "header_unknown": _("The header fits none of the known sources. Its columns: %(found)s."),
    "header": _("The header does not fit %(source)s. Missing: %(missing)s. Found: %(found)s."),
    "header_repeated": _("The header names a column twice: %(columns)s. Which one counts is not told."),
    "nothing_but_header": _("The file has a header and no rows below it."),
    "all_rejected": _("Every row was rejected, so nothing would be saved."),
    "rows_rejected": _(
        "%(rejected)s of %(rows)s rows were rejected and nothing was saved. "
        "Correct them, or ask to save the good rows."
    ),
    "retrieved_in_future": _("The day of retrieval lies in the future."),
    "not_found": _("There is no file %(path)s."),
    "too_many_rows": _("The file has %(rows)s rows; at most %(limit)s are read at once. Divide it."),
    "profile_header": _(
        "No column of the file belongs to this kind of record. Found: %(found)s. Take the template."
    ),
    "profile_columns": _(
        "These columns are not known: %(found)s. Take the headings of the template, or leave the columns out."
    ),
}

PROBLEMS = {
    "cell_count": _("The row has %(value)s cells, the header another number."),
    "too_long": _("The text is too long."),
    "missing_value": _("A value is missing."),
    "date_unreadable": _("This is no date that can be read. Dates read 2026-03-19 or 03/19/2026."),
    "date_serial": _(
        "This is the number by which a spreadsheet stores a day. Format the column as dates, export again."
    ),
    "date_impossible": _("The date lies after the day of retrieval or too far in the past."),
    "fei_unreadable": _(
        "An FEI has 4 to 11 digits. The row is kept without site until a person says which one it is."
    ),
    "country_unknown": _("The country is not known. The row is kept; the site has no country from it."),
    "action_type_unknown": _("Known action types are Warning Letter, Injunction and Seizure."),
    "recall_class_unknown": _("Known classes are Class I, Class II and Class III."),
    "classification_unknown": _("Known classifications are NAI, VAI and OAI."),
    "fiscal_year_unknown": _("This is no year. The row is kept without fiscal year."),
    "posted_before": _("It was posted before it was issued. The row is kept, known on the later day."),
    "key_repeated": _("The row has the same key as row %(taken)s and says something else."),
}

# What stands against undoing an import (see `imports.undoing.blockers`), for one and for several.
BLOCKERS = {
    "not_saved": _("Only a saved import can be undone."),
    "not_recorded": _("The change history does not tell what this import alone wrote."),
    "newer_import": _(
        "A newer import of the same source covers the same rows: %(file)s. Undo that one first."
    ),
    "rows_changed": ngettext_lazy(
        "%(n)s of its rows was changed since by %(actor)s.",
        "%(n)s of its rows were changed since by %(actor)s.",
        "count",
    ),
    "rows_imported_again": ngettext_lazy(
        "%(n)s of its rows was changed since by a newer import.",
        "%(n)s of its rows were changed since by newer imports.",
        "count",
    ),
    "place_edited": ngettext_lazy(
        "%(n)s site or organization that it created was edited since by %(actor)s: %(names)s.",
        "%(n)s sites or organizations that it created were edited since by %(actor)s: %(names)s.",
        "count",
    ),
    "depends": ngettext_lazy(
        "%(n)s record depends on what it created (%(kind)s of a %(on)s).",
        "%(n)s records depend on what it created (%(kind)s of a %(on)s).",
        "count",
    ),
    "depends_otherwise": _("Other records depend on what it wrote."),
    "frozen": ngettext_lazy(
        "%(n)s evaluation that rests on its rows was frozen since.",
        "%(n)s evaluations that rest on its rows were frozen since.",
        "count",
    ),
    "signed": ngettext_lazy(
        "%(n)s decision on the standing of a site that its rows are about was signed since.",
        "%(n)s decisions on the standing of sites that its rows are about were signed since.",
        "count",
    ),
}

# What a job says while it works (see `imports.loading` and `imports.undoing`).
STEPS = (
    gettext_noop("Looking for what stands on it"),
    gettext_noop("Putting back"),
    gettext_noop("Reading the file"),
    gettext_noop("Reading rows"),
    gettext_noop("Comparing with what is stored"),
    gettext_noop("Saving"),
)


def refusal_text(key: str, params: Mapping[str, Any]) -> str:
    """Why a file is refused, in the reader's language."""
    return str(REFUSALS[key]) % dict(params)


def problem_text(problem: Mapping[str, Any]) -> str:
    """What is wrong with a row, in the reader's language."""
    return str(PROBLEMS[problem["key"]]) % {"value": problem["value"], **problem.get("params", {})}


def blocker_text(blocker: Mapping[str, Any]) -> str:
    """What stands against undoing an import, in the reader's language."""
    count, params = blocker["count"], blocker["params"]
    kinds = {name: kind_of(params[name]) for name in ("kind", "on") if name in params}
    values = params | kinds | {"count": count, "n": number_text(count)}
    return str(BLOCKERS[blocker["key"]] % values)


def field_label(name: str) -> str:
    """A field of a regulatory record as the screens call it."""
    for model in (RegulatoryAction, Inspection, Citation):
        with suppress(FieldDoesNotExist):
            return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    return name
