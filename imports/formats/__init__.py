"""One module per source: its headers, its dirt, its key, how a row becomes a record. No Django."""

from imports.formats.base import Column, Format, HeaderMatch
from imports.formats.registry import FORMATS, guess_format, match_header

__all__ = ["FORMATS", "Column", "Format", "HeaderMatch", "guess_format", "match_header"]
