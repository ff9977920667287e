"""Working in the chat: a one-time link that lets a chat talk for who is signed in here."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.visit import Sent, Signed

router = APIRouter(prefix="/chat-link")

MINUTES = 30
"""How long the link is good for (county default)."""


@router.get("")
async def explain(visit: Signed) -> Response:
    """Say what the link does."""
    return visit.page("chat_link.html", link="", text="", minutes=MINUTES)


@router.post("")
async def make(visit: Signed, _form: Sent) -> Response:
    """Make the link: to open in this browser, or as words to send to the bot elsewhere."""
    token = await visit.services.accounts.issue_link(visit.account.id, "bind", "", minutes=MINUTES, by=visit.account.id)
    return visit.page(
        "chat_link.html", link=f"{visit.origin}/bind/{token}", text=f"/start bind_{token}", minutes=MINUTES
    )
