"""Sends what the code logs through the standard library, so that LOGGING decides where it goes and how.

Left alone, structlog prints to standard output, where commands with `--json` write their one object.
Production writes JSON, one object a line; everything else lines for people.
"""

from typing import Any

import structlog


def configure_logs() -> None:
    """Hand structlog's events to the standard library's loggers; done once, when the project is ready."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def line(_logger: Any, _method: str, event: structlog.typing.EventDict) -> str:
    """One event as people read it: moment in UTC, level, logger, event, values; a traceback below."""
    told = dict(event)
    level, name = str(told.pop("level", "")).upper(), told.pop("logger", "")
    what, trace = told.pop("event", ""), told.pop("exception", "")
    at = f"{str(told.pop('timestamp', ''))[:19].replace('T', ' ')}Z"
    values = "".join(f" {key}={_shown(value)}" for key, value in told.items())
    return f"{at} {level} {name}: {what}{values}" + (f"\n{trace}" if trace else "")


def _shown(value: Any) -> str:
    text = str(value)
    return text if text and text.isprintable() and " " not in text else repr(value)


FOREIGN = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def formatter(*, as_json: bool) -> dict[str, Any]:
    """For LOGGING: how what structlog and other libraries log is written."""
    renderer = structlog.processors.JSONRenderer() if as_json else line
    return {
        "()": "structlog.stdlib.ProcessorFormatter",
        "foreign_pre_chain": FOREIGN,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
