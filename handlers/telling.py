"""What the renderers of notices work with (handlers.notices collects them)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from handlers.wording import Wording
from services.house import Services
from services.notices import Notice


@dataclass(frozen=True)
class Outgoing:
    """A message ready to be sent."""

    text: str
    buttons: InlineKeyboardMarkup | None = None


@dataclass(frozen=True)
class Told:
    """The services, the wording, and whether the notice's channel may carry personal data. Call it to word a text."""

    services: Services
    wording: Wording
    private: bool

    def __call__(self, text: str, /, *, buttons: InlineKeyboardMarkup | None = None, **facts: object) -> Outgoing:
        """Return a text of handlers/texts with its facts and buttons."""
        return Outgoing(self.wording(text, private=self.private, **facts), buttons)


Render = Callable[[Told, Notice], Awaitable[Outgoing | None]]
"""Words one kind of notice as things stand now; None when there is nothing to tell any more."""
