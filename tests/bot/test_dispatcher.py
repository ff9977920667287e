"""What keeps an update cheap: no filter is sent to a thread, and the courier looks only when there is a notice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.talking import Town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The whole program on an empty database."""
    made = Town(tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_every_filter_answers_where_it_is_asked(town: Town) -> None:
    (conversation,) = town.application.dispatcher.sub_routers
    filters = [
        each
        for observer in conversation.observers.values()
        for handler in observer.handlers
        for each in handler.filters or ()
    ]
    assert filters
    assert all(each.awaitable for each in filters)


async def test_the_courier_is_told_of_a_notice_and_of_nothing_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    poked: list[int] = []
    monkeypatch.setattr(town.application.courier, "poke", lambda: poked.append(1))
    await town.staff("dispatcher")
    anna = town.person()
    await anna.says("老板拖欠工资两个月了怎么办")
    assert not poked
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    for words in ("公司要辞退我", "王女士", "13812345678"):
        await anna.says(words)
    await anna.clicks("确认提交")
    anna.sees("ZTC-")
    assert poked
