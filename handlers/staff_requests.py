"""Staff in chat: the workbench, the queue, one request, credit codes. The steps that need words are staff_forms."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton

from handlers import staff_forms
from handlers.buttons import MENU, Act, Fill, Go, button, keyboard, rows
from handlers.elsewhere import elsewhere, landing
from handlers.forms import Form
from handlers.own_requests import LIGHTS, files_of
from handlers.staff_forms import QUEUE, case_button
from handlers.steps import ident
from handlers.talk import Talk
from services import clock
from services.accounts import Account, Role
from services.errors import NotAllowed
from services.requests import RequestView

router = Router(name="staff requests")

PAGE = 8
"""Requests on one page of the queue."""
HANDLING = (Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
CODES = button("待核对的信用代码", Go(page="codes"))
FORMS: tuple[Form, ...] = staff_forms.FORMS


async def work(talk: Talk) -> None:
    """Show what there is to do, by role; raises NotAllowed for anybody else."""
    account, requests = talk.account, talk.services.requests
    if not account.staff:
        raise NotAllowed
    await talk.say(
        "staff/work",
        name=account.name,
        roles=[grant.role.label for grant in account.grants],
        queue=await requests.queue(account) if account.has(*HANDLING) else None,
        codes=len(await requests.codes_to_confirm(account)) if _confirms(account) else 0,
        buttons=keyboard(*rows(_tools(account)), [MENU]),
    )


def _confirms(account: Account) -> bool:
    return account.has(Role.DISPATCHER, Role.ADMINISTRATOR)


def _tools(account: Account) -> list[InlineKeyboardButton]:
    today = clock.local(clock.now()).date().isoformat()
    offered = [
        (account.has(*HANDLING), QUEUE),
        (_confirms(account), CODES),
        (account.has(Role.MEDIATOR), button("今天的预约", Go(page="day", arg=today))),
        (account.has(Role.EDITOR), button("推送微课", Fill(form="push"))),
        (account.has(Role.EDITOR), button("推送记录", Go(page="pushes"))),
    ]
    return [tool for allowed, tool in offered if allowed]


@router.callback_query(Go.filter(F.page == "queue"))
async def queue(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show a page of the queue, what is due next first; `arg` is the page, from 0."""
    await talk.toast()
    found = await talk.services.requests.queue(talk.account)
    number = min(ident(callback_data.arg or "0"), max(0, (len(found) - 1) // PAGE))
    shown = found[number * PAGE : (number + 1) * PAGE]
    turns = [
        button("上一页", Go(page="queue", arg=str(number - 1))) if number else None,
        button("下一页", Go(page="queue", arg=str(number + 1))) if len(found) > (number + 1) * PAGE else None,
    ]
    buttons = [case_button(line, f"{LIGHTS[line.light]} {line.number} {line.category_name}") for line in shown]
    await talk.show(
        "staff/queue",
        requests=shown,
        first=number * PAGE + 1,
        total=len(found),
        lights=LIGHTS,
        buttons=keyboard(*rows(buttons), [turn for turn in turns if turn], [button("工作台", Go(page="work"))]),
    )


@router.callback_query(Go.filter(F.page == "case"))
async def case(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one request to staff with the right to it."""
    await talk.toast()
    await show_case(talk, ident(callback_data.arg))


@landing("case")
async def show_case(talk: Talk, number: int) -> None:
    """Show a request with what this account may do about it; raises NotFound."""
    view = await talk.services.requests.read(talk.account, number)
    await talk.say(
        "staff/case",
        view=view,
        light=LIGHTS[view.light],
        buttons=keyboard(
            *rows(await elsewhere(talk, "case", view.id)),
            *rows(files_of(view) if talk.private else []),
            *rows(_steps(view), 2),
            *rows([button("看全部经过", Go(page="whole", arg=str(view.id)))] if talk.private else []),
            [QUEUE, MENU],
        ),
    )


def _steps(view: RequestView) -> list[InlineKeyboardButton]:
    arg = str(view.id)
    offered = [
        ("take", button("签收", Act(verb="take", id=arg))),
        ("contacted", button("已联系", Fill(form="contacted", arg=arg))),
        ("ask_more", button("要求补充", Fill(form="ask_more", arg=arg))),
        ("reply", button("答复", Fill(form="reply", arg=arg))),
        ("dispatch", button("转办", Fill(form="dispatch", arg=arg))),
        ("reject", button("不予受理", Fill(form="reject", arg=arg))),
        ("close", button("结案", Fill(form="close", arg=arg))),
    ]
    return [shown for verb, shown in offered if verb in view.may]


@router.callback_query(Act.filter(F.verb == "take"))
async def take(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Take a request into one's own hands."""
    taken = await talk.services.requests.take(talk.account, ident(callback_data.id), talk.key)
    await talk.toast("已签收")
    await talk.say("staff/taken", request=taken, buttons=keyboard([case_button(taken, "打开这件诉求")], [QUEUE, MENU]))


@router.callback_query(Go.filter(F.page == "codes"))
async def codes(_query: CallbackQuery, talk: Talk) -> None:
    """Show the enterprises whose credit code waits for a look at the licence."""
    await talk.toast()
    waiting = (await talk.services.requests.codes_to_confirm(talk.account))[:PAGE]
    buttons = [
        button(one.name[:30] if talk.private else f"第 {place} 家", Go(page="code", arg=str(one.id)))
        for place, one in enumerate(waiting, 1)
    ]
    await talk.say("staff/codes", enterprises=waiting, buttons=keyboard(*rows(buttons), [MENU]))


@router.callback_query(Go.filter(F.page == "code"))
async def code(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one enterprise's credit code and what is doubtful about it."""
    await talk.toast()
    await show_code(talk, ident(callback_data.arg))


@landing("code")
async def show_code(talk: Talk, number: int) -> None:
    """Show an enterprise's credit code to who confirms it; raises NotAllowed, NotFound."""
    if not _confirms(talk.account):
        raise NotAllowed
    about = await talk.services.requests.enterprise(talk.account, number)
    sure = button("与执照一致，确认", Act(verb="confirm-code", id=str(about.id)))
    await talk.say(
        "staff/code",
        enterprise=about,
        buttons=keyboard(
            *rows(await elsewhere(talk, "code", about.id)),
            [sure] if talk.private and not about.confirmed else [],
            [CODES, MENU],
        ),
    )


@router.callback_query(Act.filter(F.verb == "confirm-code"))
async def confirm_code(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Confirm a doubtful code."""
    about = await talk.services.requests.confirm_code(talk.account, ident(callback_data.id), talk.key)
    await talk.toast("已确认")
    await talk.say("staff/code_confirmed", enterprise=about, buttons=keyboard([CODES, MENU]))
