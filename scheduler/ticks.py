"""The scheduler only ticks. What is due is a row; a tick claims rows, so a second scheduler is harmless."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services import clock

log = structlog.get_logger()

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Tick:
    """Something to look after every `seconds`."""

    name: str
    step: Step
    seconds: float


class Ticks:
    """Runs ticks; knows when the last one came round."""

    def __init__(self, ticks: list[Tick]) -> None:
        self._ticks = ticks
        self._beat: datetime | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=clock.ZONE,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin; each tick comes at once and then every so many seconds."""
        for tick in [*self._ticks, Tick("heartbeat", self._heartbeat, 2)]:
            self._scheduler.add_job(
                _guarded,
                "interval",
                args=(tick,),
                seconds=tick.seconds,
                id=tick.name,
                next_run_time=clock.machine(),
            )
        self._scheduler.start()

    def stop(self) -> None:
        """End; a step that is running goes on to its end or is claimed again after the next start."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def alive(self) -> bool:
        """Say whether the ticks have come round in the last half minute."""
        return self._beat is not None and clock.now() - self._beat < timedelta(seconds=30)

    async def _heartbeat(self) -> None:
        self._beat = clock.now()


async def _guarded(tick: Tick) -> None:
    try:
        await tick.step()
    except Exception as error:
        log.warning("a tick failed and will come again", tick=tick.name, error=type(error).__name__)
