"""Booking a mediation studio: the form, one's own bookings, moving and cancelling.

Domestic violence is on the list of kinds so that a person finds it, but it is not booked: nobody is put at one table
with who beats them. The card names what is open instead (反家庭暴力法 16, 23, 28).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from handlers.buttons import MENU, PERSON, Act, Fill, Go, button, keyboard, rows
from handlers.caution import caution_step
from handlers.elsewhere import elsewhere, landing
from handlers.forms import Choice, Form, Step, Values
from handlers.moving import MOVE, opened
from handlers.slots import chosen_slot, day_step, slot_step, starts_at
from handlers.steps import ident, offer, telephone, words
from handlers.talk import Talk
from handlers.wording import moment
from knowledge.county import Studio
from services import clock
from services.errors import NotFound
from services.identifiers import BadPhone, masked_phone
from services.mediation import (
    KindNotTaken,
    NotForMediation,
    OwnOverlap,
    SlotNotOffered,
    SlotTaken,
    Verb,
)
from services.mediation.rules import FACTS_LIMIT

router = Router(name="booking")

VIOLENCE = "家庭暴力"
SHOWN = 10
"""Bookings in one list: the rest is history."""
MINE = button("我的预约", Go(page="bookings"))


async def _kinds(talk: Talk, _values: Values) -> Sequence[Choice]:
    # The names themselves: an index would mean another kind after the county has changed its list.
    return [Choice(kind, kind) for kind in (*talk.services.county.kinds, VIOLENCE)]


async def _full(talk: Talk) -> bool:
    """Say before anything is filled in what booking would refuse in the end (TooManyBookings)."""
    coming = [
        one for one in await talk.services.mediation.mine(talk.account) if one.holds and one.ends_at > clock.now()
    ]
    return len(coming) >= talk.services.county.booking.open_bookings


async def _studios(talk: Talk, values: Values) -> Sequence[Choice]:
    if await _full(talk):
        return []
    found = await talk.services.mediation.studios(values["kind"])
    return [Choice(studio.slug, f"{studio.name} · {studio.district}") for studio in found]


async def _studio_facts(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"studios": await talk.services.mediation.studios(values["kind"]), "full": await _full(talk)}


async def _studio(talk: Talk, values: Values) -> Studio:
    found = await talk.services.mediation.studios()
    studio = next((one for one in found if one.slug == values["studio"]), None)
    if studio is None:
        raise NotFound
    return studio


async def _place(_talk: Talk, values: Values) -> tuple[str, int | None]:
    return values["studio"], None


async def _day_facts(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"studio": await _studio(talk, values)}


async def _summary(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {
        "studio": await _studio(talk, values),
        "time": chosen_slot(values),
        "phone": values["phone"],  # in full: who typed it looks for a slip
    }


async def _book(talk: Talk, values: Values) -> None:
    if values["kind"] == VIOLENCE:
        again = button("我要约的是别的事", Fill(form="book"))
        await talk.say(
            "book/violence", buttons=keyboard([PERSON], [button("给工作人员留言", Fill(form="consult"))], [again])
        )
        return
    booking = await talk.services.mediation.book(
        talk.account,
        key=talk.key,
        channel=talk.channel,
        studio=values["studio"],
        starts_at=starts_at(values),
        kind=values["kind"],
        facts=values["facts"],
        phone=values["phone"],
    )
    await talk.say("book/done", booking=booking, buttons=keyboard([opened(booking, "查看、改期或取消")], [MINE, MENU]))


def _ordinary(step: Step) -> Step:
    """Ask this step only when the matter can be booked at all."""
    return replace(step, when=lambda values: values.get("kind") != VIOLENCE and step.when(values))


BOOK = Form(
    name="book",
    title="预约调解",
    about="kind",
    steps=(
        Step("kind", choices=_kinds, columns=2),
        *map(
            _ordinary,
            (
                Step("studio", choices=_studios, facts=_studio_facts),
                day_step(_place, _day_facts),
                slot_step(_place),
                Step("facts", read=words(FACTS_LIMIT)),
                caution_step("facts", "仍要预约普通调解"),
                Step("phone", read=telephone),
                Step("confirm", choices=offer(Choice("yes", "确认预约")), facts=_summary),
            ),
        ),
    ),
    finish=_book,
    back_to={
        SlotTaken: "slot",
        SlotNotOffered: "slot",
        OwnOverlap: "slot",
        KindNotTaken: "studio",
        NotForMediation: "kind",
        BadPhone: "phone",
    },
)


FORMS: tuple[Form, ...] = (BOOK, MOVE)


@router.message(F.text.strip() == MINE.text)
@router.callback_query(Go.filter(F.page == "bookings"))
async def bookings(_event: Message | CallbackQuery, talk: Talk) -> None:
    """Show one's own bookings, those to come first."""
    await talk.toast()
    found = (await talk.services.mediation.mine(talk.account))[:SHOWN]
    buttons = [opened(booking, f"{booking.number} {moment(booking.starts_at)}") for booking in found]
    await talk.say(
        "booking/list", bookings=found, buttons=keyboard(*rows(buttons), [button("预约调解", Fill(form="book")), MENU])
    )


@router.callback_query(Go.filter(F.page == "booking"))
async def booking(_query: CallbackQuery, callback_data: Go, talk: Talk) -> None:
    """Show one booking and what may still be done with it."""
    await talk.toast()
    await show(talk, ident(callback_data.arg))


@landing("booking")
async def show(talk: Talk, booking_id: int) -> None:
    """Show a booking to its author; raises NotFound."""
    view = await talk.services.mediation.read(talk.account, booking_id)
    number = str(view.booking.id)
    offered = [
        (Verb.MOVE, button("改期", Fill(form="move", arg=number))),
        (Verb.CANCEL, button("取消预约", Act(verb="cancel-booking", id=number))),
    ]
    await talk.say(
        "booking/one",
        view=view,
        booking=view.booking,
        phone=masked_phone(view.phone),
        buttons=keyboard(
            *rows(await elsewhere(talk, "booking", view.booking.id)),
            [shown for verb, shown in offered if verb in view.may],
            [MINE, MENU],
        ),
    )


@router.callback_query(Act.filter(F.verb == "cancel-booking"))
async def cancel(_query: CallbackQuery, callback_data: Act, talk: Talk) -> None:
    """Ask once more, then give the slot back."""
    number = ident(callback_data.id)
    await talk.toast()
    if callback_data.arg != "yes":
        view = await talk.services.mediation.read(talk.account, number)
        sure = button("确定取消", Act(verb="cancel-booking", id=str(number), arg="yes"))
        await talk.say(
            "booking/cancel", booking=view.booking, buttons=keyboard([sure], [opened(view.booking, "不取消了")])
        )
        return
    given_back = await talk.services.mediation.cancel(talk.account, number, talk.key)
    await talk.tick("取消")
    again = button("重新预约", Fill(form="book"))
    await talk.say("booking/cancelled", booking=given_back, buttons=keyboard([again], [MINE, MENU]))
