"""Leads what is typed, pressed and sent to the form that is open, and puts the form aside when its person leaves it."""

from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import invert_f
from aiogram.types import CallbackQuery, Message

from handlers.buttons import MENU, PERSON, Fill, Go, Pick, keyboard
from handlers.forms import AGREE, CONSENT, REFUSE, STATE, Forms
from handlers.talk import Talk

router = Router(name="filling")

LEAVING = frozenset({"主菜单", "菜单", "找人工", "转人工", "人工"})
"""Words that are never an answer to a form; so is every command."""


async def in_form(_event: Any, raw_state: str | None = None) -> bool:
    """Say whether a form is open (aiogram gives `raw_state` to filters)."""
    return (raw_state or "").startswith(f"{STATE}:")


async def at_consent(_event: Any, raw_state: str | None = None) -> bool:
    """Say whether the privacy notice waits for an answer."""
    return raw_state == CONSENT


async def leaving(message: Message) -> bool:
    """Say whether somebody wants to be elsewhere."""
    text = (message.text or "").strip()
    return text in LEAVING or text.startswith("/")


@router.message(F.text, in_form, leaving)
async def leave(_message: Message, talk: Talk, forms: Forms) -> None:
    """Put the form aside; the page that was asked for comes next."""
    await forms.put_aside(talk)
    raise SkipHandler


@router.callback_query(Go.filter(), in_form)
async def look_elsewhere(_query: CallbackQuery, talk: Talk, forms: Forms) -> None:
    """Put the form aside; the page that was pressed comes next."""
    await forms.put_aside(talk)
    raise SkipHandler


@router.message(F.text, in_form, invert_f(leaving))
async def typed(message: Message, talk: Talk, forms: Forms) -> None:
    """Take words as the answer to the current step."""
    await forms.typed(talk, message.text or "")


@router.message(F.document | F.photo, ~F.animation, in_form)
async def filed(message: Message, talk: Talk, forms: Forms) -> None:
    """Take a file or picture for the current step."""
    await forms.filed(talk, message)


@router.message(F.text.strip().in_((*AGREE, *REFUSE)), at_consent)
async def consent_typed(message: Message, talk: Talk, forms: Forms) -> None:
    """Take a typed answer to the privacy notice."""
    await forms.consented(talk, agreed=(message.text or "").strip() in AGREE)


@router.callback_query(Pick.filter(F.id == CONSENT))
async def consent_pressed(_query: CallbackQuery, callback_data: Pick, talk: Talk, forms: Forms) -> None:
    """Take a pressed answer to the privacy notice."""
    await forms.consented(talk, agreed=callback_data.value == "yes")


@router.callback_query(Pick.filter())
async def pressed(_query: CallbackQuery, callback_data: Pick, talk: Talk, forms: Forms) -> None:
    """Take a press as the answer to the current step, or say that it is old."""
    await forms.pressed(talk, callback_data)


@router.callback_query(Fill.filter())
async def open_form(_query: CallbackQuery, callback_data: Fill, talk: Talk, forms: Forms) -> None:
    """Open a form."""
    await talk.toast()
    if callback_data.form not in forms:
        await talk.say("start/stale", buttons=keyboard([MENU, PERSON]))
        return
    await forms.open(talk, callback_data.form, callback_data.arg)
