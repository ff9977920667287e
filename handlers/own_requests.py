"""One's own requests: the list, one with its timeline and files, and what its author may do on the way."""

from html import unescape
from typing import Any

from aiogram import F, Router
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, Message

from handlers.buttons import MENU, PERSON, Act, Fill, Go, button, keyboard, rows
from handlers.elsewhere import elsewhere, landing
from handlers.forms import Choice, Form, Step, Values
from handlers.steps import ident, offer, words
from handlers.talk import Talk
from services.errors import NotAllowed
from services.requests import Request, RequestView
from services.requests.wording import FACTS

router = Router(name="requests")

LIGHTS = {"green": "🟢", "yellow": "🟡", "red": "🔴"}
SHOWN = 10
"""Requests in one list of one's own."""
PIECE = 2000
"""Characters of one message of a long text; Telegram takes 4,096 units, and an emoji is two."""
STARS = ("很不满意", "不满意", "一般", "满意", "很满意")
MINE = button("我的诉求", Go(page="requests"))


def opened(request: Request, label: str) -> InlineKeyboardButton:
    """Return the button that opens one of one's own requests."""
    return button(label, Go(page="request", arg=str(request.id)))


def files_of(view: RequestView) -> list[InlineKeyboardButton]:
    """Return a button for each file of a request."""
    return [button(f"📎 {file.name[:30]}", Act(verb="file", id=str(view.id), arg=file.id)) for file in view.attachments]


@router.message(F.text.strip() == MINE.text)
@router.callback_query(Go.filter(F.page == "requests"))
async def requests(_event: Message | CallbackQuery, talk: Talk) -> None:
    """Show one's own requests, newest first."""
    await talk.toast()
    found = (await talk.services.requests.mine(talk.account))[:SHOWN]
    buttons = [opened(line, f"{LIGHTS[line.light]} {line.number} {line.category_name}") for line in found]
    more = [button("企业直通车", Go(page="enterprise")), MENU]
    await talk.say("request/list", requests=found, lights=LIGHTS, buttons=keyboard(*rows(buttons), more))


@router.callback_query(Go.filter(F.page == "request"))
async def request(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one of one's own requests, with every step."""
    await talk.toast()
    await show(talk, ident(callback_data.arg))


@landing("request")
async def show(talk: Talk, number: int) -> None:
    """Show a request to its author; raises NotFound."""
    view = await talk.services.requests.read(talk.account, number)
    await talk.say(
        "request/one",
        view=view,
        light=LIGHTS[view.light],
        buttons=keyboard(
            *rows(await elsewhere(talk, "request", view.id)),
            *rows(files_of(view) if talk.private else []),
            *rows(_ways(view), 2),
            *rows([button("看全文", Go(page="whole", arg=str(view.id)))] if talk.private else []),
            [MINE, MENU],
        ),
    )


def _ways(view: RequestView) -> list[InlineKeyboardButton]:
    arg = str(view.id)
    offered = [
        ("judge", button("解决了", Act(verb="solved", id=arg))),
        ("judge", button("没解决", Fill(form="unsolved", arg=arg))),
        ("rate", button("评分", Fill(form="rate", arg=arg))),
        ("add_info", button("补充材料", Fill(form="more", arg=arg))),
        ("withdraw", button("撤回", Act(verb="withdraw", id=arg))),
    ]
    return [shown for verb, shown in offered if verb in view.may]


@router.callback_query(Go.filter(F.page == "whole"))
async def whole(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Send everything written about a request, in as many messages as it takes; for its author and staff."""
    if not talk.private:
        raise NotAllowed
    await talk.toast()
    view = await talk.services.requests.read(talk.account, ident(callback_data.arg))
    back = opened(view, "返回这件诉求") if view.own else button("返回这件诉求", Go(page="case", arg=str(view.id)))
    pieces = _pieces(talk.wording("request/whole", view=view, private=True))
    for piece in pieces:
        await talk.say("request/piece", text=piece, buttons=keyboard([back, MENU]) if piece is pieces[-1] else None)


def _pieces(html: str) -> list[str]:
    """Cut a text that holds no tags into pieces of at most PIECE characters, at line ends where there are any."""
    text, pieces = unescape(html), []
    while len(text) > PIECE:
        cut = text.rfind("\n", PIECE // 2, PIECE) + 1 or PIECE
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


@router.callback_query(Act.filter(F.verb == "file"))
async def file(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Send one file of a request to who may read it."""
    if not talk.private:
        raise NotAllowed
    await talk.toast()
    stored, content = await talk.services.requests.attachment(talk.account, ident(callback_data.id), callback_data.arg)
    await talk.bot.send_document(talk.chat_id, BufferedInputFile(content, stored.name))


@router.callback_query(Act.filter(F.verb == "withdraw"))
async def withdraw(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Ask once more, then take the request back."""
    number = ident(callback_data.id)
    await talk.toast()
    if callback_data.arg != "yes":
        view = await talk.services.requests.read(talk.account, number)
        sure = button("确定撤回", Act(verb="withdraw", id=str(number), arg="yes"))
        await talk.say("request/withdraw", request=view, buttons=keyboard([sure], [opened(view, "不撤回了")]))
        return
    taken_back = await talk.services.requests.withdraw(talk.account, number, talk.key)
    await talk.tick("撤回")
    await talk.say("request/withdrawn", request=taken_back, buttons=keyboard([MINE, MENU]))


@router.callback_query(Act.filter(F.verb == "solved"))
async def solved(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Close a request whose reply solved the matter, and ask for a rating."""
    await talk.toast()
    closed = await talk.services.requests.judge(talk.account, ident(callback_data.id), talk.key, True)
    await talk.tick("解决了")
    rate = button("评个分", Fill(form="rate", arg=str(closed.id)))
    await talk.say("request/solved", request=closed, buttons=keyboard([rate], [MINE, MENU]))


async def _about(talk: Talk, values: Values) -> dict[str, Any]:
    return {"request": await talk.services.requests.read(talk.account, ident(values["request"]))}


async def _unsolved(talk: Talk, values: Values) -> None:
    judged = await talk.services.requests.judge(
        talk.account, ident(values["request"]), talk.key, False, values["why"] or ""
    )
    rate = button("给这次办理评分", Fill(form="rate", arg=str(judged.id)))
    await talk.say("unsolved/done", request=judged, buttons=keyboard([rate], [opened(judged, "查看进度"), PERSON]))


async def _rate(talk: Talk, values: Values) -> None:
    rated = await talk.services.requests.rate(
        talk.account, ident(values["request"]), talk.key, int(values["stars"][1:]), values["why"] or ""
    )
    await talk.say("rate/done", request=rated, stars=int(values["stars"][1:]), buttons=keyboard([MINE, MENU]))


async def _more(talk: Talk, values: Values) -> None:
    files = [file["id"] for file in values["files"] or ()]
    request = await talk.services.requests.add_info(
        talk.account, ident(values["request"]), talk.key, values["text"] or "", files
    )
    await talk.say("more/done", request=request, buttons=keyboard([opened(request, "查看进度")], [MINE, MENU]))


FORMS: tuple[Form, ...] = (
    Form(
        name="unsolved",
        title="没有解决",
        about="request",
        steps=(Step("why", read=words(FACTS), skip="不写了", facts=_about),),
        finish=_unsolved,
    ),
    Form(
        name="rate",
        title="评分",
        about="request",
        steps=(
            Step(
                "stars",
                choices=offer(*(Choice(f"s{stars}", f"{stars} 分 {name}") for stars, name in enumerate(STARS, 1))),
                facts=_about,
            ),
            Step("why", read=words(FACTS), skip="不写了"),
        ),
        finish=_rate,
    ),
    Form(
        name="more",
        title="补充材料",
        about="request",
        steps=(
            Step("text", read=words(FACTS), skip="只传文件", facts=_about),
            Step("files", files=True, skip="跳过"),
        ),
        finish=_more,
    ),
)
