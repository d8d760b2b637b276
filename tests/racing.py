"""A second person at work on a connection of their own, for tests of what happens when two act at once."""

import threading
import time
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import connection, connections

from records.refusals import Refused

PATIENCE_SECONDS = 120.0
# In this test's own database: the server is shared with all that run beside it.
WAITING = """
select exists (
    select from pg_locks join pg_stat_activity using (pid)
    where not granted and datname = current_database()
)
"""


class Other:
    """A second person at work: runs on a connection of its own and tells how it went."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.outcome: object = None
        self._act = act
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._act()
            self.outcome = "done"
        except Refused as refusal:
            self.outcome = refusal.code
        except ValidationError as refusal:
            self.outcome = refusal
        finally:
            connections.close_all()

    def waits(self) -> bool:
        """Whether the database makes it wait for us; polled until it does, or has ended instead."""
        latest = time.monotonic() + PATIENCE_SECONDS
        while self._thread.is_alive() and time.monotonic() < latest:
            with connection.cursor() as cursor:
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return True
            self._thread.join(0.02)
        return False

    def ended(self) -> object:
        self._thread.join(PATIENCE_SECONDS)
        return self.outcome
