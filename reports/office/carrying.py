"""The figures inside spreadsheets and slides, so that whoever has the file can compute it again.

A spreadsheet has them on its last sheet, which is hidden and not secret: language and paper in the first row,
below it the canonical JSON in pieces, since a cell holds 32,767 characters. Slides have them as a custom XML
part.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import fastexcel
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

# Named alike in every language, so that a file of any language is read.
INPUTS_SHEET = "figures.json"
INPUTS_PART = "/customXml/item1.xml"
NAMESPACE = "urn:cmo-eval:figures"
PIECE = 30_000
# What a file may unpack to; ours have some megabytes at most.
MOST_BYTES = 200 * 1024**2


class NotOurs(Exception):
    """The file is no spreadsheet and no slides that can be read, or carries no figures."""


@dataclass(frozen=True)
class CarriedOffice:
    """A spreadsheet or slides as found; `parts` are the files in the archive but the one with the figures."""

    made_as: str
    figures: str
    language: str
    paper: str
    parts: Mapping[str, bytes]


def inputs_sheet(book: Any, inputs: str, *, language: str, paper: str) -> None:
    """Add the hidden sheet to an XlsxWriter workbook."""
    sheet = book.add_worksheet(INPUTS_SHEET)
    for column, told in enumerate((language, paper)):
        sheet.write_string(0, column, told)
    for row, at in enumerate(range(0, len(inputs), PIECE), start=1):
        sheet.write_string(row, 0, inputs[at : at + PIECE])
    sheet.hide()


def inputs_part(show: Any, inputs: str, *, language: str) -> None:
    """Add the custom XML part to a presentation."""
    root = ElementTree.Element(f"{{{NAMESPACE}}}figures", {"language": language})
    root.text = inputs
    blob = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    part = Part(PackURI(INPUTS_PART), "application/xml", show.part.package, blob)
    show.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def read_office(content: bytes) -> CarriedOffice:
    """Take a spreadsheet or slides apart.

    Raises:
        NotOurs: when it cannot be read or carries no figures.
    """
    try:
        parts = unpacked(content)
        if INPUTS_PART[1:] in parts:
            figures, language = _of_slides(parts.pop(INPUTS_PART[1:]))
            return CarriedOffice("pptx", figures, language, "", parts)
        figures, language, paper = _of_sheet(content)
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, ElementTree.ParseError) as problem:
        raise NotOurs from problem
    return CarriedOffice("xlsx", figures, language, paper, parts)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files in an archive by name.

    Raises:
        ValueError: when it would unpack to too much.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
            raise ValueError("too large")
        return {name: archive.read(name) for name in archive.namelist()}


def _of_slides(blob: bytes) -> tuple[str, str]:
    if b"<!DOCTYPE" in blob:
        raise ValueError("a document type is none of ours")
    root = ElementTree.fromstring(blob)
    return root.text or "", root.get("language", "")


def _of_sheet(content: bytes) -> tuple[str, str, str]:
    try:
        sheet = fastexcel.read_excel(content).load_sheet(INPUTS_SHEET, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as problem:
        raise ValueError from problem
    first, *others = sheet.to_polars().iter_rows()
    language, paper = (cell or "" for cell in first[:2])
    return "".join(row[0] or "" for row in others), language, paper
