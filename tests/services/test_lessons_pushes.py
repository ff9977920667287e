"""Pushing a lesson: planned by an editor, sent once to everybody it was meant for, whatever dies on the way."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock
from services.accounts import Account, Accounts, Grant, Role
from services.accounts.tables import IdentityRow
from services.db import Database
from services.errors import NotAllowed, NotFound
from services.lessons import (
    AlreadySent,
    Copy,
    Excluded,
    Lessons,
    PastTime,
    Push,
    PushState,
    QuietTime,
    UnknownAudience,
    UnknownLesson,
)
from services.lessons.tables import DeliveryRow, PushRow
from services.notices import NoticeRow, Notices
from tests.services.test_lessons import AUDIENCES, NOON, THREE, book, editor, lessons_of, made_up, met

DUE = NOON + timedelta(hours=1)
SOON = DUE + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    """A Wednesday at noon in the county."""
    with clock.moved_to(NOON):
        yield


async def crowd(database: Database, size: int, audience: str = "农民工") -> list[int]:
    """Subscribe some people."""
    people = [await met(database, f"visitor-{n:04}") for n in range(size)]
    for person in people:
        await lessons_of(database).subscribe(person, audience)
    return people


async def scheduled(
    lessons: Lessons, boss: Account, lesson: str = "a-year", due_at: datetime = DUE, key: str = "desk:1"
) -> Push:
    """Plan a push to the migrant workers."""
    return await lessons.schedule(boss, key=key, lesson_id=lesson, audience="农民工", due_at=due_at)


async def told(database: Database) -> list[int]:
    """The accounts that have a lesson notice, sorted, with repeats if there were any."""
    async with database.reading() as db:
        query = select(NoticeRow.account_id).where(NoticeRow.kind == "lesson").order_by(NoticeRow.account_id)
        return list(await db.scalars(query))


async def test_only_an_editor_plans_and_looks(sqlite: Database) -> None:
    lessons = lessons_of(sqlite)
    officer = await Accounts(sqlite).hire("经办人", Grant(Role.OFFICER, department="justice"))
    refused = (
        lessons.preview(officer, "a-year", "农民工"),
        scheduled(lessons, officer),
        lessons.cancel(officer, 1),
        lessons.pushes(officer),
        lessons.recipients(officer, 1),
        lessons.results(officer, "a-year"),
    )
    for verb in refused:
        with pytest.raises(NotAllowed):
            await verb


async def test_a_push_in_the_past_at_night_or_of_nothing_is_refused(sqlite: Database) -> None:
    lessons, boss = lessons_of(sqlite), await editor(sqlite)
    with pytest.raises(PastTime):
        await scheduled(lessons, boss, due_at=NOON - timedelta(hours=1))
    with pytest.raises(QuietTime, match="最早可以安排在 11月26日（周四）08:00"):
        await scheduled(lessons, boss, due_at=datetime(2026, 11, 25, 13, tzinfo=UTC))
    with pytest.raises(UnknownLesson):
        await scheduled(lessons, boss, "no-such")
    with pytest.raises(UnknownAudience):
        await lessons.schedule(boss, key="k", lesson_id="a-year", audience="外星人", due_at=DUE)
    assert await lessons.pushes(boss) == []


async def test_now_is_still_now_after_the_form_was_filled_in(sqlite: Database) -> None:
    push = await scheduled(lessons_of(sqlite), await editor(sqlite), due_at=NOON - timedelta(minutes=2))
    assert push.state is PushState.SCHEDULED


async def test_pressing_schedule_eight_times_at_once_plans_one_push(database: Database) -> None:
    lessons, boss = lessons_of(database), await editor(database)
    planned = await asyncio.gather(*(scheduled(lessons, boss) for _ in range(8)))
    assert len({push.id for push in planned}) == 1
    with clock.moved_to(DUE + timedelta(days=3)):
        assert (await scheduled(lessons, boss)).id == planned[0].id
    assert len(await lessons.pushes(boss)) == 1


async def test_nothing_goes_out_early_and_everything_once_when_due(database: Database) -> None:
    lessons, boss = lessons_of(database), await editor(database)
    people = await crowd(database, 3)
    push = await scheduled(lessons, boss)
    assert await lessons.send_due() == 0
    with clock.moved_to(SOON):
        assert await lessons.send_due() == 3
        assert await lessons.send_due() == 0
        assert await told(database) == people
        (shown,) = await lessons.pushes(boss)
    assert (shown.id, shown.state, shown.counts) == (push.id, PushState.SENT, {Copy.WAITING: 3})


async def test_what_was_previewed_is_what_was_sent_plus_the_excluded_with_reasons(database: Database) -> None:
    lessons, boss = lessons_of(database), await editor(database)
    people = await crowd(database, 6)
    async with database.transaction() as db:
        await db.execute(update(IdentityRow).where(IdentityRow.account_id == people[0]).values(blocked_at=NOON))
    await lessons.subscribe(people[1], "司机")
    early = await lessons.schedule(boss, key="desk:0", lesson_id="a-year", audience="司机", due_at=NOON)
    assert await lessons.send_due() == 1
    await lessons.unsubscribe(people[2])
    preview = await lessons.preview(boss, "a-year", "农民工")
    assert (preview.count, preview.excluded) == (3, {Excluded.BLOCKED: 1, Excluded.REPEAT: 1})
    push = await scheduled(lessons, boss)
    with clock.moved_to(SOON):
        assert await lessons.send_due() == preview.count
        copies = await lessons.recipients(boss, push.id)
    assert [copy.reason for copy in copies] == [Excluded.BLOCKED, Excluded.REPEAT, None, None, None]
    assert [copy.state for copy in copies[:3]] == [Copy.EXCLUDED, Copy.EXCLUDED, Copy.WAITING]
    assert copies[0].reason is not None
    assert copies[0].reason.label == "没有可以发送的渠道"
    assert early.id != push.id


async def test_a_fourth_lesson_within_a_week_waits_for_a_better_week(database: Database) -> None:
    lessons = lessons_of(database, book(*(made_up(f"n{n}", "农民工") for n in range(5))))
    boss = await editor(database)
    (anna,) = await crowd(database, 1)
    for n in range(3):
        await scheduled(lessons, boss, f"n{n}", due_at=NOON, key=f"desk:{n}")
    assert await lessons.send_due() == 3
    assert (await lessons.preview(boss, "n3", "农民工")).excluded == {Excluded.WEEKLY_CAP: 1}
    await scheduled(lessons, boss, "n3", due_at=NOON, key="desk:3")
    assert await lessons.send_due() == 0
    with clock.moved_to(NOON + timedelta(days=8)):
        await scheduled(lessons, boss, "n4", due_at=clock.now(), key="desk:4")
        assert await lessons.send_due() == 1
    assert await told(database) == [anna] * 4


class Dying(Lessons):
    """Lessons in a process that is killed after so many of its steps."""

    batch = 3
    lives = 0

    async def _write(
        self, db: AsyncSession, push: PushRow, people: list[tuple[int, str | None]], moment: datetime
    ) -> int:
        written = await super()._write(db, push, people, moment)
        await db.flush()
        self.lives -= 1
        if self.lives < 0:
            raise KeyboardInterrupt  # after the rows were written, before they are committed
        return written


@pytest.mark.parametrize("lives", [0, 1, 2])
async def test_a_process_that_dies_while_sending_skips_nobody_and_repeats_nobody(
    database: Database, lives: int
) -> None:
    people = await crowd(database, 8)
    await scheduled(lessons_of(database), await editor(database))
    with clock.moved_to(SOON):
        dying = Dying(database, THREE, AUDIENCES)
        dying.lives = lives
        with pytest.raises(KeyboardInterrupt):
            await dying.send_due()
        assert await told(database) == people[: 3 * lives]
        assert await lessons_of(database).send_due() == 8 - 3 * lives
    assert await told(database) == people


class Forgetful(Lessons):
    """Lessons whose mark is lost: every batch starts from the beginning."""

    batch = 3

    async def _next_people(self, db: AsyncSession, push: PushRow, started_at: datetime) -> list[tuple[int, str | None]]:
        return [(account_id, None) for account_id in self.people[: self.batch]]

    people: tuple[int, ...] = ()


async def test_without_the_mark_the_ledger_itself_refuses_a_second_copy(database: Database) -> None:
    forgetful = Forgetful(database, THREE, AUDIENCES)
    forgetful.people = tuple(await crowd(database, 8))
    await scheduled(forgetful, await editor(database))
    with clock.moved_to(SOON), pytest.raises(IntegrityError):
        await forgetful.send_due()
    assert await told(database) == list(forgetful.people[:3])


async def test_two_replicas_at_once_send_one_copy_each(database: Database) -> None:
    people = await crowd(database, 20)
    await scheduled(lessons_of(database), await editor(database))
    replicas = [Lessons(database, THREE, AUDIENCES) for _ in range(3)]
    for replica in replicas:
        replica.batch = 2
    with clock.moved_to(SOON):
        sent = await asyncio.gather(*(replica.send_due() for replica in replicas))
        sent.append(await lessons_of(database).send_due())
    assert sum(sent) == 20
    assert await told(database) == people


async def test_who_joins_or_leaves_while_a_push_is_being_sent(database: Database) -> None:
    people = await crowd(database, 6)
    await scheduled(lessons_of(database), await editor(database))
    with clock.moved_to(SOON):
        dying = Dying(database, THREE, AUDIENCES)
        dying.lives = 1
        with pytest.raises(KeyboardInterrupt):
            await dying.send_due()
    with clock.moved_to(SOON + timedelta(minutes=1)):
        late = await met(database, "late")
        await lessons_of(database).subscribe(late, "农民工")
        await lessons_of(database).unsubscribe(people[4])
        await lessons_of(database).send_due()
    assert await told(database) == [*people[:4], people[5]]


async def test_a_copy_that_waits_is_dropped_when_the_person_unsubscribed(database: Database) -> None:
    lessons, boss = lessons_of(database), await editor(database)
    anna, ben = await crowd(database, 2)
    push = await scheduled(lessons, boss)
    assert not await lessons.still_wanted(anna, push.id)
    with clock.moved_to(SOON):
        await lessons.send_due()
        await lessons.unsubscribe(anna, "农民工")
        assert not await lessons.still_wanted(anna, push.id)
        assert await lessons.still_wanted(ben, push.id)


async def test_a_push_taken_back_before_its_time_never_goes_out(database: Database) -> None:
    lessons, boss = lessons_of(database), await editor(database)
    await crowd(database, 2)
    push = await scheduled(lessons, boss)
    await lessons.cancel(boss, push.id)
    await lessons.cancel(boss, push.id)
    with clock.moved_to(SOON):
        assert await lessons.send_due() == 0
    assert [shown.state for shown in await lessons.pushes(boss)] == [PushState.CANCELLED]
    with pytest.raises(NotFound):
        await lessons.cancel(boss, push.id + 1)


async def test_a_push_taken_back_on_the_way_stops_what_still_waits(database: Database) -> None:
    lessons, boss, courier = lessons_of(database), await editor(database), Notices(database)
    anna, ben = await crowd(database, 2)
    push = await scheduled(lessons, boss)
    with clock.moved_to(SOON):
        await lessons.send_due()
        (first,) = await courier.claim("courier", ["web"], limit=1)
        await courier.sent(first)
        await lessons.cancel(boss, push.id)
        assert await courier.claim("courier", ["web"]) == []
        assert not await lessons.still_wanted(ben, push.id)
        (shown,) = await lessons.pushes(boss)
    assert first.account_id == anna
    assert shown.counts == {Copy.SENT: 1, Copy.CANCELLED: 1}


async def test_a_push_that_everybody_has_cannot_be_taken_back(database: Database) -> None:
    lessons, boss, courier = lessons_of(database), await editor(database), Notices(database)
    await crowd(database, 1)
    push = await scheduled(lessons, boss)
    with clock.moved_to(SOON):
        await lessons.send_due()
        (notice,) = await courier.claim("courier", ["web"])
        await courier.sent(notice)
        with pytest.raises(AlreadySent):
            await lessons.cancel(boss, push.id)


async def test_the_editor_sees_what_became_of_every_copy_and_not_whose_it_is(database: Database) -> None:
    lessons, boss, courier = lessons_of(database), await editor(database), Notices(database)
    await crowd(database, 6)
    push = await scheduled(lessons, boss)
    with clock.moved_to(SOON):
        await lessons.send_due()
        sent, failed, blocked, dropped, _unknown = await courier.claim("courier", ["web"], limit=5)
        await courier.sent(sent)
        await courier.refused(failed, "chat not found")
        await courier.blocked(blocked)
        await courier.dropped(dropped, "unsubscribed")
        copies = await lessons.recipients(boss, push.id)
        (shown,) = await lessons.pushes(boss)
    states = [Copy.SENT, Copy.FAILED, Copy.BLOCKED, Copy.UNSUBSCRIBED, Copy.UNKNOWN, Copy.WAITING]
    assert [copy.state for copy in copies] == states
    assert shown.counts == dict.fromkeys(states, 1)
    assert copies[0].label == "网页访客 …0000"
    assert [copy.id for copy in await lessons.recipients(boss, push.id, after=copies[3].id)] == [
        copy.id for copy in copies[4:]
    ]


async def test_a_push_delayed_into_the_night_waits_for_the_morning(database: Database) -> None:
    lessons = lessons_of(database)
    await crowd(database, 1)
    await scheduled(lessons, await editor(database))
    night, morning = datetime(2026, 11, 25, 15, tzinfo=UTC), datetime(2026, 11, 26, 0, tzinfo=UTC)
    with clock.moved_to(night):
        assert await lessons.send_due() == 1
        assert await Notices(database).claim("courier", ["web"]) == []
    with clock.moved_to(morning + timedelta(seconds=1)):
        assert len(await Notices(database).claim("courier", ["web"])) == 1


async def test_a_lesson_taken_off_the_shelf_is_not_sent(database: Database) -> None:
    boss = await editor(database)
    await crowd(database, 1)
    await scheduled(lessons_of(database), boss)
    without = lessons_of(database, book())
    with clock.moved_to(SOON):
        assert await without.send_due() == 0
    (shown,) = await without.pushes(boss)
    assert (shown.state, shown.title) == (PushState.DROPPED, "a-year")


async def test_a_pushed_lesson_counts_as_received(database: Database) -> None:
    lessons = lessons_of(database)
    (anna,) = await crowd(database, 1)
    await scheduled(lessons, await editor(database), "c-now")
    with clock.moved_to(SOON):
        await lessons.send_due()
        got = await lessons.next_for(anna, "农民工", key="web:1")
    assert got is not None
    assert got.id == "a-year"
    async with database.reading() as db:
        assert len(list(await db.scalars(select(DeliveryRow)))) == 1
