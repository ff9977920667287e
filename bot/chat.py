"""`python -m bot chat`: the same conversation in the terminal, for people and for scripts."""

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from bot import demonstration, logs
from bot.channels import updates
from bot.channels.arrivals import Arrivals
from bot.channels.terminal import TerminalSession
from bot.main import Application
from bot.replica import AlreadyRunning
from bot.settings import Settings
from services.migrations import empty, migrate

LONGEST = 5_000


async def chat(settings: Settings, name: str) -> int:
    """Talk with one visitor until the input ends; the same name meets the same data again."""
    logs.configure(logging.WARNING)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    application = Application(settings)
    new = await empty(application.database)
    await migrate(application.database)
    if new and settings.embedded and application.county.demonstration:
        await demonstration.load(application.services)
    visitor = updates.visitor_id(name)
    session = TerminalSession(application.transcript, application.services.files, sys.stdout, visitor)
    application.add("terminal", 3, session)
    application.assemble()
    try:
        await application.enter(f"chat-{visitor}")
    except AlreadyRunning:
        print(f"另一个窗口正在以“{name}”的身份对话，请换一个名字（--as）。", file=sys.stderr)
        return 1
    try:
        await _converse(application, visitor)
    finally:
        await application.leave()
    return 0


async def _converse(application: Application, visitor: int) -> None:
    arrivals = Arrivals(application.transcript, "terminal")
    interactive = sys.stdin.isatty()

    async def take(text: str) -> None:
        update_id = secrets.randbits(31)
        payload = await arrivals.text(visitor, update_id, text)
        await application.inbox.receive("terminal", f"{visitor}:{secrets.token_hex(8)}", str(visitor), payload)
        await application.inbox.drained()
        await application.courier.deliver()

    if interactive:
        application.courier.start(application.nursery)
        await take("/start")
    async for line in _lines(interactive):
        await _one(line.decode("utf8", "replace").strip(), take)


async def _one(text: str, take: Callable[[str], Awaitable[None]]) -> None:
    if len(text) > LONGEST:
        print(f"这段话太长了，请控制在 {LONGEST} 字以内。", flush=True)
    elif text:
        await take(text)


async def _lines(interactive: bool) -> AsyncIterator[bytes]:
    """Give each line typed, until the end of input. At a terminal the program goes on while nobody types."""
    if not interactive:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            yield line
        return
    print("> ", end="", flush=True)
    while typed := await _typed():
        for line in typed.splitlines():
            yield line
        print("> ", end="", flush=True)


async def _typed() -> bytes:
    loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()
    ready = asyncio.Event()
    loop.add_reader(keyboard, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(keyboard)
    return os.read(keyboard, 65536)
