"""A mediator in chat: the day's bookings, one booking, accept, decline; moving is the form that everybody uses."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton

from handlers.buttons import MENU, Act, Fill, Go, button, keyboard, rows
from handlers.elsewhere import elsewhere, landing
from handlers.forms import Form, Step, Values
from handlers.steps import ident, words
from handlers.talk import Talk
from handlers.wording import day as day_label
from services import clock
from services.errors import NotFound
from services.mediation import Booking, BookingLine, Verb
from services.mediation.rules import NOTE_LIMIT

router = Router(name="staff bookings")


def _day_button(day: date, label: str) -> InlineKeyboardButton:
    return button(label, Go(page="day", arg=day.isoformat()))


def visit_button(booking: Booking | BookingLine, label: str) -> InlineKeyboardButton:
    """Return the button that opens a booking for its mediator."""
    return button(label, Go(page="visit", arg=str(booking.id)))


@router.callback_query(Go.filter(F.page == "day"))
async def day(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show the bookings of one day at the mediator's studios; raises NotAllowed for anybody else."""
    await talk.toast()
    shown = _date(callback_data.arg)
    found = await talk.services.mediation.day(talk.account, shown)
    buttons = [visit_button(line, f"{line.label} {line.kind} {line.state.label}") for line in found]
    turns = [_day_button(there, f"{sign}{day_label(there)}") for there, sign in _around(shown)]
    await talk.show("staff/day", day=shown, bookings=found, buttons=keyboard(*rows(buttons), turns, [_work(), MENU]))


def _around(day: date) -> list[tuple[date, str]]:
    return [(day - timedelta(days=1), "◀ "), (day + timedelta(days=1), "▶ ")]


def _work() -> InlineKeyboardButton:
    return button("工作台", Go(page="work"))


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else clock.local(clock.now()).date()
    except ValueError:
        raise NotFound from None
    if not 2000 <= day.year < 2100:  # at the ends of the calendar there is no day before or after
        raise NotFound
    return day


@router.callback_query(Go.filter(F.page == "visit"))
async def visit(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one booking to its mediator."""
    await talk.toast()
    await show_visit(talk, ident(callback_data.arg))


@landing("visit")
async def show_visit(talk: Talk, number: int) -> None:
    """Show a booking with what the mediator may do about it; raises NotFound."""
    view = await talk.services.mediation.read(talk.account, number)
    arg = str(view.booking.id)
    offered = [
        (Verb.ACCEPT, button("确认", Act(verb="accept", id=arg))),
        (Verb.MOVE, button("改期", Fill(form="move", arg=arg))),
        (Verb.DECLINE, button("谢绝", Fill(form="decline", arg=arg))),
    ]
    await talk.say(
        "staff/visit",
        view=view,
        booking=view.booking,
        buttons=keyboard(
            *rows(await elsewhere(talk, "visit", view.booking.id)),
            [shown for verb, shown in offered if verb in view.may],
            [_day_button(clock.local(view.booking.starts_at).date(), "这一天的预约"), MENU],
        ),
    )


@router.callback_query(Act.filter(F.verb == "accept"))
async def accept(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Confirm a booking."""
    accepted = await talk.services.mediation.accept(talk.account, ident(callback_data.id), talk.key)
    await talk.toast("已确认")
    day_of = clock.local(accepted.starts_at).date()
    await talk.say("staff/accepted", booking=accepted, buttons=keyboard([_day_button(day_of, "这一天的预约"), MENU]))


async def _about(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"booking": (await talk.services.mediation.read(talk.account, ident(values["booking"]))).booking}


async def _decline(talk: Talk, values: Values) -> None:
    declined = await talk.services.mediation.decline(talk.account, ident(values["booking"]), talk.key, values["why"])
    day_of = clock.local(declined.starts_at).date()
    await talk.say("decline/done", booking=declined, buttons=keyboard([_day_button(day_of, "这一天的预约"), MENU]))


FORMS: tuple[Form, ...] = (
    Form(
        name="decline",
        title="谢绝预约",
        about="booking",
        consent=False,
        steps=(Step("why", read=words(NOTE_LIMIT), facts=_about),),
        finish=_decline,
    ),
)
