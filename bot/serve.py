"""`python -m bot serve`: prepare the database, say where to find everything, serve until told to stop."""

import asyncio
import logging
import socket
import sys

import uvicorn

from bot import demonstration, logs
from bot.main import Application, web_application
from bot.replica import AlreadyRunning
from bot.settings import Settings
from services.migrations import empty, migrate


def serve(settings: Settings) -> int:
    """Serve; return the exit status: 0 after Ctrl-C, 1 when the program cannot start."""
    logs.configure(logging.INFO)
    try:
        return asyncio.run(_serve(settings))
    except KeyboardInterrupt:
        print("已停止，数据都在。", flush=True)
        return 0


async def _serve(settings: Settings) -> int:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    application = Application(settings)
    application.serve_channels()
    application.assemble()
    try:
        await application.replica.enter("serve")  # before anything is written: the data may be another's
    except AlreadyRunning as problem:
        print(problem, file=sys.stderr)
        return 1
    if not _port_is_free(settings):
        print(f"端口 {settings.port} 已被别的程序占用，请换一个：ZHITONG_PORT=8001 make run", file=sys.stderr)
        return 1
    new = await empty(application.database)
    await migrate(application.database)
    if new and settings.embedded and application.county.demonstration:
        print("正在装入演示县的数据……", flush=True)
        await demonstration.load(application.services)
    await application.services.mediation.seed()
    links = await demonstration.links(application.services) if settings.embedded else []
    config = uvicorn.Config(
        web_application(application),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=bool(settings.public_url),
        timeout_graceful_shutdown=3,
    )
    server = _Announcing(config, settings, links)
    await server.serve()
    return 0 if server.started else 1


def _port_is_free(settings: Settings) -> bool:
    """Say whether the port can be had; uvicorn would find out only after everything has been started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError:
        return False
    return True


class _Announcing(uvicorn.Server):
    """Says where everything is as soon as it can be reached."""

    def __init__(self, config: uvicorn.Config, settings: Settings, links: list[tuple[str, str]]) -> None:
        super().__init__(config)
        self._settings = settings
        self._links = links

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # uvicorn's own type names its socket class
        await super().startup(sockets)  # type: ignore[arg-type]  # same
        if self.should_exit:
            return
        address = self._settings.address
        print(f"\n  直通 已启动\n\n  居民聊天  {address}/\n  工作台    {address}/desk/\n", flush=True)
        if self._links:
            print("  演示岗位登录链接（一次有效，24 小时内）：", flush=True)
            for label, token in self._links:
                print(f"    {label}  {address}/desk/enter/{token}", flush=True)
        print("\n  按 Ctrl-C 停止。\n", flush=True)
