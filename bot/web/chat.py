"""The web chat: one page, three ways to speak, one stream of what the bot says."""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.channels.arrivals import Arrivals
from bot.channels.web import Changed, Toast, Typing, WebSession
from bot.messages import Entry
from bot.transcript import Transcript
from bot.web.pace import Pace
from bot.web.render import message_html
from bot.web.visitor import Visitors
from knowledge.county import County
from services.accounts import Accounts, LinkDead
from services.errors import NotFound
from services.files import MAX_BYTES, Files, ForbiddenType, StoredFile, TooLarge

PAGES = Jinja2Templates(Path(__file__).parent / "pages")
LONGEST = 5_000
"""Characters taken in one message; the conversation itself asks for less."""
TOO_LONG = f"这段话太长了，请控制在 {LONGEST} 字以内，分几次发也可以。"
STRANGER = "页面已过期，请刷新后再发。您刚才写的还在输入框里。"
Way = Literal["go", "bind"]
PURPOSES: dict[Way, str] = {"go": "form", "bind": "bind"}
Version = Annotated[int, Query(ge=0, lt=10**18)]
OPENS: dict[Way, str] = {"go": "", "bind": "work:"}
"""What a link opens that names nothing."""
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{4,40}$")]

Receive = Callable[[str, str, str, dict[str, Any]], Awaitable[bool]]
Known = Callable[[str, str], Awaitable[bool]]


class Said(BaseModel):
    """A typed message. The page makes `id` and sends again under it until it was acknowledged."""

    id: ClientId
    text: str = Field(min_length=1)


class Pressed(BaseModel):
    """A pressed button."""

    id: ClientId
    message: int
    data: str = Field(min_length=1, max_length=64)


@dataclass(frozen=True)
class WebChat:
    """What the routes need."""

    visitors: Visitors
    session: WebSession
    transcript: Transcript
    arrivals: Arrivals
    receive: Receive
    known: Known
    files: Files
    accounts: Accounts
    county: County
    pace: Pace

    def routes(self) -> APIRouter:
        """Return the chat's routes."""
        router = APIRouter()
        router.add_api_route("/", self.page, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/chat/said", self.said, methods=["POST"], status_code=202)
        router.add_api_route("/chat/pressed", self.pressed, methods=["POST"], status_code=202)
        router.add_api_route("/chat/file", self.file, methods=["POST"], status_code=202)
        router.add_api_route("/chat/file/{file_id}", self.download, methods=["GET"])
        router.add_api_route("/chat/events", self.events, methods=["GET"])
        for way in PURPOSES:
            path = f"/{way}/{{token}}"
            router.add_api_route(path, partial(self.arrive, way), methods=["GET"], response_class=HTMLResponse)
            router.add_api_route(path, partial(self.go_on, way), methods=["POST"])
        return router

    async def page(self, request: Request) -> Response:
        """Show the chat; a newcomer gets a cookie."""
        number = self.visitors.known(request)
        shown = await self.transcript.recent("web", number) if number else []
        response = PAGES.TemplateResponse(
            request,
            "chat.html",
            {
                "county": self.county,
                "messages": [message_html(entry) for entry in shown if visible(entry)],
                "version": max((entry.version for entry in shown), default=0),
                "fresh": not shown,
                "max_bytes": MAX_BYTES,
                "longest": LONGEST,
            },
            headers={"Cache-Control": "no-store"},
        )
        self.visitors.welcome(response, number)
        return response

    async def said(self, request: Request, said: Said) -> JSONResponse:
        """Take a typed message: 202 once it is written down."""
        number = self._visitor(request)
        if len(said.text) > LONGEST:
            raise HTTPException(413, TOO_LONG)
        return await self._take(number, said.id, lambda update: self.arrivals.text(number, update, said.text))

    async def pressed(self, request: Request, pressed: Pressed) -> JSONResponse:
        """Take the press of a button."""
        number = self._visitor(request)
        return await self._take(
            number, pressed.id, lambda update: self.arrivals.press(number, update, pressed.message, pressed.data)
        )

    async def file(
        self,
        request: Request,
        id: Annotated[ClientId, Form()],  # noqa: A002 (the name in the form)
        file: Annotated[UploadFile, File()],
    ) -> JSONResponse:
        """Take a file: 413 too large, 415 of a kind that is not taken."""
        number = self._visitor(request)
        content = await file.read(MAX_BYTES + 1)

        async def arrive(update: int) -> dict[str, Any]:
            account = await self.accounts.meet("web", str(number))
            stored = await self.files.keep(account.id, file.filename or "文件", content)
            return await self.arrivals.file(number, update, stored)

        try:
            return await self._take(number, id, arrive)
        except TooLarge as refusal:
            raise HTTPException(413, str(refusal)) from refusal
        except ForbiddenType as refusal:
            raise HTTPException(415, str(refusal)) from refusal

    async def download(self, request: Request, file_id: str) -> Response:
        """Hand out a file that was sent in this visitor's own chat."""
        number = self._visitor(request)
        stored, content = await self._own_file(number, file_id)
        return Response(
            content,
            media_type=stored.mime,
            headers={
                "Content-Disposition": "attachment; filename*=UTF-8''" + quote(stored.name, safe=""),
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )

    async def events(self, request: Request, after: Version = 0) -> EventSourceResponse:
        """Stream what changed in this chat after a version, then whatever changes."""
        number = self._visitor(request)
        last = request.headers.get("last-event-id", "")
        start = max(after, int(last) if last.isdecimal() and len(last) < 19 else 0)
        return EventSourceResponse(self._stream(number, start), ping=15)

    async def arrive(self, way: Way, request: Request, token: str) -> Response:
        """Ask before a one-time link is used up: previews of links open them too."""
        return PAGES.TemplateResponse(request, "go.html", {"county": self.county, "way": way, "token": token})

    async def go_on(self, way: Way, request: Request, token: str) -> Response:
        """Use the link up: this browser now talks for the person it was issued to, and what it is for opens."""
        response = RedirectResponse("/", status_code=303)
        number = self.visitors.welcome(response, self.visitors.known(request))
        try:
            link = await self.accounts.bind("web", str(number), token, PURPOSES[way])
        except LinkDead as refusal:
            page = {"county": self.county, "way": way, "token": "", "problem": str(refusal)}
            return PAGES.TemplateResponse(request, "go.html", page, status_code=410)
        command = f"/start {link.target or OPENS[way]}".strip()
        await self._take(number, f"go-{token[:20]}", lambda update: self.arrivals.text(number, update, command))
        return response

    def _visitor(self, request: Request) -> int:
        number = self.visitors.known(request)
        if number is None:
            raise HTTPException(401, STRANGER)
        if request.method == "POST" and not self.pace.allows(number):
            raise HTTPException(429, "发得太快了，请歇几秒再发。")
        return number

    async def _take(
        self, number: int, client_id: str, arrive: Callable[[int], Awaitable[dict[str, Any]]]
    ) -> JSONResponse:
        external_id = f"{number}:{client_id}"
        if not await self.known("web", external_id):
            payload = await arrive(zlib.crc32(external_id.encode()))
            await self.receive("web", external_id, str(number), payload)
            self.session.changed(number)
        return JSONResponse({"id": client_id}, status_code=202)

    async def _stream(self, number: int, version: int) -> AsyncIterator[ServerSentEvent]:
        async with self.session.subscribe(number) as events:
            async for event in events:
                if isinstance(event, Typing):
                    yield ServerSentEvent("{}", event="typing")
                elif isinstance(event, Toast):
                    yield ServerSentEvent(json.dumps({"text": event.text, "alert": event.alert}), event="toast")
                elif isinstance(event, Changed):
                    for entry in await self.transcript.since("web", number, version):
                        version = entry.version
                        yield ServerSentEvent(_change(entry), event="message", id=str(version))

    async def _own_file(self, number: int, file_id: str) -> tuple[StoredFile, bytes]:
        sent = await self.transcript.attachment("web", file_id)
        if sent is not None and sent.chat_id == number:
            return StoredFile(sent.id, 0, sent.name, sent.mime, len(sent.content)), sent.content
        account = await self.accounts.meet("web", str(number))
        try:
            return await self.files.read(file_id, owner=account.id)
        except NotFound as refusal:
            raise HTTPException(404, str(refusal)) from refusal


def visible(entry: Entry) -> bool:
    """Say whether a message is shown: commands that the page itself sent are not."""
    return not entry.deleted and (entry.outgoing or not str(entry.payload.get("text", "")).startswith("/start"))


def _change(entry: Entry) -> str:
    html = message_html(entry) if visible(entry) else ""
    return json.dumps({"id": entry.message_id, "html": html}, ensure_ascii=False)
