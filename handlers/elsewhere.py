"""Where personal data may not be shown, a one-time link opens the same page in the web chat for the same person."""

from collections.abc import Awaitable, Callable

from aiogram.types import InlineKeyboardButton

from handlers.buttons import link
from handlers.forms import Choice, Form, Step, Values
from handlers.steps import ident, offer
from handlers.talk import Talk
from services.errors import NotFound

Page = Callable[[Talk, int], Awaitable[None]]

_PAGES: dict[str, Page] = {}


def landing(name: str) -> Callable[[Page], Page]:
    """Let links of other channels land on this page; the page checks the right to it, as always."""

    def keep(page: Page) -> Page:
        _PAGES[name] = page
        return page

    return keep


async def elsewhere(talk: Talk, page: str, number: int) -> list[InlineKeyboardButton]:
    """Return the button that leads to a page in the web chat; none where the page itself may show everything."""
    if talk.private:
        return []
    token = await talk.services.accounts.issue_link(talk.account.id, "form", f"form-{SEE.name}-{page}_{number}")
    return [link("在网页中看全文", f"{talk.address}/go/{token}")]


async def _see(talk: Talk, values: Values) -> None:
    page, _, number = str(values["what"]).partition("_")
    if page not in _PAGES:
        raise NotFound
    await _PAGES[page](talk, ident(number))


SEE = Form(
    name="see",
    title="查看详情",
    about="what",
    consent=False,
    steps=(Step("ready", choices=offer(Choice("yes", "打开"))),),
    finish=_see,
)
"""One press after the link was opened, because a link can only lead to a form."""
