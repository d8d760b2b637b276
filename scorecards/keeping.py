"""What a process keeps until anything recorded changes: the head of the history stands for all of it.

Every write to a table of ours is sealed into the chain of the history before anyone else can see it, one
transaction after the other. So who reads the head first and then the tables never keeps under that head
anything older, and a newer head is seen together with what it stands for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django.db import connection

from records.selectors import history_head

MOST_KEPT = 8


class Kept[T]:
    """The latest few answers of one process, each by its question."""

    def __init__(self, *, worth_keeping: Callable[[T], bool] = lambda _: True) -> None:
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, T] = OrderedDict()
        self._worth_keeping = worth_keeping

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()

    def get(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The kept answer, or a new one. One query beside those of the answer.

        Inside a transaction nothing is kept: what it has written may yet be undone.
        """
        if connection.in_atomic_block:
            return answer()
        head = history_head()
        key = (str(connection.settings_dict["NAME"]), str(head), question)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        made = answer()
        if self._worth_keeping(made):
            with self._lock:
                self._answers[key] = made
                while len(self._answers) > MOST_KEPT:
                    self._answers.popitem(last=False)
        return made
