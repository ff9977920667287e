"""The one web application: chat page, webhook, health, metrics, and whatever is mounted on it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import starlette_admin
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRouter
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.web.size import Measured
from services.db import is_outage

KIT = Path(starlette_admin.__file__).parent / "static"
"""Tabler, as the installed package carries it."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends “Origin: null” with our own forms
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
AWAY = "系统暂时连不上，您的内容还在，稍后会自动重发。急事请打 12348；紧急情况请打 110。"
MALFORMED = "这条消息的格式不对，请刷新页面再试。"
SENTENCES = {
    400: MALFORMED,
    403: "这里不能进入。",
    404: "没有这个页面，请回到首页。",
    405: "这个地址不能这样打开，请回到首页。",
    413: "内容太大了。",
}
"""For refusals by the framework, whose own words are English."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_web(*, routers: list[APIRouter], mounts: dict[str, ASGIApp], secure: bool, lifespan: Lifespan) -> FastAPI:
    """Return the application. Errors are sentences, never tracebacks; `secure` adds HSTS behind HTTPS."""
    app = FastAPI(title="Zhitong", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(Measured)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    @app.middleware("http")
    async def shield(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method == "POST" and not _same_origin(request):
            return JSONResponse({"detail": "请从本站页面操作。"}, status_code=403)
        response = await call_next(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _broken)
    for router in routers:
        app.include_router(router)
    app.mount("/kit", StaticFiles(directory=KIT))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for path, mounted in mounts.items():
        app.mount(path, mounted)
    return app


def _same_origin(request: Request) -> bool:
    """Say whether a browser sent this from one of our own pages; machines send no Origin."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException | StarletteHTTPException)  # noqa: S101 (registered for these)
    detail = SENTENCES.get(error.status_code, AWAY) if error.detail.isascii() else error.detail
    return JSONResponse({"detail": detail}, status_code=error.status_code, headers=error.headers)


async def _malformed(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"detail": MALFORMED}, status_code=422)


async def _broken(_request: Request, error: Exception) -> Response:
    """Say what a person can do; the traceback goes to the log alone."""
    return JSONResponse({"detail": AWAY}, status_code=503 if is_outage(error) else 500)


__all__ = ["AsyncIterator", "build_web"]
