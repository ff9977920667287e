"""The real program, started within half a second instead of several: by the launcher, which has imported it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from datetime import datetime
from pathlib import Path

from tests.process import ROOT, Program, until

ENDS_WITHIN = 30.0
"""Seconds after which an end has failed."""


class Preloaded(Program):
    """A Program whose processes are forked by a launcher of its own, at a moment of its own."""

    def __init__(self, folder: Path, *, moment: datetime, without: str = "", **settings: str) -> None:
        super().__init__(folder, **settings)
        self._options = ["--clock", moment.isoformat(), *(["--without", without] if without else [])]
        self._launcher: Process | None = None
        self._pid = 0
        self._status: int | None = 0

    async def start(self) -> None:
        """Start; the launcher first, if need be."""
        if self._launcher is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._launcher = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.launcher", *self._options,
                cwd=ROOT, env=self.environment, stdin=PIPE, stdout=PIPE, start_new_session=True,
            )  # fmt: skip
            await self._answer()
        self._pid, self._status = int(await self._ask(f"start {self.log}")), None

    async def ended(self) -> int:
        """Wait for the end; return the exit status."""

        async def over() -> bool:
            return await self.status() is not None

        assert await until(over, ENDS_WITHIN, pause=0.02), f"The program does not end:\n{self.output[-4000:]}"
        return self._status or 0

    async def status(self) -> int | None:
        """Return the exit status, None while it runs."""
        if self._status is None:
            answer = await self._ask(f"poll {self._pid}")
            self._status = None if answer == "-" else int(answer)
        return self._status

    async def close(self) -> None:
        """End the program and its launcher."""
        await super().close()
        if self._launcher is not None and self._launcher.stdin is not None:
            self._launcher.stdin.close()
            await self._launcher.wait()

    def _send(self, number: signal.Signals) -> None:
        os.kill(self._pid, number)

    async def _ask(self, command: str) -> str:
        assert self._launcher is not None
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(f"{command}\n".encode())
        return await self._answer()

    async def _answer(self) -> str:
        assert self._launcher is not None
        assert self._launcher.stdout is not None
        answer = (await self._launcher.stdout.readline()).decode().strip()
        assert answer, "The launcher has ended; see its traceback above."
        return answer
