"""An editor in chat: a lesson to an audience at a time, what became of it, and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton

from handlers.buttons import MENU, Act, Fill, Go, button, keyboard, rows
from handlers.days import day_of, hour_of
from handlers.forms import Choice, ChooseOne, Form, Step, Values
from handlers.steps import ident, offer
from handlers.talk import Talk
from handlers.wording import moment
from services import clock
from services.accounts import Role
from services.errors import NotAllowed, NotFound, Refusal
from services.lessons import PastTime, Push, PushState, QuietTime
from services.worktime import after_quiet, quiet

router = Router(name="staff lessons")

SHOWN = 20
"""Lessons offered as buttons; others are found by a word of their title."""
PEOPLE = 50
"""Recipients on one page."""
HOURS = (time(10), time(19))
"""Offered times of day: people read in a work break and after supper (county default)."""
DAYS_OFFERED = 3
FORM_OF_TIME = "%Y%m%d%H%M"
PUSHES = button("推送记录", Go(page="pushes"))


class NoSuchTitle(Refusal):
    """没有标题里带“{word}”的微课，请换个词，或点下面的按钮。"""


class NotATime(Refusal):
    """没看懂这个时间，请写成“明天 10:00”或“11月27日 19:00”。"""


async def _audiences(talk: Talk, _values: Values) -> Sequence[Choice]:
    if not talk.account.has(Role.EDITOR):
        raise NotAllowed
    lessons = talk.services.lessons
    return [Choice(name, name) for name in lessons.audiences if lessons.lessons_for(name)]


async def _lessons(talk: Talk, values: Values) -> Sequence[Choice]:
    found = talk.services.lessons.lessons_for(values["audience"])
    return [Choice(lesson.id, lesson.title) for lesson in found[:SHOWN]]


async def _find_lesson(talk: Talk, word: str) -> str:
    values = (await talk.state.get_data())["values"]
    found = [one for one in talk.services.lessons.lessons_for(values["audience"]) if word and word in one.title]
    if not found:
        raise NoSuchTitle(word=word[:20])
    if len(found) > 1:
        raise ChooseOne
    return found[0].id


async def _times(_talk: Talk, _values: Values) -> Sequence[Choice]:
    now = clock.now()
    today = clock.local(now).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    offered = [datetime.combine(day, hour, clock.ZONE) for day in days for hour in HOURS]
    return [Choice(f"{at:{FORM_OF_TIME}}", moment(at)) for at in offered if at > now]


async def _read_time(_talk: Talk, word: str) -> str:
    now = clock.now()
    found = day_of(word, clock.local(now).date()) or (clock.local(now).date(), word)
    hour = hour_of(found[1])
    if hour is None:
        raise NotATime
    at = datetime.combine(found[0], hour, clock.ZONE)
    if at < now:
        raise PastTime
    if quiet(at):
        raise QuietTime(allowed=moment(after_quiet(at)))
    return f"{at:{FORM_OF_TIME}}"


def _due(values: Values) -> datetime:
    return datetime.strptime(values["due"], FORM_OF_TIME).replace(tzinfo=clock.ZONE)


async def _preview(talk: Talk, values: Values) -> Mapping[str, Any]:
    preview = await talk.services.lessons.preview(talk.account, values["lesson"], values["audience"])
    return {"preview": preview, "lesson": preview.lesson, "due_at": _due(values)}


async def _schedule(talk: Talk, values: Values) -> None:
    push = await talk.services.lessons.schedule(
        talk.account, key=talk.key, lesson_id=values["lesson"], audience=values["audience"], due_at=_due(values)
    )
    await talk.say("push/done", push=push, buttons=keyboard([_open(push, "查看或取消")], [PUSHES, MENU]))


def _open(push: Push, label: str) -> InlineKeyboardButton:
    return button(label, Go(page="push", arg=str(push.id)))


FORMS: tuple[Form, ...] = (
    Form(
        name="push",
        title="推送微课",
        personal=False,
        steps=(
            Step("audience", choices=_audiences, columns=2),
            Step("lesson", choices=_lessons, read=_find_lesson),
            Step("due", choices=_times, read=_read_time, columns=2),
            Step("confirm", choices=offer(Choice("yes", "确认安排")), facts=_preview),
        ),
        finish=_schedule,
        back_to={PastTime: "due", QuietTime: "due"},
    ),
)


@router.callback_query(Go.filter(F.page == "pushes"))
async def pushes(_query: CallbackQuery, talk: Talk) -> None:
    """Show the newest pushes and what became of their copies."""
    await talk.toast()
    found = await talk.services.lessons.pushes(talk.account, limit=10)
    buttons = [_open(push, f"{moment(push.due_at)} {push.title}") for push in found]
    await talk.say(
        "push/list", pushes=found, buttons=keyboard(*rows(buttons), [button("推送微课", Fill(form="push")), MENU])
    )


async def _push(talk: Talk, number: int) -> Push:
    found = next((push for push in await talk.services.lessons.pushes(talk.account) if push.id == number), None)
    if found is None:
        raise NotFound
    return found


@router.callback_query(Go.filter(F.page == "push"))
async def push(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one push: how many got it, how many did not and why."""
    await talk.toast()
    found = await _push(talk, ident(callback_data.arg))
    arg = str(found.id)
    who = [button("谁收到了", Go(page="recipients", arg=f"{arg}-0"))] if found.counts else []
    stop = (
        [button("取消这次推送", Act(verb="cancel-push", id=arg))]
        if found.state in (PushState.SCHEDULED, PushState.SENDING)
        else []
    )
    await talk.say("push/one", push=found, buttons=keyboard(who, stop, [PUSHES, MENU]))


@router.callback_query(Go.filter(F.page == "recipients"))
async def recipients(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show what became of each copy, without names; `arg` is “push-recipient after which to go on”."""
    await talk.toast()
    number, _, after = callback_data.arg.partition("-")
    found = await talk.services.lessons.recipients(talk.account, ident(number), after=ident(after), limit=PEOPLE)
    more = [button("下一页", Go(page="recipients", arg=f"{number}-{found[-1].id}"))] if len(found) == PEOPLE else []
    back = button("返回这次推送", Go(page="push", arg=number))
    await talk.say("push/recipients", recipients=found, buttons=keyboard(more, [back, MENU]))


@router.callback_query(Act.filter(F.verb == "cancel-push"))
async def cancel(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Ask once more, then take a push back; copies that still wait are not sent."""
    found = await _push(talk, ident(callback_data.id))
    await talk.toast()
    if callback_data.arg != "yes":
        sure = button("确定取消", Act(verb="cancel-push", id=str(found.id), arg="yes"))
        await talk.say("push/cancel", push=found, buttons=keyboard([sure], [_open(found, "不取消了")]))
        return
    await talk.services.lessons.cancel(talk.account, found.id)
    await talk.tick("取消")
    await talk.say("push/cancelled", push=found, buttons=keyboard([PUSHES, MENU]))
