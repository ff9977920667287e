"""What a person sees when something is refused or breaks: a sentence in the desk's layout, never a traceback."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from desk.forms import Expired, SignInFirst
from desk.visit import HEADERS, page, visit_of
from services.accounts import LinkDead
from services.db import is_outage
from services.errors import NotAllowed, NotFound, Refusal
from services.lessons import UnknownLesson

AWAY = "系统暂时连不上数据库，刚才的操作没有保存。请过一会儿再试；已经办成的事不会丢。"
BROKEN = "程序出了点问题，刚才的操作没有保存。请返回再试一次；还不行，请告诉管理员现在的时间和您在做的事。"
EXPIRED = "页面已过期，请刷新再试。"
SIGN_IN = "您还没有登录，或者登录已过期。请重新登录后再办。"
_STATUS: dict[type[Refusal], int] = {NotFound: 404, UnknownLesson: 404, NotAllowed: 403, LinkDead: 410}
_TITLES = {403: "不能查看", 404: "没有找到", 405: "不能这样打开", 409: "没有办成", 410: "链接失效", 413: "内容太长"}
_SENTENCES = {
    404: "没有这个页面。地址可能抄错了，或者内容已经删除。",
    405: "这个地址不能直接打开，请从页面上的按钮操作。",
    413: "提交的内容太长，请删减后再试。",
}


def install(app: FastAPI) -> None:
    """Let the desk answer every refusal and every error with a page."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(Expired, _expired)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _broken)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: 409 unless it says that something is not there or not allowed."""
    return _STATUS.get(type(refusal), 409)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 (registered for these)
    return await _page(request, status_of(error), str(error))


async def _sign_in(request: Request, error: Exception) -> Response:
    """Send a reader to the page that says how to get in; whoever sent a form gets their text back with it."""
    assert isinstance(error, SignInFirst)  # noqa: S101 (registered for these)
    if request.method == "GET":
        return RedirectResponse("/desk/", status_code=303, headers=HEADERS)
    return page(request, "error.html", None, status=401, title="请先登录", sentence=SIGN_IN, kept=error.typed)


async def _expired(request: Request, error: Exception) -> Response:
    assert isinstance(error, Expired)  # noqa: S101 (registered for these)
    return await _page(request, 403, EXPIRED, error.typed)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for these)
    return await _page(request, error.status_code, _SENTENCES.get(error.status_code, BROKEN))


async def _malformed(request: Request, _error: Exception) -> Response:
    """Answer an address whose number is none like any other that leads nowhere."""
    return await _page(request, 404, _SENTENCES[404])


async def _broken(request: Request, error: Exception) -> Response:
    """Say what a person can do; the traceback goes to the log alone. Nothing may be looked up here."""
    away = is_outage(error)
    visit = getattr(request.state, "visit", None)
    sentence, title = (AWAY, "暂时连不上") if away else (BROKEN, "出了点问题")
    return page(request, "error.html", visit, status=503 if away else 500, title=title, sentence=sentence, kept=[])


async def _page(request: Request, status: int, sentence: str, kept: list[str] | None = None) -> Response:
    visit = await visit_of(request)
    title = _TITLES.get(status, "没有办成")
    return page(request, "error.html", visit, status=status, title=title, sentence=sentence, kept=kept or [])
