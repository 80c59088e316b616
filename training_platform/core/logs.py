"""Logs: one JSON object a line in production, readable lines otherwise, with request ids."""

import logging
import sys

import structlog


def set_up(*, is_production: bool, level: str = "INFO") -> None:
    """Send the standard library's logging through structlog to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: structlog.typing.Processor
    if is_production:
        shared.append(structlog.processors.format_exc_info)
        final = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        final = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("fontTools", "weasyprint", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel("WARNING")
