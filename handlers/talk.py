"""One turn of a conversation: who speaks, through which channel, and how to answer."""

from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.wording import Wording
from services.accounts import Account
from services.house import Services

_HARMLESS = ("message is not modified", "message can't be edited", "message to edit not found")


@dataclass(frozen=True)
class Talk:
    """Handed to every handler as `talk`.

    `key` is the idempotency key of what this turn creates. `private` says whether personal data may be shown and
    asked for here; where it may not, forms hand over to the web chat at `address`.
    """

    bot: Bot
    channel: str
    chat_id: int
    account: Account
    services: Services
    wording: Wording
    state: FSMContext
    key: str
    private: bool
    address: str
    query: CallbackQuery | None = None

    async def say(self, text: str, /, *, buttons: InlineKeyboardMarkup | None = None, **facts: object) -> Message:
        """Send the text `text` of handlers/texts with these facts."""
        return await self.bot.send_message(
            self.chat_id, self.wording(text, private=self.private, **facts), reply_markup=buttons
        )

    async def show(self, text: str, /, *, buttons: InlineKeyboardMarkup | None = None, **facts: object) -> None:
        """Put the text in place of the message whose button was pressed, or send it where there is none."""
        shown = self.query.message if self.query else None
        if not isinstance(shown, Message):
            await self.say(text, buttons=buttons, **facts)
            return
        try:
            await shown.edit_text(self.wording(text, private=self.private, **facts), reply_markup=buttons)
        except TelegramBadRequest as error:
            if "message is not modified" not in error.message:
                await self.say(text, buttons=buttons, **facts)

    async def toast(self, sentence: str = "", *, alert: bool = False) -> None:
        """Answer the press of a button; a press that came too late for that is no fault."""
        if self.query is None:
            return
        try:
            await self.query.answer(sentence or None, show_alert=alert)
        except TelegramBadRequest as error:
            if not any(said in error.message.lower() for said in ("query is too old", "query id is invalid")):
                raise

    async def tick(self, label: str) -> None:
        """Write the choice into the message whose button was pressed, and take its buttons away."""
        shown = self.query.message if self.query else None
        if not isinstance(shown, Message):
            return
        try:
            await shown.edit_text(f"{shown.html_text}\n✓ {self.wording('chosen', label=label)}", reply_markup=None)
        except TelegramBadRequest as error:
            if not any(reason in error.message for reason in _HARMLESS):
                raise
