"""The first page: what I must do now, by what I work as. Without anybody signed in, how to get in."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from desk.navigation import CODES, EDITING, QUEUE, RUNNING, STUDIO
from desk.requests import LIGHTS, MOST_LINES, light_of
from desk.told import lately
from desk.visit import Visit, page, visit_of
from services import clock
from services.lessons import PushState
from services.mediation import BookingLine
from services.mediation import State as BookingState
from services.requests import RequestLine, State

router = APIRouter()

SHOWN = 8
"""Requests on the first page; the rest is one click away."""


@router.get("/")
async def home(request: Request) -> Response:
    """Show what is due, or how to sign in."""
    visit = await visit_of(request)
    if visit is None:
        return page(request, "sign_in.html", None)
    parts: dict[str, Any] = {"queue": None, "bookings": None, "pushes": None, "misses": 0, "codes": 0, "running": False}
    if visit.account.has(*QUEUE):
        parts["queue"] = _sorted_out(await visit.services.requests.queue(visit.account, limit=MOST_LINES))
    if visit.account.has(*CODES):
        parts["codes"] = len(await visit.services.requests.codes_to_confirm(visit.account))
    if visit.account.has(*STUDIO):
        parts["bookings"] = await _bookings(visit)
    if visit.account.has(*EDITING):
        planned = (PushState.SCHEDULED, PushState.SENDING)
        pushes = await visit.services.lessons.pushes(visit.account)
        parts["pushes"] = [push for push in pushes if push.state in planned][::-1]
        parts["misses"] = len(await visit.services.faq.unanswered())
    parts["running"] = visit.account.has(*RUNNING)
    parts["told"] = await lately(visit)
    return visit.page("home.html", lights=LIGHTS, **parts)


def _sorted_out(lines: Sequence[RequestLine]) -> dict[str, Any]:
    return {
        "lights": Counter(light_of(line) for line in lines),
        "new": sum(line.state == State.SUBMITTED for line in lines),
        "review": sum(line.state == State.REVIEW for line in lines),
        "next": [line for line in lines if line.due_next][:SHOWN],
    }


async def _bookings(visit: Visit) -> dict[str, list[BookingLine]]:
    """Return today's bookings, and those of the days open for booking that nobody has answered."""
    mediation, today = visit.services.mediation, clock.local(clock.now()).date()
    ahead = range(visit.services.county.booking.horizon_days + 1)
    days = [await mediation.day(visit.account, today + timedelta(days=n)) for n in ahead]
    waiting = [line for lines in days for line in lines if line.state is BookingState.REQUESTED]
    return {"today": days[0], "waiting": [line for line in waiting if line.starts_at > clock.now()]}
