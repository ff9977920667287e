"""What cannot be read: voice, stickers, places, files without a form, changed messages, marks without a word."""

import re

from aiogram import F, Router
from aiogram.types import Message

from handlers.buttons import MENU, PERSON, keyboard
from handlers.consult import LEAVE_WORD
from handlers.filling import in_form
from handlers.forms import Forms
from handlers.talk import Talk

router = Router(name="odd")

_WORD = re.compile(r"[^\W\d_]")
KINDS = (
    "voice", "audio", "video_note", "video", "sticker", "animation", "location", "venue", "contact", "poll", "dice",
    "photo", "document", "story",
)  # fmt: skip
"""Kinds with a sentence of their own, in the order in which they are looked for: an animation is also a document."""


async def wordless(message: Message) -> bool:
    """Say whether a text holds no letter and no character: only emoji, marks or digits."""
    return message.text is not None and not _WORD.search(message.text)


@router.edited_message()
async def edited(_message: Message, talk: Talk) -> None:
    """An edit is not read as a new message: what was answered or handed in stays as it was."""
    await talk.say("odd/edited")


@router.message(F.text, wordless)
async def no_words(message: Message, talk: Talk) -> None:
    """Ask for words."""
    kind = "number" if any(sign.isdecimal() for sign in message.text or "") else "emoji"
    await talk.say(f"odd/{kind}", buttons=keyboard([MENU, PERSON]))


@router.message(~F.text)
async def unreadable(message: Message, talk: Talk, forms: Forms, raw_state: str | None = None) -> None:
    """Say what was sent, that it cannot be read, and what to do instead; in a form, ask its question again."""
    kind = next((name for name in KINDS if getattr(message, name, None)), "empty")
    filling = await in_form(message, raw_state)
    buttons = None if filling else keyboard([LEAVE_WORD], [MENU, PERSON])
    await talk.say("odd/unreadable", kind=kind, buttons=buttons)
    if filling:
        await forms.again(talk)
