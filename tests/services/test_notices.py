"""Notices: written with their fact, claimed once, sent in their lanes, and every attempt on record."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services import clock
from services.accounts import Account, Accounts
from services.accounts.tables import IdentityRow
from services.db import Database
from services.notices import (
    GIVE_UP_AFTER,
    Lane,
    Notice,
    NoticeAttemptRow,
    NoticeRow,
    Notices,
    tell,
    withdraw,
)

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
CHANNELS = ["web", "telegram"]


@pytest.fixture
async def anna(database: Database) -> Account:
    """Somebody at the web chat."""
    return await Accounts(database).meet("web", "41")


async def told(database: Database, account: Account, key: str, lane: Lane = Lane.REMINDER) -> None:
    async with database.transaction() as db:
        tell(db, account.id, "thing", subject=("thing", 1), key=key, lane=lane)


async def state(database: Database) -> list[tuple[str, int]]:
    async with database.reading() as db:
        rows = await db.execute(select(NoticeRow.state, NoticeRow.attempts).order_by(NoticeRow.id))
        return [(row.state, row.attempts) for row in rows]


async def outcomes(database: Database) -> list[str]:
    async with database.reading() as db:
        return list(await db.scalars(select(NoticeAttemptRow.outcome).order_by(NoticeAttemptRow.id)))


async def test_two_couriers_at_once_take_each_notice_once(database: Database, anna: Account) -> None:
    for number in range(30):
        await told(database, anna, str(number))
    with clock.moved_to(NOON + timedelta(days=400)):
        both = await asyncio.gather(*(Notices(database).claim(str(who), CHANNELS, limit=30) for who in range(4)))
    taken = [notice.id for claimed in both for notice in claimed]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(range(1, 31))


async def test_an_attempt_is_unknown_until_its_end_is_recorded(database: Database, anna: Account) -> None:
    await told(database, anna, "a")
    notices = Notices(database)
    with clock.moved_to(NOON + timedelta(days=400)):
        [notice] = await notices.claim("1", CHANNELS)
        assert await outcomes(database) == ["unknown"]
        await notices.sent(notice)
    assert await outcomes(database) == ["sent"]
    assert await state(database) == [("sent", 1)]


async def test_what_a_dead_courier_had_taken_is_taken_again_and_both_attempts_stay(
    database: Database, anna: Account
) -> None:
    notices = Notices(database)
    await told(database, anna, "a")
    with clock.moved_to(NOON + timedelta(days=400)):
        await notices.claim("dead", CHANNELS)
        assert await notices.claim("alive", CHANNELS) == []
        assert await notices.claimants() == {"dead"}
        await notices.release("dead")
        [again] = await notices.claim("alive", CHANNELS)
        await notices.sent(again)
    assert await outcomes(database) == ["unknown", "sent"]


async def test_a_claim_runs_out_by_itself(database: Database, anna: Account) -> None:
    notices = Notices(database)
    await told(database, anna, "a")
    with clock.moved_to(NOON + timedelta(days=400)):
        await notices.claim("1", CHANNELS, lease=timedelta(minutes=2))
    with clock.moved_to(NOON + timedelta(days=400, minutes=3)):
        assert len(await notices.claim("2", CHANNELS)) == 1


async def test_urgent_notices_go_before_reminders_and_those_before_lessons(database: Database, anna: Account) -> None:
    for key, lane in (("lesson", Lane.LESSON), ("reminder", Lane.REMINDER), ("urgent", Lane.URGENT)):
        await told(database, anna, key, lane)
    with clock.moved_to(NOON + timedelta(days=400)):
        claimed = await Notices(database).claim("1", CHANNELS)
    assert [notice.lane for notice in claimed] == [Lane.URGENT, Lane.REMINDER, Lane.LESSON]


async def test_lessons_wait_for_the_morning_and_the_rest_does_not(database: Database, anna: Account) -> None:
    with clock.moved_to(NOON):
        await told(database, anna, "lesson", Lane.LESSON)
        await told(database, anna, "urgent", Lane.URGENT)
    with clock.moved_to(NIGHT):
        [urgent] = await Notices(database).claim("1", CHANNELS)
        assert urgent.lane == Lane.URGENT
        await Notices(database).sent(urgent)
    with clock.moved_to(NIGHT + timedelta(hours=10)):
        assert [notice.lane for notice in await Notices(database).claim("1", CHANNELS)] == [Lane.LESSON]


async def test_a_notice_goes_where_the_person_was_last(database: Database, anna: Account) -> None:
    accounts = Accounts(database)
    token = await accounts.issue_link(anna.id, "bind")
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        await accounts.bind("telegram", "77", token)
    await told(database, anna, "a")
    with clock.moved_to(NOON + timedelta(days=400)):
        [notice] = await Notices(database).claim("1", CHANNELS)
    assert (notice.channel, notice.external_id) == ("telegram", "77")


async def test_other_channels_notices_do_not_stand_in_the_way(database: Database, anna: Account) -> None:
    elsewhere = await Accounts(database).meet("terminal", "9")
    for number in range(40):
        await told(database, elsewhere, str(number), Lane.URGENT)
    await told(database, anna, "mine")
    with clock.moved_to(NOON + timedelta(days=400)):
        claimed = await Notices(database).claim("1", ["web"], limit=20)
    assert [notice.account_id for notice in claimed] == [anna.id]


async def test_somebody_who_blocked_the_bot_is_left_alone_until_they_write(database: Database, anna: Account) -> None:
    notices, accounts = Notices(database), Accounts(database)
    await told(database, anna, "a")
    await told(database, anna, "b")
    with clock.moved_to(NOON + timedelta(days=400)):
        [first] = await notices.claim("1", CHANNELS, limit=1)
        await notices.blocked(first)
        assert await notices.claim("1", CHANNELS) == []
        await accounts.meet("web", "41")
        await told(database, anna, "c")
        assert len(await notices.claim("1", CHANNELS)) == 1
    assert [name for name, _ in await state(database)] == ["blocked", "blocked", "waiting"]


async def test_a_passing_failure_is_tried_again_and_given_up_at_last(database: Database, anna: Account) -> None:
    notices = Notices(database)
    await told(database, anna, "a")
    moment = NOON + timedelta(days=400)
    for attempt in range(1, GIVE_UP_AFTER + 1):
        with clock.moved_to(moment):
            claimed = await notices.claim("1", CHANNELS)
            assert len(claimed) == 1, f"attempt {attempt}"
            await notices.postponed(claimed[0], moment + timedelta(minutes=1), "away")
        moment += timedelta(minutes=2)
    assert await state(database) == [("failed", GIVE_UP_AFTER)]


async def test_what_is_withdrawn_is_not_sent(database: Database, anna: Account) -> None:
    await told(database, anna, "a")
    async with database.transaction() as db:
        await withdraw(db, ("thing", 1))
    with clock.moved_to(NOON + timedelta(days=400)):
        assert await Notices(database).claim("1", CHANNELS) == []
    assert await Notices(database).recent(anna.id) == []


async def test_telling_twice_under_one_key_is_refused(database: Database, anna: Account) -> None:
    await told(database, anna, "a")
    with pytest.raises(IntegrityError):
        await told(database, anna, "a")


async def test_recent_notices_are_there_for_staff_without_a_chat(database: Database) -> None:
    accounts, notices = Accounts(database), Notices(database)
    officer = await accounts.hire("王某")
    await told(database, officer, "a")
    with clock.moved_to(clock.now() + timedelta(seconds=1)):
        assert await notices.claim("1", CHANNELS) == []
        [line] = await notices.recent(officer.id)
    assert line.kind == "thing"


async def test_the_older_channel_is_used_when_the_newer_is_blocked(database: Database, anna: Account) -> None:
    accounts = Accounts(database)
    token = await accounts.issue_link(anna.id, "bind")
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        await accounts.bind("telegram", "77", token)
    async with database.transaction() as db:
        await db.execute(update(IdentityRow).where(IdentityRow.channel == "telegram").values(blocked_at=clock.now()))
    await told(database, anna, "a")
    claimed: list[Notice] = []
    with clock.moved_to(NOON + timedelta(days=400)):
        claimed = await Notices(database).claim("1", CHANNELS)
    assert [notice.channel for notice in claimed] == ["web"]
