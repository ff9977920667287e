"""What is told unasked about bookings, each checked to be still true when it is sent."""

from collections.abc import Mapping
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup

from handlers.buttons import PERSON, Act, Fill, button, keyboard
from handlers.moving import opened
from handlers.staff_bookings import visit_button
from handlers.telling import Outgoing, Render, Told
from services import clock
from services.errors import NotFound
from services.mediation import Booking, State, Verb
from services.notices import Notice


async def _booking(told: Told, notice: Notice) -> Booking:
    found = await told.services.mediation.glance(notice.subject_id)
    if found is None:
        raise NotFound
    return found


async def new(told: Told, notice: Notice) -> Outgoing | None:
    """Tell a mediator that somebody wants to come, unless it has been answered or given up."""
    booking = await _booking(told, notice)
    if booking.state is not State.REQUESTED or booking.starts_at <= clock.now():
        return None
    accept = button("确认", Act(verb="accept", id=str(booking.id)))
    return told("notices/booking_new", booking=booking, buttons=keyboard([accept, visit_button(booking, "查看")]))


async def accepted(told: Told, notice: Notice) -> Outgoing | None:
    """Tell who booked that the studio expects them."""
    booking = await _booking(told, notice)
    if booking.state is not State.ACCEPTED:
        return None
    return told("notices/booking_accepted", booking=booking, buttons=_own(booking))


async def moved(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the other side of the new time, unless there is a newer one."""
    booking = await _booking(told, notice)
    if not booking.holds or booking.starts_at != datetime.fromisoformat(str(notice.data["new"])):
        return None
    account = await told.services.accounts.get(notice.account_id)
    own = any(one.id == booking.id for one in await told.services.mediation.mine(account))
    return told(
        "notices/booking_moved",
        booking=booking,
        own=own,
        by=str(notice.data["by"]),
        old=datetime.fromisoformat(str(notice.data["old"])),
        buttons=_own(booking) if own else keyboard([visit_button(booking, "查看")]),
    )


async def declined(told: Told, notice: Notice) -> Outgoing | None:
    """Tell who booked that the studio cannot take it, why, and the other routes (人民调解法 26)."""
    account = await told.services.accounts.get(notice.account_id)
    view = await told.services.mediation.read(account, notice.subject_id)
    if view.booking.state is not State.DECLINED:
        return None
    why = next((step.note for step in reversed(view.steps) if step.verb is Verb.DECLINE), "")
    again = button("换一家再约", Fill(form="book", arg=view.booking.kind))
    return told("notices/booking_declined", booking=view.booking, why=why, buttons=keyboard([again, PERSON]))


async def cancelled(told: Told, notice: Notice) -> Outgoing | None:
    """Tell a mediator that the hour is free again."""
    booking = await _booking(told, notice)
    if booking.state is not State.CANCELLED:
        return None
    return told("notices/booking_cancelled", booking=booking)


async def reminder(told: Told, notice: Notice) -> Outgoing | None:
    """Remind who booked, unless the hour has come or was given up."""
    booking = await _booking(told, notice)
    if not booking.holds or booking.starts_at <= clock.now():
        return None
    return told("notices/booking_reminder", booking=booking, buttons=_own(booking))


def _own(booking: Booking) -> InlineKeyboardMarkup | None:
    return keyboard([opened(booking)])


RENDERERS: Mapping[str, Render] = {
    "booking_new": new,
    "booking_accepted": accepted,
    "booking_moved": moved,
    "booking_declined": declined,
    "booking_cancelled": cancelled,
    "booking_reminder": reminder,
}
