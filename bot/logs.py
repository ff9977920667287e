"""What the program writes about itself, to standard error: never what people typed."""

import logging
import sys
import traceback
from pathlib import Path

import structlog


def outline(error: BaseException) -> str:
    """Return what an error is and where it arose, without its message: that may hold what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(
        [type(error).__name__, *(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))]
    )


def configure(level: int) -> None:
    """Log from this level on, ours and the libraries' from warnings on."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=False),
            # plain tracebacks: a rich one would show local variables, and with them what people typed
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
