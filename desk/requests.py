"""The direct train at the desk: the queue with its filters, one request in full, and a form for every step."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from desk.errors import status_of
from desk.forms import Form, Number, Refused, again
from desk.visit import Sent, Signed, Visit
from services.accounts import Account, Role
from services.errors import NotFound, Refusal
from services.requests import OUTCOMES, Request, RequestLine, Requests, State

router = APIRouter(prefix="/requests")

MOST_LINES = 500
"""Lines looked through for one list; a county has some dozens open at a time."""
LIGHTS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "rest": "不计时"}
DONE = {
    "take": "已签收，这件由您经办。",
    "contacted": "已记下联系情况。",
    "ask_more": "已请提交人补充材料。",
    "reply": "答复已发给提交人。",
    "close": "已结案。",
    "dispatch": "已转出，对方会收到提醒。",
    "reject": "已告知提交人去处，这件不再办理。",
}

Step = Callable[[Requests, Account, int, Form], Awaitable[Request]]
STEPS: dict[str, Step] = {
    "take": lambda train, who, number, form: train.take(who, number, form.key),
    "contacted": lambda train, who, number, form: train.contacted(who, number, form.key, form.text("note")),
    "ask_more": lambda train, who, number, form: train.ask_more(who, number, form.key, form.text("question")),
    "reply": lambda train, who, number, form: train.reply(
        who, number, form.key, form.text("facts"), form.text("basis"), form.text("handling"), form.text("remedy")
    ),
    "close": lambda train, who, number, form: train.close(
        who, number, form.key, form.text("outcome"), form.text("why")
    ),
    "dispatch": lambda train, who, number, form: train.dispatch(
        who, number, form.text("department"), form.key, form.text("why")
    ),
    "reject": lambda train, who, number, form: train.reject(who, number, form.key, form.text("route")),
}


@router.get("")
async def queue(visit: Signed, state: str = "", department: str = "", light: str = "", text: str = "") -> Response:
    """List what somebody works on, what is due next first; a filter that is none is left out."""
    state = state if state in {one.value for one in State} else ""
    department = department if department in visit.services.county.departments else ""
    light = light if light in LIGHTS else ""
    found = await visit.services.requests.queue(
        visit.account, state=state or None, department=department or None, limit=MOST_LINES
    )
    return visit.page(
        "requests.html",
        lines=[line for line in found if light in ("", light_of(line)) and _mentions(line, text.strip())],
        states=State,
        lights=LIGHTS,
        departments=departments_of(visit),
        full=len(found) == MOST_LINES,
        chosen={"state": state, "department": department, "light": light, "text": text.strip()},
    )


@router.get("/{number}")
async def detail(visit: Signed, number: Number, done: str = "") -> Response:
    """Show one request in full; the service writes the look into the audit log."""
    return await _show(visit, number, done=DONE.get(done, ""))


@router.post("/{number}/{verb}")
async def step(visit: Signed, form: Sent, number: Number, verb: str) -> Response:
    """Take a step; when it is refused, show the request again with the refusal and what was typed."""
    if verb not in STEPS:
        raise HTTPException(404)
    try:
        await STEPS[verb](visit.services.requests, visit.account, number, form)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _show(visit, number, refused=Refused(verb, form, refusal))
    return visit.go(f"/desk/requests/{number}?done={verb}")


@router.get("/{number}/files/{file_id}")
async def attachment(visit: Signed, number: Number, file_id: str) -> Response:
    """Hand out a file as a download that no browser will run."""
    stored, content = await visit.services.requests.attachment(visit.account, number, file_id)
    return Response(
        content,
        media_type=stored.mime,
        headers={
            "Content-Disposition": "attachment; filename*=UTF-8''" + quote(stored.name, safe=""),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


async def _show(visit: Visit, number: int, *, done: str = "", refused: Refused | None = None) -> Response:
    view = await visit.services.requests.read(visit.account, number)
    return visit.page(
        "request.html",
        status=status_of(refused.refusal) if refused else 200,
        view=view,
        done=done,
        outcomes=OUTCOMES,
        **again(refused, view.may),
    )


def light_of(line: RequestLine) -> str:
    """Return a line's light, or “rest” while nothing is due from the department."""
    return line.light if line.due_next else "rest"


def departments_of(visit: Visit) -> list[tuple[str, str]]:
    """Return slug and name of the departments whose requests somebody sees."""
    own = visit.account.departments(Role.OFFICER)
    everywhere = visit.account.has(Role.DISPATCHER, Role.SUPERVISOR)
    departments = visit.services.county.departments.values()
    return [(one.slug, one.name) for one in departments if everywhere or one.slug in own]


def _mentions(line: RequestLine, text: str) -> bool:
    """Say whether a line's number, enterprise or category has the text in it."""
    about = f"{line.number} {line.who} {line.category_name}".lower()
    return text.lower() in about
