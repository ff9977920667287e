"""Single statements that wait for the update they belong to, and are committed with its done mark.

A log row of an update that is not done yet is of no use: if the process dies, the update is handled again and logs
again. So such rows need no transaction of their own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Executable

Statement = tuple[Executable, Mapping[str, Any]]
"""A statement and its values."""

_held: ContextVar[list[Statement] | None] = ContextVar("held", default=None)


@contextmanager
def holding_back() -> Iterator[list[Statement]]:
    """Collect, for the length of the block, what `Database.write_later` is given; the caller writes it."""
    held: list[Statement] = []
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def hold(statement: Executable, values: Mapping[str, Any]) -> bool:
    """Keep a statement for later; return False when nobody collects."""
    held = _held.get()
    if held is None:
        return False
    held.append((statement, values))
    return True
