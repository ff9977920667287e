"""Group commit: single statements of many callers share one transaction, and each caller waits for its commit.

Nobody waits for company: whatever has gathered while one transaction is being committed makes up the next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable


@dataclass(frozen=True)
class Write:
    """One statement, its values, whether its commit must outlast a crash of the database, and who waits for it."""

    statement: Executable
    values: Mapping[str, Any]
    lasting: bool
    done: asyncio.Future[Any]


Commit = Callable[[Sequence[Write]], Awaitable[Sequence[Any]]]
"""Runs statements in one transaction, commits it, and returns what each gave back, in their order."""


class GroupCommit:
    """Gathers writes. A caller that is cancelled takes nobody else's write with it."""

    def __init__(self, commit: Commit, is_outage: Callable[[BaseException], bool]) -> None:
        self._commit = commit
        self._is_outage = is_outage
        self._waiting: list[Write] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, statement: Executable, values: Mapping[str, Any], *, lasting: bool) -> Any:
        """Return what the statement gave back once it is committed; raises what the database raises."""
        loop = asyncio.get_running_loop()
        mine = Write(statement, values, lasting, loop.create_future())
        self._waiting.append(mine)
        if self._task is None:
            self._task = loop.create_task(self._work_off(), name="group commit")  # owned here, ended by `close`
        return await mine.done

    async def close(self) -> None:
        """Wait until everything that was asked for has been committed."""
        if self._task is not None:
            await self._task

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._together(batch)
        finally:
            self._task = None

    async def _together(self, batch: Sequence[Write]) -> None:
        try:
            results = await self._commit(batch)
        except Exception as error:
            if len(batch) == 1 or self._is_outage(error):
                for write in batch:
                    if not write.done.done():
                        write.done.set_exception(error)
                return
            for write in batch:  # one statement at fault must not fail its neighbours
                await self._together([write])
            return
        for write, result in zip(batch, results, strict=True):
            if not write.done.done():
                write.done.set_result(result)
