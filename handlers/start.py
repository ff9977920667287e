"""Arriving and finding one's way: /start with its deep links, the menu, help, and “mine”."""

import re
from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from handlers import consult, enterprise, lessons, mydata, staff_requests
from handlers.buttons import MENU, PERSON, Fill, Go, button, keyboard, rows
from handlers.faq import asking
from handlers.forms import Forms
from handlers.talk import Talk
from knowledge import Entry
from services.errors import NotFound

router = Router(name="start")

EXAMPLES = ("labor-18", "housing-01", "contract-25")
"""Entries that a newcomer is shown as examples: wages, rent, deposits, because most people ask about these."""
SHOWN = 5
"""Newest requests and bookings on the page “mine”."""

ENTERPRISE = button("企业直通车", Go(page="enterprise"))
WORK = button("工作台", Go(page="work"))

_TARGET = re.compile(r"(?:form-)?(?P<name>[a-z_]+)(?:[:-](?P<arg>.{0,100}))?")
"""What a link opens: `book:` from a one-time link of ours, `form-book-…` where a messenger allows no colon."""

Page = Callable[[Talk], Awaitable[None]]


def ways(talk: Talk) -> list[list[InlineKeyboardButton]]:
    """Return the rows of the main menu; staff have one more."""
    return [
        [button("问法律", Go(page="ask")), button("预约调解", Fill(form="book"))],
        [ENTERPRISE, button("普法微课", Go(page="lessons"))],
        [button("我的", Go(page="mine")), PERSON],
        [WORK] if talk.account.staff else [],
    ]


async def welcome(talk: Talk) -> None:
    """Say what this is, with examples to press."""
    examples = _examples(talk)
    await talk.say("start/welcome", examples=examples, buttons=keyboard(*rows(map(asking, examples)), *ways(talk)))


async def menu(talk: Talk) -> None:
    """Show the menu."""
    await talk.say("start/menu", buttons=keyboard(*ways(talk)))


async def usage(talk: Talk) -> None:
    """Say how to use this."""
    await talk.say("start/help", buttons=keyboard([MENU, PERSON]))


async def ask(talk: Talk) -> None:
    """Invite a question."""
    examples = _examples(talk)
    await talk.say("start/ask", examples=examples, buttons=keyboard(*rows(map(asking, examples)), [MENU]))


async def mine(talk: Talk) -> None:
    """Show what is one's own: requests, bookings, subscriptions, data."""
    services, account = talk.services, talk.account
    subscriptions = await services.lessons.subscriptions(account.id)
    data, learn = button("我的数据", Go(page="mydata")), button("普法微课", Go(page="lessons"))
    if not talk.private:
        await talk.say("start/mine", subscriptions=subscriptions, buttons=keyboard([data, learn], [MENU]))
        return
    await talk.say(
        "start/mine",
        requests=(await services.requests.mine(account))[:SHOWN],
        bookings=(await services.mediation.mine(account))[:SHOWN],
        subscriptions=subscriptions,
        buttons=keyboard(
            [button("我的诉求", Go(page="requests")), button("我的预约", Go(page="bookings"))], [learn, data], [MENU]
        ),
    )


PAGES: dict[str, Page] = {
    "menu": menu,
    "help": usage,
    "ask": ask,
    "mine": mine,
    "person": consult.person,
    "aid": consult.aid,
    "lessons": lessons.choose,
    "mydata": mydata.show,
    "enterprise": enterprise.show,
    "work": staff_requests.work,
}
WORDS: dict[str, str] = {
    "主菜单": "menu", "菜单": "menu", "首页": "menu", "帮助": "help", "怎么用": "help", "问法律": "ask", "我的": "mine",
    "找人工": "person", "转人工": "person", "人工": "person", "普法微课": "lessons", "微课": "lessons",
    "法律援助": "aid", "我的数据": "mydata", "我的信息": "mydata", "企业直通车": "enterprise", "直通车": "enterprise",
    "工作台": "work",
}  # fmt: skip
FORM_WORDS = {"预约调解": "book", "预约": "book", "申请法律援助": "aid", "留言": "consult"}
GREETINGS = ("你好", "您好", "你好啊", "在吗", "在么", "有人吗", "开始", "hi", "Hi", "hello", "Hello")
COMMANDS = {"menu": "menu", "help": "help", "mine": "mine", "person": "person", "lessons": "lessons", "data": "mydata"}


@router.message(Command("start"))
async def start(message: Message, command: CommandObject, talk: Talk, forms: Forms) -> None:
    """Welcome somebody, or go where the link that brought them points."""
    payload = (command.args or "").strip()
    target = _TARGET.fullmatch(payload)
    if not payload:
        await welcome(talk)
    elif payload.startswith("bind_"):
        await _bind(message, talk, payload.removeprefix("bind_"))
    elif payload.startswith("lesson-"):
        await lessons.tell(talk, payload.removeprefix("lesson-"))
    elif target:
        await _arrive(talk, forms, target["name"], target["arg"] or "")
    else:
        await talk.say("start/unknown_link", buttons=keyboard([MENU, PERSON]))


@router.message(Command(*COMMANDS))
async def command(_message: Message, command: CommandObject, talk: Talk) -> None:
    """Show the page of a command."""
    await PAGES[COMMANDS[command.command]](talk)


@router.message(F.text.startswith("/"))
async def no_such_command(message: Message, talk: Talk) -> None:
    """Say that there is no such command."""
    await talk.say("start/command", command=(message.text or "").split()[0][:30], buttons=keyboard([MENU]))


@router.message(F.text.strip().in_(GREETINGS))
async def greeting(_message: Message, talk: Talk) -> None:
    """Return a greeting."""
    await welcome(talk)


@router.message(F.text.strip().in_(WORDS))
async def word(message: Message, talk: Talk) -> None:
    """Show the page that is named by the words on its button."""
    await PAGES[WORDS[(message.text or "").strip()]](talk)


@router.message(F.text.strip().in_(FORM_WORDS))
async def form_word(message: Message, talk: Talk, forms: Forms) -> None:
    """Open the form that is named by the words on its button."""
    await forms.open(talk, FORM_WORDS[(message.text or "").strip()])


@router.callback_query(Go.filter(F.page.in_(PAGES)))
async def page(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show a page."""
    await talk.toast()
    await PAGES[callback_data.page](talk)


async def _bind(message: Message, talk: Talk, token: str) -> None:
    """Let this channel talk for the member of staff that the token was issued to; raises LinkDead."""
    person = message.from_user.id if message.from_user else talk.chat_id
    link = await talk.services.accounts.bind(talk.channel, str(person), token)
    account = await talk.services.accounts.get(link.account_id)
    await talk.say("start/bound", roles=[grant.role.label for grant in account.grants], buttons=keyboard([WORK, MENU]))


async def _arrive(talk: Talk, forms: Forms, name: str, arg: str) -> None:
    """Open the form or page that a link names."""
    if name in forms:
        await forms.open(talk, name, arg)
    elif name in PAGES:
        await PAGES[name](talk)
    else:
        await talk.say("start/unknown_link", buttons=keyboard([MENU, PERSON]))


def _examples(talk: Talk) -> list[Entry]:
    found = []
    for name in EXAMPLES:
        try:
            found.append(talk.services.faq.entry(name))
        except NotFound:
            continue
    return found
