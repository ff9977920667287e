"""Moving a booking: the form that its author and the studio's mediator both use, each with their own limits."""

from collections.abc import Mapping
from typing import Any

from aiogram.types import InlineKeyboardButton

from handlers.buttons import MENU, Go, button, keyboard
from handlers.forms import Choice, Form, Step, Values
from handlers.slots import chosen_slot, day_step, slot_step, starts_at
from handlers.steps import ident, offer
from handlers.talk import Talk
from services.mediation import Booking, BookingOver, BookingView, OwnOverlap, SameSlot, SlotNotOffered, SlotTaken, Verb


def opened(booking: Booking, label: str = "查看这次预约") -> InlineKeyboardButton:
    """Return the button that opens a booking."""
    return button(label, Go(page="booking", arg=str(booking.id)))


async def _moving(talk: Talk, values: Values) -> BookingView:
    """Read the booking anew at each step: the right to it and what may be done are checked each time."""
    return await talk.services.mediation.read(talk.account, ident(values["booking"]))


async def _old_place(talk: Talk, values: Values) -> tuple[str, int | None]:
    booking = (await _moving(talk, values)).booking
    return booking.studio, booking.id


async def _old_facts(talk: Talk, values: Values) -> Mapping[str, Any]:
    view = await _moving(talk, values)
    if Verb.MOVE not in view.may:
        raise BookingOver
    return {"booking": view.booking, "moves_left": view.moves_left, "theirs": Verb.DECLINE in view.may}


async def _move_summary(talk: Talk, values: Values) -> Mapping[str, Any]:
    return dict(await _old_facts(talk, values)) | {"time": chosen_slot(values)}


async def _move(talk: Talk, values: Values) -> None:
    booking = await talk.services.mediation.move(talk.account, ident(values["booking"]), talk.key, starts_at(values))
    await talk.say("move/done", booking=booking, buttons=keyboard([opened(booking)], [MENU]))


MOVE = Form(
    name="move",
    title="预约改期",
    about="booking",
    consent=False,
    steps=(
        day_step(_old_place, _old_facts),
        slot_step(_old_place),
        Step("confirm", choices=offer(Choice("yes", "确认改期")), facts=_move_summary),
    ),
    finish=_move,
    back_to={SlotTaken: "slot", SlotNotOffered: "slot", OwnOverlap: "slot", SameSlot: "slot"},
)
