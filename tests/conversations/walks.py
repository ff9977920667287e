"""Ways that many tests walk: agreeing, booking, registering, handing in, as people do it at the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from services import clock
from tests.talking import Person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CODE = "91330100799655058B"
"""A valid unified credit code (GB 32100-2015)."""


@contextmanager
def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> Iterator[None]:
    """Let it be this moment in the county."""
    with clock.moved_to(datetime(year, month, day, hour, minute, tzinfo=clock.ZONE)):
        yield


async def agrees(person: Person) -> None:
    """Agree to the privacy notice where it is shown."""
    if any("同意并继续" in label for label in person.buttons()):
        await person.clicks("同意并继续")


async def opens(person: Person, data: str) -> None:
    """Press a button known by its data, agreeing to the notice if it comes first."""
    await person.presses(data)
    await agrees(person)


async def books(person: Person, day: str = "周四", hour: str = "9:00", *, studio: str = "小蒋") -> None:
    """Book 小蒋 for a debt; ends at the summary."""
    await opens(person, "fill:book:")
    await person.clicks("债务借款")
    await person.clicks(studio)
    await person.says(day)
    await person.says(hour)
    await person.says("邻居借了两万块，说好年底还，现在不认账了。")
    await person.says("138 0013 8000")
    await person.clicks("确认预约")


async def registers(person: Person, code: str = CODE) -> None:
    """Register an enterprise; ends where it is done."""
    await opens(person, "fill:register:")
    await person.says("示范县春风食品有限公司")
    await person.says(code)
    if any("确认无误" in label for label in person.buttons()):
        await person.clicks("确认无误")
    await person.says("王建国")
    await person.says("13800138000")
    await person.clicks("确认登记")


async def hands_in(person: Person, category: str = "劳动用工", *, urgent: bool = False) -> None:
    """Hand in a request for the one enterprise; ends at the number."""
    await person.clicks("提交诉求")
    await person.clicks(category)
    await person.clicks("都不是")
    await person.clicks("紧急，请尽快" if urgent else "一般，按")
    await person.says("有员工合同到期，想问续签和补偿怎么办。")
    await person.clicks("跳过")
    await person.clicks("确认提交")
