"""Spreadsheets and slides held against the figures that they carry."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from reports.figures.comparison import Comparison
from reports.office.carrying import INPUTS_PART, CarriedOffice, unpacked
from reports.office.slides import comparison_slides
from reports.office.workbook import comparison_workbook
from reports.proof.checks import Check, Finding

MOST_NAMED = 5
SHEETS = "sheets and slides"


def office_hash(carried: CarriedOffice, digest: str) -> Check:
    """The hash of the figures stands in the words of the file."""
    if any(digest.encode() in part for part in carried.parts.values()):
        return Check("content hash", Finding.HOLDS, _("The file prints the hash of the figures it carries."))
    words = _("The hash of the figures it carries, %(hash)s, is printed nowhere in the file.") % {
        "hash": digest
    }
    return Check("content hash", Finding.ALTERED, words)


def office_again(carried: CarriedOffice, figures: Comparison) -> Check:
    """The file made again from the carried figures has the same parts."""
    inputs = carried.figures
    try:
        if carried.made_as == "xlsx":
            made = comparison_workbook(inputs=inputs, language=carried.language, paper=carried.paper)
        else:
            made, _slides = comparison_slides(inputs=inputs, language=carried.language)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        return Check(
            SHEETS,
            Finding.ALTERED,
            _("The file cannot be made from the figures: %(problem)s") % {"problem": problem},
        )
    found, again = comparable(carried.parts), comparable(unpacked(made))
    other = sorted(name for name in found.keys() | again.keys() if found.get(name) != again.get(name))
    if not other:
        return Check(SHEETS, Finding.HOLDS, _("Made again from the figures, the file has the same parts."))
    if figures.product_version != settings.VERSION:
        words = _("Made by version %(made)s; version %(here)s makes other files.") % {
            "made": figures.product_version,
            "here": settings.VERSION,
        }
        return Check(SHEETS, Finding.SKIPPED, words)
    words = _("Not as the figures make them, or saved again: %(parts)s.") % {
        "parts": ", ".join([*other[:MOST_NAMED], *(["…"] if len(other) > MOST_NAMED else [])])
    }
    return Check(SHEETS, Finding.ALTERED, words)


def comparable(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without the figures; workbooks of charts part by part, without the time of their making."""
    found: dict[str, bytes] = {}
    for name, content in parts.items():
        if name.endswith(".xlsx"):
            inner = unpacked(content)
            found |= {f"{name}/{one}": each for one, each in inner.items() if one != "docProps/core.xml"}
        elif name != INPUTS_PART[1:]:
            found[name] = content
    return found
