"""A person's own data: all of it is shown, all of it can be taken along, and deleting leaves nobody behind."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import load
from services import clock, notices, reminders
from services.accounts import Accounts, Grant, Role
from services.accounts.tables import AccountRow, ConsentRow, IdentityRow, LinkRow
from services.audit import AuditRow
from services.db import Base, Database, Sealed, SealedBytes, SealedJson
from services.errors import NotFound
from services.faq.tables import FeedbackRow, QuestionRow
from services.files import FileRow, Files
from services.lessons.tables import QuizAnswerRow, ReadingRow, SubscriptionRow
from services.mediation.tables import BookingEventRow, BookingRow, StudioRow
from services.notices import NoticeRow
from services.privacy import Privacy, StaffKept
from services.reminders import ReminderRow
from services.requests.tables import AttachmentRow, EnterpriseRow, RequestEventRow, RequestRow

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
COUNTY = load()
PHONE = "13812345678"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def privacy(database: Database) -> Privacy:
    """The subject of these tests."""
    return Privacy(database, COUNTY)


def request(account: int, number: str, state: str, officer: int | None) -> RequestRow:
    """A resident's request."""
    return RequestRow(
        key=number,
        number=number,
        author_id=account,
        channel="web",
        category="legal-question",
        policy="consult",
        facts=f"{number}的经过：老板拖欠工资",
        contact="张三丰",
        phone=PHONE,
        phone_index="index",
        department="justice",
        officer_id=officer,
        state=state,
        submitted_at=NOW,
        contact_due=NOW,
        answer_due=NOW,
        sentence="",
    )


def booking(account: int, studio: str, number: str, starts_at: datetime) -> BookingRow:
    """An hour at the studio."""
    return BookingRow(
        key=number,
        number=number,
        author_id=account,
        channel="web",
        studio=studio,
        kind="邻里",
        facts=f"{number}的经过：楼上漏水",
        phone=PHONE,
        phone_index="index",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        state="accepted",
        created_at=NOW,
    )


async def lives_a_little(database: Database, name: str) -> tuple[int, int]:
    """Let somebody use everything there is; return their account and that of the officer who helps them."""
    accounts = Accounts(database)
    officer = await accounts.hire("经办人", Grant(Role.OFFICER, department="justice"))
    anna = (await accounts.meet("web", name)).id
    await accounts.consent(anna, "2026-11", "web")
    await accounts.issue_link(anna, "form")
    file = await Files(database).keep(anna, "欠条.png", PNG)
    async with database.transaction() as db:
        await _studio(db, name)
        enterprise = EnterpriseRow(
            key=name, account_id=anna, name="某某小店", credit_code="91330100799655058B", contact="张三丰", phone=PHONE,
            phone_index="index", created_at=NOW,
        )  # fmt: skip
        going, done = (
            request(anna, f"ZTC-{name}-1", "handling", officer.id),
            request(anna, f"ZTC-{name}-2", "closed", None),
        )
        coming, past = (
            booking(anna, name, f"TJ-{name}-1", NOW + timedelta(days=1)),
            booking(anna, name, f"TJ-{name}-2", NOW - timedelta(days=1)),
        )
        db.add_all([enterprise, going, done, coming, past])
        await db.flush()
        for row in (going, done):
            note = f"{name}说：{PHONE}"
            db.add(
                RequestEventRow(
                    request_id=row.id, at=NOW, actor_id=anna, verb="submit", note=note, details={"round": 1}
                )
            )
        db.add(RequestEventRow(request_id=going.id, at=NOW, actor_id=officer.id, verb="contacted", note="内部记录"))
        db.add(BookingEventRow(booking_id=coming.id, at=NOW, actor_id=anna, verb="book", note="备注"))
        db.add(AttachmentRow(request_id=going.id, file_id=file.id))
        for subject in (("request", going.id), ("booking", coming.id)):
            reminders.plan(db, subject, 1, [("day", NOW + timedelta(hours=3))])
            notices.tell(db, officer.id, "new", subject=subject, key=f"{name}:{subject[0]}")
        notices.tell(db, anna, "lesson", subject=("push", 1), key=name)
        db.add(SubscriptionRow(account_id=anna, audience="农民工", since=NOW))
        db.add(ReadingRow(key=name, account_id=anna, lesson="a", at=NOW))
        db.add(QuizAnswerRow(account_id=anna, lesson="a", question=1, choice=2, correct=True, at=NOW))
        db.add(FeedbackRow(account_id=anna, entry="labor-01", helpful=True, at=NOW))
        asked = {"channel": "web", "text": "工资", "outcome": "answer", "score": 1.0, "at": NOW}
        db.add(QuestionRow(key=name, account_id=anna, **asked))
    return anna, officer.id


async def _studio(db: AsyncSession, slug: str) -> None:
    facts = {"district": "城关", "mediator": "小蒋", "address": "某路1号", "phone": "12348"}
    db.add(StudioRow(slug=slug, name="小蒋调解工作室", kinds=["邻里"], hours={}, **facts))
    await db.flush()


Row = TypeVar("Row", bound=Base)


async def everything(database: Database, table: type[Row]) -> Sequence[Row]:
    """All rows of a table."""
    async with database.reading() as db:
        return list(await db.scalars(select(table)))


async def test_a_person_sees_all_that_is_held_in_plain_chinese(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")
    told = {section.title: section.lines for section in await privacy.show(anna)}
    assert told["联系渠道"][0].startswith("网页（编号尾号 anna）")
    assert told["同意记录"][0].startswith("告知书 2026-11 版")
    assert told["企业"] == (f"某某小店，91330100799655058B，张三丰，{PHONE}",)
    assert told["诉求和咨询"][:3] == ("ZTC-anna-1 法律咨询，2026年11月25日提交，办理中", "　张三丰", f"　{PHONE}")
    assert told["调解预约"][0] == "TJ-anna-1 小蒋调解工作室 11月26日（周四）12:00，邻里，已确认"
    assert told["文件"] == ("欠条.png（1 KB）",)
    assert told["普法微课"] == ("订阅：农民工", "收到过 1 节课", "答过 1 道题，答对 1 道")
    assert told["提问和评价"] == ("提问 1 条（号码已自动遮住，全文见导出）", "评价 1 条")


async def test_a_newcomer_is_told_only_of_the_channel(database: Database, privacy: Privacy) -> None:
    anna = (await Accounts(database).meet("web", "anna")).id
    assert [section.title for section in await privacy.show(anna)] == ["联系渠道"]
    assert await privacy.open_matters(anna) == []


async def test_nobody_sees_anything_of_somebody_else(database: Database, privacy: Privacy) -> None:
    await lives_a_little(database, "ben")
    anna, _ = await lives_a_little(database, "anna")
    shown = json.dumps(await privacy.export(anna), ensure_ascii=False) + str(await privacy.show(anna))
    assert "anna" in shown
    assert "ben" not in shown
    with pytest.raises(NotFound):
        await privacy.show(anna + 1000)


async def test_the_export_is_a_file_with_everything_but_the_staffs_own_notes(
    database: Database, privacy: Privacy
) -> None:
    anna, _ = await lives_a_little(database, "anna")
    data = json.loads(json.dumps(await privacy.export(anna)))
    assert [row["facts"] for row in data["requests"]] == [f"ZTC-anna-{n}的经过：老板拖欠工资" for n in (1, 2)]
    assert data["requests"][0]["submitted_at"] == "2026-11-25T12:00:00+08:00"
    assert {row["verb"] for row in data["request_events"]} == {"submit", "contacted"}
    assert "内部记录" not in str(data)
    assert data["subscriptions"][0]["audience"] == "农民工"
    assert data["files"][0]["name"] == "欠条.png"
    assert not {"key", "phone_index", "officer_id", "content"} & {name for row in data["requests"] for name in row}


async def test_before_deleting_a_person_hears_what_would_be_given_up(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")
    with clock.moved_to(NOW):
        assert await privacy.open_matters(anna) == [
            "诉求 ZTC-anna-1（法律咨询）：办理中",
            "预约 TJ-anna-1 小蒋调解工作室 11月26日（周四）12:00",
        ]


async def test_deleting_withdraws_cancels_and_tells_who_was_at_it(database: Database, privacy: Privacy) -> None:
    anna, officer = await lives_a_little(database, "anna")
    mediator = await Accounts(database).hire("小蒋", Grant(Role.MEDIATOR, studio="anna"))
    with clock.moved_to(NOW):
        await privacy.delete(anna)
    waiting = select(NoticeRow).where(NoticeRow.state == "waiting")
    async with database.reading() as db:
        requests = {row.number: row.state for row in await db.scalars(select(RequestRow))}
        bookings = {row.number: (row.state, row.holds) for row in await db.scalars(select(BookingRow))}
        verbs = [row.verb for row in await db.scalars(select(RequestEventRow).order_by(RequestEventRow.id))]
        told = {(row.account_id, row.kind, row.data["number"]) for row in await db.scalars(waiting)}
        before = set(await db.scalars(select(NoticeRow.state).where(NoticeRow.kind.in_(["new", "lesson"]))))
        planned = list(await db.scalars(select(ReminderRow)))
    assert requests == {"ZTC-anna-1": "withdrawn", "ZTC-anna-2": "closed"}
    assert bookings == {"TJ-anna-1": ("cancelled", False), "TJ-anna-2": ("accepted", True)}
    assert verbs == ["submit", "submit", "contacted", "withdraw"]
    assert told == {
        (officer, "request_withdrawn", "ZTC-anna-1"),
        (mediator.id, "booking_cancelled", "TJ-anna-1"),
    }
    assert before == {"cancelled"}
    assert all(row.cancelled_at for row in planned)


SEALED = (Sealed, SealedBytes, SealedJson)


async def test_after_deleting_no_sealed_column_holds_anything_of_theirs(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")
    await privacy.delete(anna)
    sealed = [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, SEALED)
    ]
    assert len(sealed) > 8
    left = set()
    async with database.reading() as db:
        for table, column in sealed:
            for value in await db.scalars(select(column).where(column.is_not(None))):
                left.add((table.name, value))
    assert left == {("accounts", "经办人")}


async def test_after_deleting_the_same_visitor_is_a_new_person(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")
    await privacy.delete(anna)
    again = (await Accounts(database).meet("web", "anna")).id
    assert again != anna
    assert [section.title for section in await privacy.show(again)] == ["联系渠道"]
    assert await privacy.show(anna) == []
    for table in (SubscriptionRow, ReadingRow, QuizAnswerRow, FeedbackRow, ConsentRow, LinkRow, AttachmentRow, FileRow):
        assert await everything(database, table) == []
    assert await everything(database, QuestionRow) == []


async def test_numbers_categories_and_times_stay_for_statistics(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")
    await privacy.delete(anna)
    async with database.reading() as db:
        kept = list(await db.scalars(select(RequestRow).order_by(RequestRow.id)))
        steps = list(await db.scalars(select(RequestEventRow).where(RequestEventRow.verb == "submit")))
        account = await db.get_one(AccountRow, anna)
    assert [(row.number, row.category, row.submitted_at) for row in kept] == [
        (f"ZTC-anna-{n}", "legal-question", NOW) for n in (1, 2)
    ]
    assert all(row.deleted_at and row.phone_index is None for row in kept)
    assert [(step.note, step.details) for step in steps] == [(None, {"round": 1})] * 2
    assert account.deleted_at is not None


async def test_deleting_one_person_touches_nobody_else(database: Database, privacy: Privacy) -> None:
    ben, _ = await lives_a_little(database, "ben")
    anna, _ = await lives_a_little(database, "anna")
    before = await privacy.export(ben)
    await privacy.delete(anna)
    assert await privacy.export(ben) == before
    assert await Accounts(database).meet("web", "ben") == await Accounts(database).get(ben)


async def test_deleting_twice_tells_and_writes_once(database: Database, privacy: Privacy) -> None:
    anna, _ = await lives_a_little(database, "anna")

    async def written() -> list[int]:
        return [len(await everything(database, table)) for table in (RequestEventRow, NoticeRow, AuditRow)]

    await privacy.delete(anna)
    once = await written()
    await privacy.delete(anna)
    assert await written() == once


async def test_staff_do_not_delete_the_account_they_worked_under(database: Database, privacy: Privacy) -> None:
    _, officer = await lives_a_little(database, "anna")
    with pytest.raises(StaffKept, match="请联系管理员"):
        await privacy.delete(officer)


async def test_what_is_kept_outside_of_services_goes_in_the_same_transaction(database: Database) -> None:
    anna, _ = await lives_a_little(database, "anna")
    erased: list[tuple[str, str]] = []

    async def erase(db: AsyncSession, places: Sequence[tuple[str, str]]) -> None:
        erased.extend(places)

    async def fail(db: AsyncSession, places: Sequence[tuple[str, str]]) -> None:
        raise OSError("the transcript is away")

    with pytest.raises(OSError, match="away"):
        await Privacy(database, COUNTY, [fail]).delete(anna)
    assert len(await everything(database, IdentityRow)) == 1
    await Privacy(database, COUNTY, [erase]).delete(anna)
    assert erased == [("web", "anna")]


def raw(folder: Path) -> bytes:
    """What somebody who copies the database's files gets."""
    return b"".join(path.read_bytes() for path in folder.glob("test.db*"))


async def test_the_files_of_the_database_give_away_no_facts(sqlite: Database, tmp_path: Path) -> None:
    await lives_a_little(sqlite, "anna")
    stolen = raw(tmp_path)
    assert b"ZTC-anna-1" in stolen
    assert PHONE.encode() not in stolen
    assert "楼上漏水".encode() not in stolen
