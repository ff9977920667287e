"""Booking a studio: what people do, what they are told, what they are refused, and who may see it."""

import asyncio

import pytest
from sqlalchemy import text

from services import clock
from services.accounts import Account, Grant, Role
from services.db import Database
from services.errors import ConsentNeeded, Empty, NotAllowed, NotFound, TooLong
from services.identifiers import BadPhone
from services.mediation import (
    AlreadyAccepted,
    BookingOver,
    KindNotTaken,
    NotForMediation,
    OwnOverlap,
    SameSlot,
    SlotNotOffered,
    SlotTaken,
    State,
    TooLate,
    TooManyBookings,
    TooManyMoves,
    Verb,
)
from services.mediation.tables import BookingEventRow, BookingRow
from tests.services.mediation_village import at, village


async def test_anna_books_and_the_mediator_hears_of_it(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        assert booking.number == "TJ-2026-000001"
        assert (booking.studio_name, booking.label, booking.state) == ("小蒋调解工作室", "09:00–10:00", State.REQUESTED)
        assert await v.told(v.jiang) == ["booking_new"]
        assert await v.told(v.zhao) == []
        assert await v.mediation.mine(v.anna) == [booking]
        assert await v.mediation.mine(v.bob) == []


async def test_the_studios_are_seeded_once_and_fit_the_kind(database: Database) -> None:
    async with village(database) as v:
        await v.slot_minutes("xiaojiang", 30)
        await v.mediation.seed()
        studios = await v.mediation.studios()
        assert [studio.slug for studio in studios][:2] == ["xiaojiang", "zhaojie"]
        assert len(studios) == 10
        assert studios[0].slot_minutes == 30
        assert {s.slug for s in await v.mediation.studios("交通损害")} == {"pingan", "gongren"}


async def test_a_closed_studio_is_neither_listed_nor_bookable(database: Database) -> None:
    async with village(database) as v:
        async with database.transaction() as db:
            await db.execute(text("UPDATE studios SET active = false WHERE slug = 'xiaojiang'"))
        assert "xiaojiang" not in [studio.slug for studio in await v.mediation.studios()]
        with pytest.raises(NotFound):
            await v.book(v.anna)
        with pytest.raises(NotFound):
            await v.mediation.slots("xiaojiang", at("2026-11-25 00:00").date())
        with pytest.raises(NotFound):
            await v.mediation.open_days("nowhere")


async def test_a_taken_slot_is_refused_and_free_again_after_a_cancel(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        with pytest.raises(SlotTaken):
            await v.book(v.bob)
        await v.mediation.cancel(v.anna, booking.id, v.key())
        again = await v.book(v.bob)
        assert again.number == "TJ-2026-000002"
        assert await v.told(v.jiang) == ["booking_new", "booking_cancelled", "booking_new"]


async def test_the_same_update_twice_books_once(database: Database) -> None:
    async with village(database) as v:
        results = await asyncio.gather(*(v.book(v.anna, key="web:same") for _ in range(8)))
        assert len({booking.id for booking in results}) == 1
        assert await v.told(v.jiang) == ["booking_new"]
        with pytest.raises(NotFound):
            await v.book(v.bob, key="web:same")


async def test_every_step_taken_twice_with_one_key_happens_once(database: Database) -> None:
    async with village(database) as v:
        id_ = (await v.book(v.anna)).id
        for _ in range(2):
            await v.mediation.move(v.anna, id_, "m", at("2026-11-25 10:00"))
            await v.mediation.accept(v.jiang, id_, "a")
            await v.mediation.decline(v.jiang, id_, "d", "临时有事")
        assert [step.verb for step in await v.rows(BookingEventRow)] == ["book", "move", "accept", "decline"]
        other = (await v.book(v.anna)).id
        await asyncio.gather(*(v.mediation.cancel(v.anna, other, "c") for _ in range(4)))
        assert [step.verb for step in await v.rows(BookingEventRow)][4:] == ["book", "cancel"]
        assert await v.told(v.jiang) == ["booking_new", "booking_moved", "booking_new", "booking_cancelled"]


async def test_what_a_form_may_get_wrong(database: Database) -> None:
    async with village(database) as v:
        with pytest.raises(NotForMediation):
            await v.book(v.anna, kind="收养效力")
        with pytest.raises(KindNotTaken, match="小蒋调解工作室不调解“婚姻家庭”"):
            await v.book(v.anna, kind="婚姻家庭")
        with pytest.raises(Empty):
            await v.book(v.anna, facts=" \n ")
        with pytest.raises(TooLong, match="500"):
            await v.book(v.anna, facts="水" * 501)
        with pytest.raises(BadPhone):
            await v.book(v.anna, phone="12348")
        for wrong in ("2026-11-25 09:30", "2026-11-25 12:00", "2026-11-28 09:00", "2026-11-20 09:00"):
            with pytest.raises(SlotNotOffered):
                await v.book(v.anna, wrong)
        await v.book(v.anna, facts="水" * 500)


async def test_without_consent_to_the_present_notice_nothing_is_booked(database: Database) -> None:
    async with village(database) as v:
        stranger = await v.accounts.meet("web", "stranger")
        await v.accounts.consent(stranger.id, "an older notice", "web")
        with pytest.raises(ConsentNeeded):
            await v.book(stranger)


async def test_nobody_holds_more_than_the_county_allows(database: Database) -> None:
    async with village(database) as v:
        for day in (24, 25, 26):
            await v.book(v.anna, f"2026-11-{day} 09:00")
        with pytest.raises(TooManyBookings, match="3 个"):
            await v.book(v.anna, "2026-11-27 09:00")
        with clock.moved_to(at("2026-11-24 10:00")):
            await v.book(v.anna, "2026-11-27 09:00")


async def test_nobody_is_at_two_studios_at_once(database: Database) -> None:
    async with village(database) as v:
        first = await v.book(v.anna)
        with pytest.raises(OwnOverlap, match=first.number):
            await v.book(v.anna, studio="zhaojie")
        other = await v.book(v.anna, "2026-11-25 10:00", studio="zhaojie")
        with pytest.raises(OwnOverlap):
            await v.mediation.move(v.anna, other.id, v.key(), at("2026-11-25 09:00"))
        await v.book(v.bob, studio="zhaojie")


async def test_slots_of_unequal_length_do_not_overlap(database: Database) -> None:
    async with village(database) as v:
        await v.slot_minutes("xiaojiang", 90)
        long = await v.book(v.anna)
        await v.slot_minutes("xiaojiang", 60)
        with pytest.raises(SlotTaken):
            await v.book(v.bob, "2026-11-25 10:00")
        await v.book(v.bob, "2026-11-25 11:00")
        moved = await v.mediation.move(v.anna, long.id, v.key(), at("2026-11-25 10:00"))
        assert moved.label == "10:00–11:00"


async def test_the_author_moves_within_limits_and_waits_again(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        await v.mediation.accept(v.jiang, booking.id, v.key())
        with pytest.raises(SameSlot):
            await v.mediation.move(v.anna, booking.id, v.key(), booking.starts_at)
        for hour in (10, 11, 14):
            moved = await v.mediation.move(v.anna, booking.id, v.key(), at(f"2026-11-25 {hour}:00"))
        assert moved.state is State.REQUESTED
        assert await v.told(v.anna) == []  # "accepted" was not sent yet and is not true any more
        with pytest.raises(TooManyMoves, match="3 次"):
            await v.mediation.move(v.anna, booking.id, v.key(), at("2026-11-25 15:00"))
        await v.book(v.bob)  # the first slot is free
        with pytest.raises(SlotTaken):
            await v.book(v.bob, "2026-11-25 14:00")


async def test_a_move_that_fails_keeps_the_old_slot(database: Database) -> None:
    async with village(database) as v:
        booking, _ = await v.book(v.anna), await v.book(v.bob, "2026-11-25 10:00")
        with pytest.raises(SlotTaken):
            await v.mediation.move(v.anna, booking.id, v.key(), at("2026-11-25 10:00"))
        assert (await v.mediation.mine(v.anna)) == [booking]
        with pytest.raises(SlotTaken):
            await v.book((await v.crowd(1))[0])


async def test_shortly_before_the_hour_the_author_must_telephone(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        with clock.moved_to(at("2026-11-25 06:59:50")):
            view = await v.mediation.read(v.anna, booking.id)
            assert view.may == {Verb.MOVE, Verb.CANCEL}
            assert view.change_until == at("2026-11-25 07:00")
        with clock.moved_to(at("2026-11-25 07:00:01")):
            assert (await v.mediation.read(v.anna, booking.id)).may == frozenset()
            with pytest.raises(TooLate, match="0900-5550101"):
                await v.mediation.cancel(v.anna, booking.id, v.key())
            with pytest.raises(TooLate, match="不到 2 小时"):
                await v.mediation.move(v.anna, booking.id, v.key(), at("2026-11-26 09:00"))
        with clock.moved_to(at("2026-11-25 09:30")), pytest.raises(BookingOver):
            await v.mediation.cancel(v.anna, booking.id, v.key())


async def test_a_mediator_moves_without_limits_and_the_author_is_told(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        await v.mediation.accept(v.jiang, booking.id, v.key())
        with clock.moved_to(at("2026-11-25 08:30")):
            moved = await v.mediation.move(v.jiang, booking.id, v.key(), at("2026-11-25 10:00"))
            assert moved.state is State.ACCEPTED
        with clock.moved_to(at("2026-11-25 10:30")):  # anna did not come
            for day in ("26", "27", "30"):
                await v.mediation.move(v.jiang, booking.id, v.key(), at(f"2026-11-{day} 11:00"))
            with pytest.raises(SlotNotOffered):
                await v.mediation.move(v.jiang, booking.id, v.key(), at("2026-11-25 10:00"))
        notices = [notice for notice in await v.notices(v.anna) if notice.kind == "booking_moved"]
        assert len(notices) == 4
        assert notices[0].data["by"] == "mediator"
        assert (await v.mediation.read(v.anna, booking.id)).moves_left == 3


async def test_accepting_and_declining(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        assert (await v.mediation.accept(v.jiang, booking.id, v.key())).state is State.ACCEPTED
        with pytest.raises(AlreadyAccepted):
            await v.mediation.accept(v.jiang, booking.id, v.key())
        with pytest.raises(Empty):
            await v.mediation.decline(v.jiang, booking.id, v.key(), " ")
        with pytest.raises(TooLong):
            await v.mediation.decline(v.jiang, booking.id, v.key(), "忙" * 201)
        declined = await v.mediation.decline(v.jiang, booking.id, v.key(), "对方不愿调解，请打 13812345678")
        assert (declined.state, declined.holds) == (State.DECLINED, False)
        assert await v.told(v.anna) == ["booking_declined"]
        steps = (await v.mediation.read(v.anna, booking.id)).steps
        assert [(step.verb.label, step.own) for step in steps] == [
            ("提交预约", True),
            ("工作室确认", False),
            ("工作室未能接受", False),
        ]
        assert steps[-1].note == "对方不愿调解，请打 〔电话〕"
        for act in (v.mediation.accept(v.jiang, booking.id, "1"), v.mediation.cancel(v.anna, booking.id, "2")):
            with pytest.raises(BookingOver):
                await act
        await v.book(v.bob)


async def test_nobody_answers_once_the_hour_has_come(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        with clock.moved_to(at("2026-11-25 09:00")):
            for act in (
                v.mediation.accept(v.jiang, booking.id, "1"),
                v.mediation.decline(v.jiang, booking.id, "2", "忙"),
            ):
                with pytest.raises(BookingOver):
                    await act


async def test_a_booking_belongs_to_its_author_and_its_studio(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        officer = await v.accounts.hire("吴某", Grant(Role.OFFICER, department="justice"))
        for stranger in (v.bob, v.zhao, officer):
            for act in (
                v.mediation.read(stranger, booking.id),
                v.mediation.cancel(stranger, booking.id, v.key()),
                v.mediation.move(stranger, booking.id, v.key(), at("2026-11-26 09:00")),
                v.mediation.accept(stranger, booking.id, v.key()),
                v.mediation.decline(stranger, booking.id, v.key(), "忙"),
            ):
                with pytest.raises(NotFound):
                    await act
        for act in (
            v.mediation.accept(v.anna, booking.id, v.key()),
            v.mediation.decline(v.anna, booking.id, v.key(), "忙"),
            v.mediation.accept(v.overseer, booking.id, v.key()),
            v.mediation.cancel(v.jiang, booking.id, v.key()),
            v.mediation.move(v.overseer, booking.id, v.key(), at("2026-11-26 09:00")),
        ):
            with pytest.raises(NotAllowed):
                await act
        with pytest.raises(NotFound):
            await v.mediation.read(v.anna, booking.id + 1)


async def test_a_mediator_does_not_answer_a_booking_of_their_own(database: Database) -> None:
    async with village(database) as v:
        await v.accounts.consent(v.jiang.id, "2026-11", "web")
        booking = await v.book(v.jiang)
        with pytest.raises(NotAllowed):
            await v.mediation.accept(v.jiang, booking.id, v.key())


async def test_staff_who_read_a_booking_are_written_down(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        await v.mediation.read(v.anna, booking.id)
        view = await v.mediation.read(v.jiang, booking.id)
        await v.mediation.read(v.overseer, booking.id)
        assert (view.facts, view.phone) == ("楼上漏水，天花板坏了", "13812345678")
        assert view.may == {Verb.MOVE, Verb.ACCEPT, Verb.DECLINE}
        async with database.reading() as db:
            read = await db.execute(text("SELECT actor_id, subject FROM audit WHERE act = 'read booking' ORDER BY id"))
            assert [tuple(row) for row in read] == [
                (v.jiang.id, f"booking:{booking.id}"),
                (v.overseer.id, f"booking:{booking.id}"),
            ]


async def test_a_mediators_day_is_in_order_and_hides_the_telephone(database: Database) -> None:
    async with village(database) as v:
        late = await v.book(v.anna, "2026-11-25 16:00")
        early = await v.book(v.bob, "2026-11-25 09:00")
        await v.book(v.bob, "2026-11-26 09:00")
        await v.book(v.anna, "2026-11-25 10:00", studio="zhaojie")
        gone = await v.book((await v.crowd(1))[0], "2026-11-25 11:00")
        await v.mediation.decline(v.jiang, gone.id, v.key(), "忙")
        lines = await v.mediation.day(v.jiang, at("2026-11-25 00:00").date())
        assert [(line.number, line.label, line.phone) for line in lines] == [
            (early.number, "09:00–10:00", "138****5678"),
            (late.number, "16:00–17:00", "138****5678"),
        ]
        with pytest.raises(NotAllowed):
            await v.mediation.day(v.anna, at("2026-11-25 00:00").date())


async def test_mine_shows_what_is_to_come_first(database: Database) -> None:
    async with village(database) as v:
        numbers = {}
        for day in (24, 26, 25):
            numbers[day] = (await v.book(v.anna, f"2026-11-{day} 09:00")).id
        await v.mediation.cancel(v.anna, numbers[25], v.key(), "不需要了")
        with clock.moved_to(at("2026-11-24 12:00")):
            assert [b.id for b in await v.mediation.mine(v.anna)] == [numbers[26], numbers[25], numbers[24]]


async def test_facts_and_telephone_are_sealed_and_other_numbers_masked(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna, facts="他的身份证 110101199003070011 在我这里", phone="+86 138-1234-5678")
        view = await v.mediation.read(v.anna, booking.id)
        assert "110101199003070011" not in view.facts
        assert "〔" in view.facts
        assert view.phone == "13812345678"
        async with database.reading() as db:
            facts, phone = (await db.execute(text("SELECT facts, phone FROM bookings"))).one()
        assert "在我这里".encode() not in bytes(facts)
        assert b"13812345678" not in bytes(phone)
        (row,) = await v.rows(BookingRow)
        assert row.phone_index == database.keyring.index("13812345678")


async def test_a_glance_for_a_notice_shows_no_person(database: Database) -> None:
    async with village(database) as v:
        booking = await v.book(v.anna)
        assert await v.mediation.glance(booking.id) == booking
        async with database.transaction() as db:
            await db.execute(text("UPDATE bookings SET deleted_at = created_at"))
        assert await v.mediation.glance(booking.id) is None
        assert await v.mediation.mine(Account(v.anna.id)) == []
        with pytest.raises(NotFound):
            await v.mediation.read(v.anna, booking.id)
