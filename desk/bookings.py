"""Mediation at the desk: a mediator's day, one booking in full, and the answers to it."""

from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from desk.errors import status_of
from desk.forms import Form, Number, Refused, again, day_of, moment_of
from desk.visit import Sent, Signed, Visit
from services import clock
from services.errors import NotFound, Refusal
from services.mediation import Slot, Verb

router = APIRouter(prefix="/bookings")

DONE = {
    "accept": "已确认，预约人会收到通知。",
    "move": "已改期，预约人会收到通知。",
    "decline": "已婉拒，预约人会收到原因和其他途径。",
}


@router.get("")
async def day(visit: Signed, day: str = "") -> Response:
    """Show the standing bookings of a day, within its week; today when no day is given."""
    today = clock.local(clock.now()).date()
    chosen = day_of(day) or today
    monday = chosen - timedelta(days=chosen.weekday())
    mediation = visit.services.mediation
    week = {one: await mediation.day(visit.account, one) for one in (monday + timedelta(days=n) for n in range(7))}
    return visit.page(
        "bookings.html",
        chosen=chosen,
        today=today,
        week=week,
        before=chosen - timedelta(days=7),
        after=chosen + timedelta(days=7),
    )


@router.get("/{number}")
async def detail(visit: Signed, number: Number, day: str = "", done: str = "") -> Response:
    """Show one booking; the service writes the look into the audit log. `day` opens that day's free hours."""
    return await _show(visit, number, day=day_of(day), done=DONE.get(done, ""))


@router.post("/{number}/{verb}")
async def answer(visit: Signed, form: Sent, number: Number, verb: str) -> Response:
    """Accept, move or decline; when it is refused, show the booking again with the refusal and what was typed."""
    if verb not in DONE:
        raise HTTPException(404)
    try:
        await _answer(visit, form, number, Verb(verb))
    except NotFound:
        raise
    except Refusal as refusal:
        day = day_of(form.text("starts_at")[:10])
        return await _show(visit, number, day=day, refused=Refused(verb, form, refusal))
    return visit.go(f"/desk/bookings/{number}?done={verb}")


async def _answer(visit: Visit, form: Form, number: int, verb: Verb) -> None:
    mediation, account = visit.services.mediation, visit.account
    if verb is Verb.ACCEPT:
        await mediation.accept(account, number, form.key)
    elif verb is Verb.MOVE:
        await mediation.move(account, number, form.key, moment_of(form.text("starts_at")))
    else:
        await mediation.decline(account, number, form.key, form.text("why"))


async def _show(
    visit: Visit, number: int, *, day: date | None = None, done: str = "", refused: Refused | None = None
) -> Response:
    mediation = visit.services.mediation
    view = await mediation.read(visit.account, number)
    movable = Verb.MOVE in view.may
    slots: list[Slot] = []
    if movable and day:
        slots = await mediation.slots(view.booking.studio, day, moving=number)
    return visit.page(
        "booking.html",
        status=status_of(refused.refusal) if refused else 200,
        view=view,
        booking=view.booking,
        days=await mediation.open_days(view.booking.studio, moving=number) if movable else [],
        day=day,
        slots=slots,
        local=clock.local,
        done=done,
        **again(refused, view.may),
    )
