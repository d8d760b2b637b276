"""A second person at work on a connection of their own, for tests of what happens when two act at once."""

import threading
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import connection, connections

from records.refusals import Refused


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
        """Whether the database makes it wait for us; polled until it does."""
        for _ in range(200):
            with connection.cursor() as cursor:
                cursor.execute("select exists (select from pg_locks where not granted)")
                if cursor.fetchone()[0]:
                    return True
            self._thread.join(0.02)
        return False

    def ended(self) -> object:
        self._thread.join(20)
        return self.outcome
