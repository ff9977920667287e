"""The two questions of booking and of moving: which day, which hour. Only what is free now is offered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from handlers.days import day_of, hour_of
from handlers.forms import Choice, ChooseOne, Step, Values
from handlers.talk import Talk
from handlers.wording import day as day_label
from services import clock
from services.errors import Refusal
from services.mediation import OpenDay, Slot

FEW = 2
"""Free hours of a day from which on the number is told."""

Place = Callable[[Talk, Values], Awaitable[tuple[str, int | None]]]
"""Finds the studio's slug, and the id of the booking that is being moved, if one is."""


class DayNotOpen(Refusal):
    """{day}不能约：可能约满了、不上班，或者太远。请从列出的日子里选一天。"""


class HourNotFree(Refusal):
    """这个钟点不能约，请从列出的时间里选一个；都不合适就点“返回”换一天。"""


def starts_at(values: Values) -> datetime:
    """Return the start that was chosen, aware (Asia/Shanghai)."""
    return datetime.combine(date.fromisoformat(values["day"]), time.fromisoformat(values["slot"]), clock.ZONE)


def chosen_slot(values: Values) -> str:
    """Return “11月26日 周四 09:00” for what was chosen."""
    moment = starts_at(values)
    return f"{day_label(moment)} {moment:%H:%M}"


def _open(one: OpenDay) -> str:
    """Return a day's label; how much is left is told where it is little."""
    return f"{day_label(one.day)}（余{one.free}）" if one.free <= FEW else day_label(one.day)


def day_step(place: Place, facts: Callable[[Talk, Values], Awaitable[Mapping[str, Any]]]) -> Step:
    """Return the step “day”: open days as buttons, or a day typed."""

    async def choices(talk: Talk, values: Values) -> Sequence[Choice]:
        studio, moving = await place(talk, values)
        days = await talk.services.mediation.open_days(studio, moving=moving)
        return [Choice(one.day.isoformat(), _open(one)) for one in days]

    async def read(talk: Talk, word: str) -> str:
        found = day_of(word, clock.local(clock.now()).date())
        if found is None or found[1]:
            raise ChooseOne
        offered = await choices(talk, (await talk.state.get_data())["values"])
        if all(choice.value != found[0].isoformat() for choice in offered):
            raise DayNotOpen(day=day_label(found[0]))
        return found[0].isoformat()

    async def told(talk: Talk, values: Values) -> Mapping[str, Any]:
        studio, moving = await place(talk, values)
        days = await talk.services.mediation.open_days(studio, moving=moving)
        about = {"any_day": bool(days), "uncertain": any(not one.certain for one in days)}
        return about | dict(await facts(talk, values))

    return Step("day", choices=choices, read=read, facts=told, columns=3)


def slot_step(place: Place) -> Step:
    """Return the step “slot”: free hours of the day as buttons, or an hour typed."""

    async def free(talk: Talk, values: Values) -> Sequence[Slot]:
        studio, moving = await place(talk, values)
        return await talk.services.mediation.slots(studio, date.fromisoformat(values["day"]), moving=moving)

    async def choices(talk: Talk, values: Values) -> Sequence[Choice]:
        return [Choice(f"{clock.local(slot.starts_at):%H%M}", slot.label) for slot in await free(talk, values)]

    async def read(talk: Talk, word: str) -> str:
        hour = hour_of(word)
        if hour is None:
            raise ChooseOne
        offered = {choice.value for choice in await choices(talk, (await talk.state.get_data())["values"])}
        # Nobody mediates at three in the morning: “3点” is the afternoon's where only that is free.
        for value in (f"{hour:%H%M}", f"{(hour.hour + 12) % 24:02}{hour:%M}"):
            if value in offered:
                return value
        raise HourNotFree

    async def told(talk: Talk, values: Values) -> Mapping[str, Any]:
        return {"chosen_day": date.fromisoformat(values["day"]), "any_slot": bool(await free(talk, values))}

    return Step("slot", choices=choices, read=read, facts=told, columns=2)
