"""The courier against a strict Telegram: limits obeyed, refusals recorded, nothing told twice without a record."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup
from sqlalchemy import select

from bot.channels.telegram import telegram_session
from bot.courier import Courier, Pace
from bot.dispatcher import PROPERTIES
from services import clock
from services.accounts import Accounts
from services.db import Database
from services.notices import Lane, Notice, NoticeRow, Notices, tell
from services.worktime import after_quiet
from tests.fake_telegram import TOKEN, FakeTelegram


@dataclass(frozen=True)
class Words:
    text: str
    buttons: InlineKeyboardMarkup | None = None


@dataclass
class Post:
    """A courier, the Telegram it writes to, and a way to give it something to tell."""

    database: Database
    telegram: FakeTelegram
    courier: Courier
    told: int = 0

    async def tell(self, *chats: int, lane: Lane = Lane.REMINDER) -> None:
        accounts = Accounts(self.database)
        for chat in chats:
            self.telegram.world.text(chat, "/start")
            account = await accounts.meet("telegram", str(chat))
            self.told += 1
            async with self.database.transaction() as db:
                tell(db, account.id, "thing", subject=("thing", chat), key=str(self.told), lane=lane)

    def sent(self) -> list[int]:
        return [int(call["params"]["chat_id"]) for call in self.telegram.calls("sendMessage") if call["ok"]]

    async def states(self) -> list[str]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(NoticeRow.state).order_by(NoticeRow.id)))


@pytest.fixture
async def post(sqlite: Database) -> AsyncIterator[Post]:
    """A courier in front of a strict Telegram, in working hours."""

    async def render(notice: Notice) -> Words | None:
        if notice.subject_id == 404:
            return None
        return Words("<b>提醒</b>" if notice.subject_id != 666 else "<oops>")

    async with FakeTelegram() as telegram:
        bot = Bot(TOKEN, session=telegram_session(telegram.url), default=PROPERTIES)
        with clock.moved_to(after_quiet(clock.now()) + timedelta(hours=1)):
            yield Post(sqlite, telegram, Courier(Notices(sqlite), {"telegram": bot}, render, "1"))
        await bot.session.close()


async def test_a_notice_is_sent_and_marked(post: Post) -> None:
    await post.tell(5)
    assert await post.courier.deliver() == 1
    assert post.sent() == [5]
    assert await post.states() == ["sent"]
    assert await post.courier.deliver() == 0


async def test_telegrams_429_is_obeyed_and_the_notice_goes_later(post: Post) -> None:
    await post.tell(5)
    post.telegram.fail(method="sendMessage", status=429, retry_after=1)
    await post.courier.deliver()
    assert await post.states() == ["waiting"]
    with clock.moved_to(clock.now() + timedelta(seconds=2)):
        await post.courier.deliver()
    assert await post.states() == ["sent"]
    assert post.sent() == [5]


async def test_a_blocked_person_is_left_alone(post: Post) -> None:
    await post.tell(5, 5)
    post.telegram.fail(method="sendMessage", status=403)
    await post.courier.deliver()
    assert set(await post.states()) <= {"blocked", "sent"}
    assert "blocked" in await post.states()


async def test_a_server_fault_is_tried_again(post: Post) -> None:
    await post.tell(5)
    post.telegram.fail(method="sendMessage", status=500)
    await post.courier.deliver()
    assert await post.states() == ["waiting"]
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        await post.courier.deliver()
    assert await post.states() == ["sent"]


async def test_a_text_that_telegram_refuses_is_given_up_at_once_and_holds_up_nobody(post: Post) -> None:
    await post.tell(666, 5)
    await post.courier.deliver()
    assert await post.states() == ["failed", "sent"]


async def test_what_is_no_longer_true_is_not_told(post: Post) -> None:
    await post.tell(404)
    await post.courier.deliver()
    assert await post.states() == ["cancelled"]
    assert post.sent() == []


async def test_one_chats_messages_are_spaced_and_others_are_not_held_up() -> None:
    pace = Pace(per_second=1000, chat_pause=30)
    await pace.wait("a")
    await pace.wait("b")
    assert pace._chats["a"] - pace._next > 25
    for number in range(3000):
        await Pace.wait(pace, str(number)) if number % 100 == 0 else None
    assert len(pace._chats) < 1100
