"""Rows of a delimited text file, whichever encoding and delimiter it was saved with."""

import codecs
import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from imports.reading.limits import Limits
from imports.reading.refusal import Refused

CHUNK = 1 << 20
DELIMITERS = ",;\t|"
# A line with as many of one delimiter is the header or a row; a title above may hold one by chance.
OF_A_ROW = 4
LINES_LOOKED_AT = 20


def delimited_rows(path: Path, limits: Limits) -> tuple[Iterator[list[str]], str]:
    """The rows of the file, lazily, and the encoding they were read with.

    UTF-8 (with or without byte-order mark), UTF-16 with one, else Windows-1252 as older Excel saves it.
    Raises `Refused` when the text is none of these, holds NUL bytes, or its quotes do not close.
    """
    encoding = _encoding(path)
    delimiter = _delimiter(path, encoding)
    return _rows(path, encoding, delimiter, limits), encoding


def _rows(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_characters)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise Refused("malformed_text", {"line": reader.line_num, "detail": str(error)}) from None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        mark = file.read(2)
    marked = mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    candidates = ("utf-16",) if marked else ("utf-8-sig", "cp1252")
    for candidate in candidates:
        if _decodes(path, candidate):
            return candidate
    raise Refused("encoding")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                if "\x00" in decoder.decode(chunk):
                    raise Refused("other_content", {"suffix": ".csv", "found": "binary"})
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that occurs most often outside quotes in the first line that looks like a row."""
    chance = ""
    with path.open(encoding=encoding, newline="") as file:
        for line in itertools.islice(file, LINES_LOOKED_AT):
            bare = "".join(line[:10_000].split('"')[::2])
            counts = {delimiter: bare.count(delimiter) for delimiter in DELIMITERS}
            best = max(counts, key=counts.__getitem__)
            if counts[best] >= OF_A_ROW:
                return best
            chance = chance or (best if counts[best] else "")
    return chance or ","
