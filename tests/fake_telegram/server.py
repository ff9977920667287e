"""The fake Telegram over HTTP: the Bot API under /bot<token>/, files under /file/, people and faults at /control/."""

import asyncio
import base64
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fake_telegram.methods import METHODS
from tests.fake_telegram.world import TOKEN, ApiError, World


@dataclass
class Fault:
    """What goes wrong with the next calls: an error, or silence before or after the call has had its effect."""

    method: str = ""
    status: int = 500
    retry_after: int = 0
    description: str = ""
    times: int = 1
    hang: str = ""
    """"before" or "after" the effect; empty means that the call fails at once."""

    def error(self) -> ApiError:
        """Return the error in the Bot API's words."""
        if self.status == 429:
            wait = self.retry_after or 1
            return ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        words = {403: "Forbidden: bot was blocked by the user", 500: "Internal Server Error"}
        return ApiError(self.status, self.description or words.get(self.status, "Bad Request"))


class FakeTelegram:
    """The server; use it as `async with`. `url` is the Bot API's base address for the program's settings."""

    def __init__(self, port: int = 0) -> None:
        self.world = World()
        self.faults: list[Fault] = []
        self.pause = 0.0
        """Seconds between a call's effect and its answer."""
        self.released = asyncio.Event()
        self.url = ""
        self._port = port
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._download)
        app.router.add_get("/control/{what}", self._look)
        app.router.add_post("/control/{what}", self._control)
        # Cancelled handlers: a client that is killed must not leave a poll or a hanging call behind.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        await self._runner.cleanup()

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Return the calls made so far, in order: method, params, ok. getUpdates is not among them."""
        return [call for call in self.world.calls if method in ("", call["method"])]

    def fail(self, **fault: Any) -> None:
        """Let the next calls (of one method, or any but getUpdates) go wrong; see Fault."""
        self.faults.append(Fault(**fault))

    async def deliver(self) -> list[int]:
        """Post the waiting updates to the webhook, in order, and return the statuses; a refused one waits on."""
        statuses = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.world.webhook["secret_token"]}
        async with aiohttp.ClientSession(headers=headers) as client:
            for update in list(self.world.updates):
                async with client.post(self.world.webhook["url"], json=update) as response:
                    statuses.append(response.status)
                if not 200 <= statuses[-1] < 300:
                    break
                self.world.updates.remove(update)
        return statuses

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        record = {"method": method, "params": _printable(params), "ok": False}
        if method.lower() != "getupdates":
            self.world.calls.append(record)
        try:
            if request.match_info["token"] != TOKEN:
                raise ApiError(401, "Unauthorized")
            result = await self._do(method, params)
        except ApiError as error:
            answer = {"ok": False, "error_code": error.status, "description": error.description}
            answer |= {"parameters": error.parameters} if error.parameters else {}
            return web.json_response(answer, status=error.status)
        record["ok"] = True
        return web.json_response({"ok": True, "result": result})

    async def _do(self, method: str, params: dict[str, Any]) -> Any:
        function = METHODS.get(method.lower())
        if function is None:
            raise ApiError(404, "Not Found: method not found")
        fault = self._fault(method)
        if fault is not None and not fault.hang:
            raise fault.error()
        if fault is not None and fault.hang == "before":
            await self.released.wait()
        result = await function(self.world, params)
        if fault is not None and fault.hang == "after":
            await self.released.wait()
        if self.pause and method.lower() != "getupdates":
            await asyncio.sleep(self.pause)
        return result

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method.lower() == method.lower() or (not fault.method and method.lower() != "getupdates"):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    async def _download(self, request: web.Request) -> web.Response:
        kept = self.world.files.get(request.match_info["file_id"])
        if request.match_info["token"] != TOKEN or kept is None:
            raise web.HTTPNotFound
        return web.Response(body=kept[1])

    async def _look(self, request: web.Request) -> web.Response:
        query = request.query
        match request.match_info["what"]:
            case "calls":
                return web.json_response(self.calls(query.get("method", ""))[int(query.get("after", 0)) :])
            case "messages":
                return web.json_response(list(self.world.chat(int(query["chat_id"])).messages.values()))
            case "updates":
                return web.json_response(self.world.updates)
            case "answers":
                return web.json_response(self.world.answers)
        raise web.HTTPNotFound

    async def _control(self, request: web.Request) -> web.Response:
        asked = await request.json() if request.can_read_body else {}
        world, what = self.world, request.match_info["what"]
        match what:
            case "text" | "press" | "voice" | "sticker" | "location" | "malformed":
                try:
                    return web.json_response(getattr(world, what)(**asked))
                except LookupError as error:
                    raise web.HTTPConflict(text=str(error)) from None
            case "document":
                content = base64.b64decode(asked.pop("content"))
                return web.json_response(world.document(**asked, content=content))
            case "update":
                return web.json_response(world.push(asked))
            case "block" | "unblock":
                world.chat(int(asked["chat_id"])).blocked = what == "block"
            case "fail":
                self.fail(**asked)
            case "pause":
                self.pause = float(asked["seconds"])
            case "release":
                self.released.set()
                self.released = asyncio.Event()
            case "deliver":
                return web.json_response(await self.deliver())
            case _:
                raise web.HTTPNotFound
        return web.json_response({})


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    found: dict[str, Any] = dict(request.query)
    for name, value in (await request.post()).items():
        found[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return found


def _printable(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value[0] if isinstance(value, tuple) else value for name, value in params.items()}
