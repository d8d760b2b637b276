"""No room left: on a disk of this machine, or on that of the database."""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
WORDS = "No space left on device"
# `disk_full` of PostgreSQL.
SQLSTATE = "53100"


def is_no_room(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, says that there is no room left to write."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        told = isinstance(error, OSError) and error.errno in NO_ROOM
        # Some libraries give the words of the system only.
        if told or getattr(error, "sqlstate", "") == SQLSTATE or WORDS in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
