"""What a web server or worker says when it starts: whether the database has what this code asks for."""

import structlog

log = structlog.get_logger(__name__)


def say_what_is_missing() -> None:
    """Log one line when `migrate` has to run first. A database that does not answer yet is `/readyz`'s."""
    from django.db import DEFAULT_DB_ALIAS, Error, connections

    from records.install import NOT_INSTALLED, is_installed

    try:
        if not is_installed(DEFAULT_DB_ALIAS):
            log.error("not_installed", hint=NOT_INSTALLED)
    except Error as problem:
        log.warning("database_not_asked", error=str(problem))
    finally:
        # What starts here is forked afterwards; children must not share a connection.
        connections[DEFAULT_DB_ALIAS].close()
