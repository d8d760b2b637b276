"""`python -m cmo_eval.health web|worker|beat`: whether a process of the container does its work; 0: yes."""

import glob
import http.client
import os
import socket
import sys
import time
from collections.abc import Callable

# Beat writes its schedule every three minutes.
BEAT_SILENCE_SECONDS = 600.0


def web_is_healthy() -> bool:
    """Whether the web server on PORT (8000) answers /livez under a name it knows."""
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_is_healthy() -> bool:
    """Whether this host's worker answers a message through the broker."""
    from cmo_eval.celery import app

    name = f"worker@{socket.gethostname()}"
    answers = app.control.inspect(destination=[name], timeout=10, limit=1).ping()
    return answers is not None and name in answers


def beat_is_healthy() -> bool:
    """Whether beat has written its schedule lately."""
    schedule = os.environ.get("BEAT_SCHEDULE", "/tmp/beat-schedule")
    written = [os.stat(path).st_mtime for path in glob.glob(f"{glob.escape(schedule)}*")]
    return bool(written) and time.time() - max(written) < BEAT_SILENCE_SECONDS


CHECKS: dict[str, Callable[[], bool]] = {
    "web": web_is_healthy,
    "worker": worker_is_healthy,
    "beat": beat_is_healthy,
}


def main(arguments: list[str]) -> int:
    """Check one process; 0 healthy, 1 not, 2 asked for something else."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if CHECKS[arguments[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
