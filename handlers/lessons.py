"""Lessons (以案释法): whose lessons one wants, one now, its quiz, and leaving with one tap."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import MENU, PERSON, Act, Go, button, keyboard, rows
from handlers.talk import Talk
from knowledge import Lesson
from services.lessons import NoSuchChoice

router = Router(name="lessons")

LETTERS = "ABCDEF"
MORE = button("再来一课", Go(page="lesson-now"))
LEAVE = button("退订微课", Act(verb="unsubscribe", id="all"))
CHOOSE = button("选择订阅", Go(page="lessons"))


async def choose(talk: Talk) -> None:
    """Show whose lessons there are, those subscribed to ticked."""
    subscribed = await talk.services.lessons.subscriptions(talk.account.id)
    await talk.say("lessons/choose", subscribed=subscribed, buttons=_audiences(talk, subscribed))


@router.callback_query(Act.filter(F.verb == "audience"))
async def toggle(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Subscribe or leave; the button says which, so a second press changes nothing."""
    lessons = talk.services.lessons
    if callback_data.arg == "on":
        await lessons.subscribe(talk.account.id, callback_data.id)
        await talk.toast(f"已订阅：{callback_data.id}")
    else:
        await lessons.unsubscribe(talk.account.id, callback_data.id)
        await talk.toast(f"已退订：{callback_data.id}")
    subscribed = await lessons.subscriptions(talk.account.id)
    await talk.show("lessons/choose", subscribed=subscribed, buttons=_audiences(talk, subscribed))


@router.callback_query(Go.filter(F.page == "lesson-now"))
async def now(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Hand out a lesson not had yet, of one audience or of those subscribed to."""
    await talk.toast()
    lessons, account = talk.services.lessons, talk.account
    wanted = [callback_data.arg] if callback_data.arg else await lessons.subscriptions(account.id)
    if not wanted:
        await talk.say("lessons/audience", buttons=_one_now(talk))
        return
    for audience in wanted:
        lesson = await lessons.next_for(account.id, audience, key=talk.key)
        if lesson:
            await talk.say("lessons/lesson", lesson=lesson, buttons=lesson_buttons(lesson, pushed=False))
            return
    await talk.say("lessons/nothing", audience=callback_data.arg, buttons=_one_now(talk))


@router.callback_query(Go.filter(F.page == "lesson"))
async def again(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show a lesson."""
    await talk.toast()
    await tell(talk, callback_data.arg)


@router.callback_query(Go.filter(F.page == "quiz"))
async def question(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Put a question of a lesson's quiz; `arg` is “lesson/number”."""
    await talk.toast()
    lesson_id, _, number = callback_data.arg.partition("/")
    await _put(talk, talk.services.lessons.lesson(lesson_id), _number(number))


@router.callback_query(Act.filter(F.verb == "quiz"))
async def answer(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Judge a choice and explain at once; no points, and another try is welcome. `arg` is “number/choice”."""
    await talk.toast()
    lesson = talk.services.lessons.lesson(callback_data.id)
    number, _, choice = callback_data.arg.partition("/")
    judged = await talk.services.lessons.answer(talk.account.id, lesson.id, _number(number), _number(choice))
    place = _number(number)
    asked = lesson.questions[place - 1]
    retry = [] if judged.correct else [_question(lesson, place, "再答一次")]
    following = [_question(lesson, place + 1, "下一题")] if place < len(lesson.questions) else [MORE]
    await talk.tick(LETTERS[_number(choice) - 1])
    await talk.say(
        "lessons/judged",
        judged=judged,
        letter=LETTERS[judged.right_option - 1],
        right=asked.options[judged.right_option - 1],
        buttons=keyboard(retry, following, [MENU]),
    )


@router.callback_query(Act.filter(F.verb == "unsubscribe"))
async def leave(_query: CallbackQuery, talk: Talk) -> None:
    """Leave every subscription with one tap, and offer each back."""
    ended = await talk.services.lessons.unsubscribe(talk.account.id)
    await talk.toast("已退订")
    undo = [button(f"恢复订阅：{audience}", Act(verb="resubscribe", id=audience)) for audience in ended]
    await talk.say("lessons/left", ended=ended, buttons=keyboard(*rows(undo), [MENU]))


@router.callback_query(Act.filter(F.verb == "resubscribe"))
async def rejoin(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Undo leaving."""
    await talk.services.lessons.subscribe(talk.account.id, callback_data.id)
    await talk.toast("已恢复")
    await talk.say("lessons/rejoined", audience=callback_data.id, buttons=keyboard([CHOOSE, MENU]))


async def tell(talk: Talk, lesson_id: str) -> None:
    """Say a lesson; raises UnknownLesson."""
    lesson = talk.services.lessons.lesson(lesson_id)
    await talk.say("lessons/lesson", lesson=lesson, buttons=lesson_buttons(lesson, pushed=False))


def lesson_buttons(lesson: Lesson, *, pushed: bool) -> InlineKeyboardMarkup | None:
    """Return what can be done with a lesson; on a pushed one that is also to leave."""
    last = [LEAVE, MENU] if pushed else [CHOOSE, MENU]
    return keyboard([_question(lesson, 1, "开始答题")], [PERSON] if pushed else [MORE, PERSON], last)


async def _put(talk: Talk, lesson: Lesson, number: int) -> None:
    if not 1 <= number <= len(lesson.questions):
        raise NoSuchChoice
    asked = lesson.questions[number - 1]
    options = [
        button(LETTERS[place - 1], Act(verb="quiz", id=lesson.id, arg=f"{number}/{place}"))
        for place in range(1, len(asked.options) + 1)
    ]
    buttons = keyboard(options, [MENU])
    await talk.say("lessons/question", lesson=lesson, number=number, question=asked, letters=LETTERS, buttons=buttons)


def _question(lesson: Lesson, number: int, label: str) -> InlineKeyboardButton:
    return button(label, Go(page="quiz", arg=f"{lesson.id}/{number}"))


def _number(text: str) -> int:
    """Return a number out of button data; raises NoSuchChoice for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise NoSuchChoice
    return int(text)


def _audiences(talk: Talk, subscribed: list[str]) -> InlineKeyboardMarkup | None:
    toggles = [
        button(
            f"✓ {name}" if name in subscribed else name,
            Act(verb="audience", id=name, arg="off" if name in subscribed else "on"),
        )
        for name in talk.services.lessons.audiences
    ]
    return keyboard(*rows(toggles, 2), [button("现在来一课", Go(page="lesson-now")), MENU])


def _one_now(talk: Talk) -> InlineKeyboardMarkup | None:
    lessons = talk.services.lessons
    named = [name for name in lessons.audiences if lessons.lessons_for(name)]
    return keyboard(*rows((button(name, Go(page="lesson-now", arg=name)) for name in named), 2), [MENU])
