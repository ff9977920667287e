"""Background work has an owner: every task is started here, watched here, and ended here."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.logs import outline

log = structlog.get_logger()


class Nursery:
    """Keeps tasks alive and ends them. A task that fails is logged; a loop that fails goes on after a pause."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a coroutine in the background."""
        task = asyncio.get_running_loop().create_task(self._watch(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def forever(self, step: Callable[[], Awaitable[object]], name: str, *, pause: float = 1.0) -> asyncio.Task[None]:
        """Call a coroutine function again and again; after a failure wait `pause` seconds, at most 30."""
        return self.start(_forever(step, name, pause), name)

    async def _watch(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception as error:
            log.error("background work failed", work=name, error=outline(error))

    async def close(self) -> None:
        """Cancel every task and wait until all have ended."""
        while self._tasks:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _forever(step: Callable[[], Awaitable[object]], name: str, pause: float) -> None:
    wait = pause
    while True:
        try:
            await step()
            wait = pause
        except Exception as error:
            log.warning("will try again", work=name, seconds=wait, error=outline(error))
            await asyncio.sleep(wait)
            wait = min(wait * 2, 30.0)
