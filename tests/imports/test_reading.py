"""A wrong file is refused with its reason; a right one is read as text, whoever saved it."""

import json
import zipfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import pytest

from common.room import is_no_room
from imports.reading import DEFAULT_LIMITS, Limits, Refused, read_table
from imports.reading.reader import Child
from tests.imports.files import COMPLIANCE_HEADER, compliance_row, write_csv, write_xlsx


def refusal(path: Path, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Refused:
    with pytest.raises(Refused) as caught, read_table(path, name or path.name, limits):
        pass
    return caught.value


def cells(path: Path) -> list[list[str]]:
    with read_table(path, path.name) as table:
        return [
            [row[f"c{i}"] for i in range(table.width)]
            for batch in table.batches()
            for row in batch.iter_rows(named=True)
        ]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.csv", b"")).key == "empty_file"
    assert refusal(write(tmp_path / "b.csv", b"\xef\xbb\xbf\r\n  ")).key == "empty_file"


def test_another_extension_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.txt", b"a,b\n1,2\n")).key == "extension"
    assert refusal(write(tmp_path / "a.xlsm", b"PK\x03\x04")).key == "extension"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"PK\x03\x04 rest", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", "XLS"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"a,b\x00c", "binary"),
        (b"\x89PNG\r\n", "PNG"),
    ],
)
def test_a_renamed_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, found: str) -> None:
    refused = refusal(write(tmp_path / "export.csv", content))
    assert (refused.key, refused.params["found"]) == ("other_content", found)


def test_a_pdf_named_as_a_workbook_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "export.xlsx", b"%PDF-1.7")).params["found"] == "PDF"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.csv", b"a,b\n" * 100), limits=Limits(csv_bytes=10)).key == "too_large"


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    assert path.stat().st_size < 400_000
    assert refusal(path).key == "unpacks_too_large"


def test_a_container_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", COMPLIANCE_HEADER, [compliance_row(n) for n in range(3)])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    declared = sheet.file_size.to_bytes(4, "little")
    path.write_bytes(bytes(content).replace(declared, (sheet.file_size // 2).to_bytes(4, "little")))
    assert refusal(path).key in {"not_a_workbook", "unreadable"}


def test_a_container_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"xl/{number}.xml", "x")
    assert refusal(path).key == "too_many_entries"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert refusal(path).key == "not_a_workbook"


def test_a_formula_in_a_workbook_is_refused_with_its_cell(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COMPLIANCE_HEADER)
        sheet.write_row(1, 0, compliance_row(1))
        sheet.write_formula(1, 2, "=1+1")
    refused = refusal(path)
    assert (refused.key, refused.params["cell"]) == ("formula", "C2")


def test_a_formula_in_a_text_file_is_refused_with_its_cell(tmp_path: Path) -> None:
    rows = [compliance_row(1), compliance_row(2, name='=HYPERLINK("http://x","y")')]
    refused = refusal(write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, rows))
    assert (refused.key, refused.params["cell"]) == ("formula", "B3")


def test_text_that_begins_with_a_plus_or_minus_is_no_formula(tmp_path: Path) -> None:
    rows = [compliance_row(1, name="+Protec Hands"), compliance_row(2, name="-")]
    assert cells(write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, rows))[1][1] == "+Protec Hands"


def test_an_open_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    refused = refusal(write(tmp_path / "a.csv", b'a,b\n1,"cut off\n'))
    assert refused.key == "malformed_text"


def test_a_parser_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(n) for n in range(1_000)])
    refused = refusal(path, limits=Limits(memory_bytes=80 * 1024 * 1024))
    assert refused.key in {"too_much_memory", "unreadable"}


def test_a_parser_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(n) for n in range(10)])
    assert refusal(path, limits=Limits(seconds=0)).key == "too_slow"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = write_csv(
        tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(1, name="Étoile Pharma")], encoding
    )
    rows = cells(path)
    assert rows[0][0] == "FEI Number"
    assert rows[1][1] == "Étoile Pharma"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(
        delimiter.join(f'"{cell}"' for cell in row) for row in (COMPLIANCE_HEADER, compliance_row(1))
    )
    assert cells(write(tmp_path / "a.csv", text.encode()))[1] == list(compliance_row(1))


def test_a_workbook_and_a_text_file_read_alike(tmp_path: Path) -> None:
    rows = [compliance_row(n) for n in range(3)]
    as_text = cells(write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, rows))
    assert cells(write_xlsx(tmp_path / "a.xlsx", COMPLIANCE_HEADER, rows)) == as_text


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"a,b\n1,2\n\n,\n3,4\n")
    with read_table(path, path.name) as table:
        assert next(table.batches())["line"].to_list() == [1, 2, 5]
        assert table.rows == 3


def test_a_file_is_read_in_parts(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(n) for n in range(99)])
    with read_table(path, path.name, Limits(batch_rows=40)) as table:
        assert [batch.height for batch in table.batches()] == [40, 40, 20]
    assert not next(table.parts()).exists()


def test_a_parser_that_finished_in_time_is_not_late_when_its_parts_are_read_slowly(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(n) for n in range(9)])
    arguments = [str(path), "csv", str(tmp_path), json.dumps(asdict(DEFAULT_LIMITS)), ""]
    child = Child(arguments, tmp_path, DEFAULT_LIMITS)
    try:
        child.process.wait()
        child.end_late()
        assert [told["rows"] for told in child.told()] == [10]
    finally:
        child.end()


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "a.csv", COMPLIANCE_HEADER, [compliance_row(n) for n in range(10)])
    parts = tmp_path / "parts"
    parts.mkdir()
    # Whatever is written here finds no room.
    (parts / "part-00000.arrow").symlink_to("/dev/full")
    monkeypatch.setattr(
        "imports.reading.reader.tempfile.TemporaryDirectory", lambda **_: nullcontext(str(parts))
    )
    with pytest.raises(OSError, match="No space left") as caught, read_table(path, path.name):
        pass
    assert is_no_room(caught.value)
