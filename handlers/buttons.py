"""What may be clicked. Button data holds ids only, at most 64 bytes, and goes on meaning the same for ever."""

from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


class Go(CallbackData, prefix="go"):
    """Show a page of the bot: menu, mine, lessons, …; `arg` is an id where the page needs one."""

    page: str
    arg: str = ""


class Fill(CallbackData, prefix="fill"):
    """Start a form; `arg` is what it is about."""

    form: str
    arg: str = ""


class Pick(CallbackData, prefix="pick"):
    """Choose something in one run (`id`) of a form at one step."""

    id: str
    step: str
    value: str


class Act(CallbackData, prefix="act"):
    """Do one thing to one subject: take a request, accept a booking, leave a subscription."""

    verb: str
    id: str
    arg: str = ""


def button(label: str, data: CallbackData) -> InlineKeyboardButton:
    """Return a button that does something here."""
    return InlineKeyboardButton(text=label, callback_data=data.pack())


def link(label: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens an address."""
    return InlineKeyboardButton(text=label, url=url)


def rows(buttons: Iterable[InlineKeyboardButton], columns: int = 1) -> list[list[InlineKeyboardButton]]:
    """Lay buttons out in rows."""
    flat = list(buttons)
    return [flat[start : start + columns] for start in range(0, len(flat), columns)]


def keyboard(*lines: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """Return a keyboard of the lines that are not empty, or None."""
    kept = [list(line) for line in lines if line]
    return InlineKeyboardMarkup(inline_keyboard=kept) if kept else None


MENU = button("主菜单", Go(page="menu"))
PERSON = button("找人工", Go(page="person"))
