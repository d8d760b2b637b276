"""One reader for every file that comes in: judged before opening, parsed in a limited child process.

Knows nothing of Django, of sources or of columns. What it hands over is text, as the file has it.
"""

from imports.reading.limits import DEFAULT_LIMITS, Limits
from imports.reading.reader import RawTable, read_table
from imports.reading.refusal import Refused

__all__ = ["DEFAULT_LIMITS", "Limits", "RawTable", "Refused", "read_table"]
