"""What staff write about a request: contact made, a question, the reply, where it goes, why it ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton

from handlers.buttons import MENU, Go, button, keyboard
from handlers.forms import Choice, Form, Step, Values
from handlers.steps import ident, offer, words
from handlers.talk import Talk
from services.requests import OUTCOMES, Request, UnknownDepartment
from services.requests.wording import FACTS

REPLY_PART = 700
"""Characters of each of a reply's four parts written in chat, so that the whole is one message; the desk takes more."""
QUEUE = button("诉求队列", Go(page="queue", arg="0"))


def case_button(request: Request, label: str) -> InlineKeyboardButton:
    """Return the button that opens a request for staff."""
    return button(label, Go(page="case", arg=str(request.id)))


async def _about(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"request": await talk.services.requests.read(talk.account, ident(values["request"]))}


async def _done(talk: Talk, form: str, request: Request) -> None:
    buttons = keyboard([case_button(request, "打开这件诉求")], [QUEUE, MENU])
    await talk.say(f"{form}/done", request=request, buttons=buttons)


async def _contacted(talk: Talk, values: Values) -> None:
    done = await talk.services.requests.contacted(
        talk.account, ident(values["request"]), talk.key, values["note"] or ""
    )
    await _done(talk, "contacted", done)


async def _ask_more(talk: Talk, values: Values) -> None:
    asked = await talk.services.requests.ask_more(talk.account, ident(values["request"]), talk.key, values["question"])
    await _done(talk, "ask_more", asked)


async def _reply(talk: Talk, values: Values) -> None:
    parts = {name: values[name] for name in ("facts", "basis", "handling", "remedy")}
    replied = await talk.services.requests.reply(talk.account, ident(values["request"]), talk.key, **parts)
    await _done(talk, "reply", replied)


async def _departments(talk: Talk, _values: Values) -> Sequence[Choice]:
    return [Choice(one.slug, one.name) for one in talk.services.county.departments.values()]


async def _dispatch(talk: Talk, values: Values) -> None:
    moved = await talk.services.requests.dispatch(
        talk.account, ident(values["request"]), values["department"], talk.key, values["why"]
    )
    await _done(talk, "dispatch", moved)


async def _routes(talk: Talk, _values: Values) -> Sequence[Choice]:
    return [Choice(f"x{index}", one.name) for index, one in enumerate(talk.services.county.excluded)]


async def _route_facts(talk: Talk, values: Values) -> Mapping[str, Any]:
    return dict(await _about(talk, values)) | {"route": await _route(talk, values)}


async def _route(talk: Talk, values: Values) -> str:
    """Return the route in words: one of the county's, or what was typed."""
    found = {choice.value: place for place, choice in enumerate(await _routes(talk, values))}
    if values["route"] not in found:
        return str(values["route"])
    matter = talk.services.county.excluded[found[values["route"]]]
    return f"{matter.name}：{matter.route}"


async def _reject(talk: Talk, values: Values) -> None:
    route = await _route(talk, values)
    rejected = await talk.services.requests.reject(talk.account, ident(values["request"]), talk.key, route)
    await _done(talk, "reject", rejected)


async def _close(talk: Talk, values: Values) -> None:
    closed = await talk.services.requests.close(
        talk.account, ident(values["request"]), talk.key, values["outcome"], values["why"]
    )
    await _done(talk, "close", closed)


FORMS: tuple[Form, ...] = (
    Form(
        name="contacted",
        title="记录联系",
        about="request",
        consent=False,
        steps=(Step("note", read=words(FACTS), skip="不写备注", facts=_about),),
        finish=_contacted,
    ),
    Form(
        name="ask_more",
        title="要求补充材料",
        about="request",
        consent=False,
        steps=(Step("question", read=words(FACTS), facts=_about),),
        finish=_ask_more,
    ),
    Form(
        name="reply",
        title="答复",
        about="request",
        consent=False,
        steps=(
            Step("facts", read=words(REPLY_PART), facts=_about),
            Step("basis", read=words(REPLY_PART)),
            Step("handling", read=words(REPLY_PART)),
            Step("remedy", read=words(REPLY_PART)),
            Step("confirm", choices=offer(Choice("yes", "发出答复")), facts=_about),
        ),
        finish=_reply,
    ),
    Form(
        name="dispatch",
        title="转办",
        about="request",
        consent=False,
        steps=(Step("department", choices=_departments, facts=_about), Step("why", read=words(FACTS))),
        finish=_dispatch,
        back_to={UnknownDepartment: "department"},
    ),
    Form(
        name="reject",
        title="不予受理",
        about="request",
        consent=False,
        steps=(
            Step("route", choices=_routes, read=words(FACTS), facts=_about),
            Step("confirm", choices=offer(Choice("yes", "确定不受理")), facts=_route_facts),
        ),
        finish=_reject,
    ),
    Form(
        name="close",
        title="结案",
        about="request",
        consent=False,
        steps=(
            Step("outcome", choices=offer(*(Choice(value, label) for value, label in OUTCOMES.items())), facts=_about),
            Step("why", read=words(FACTS)),
        ),
        finish=_close,
    ),
)
