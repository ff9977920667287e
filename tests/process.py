"""The real program as a process, for tests that start, stop and kill it."""

import asyncio
import os
import random
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
STARTS_WITHIN = 60.0
"""Seconds after which a start has failed; a free machine needs four."""


async def until(there: Callable[[], Awaitable[bool]], seconds: float, pause: float = 0.05) -> bool:
    """Wait until something is there, looking again and again; return whether it came in time."""
    end = time.monotonic() + seconds
    while not await there():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(pause)
    return True


def free_port() -> int:
    """Return a port that nobody listens on, outside the range from which outgoing connections take theirs."""
    while True:
        port = random.randint(20_000, 30_000)  # noqa: S311 (no secret)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Program:
    """`python -m bot serve` over one data folder. It may be started again after its end, on the same port."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """`settings` are the program's settings by their names without ZHITONG_; nothing else is inherited."""
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"output-{self.port}.txt"
        own = {"DATA_DIR": str(folder), "PORT": str(self.port)} | settings
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ZHITONG_")}
        self.environment = plain | {f"ZHITONG_{name.upper()}": value for name, value in own.items()}
        self._process: Process | None = None

    async def start(self) -> None:
        """Start; it is not yet ready then."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve",
                cwd=ROOT, env=self.environment, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until it says that it is well; fails with its output if it ends or takes too long."""
        async with httpx.AsyncClient() as client:

            async def well() -> bool:
                assert await self.status() is None, f"The program has ended:\n{self.output[-4000:]}"
                return await self.health(client) == 200

            assert await until(well, STARTS_WITHIN), f"The program does not become ready:\n{self.output[-4000:]}"

    async def health(self, client: httpx.AsyncClient) -> int:
        """Return the status of /healthz, 0 while nobody listens."""
        try:
            return (await client.get(f"{self.address}/healthz")).status_code
        except httpx.TransportError:
            return 0

    async def kill(self) -> None:
        """End it by SIGKILL, wherever it is."""
        self._send(signal.SIGKILL)
        await self.ended()

    async def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self._send(signal.SIGINT)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for the end; return the exit status."""
        assert self._process is not None
        return await self._process.wait()

    async def status(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self._process.returncode if self._process else 0

    async def close(self) -> None:
        """End it if it runs."""
        if await self.status() is None:
            await self.kill()

    @property
    def output(self) -> str:
        """Return everything that it has printed so far."""
        return self.log.read_text("utf8", "replace") if self.log.exists() else ""

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
