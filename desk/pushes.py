"""Pushes at the desk: what was planned, who got it, what the quiz shows, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from desk.forms import Number
from desk.visit import Sent, Signed, Visit
from services.errors import NotFound
from services.lessons import Copy, Push, PushState, QuestionResult, UnknownLesson

router = APIRouter(prefix="/pushes")

MOST_PUSHES = 1000
PAGE = 200
"""Recipients on one page."""
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
DONE = {"planned": "已安排，到时间自动发出。", "cancelled": "已取消，还没发出的不再发送。"}


@router.get("")
async def overview(visit: Signed) -> Response:
    """List the pushes, the latest due first, with what became of their copies."""
    return visit.page("pushes.html", pushes=await visit.services.lessons.pushes(visit.account))


@router.get("/{number}")
async def detail(visit: Signed, number: Number, after: After = 0, done: str = "") -> Response:
    """Show one push with its recipients (the service writes the look down) and the quiz's answers together."""
    push = await _push(visit, number)
    recipients = await visit.services.lessons.recipients(visit.account, number, after=after, limit=PAGE)
    return visit.page(
        "push.html",
        push=push,
        recipients=recipients,
        more=recipients[-1].id if len(recipients) == PAGE else None,
        results=await _results(visit, push),
        may_cancel=push.state in (PushState.SCHEDULED, PushState.SENDING) or bool(push.counts.get(Copy.WAITING)),
        done=DONE.get(done, ""),
    )


@router.post("/{number}/cancel")
async def cancel(visit: Signed, _form: Sent, number: Number) -> Response:
    """Take a push back; again changes nothing."""
    await visit.services.lessons.cancel(visit.account, number)
    return visit.go(f"/desk/pushes/{number}?done=cancelled")


async def _push(visit: Visit, number: int) -> Push:
    for push in await visit.services.lessons.pushes(visit.account, limit=MOST_PUSHES):
        if push.id == number:
            return push
    raise NotFound


async def _results(visit: Visit, push: Push) -> list[QuestionResult]:
    """Return how the quiz was answered; nothing once the lesson is withdrawn."""
    try:
        return await visit.services.lessons.results(visit.account, push.lesson)
    except UnknownLesson:
        return []
