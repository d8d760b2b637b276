"""File locks of the kernel: released by itself when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmo_eval.services.problems import ServicesProblem
from cmo_eval.services.progress import step

WAIT_SECONDS = 300.0
POLL_SECONDS = 0.05


class FileLock:
    """A `flock` on one file. Two objects on the same file exclude each other, in one process as well.

    Raises:
        ServicesProblem: when the file may not be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ServicesProblem(
                f"{path} cannot be opened ({error.strerror}): the folder was first used by another user; "
                "start as that user, or set CMO_EVAL_DATA_DIR to a folder of your own."
            ) from None

    def try_exclusive(self) -> bool:
        """Take the lock alone when nobody else holds it."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take the lock beside other sharers when nobody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go of the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def alone(path: Path, waiting: str) -> Iterator[None]:
    """Hold the lock on `path` alone, waiting for its holder for up to five minutes.

    Raises:
        ServicesProblem: when the holder does not let go in that time.
    """
    lock = FileLock(path)
    try:
        if not lock.try_exclusive():
            with step(waiting):
                deadline = time.monotonic() + WAIT_SECONDS
                while not lock.try_exclusive():
                    if time.monotonic() > deadline:
                        raise ServicesProblem(f"{path} has been locked by another process for five minutes.")
                    time.sleep(POLL_SECONDS)
        yield
    finally:
        lock.close()
