"""The only clock. Everything that asks for the time asks here, so tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Where the county lives: times are stored as UTC and shown in this zone."""

_shift = timedelta(0)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def machine() -> datetime:
    """Return the machine's own time, aware: for libraries that look at their own clock."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return the same moment on the county's wall clock."""
    return moment.astimezone(ZONE)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the clock go on from another moment (aware) for the length of the block; used by tests."""
    global _shift
    before = _shift
    _shift = moment - datetime.now(UTC)
    try:
        yield
    finally:
        _shift = before
