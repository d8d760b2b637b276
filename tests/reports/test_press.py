"""The rendering process: limits, sameness, what the PDF holds."""

import hashlib
import io
import json
import os
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from reports.figures.canonical import canonical_json
from reports.paper.document import FIGURES_FILE, Document, document_of
from reports.paper.press import Printed, RenderingFailed, pdf_print
from tests.reports import sample


@pytest.fixture(scope="module")
def inputs() -> str:
    return canonical_json(sample.figures())


@pytest.fixture(scope="module")
def document(inputs: str) -> Document:
    return document_of("due_diligence", inputs=inputs, language="en", paper="a4")


@pytest.fixture(scope="module")
def printed(document: Document) -> Printed:
    return pdf_print(document)


@pytest.fixture(scope="module")
def reader(printed: Printed) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(printed.content))


def plain(markup: str) -> Document:
    return Document(f"<!doctype html><title>x</title>{markup}", "ab" * 32, 1_700_000_000, ())


def test_the_same_document_gives_the_same_bytes(document: Document, printed: Printed) -> None:
    again = pdf_print(document)
    assert again.sha256 == printed.sha256
    assert again.content == printed.content


def test_the_same_figures_give_the_same_document(inputs: str, document: Document) -> None:
    assert document_of("due_diligence", inputs=inputs, language="en", paper="a4") == document


def test_other_figures_give_another_hash(document: Document) -> None:
    other = canonical_json(sample.figures(requested_by="Someone Else"))
    assert (
        document_of("due_diligence", inputs=other, language="en", paper="a4").inputs_sha256
        != document.inputs_sha256
    )


def test_what_is_told_about_the_file_is_true(printed: Printed, reader: pypdf.PdfReader) -> None:
    assert printed.sha256 == hashlib.sha256(printed.content).hexdigest()
    assert printed.pages == len(reader.pages)


def test_every_page_carries_its_number_and_the_content_hash(
    document: Document, reader: pypdf.PdfReader
) -> None:
    total = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {total}" in text
        assert document.inputs_sha256 in text


def test_every_page_but_the_cover_carries_program_confidentiality_and_edition(
    document: Document, reader: pypdf.PdfReader
) -> None:
    edition = f"edition {document.inputs_sha256[:12]}"
    for page in reader.pages[1:]:
        text = page.extract_text()
        assert "AURELIA · Subcutaneous antibody for severe asthma" in text
        assert "Confidential" in text
        assert edition in text
    assert edition not in reader.pages[0].extract_text()


def test_the_figures_come_out_of_the_pdf_as_they_went_in(
    inputs: str, document: Document, reader: pypdf.PdfReader
) -> None:
    (content,) = reader.attachments[FIGURES_FILE]
    assert content.decode() == inputs
    assert hashlib.sha256(content).hexdigest() == document.inputs_sha256
    assert json.loads(content)["site"]["name"] == "Corran Bridge Biologics, Unit 2"


def test_the_pdf_is_tagged_and_says_its_language_and_title(reader: pypdf.PdfReader) -> None:
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Due diligence: Corran Bridge Biologics, Unit 2"
    assert reader.xmp_metadata is not None
    names = {outline.title for outline in reader.outline if not isinstance(outline, list)}
    assert {"Summary", "The regulatory record", "Sources and method"} <= names


def test_every_chart_has_words_for_those_who_cannot_see_it(printed: Printed) -> None:
    found = [
        element
        for element in structure(pypdf.PdfReader(io.BytesIO(printed.content)))
        if element.get("/S") == "/Figure" and len(str(element.get("/Alt", ""))) > 20
    ]
    assert len(found) >= 3


def test_table_headings_are_marked_as_headings(printed: Printed) -> None:
    kinds = [element.get("/S") for element in structure(pypdf.PdfReader(io.BytesIO(printed.content)))]
    assert kinds.count("/TH") > 50
    assert kinds.count("/Table") >= 10


def structure(reader: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    """Every element of the structure tree."""
    catalog: Any = reader.trailer["/Root"]
    found, waiting = [], [catalog["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            resolved = kid.get_object()
            if isinstance(resolved, pypdf.generic.DictionaryObject) and "/S" in resolved:
                found.append(resolved)
                waiting.append(resolved)
    return found


def test_letter_paper_is_letter_sized(inputs: str) -> None:
    letter = pdf_print(document_of("due_diligence", inputs=inputs, language="en", paper="letter"))
    box = pypdf.PdfReader(io.BytesIO(letter.content)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (612, 792)


def test_no_path_of_this_machine_stands_in_the_file(printed: Printed, document: Document) -> None:
    assert os.getcwd() not in document.html
    assert b"/static/css" not in printed.content


def test_a_document_that_takes_too_long_is_stopped() -> None:
    slow = plain('<table><tr><td colspan="1000000">x</table>' * 8)
    with pytest.raises(RenderingFailed, match="longer than 2 seconds"):
        pdf_print(slow, time_limit_seconds=2)


def test_a_document_that_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(RenderingFailed, match=r"memory|limit"):
        pdf_print(plain("<p>x" * 200_000), memory_bytes=200 * 1024**2)


def test_a_document_that_asks_for_a_file_is_refused_with_the_reason() -> None:
    with pytest.raises(RenderingFailed, match="may not load 'file:///etc/hostname'"):
        pdf_print(plain('<img src="file:///etc/hostname">'))


def test_the_rendering_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.paper import press

    monkeypatch.setenv("DJANGO_SECRET_KEY", "a secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    assert not {"DJANGO_SECRET_KEY", "DATABASE_URL", "REDIS_URL"} & set(press._bare_environment("/tmp", 1))


def test_an_attachment_changes_the_file(document: Document, printed: Printed) -> None:
    (attached,) = document.attached
    altered = replace(document, attached=(replace(attached, text=attached.text + " "),))
    assert pdf_print(altered).sha256 != printed.sha256
