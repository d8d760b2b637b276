"""Sends what the code logs through the standard library, so that LOGGING decides where it goes and how.

Left alone, structlog prints to standard output, where commands with `--json` write their one object.
"""

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
