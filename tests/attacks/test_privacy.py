"""Where personal data may be found: not in the database file, not in the logs, not abroad, and nowhere when deleted."""

import asyncio
import secrets
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.inbox import InboxRow
from bot.messages import ChatRow, MessageRow
from services.db import insert_once
from services.faq.tables import QuestionRow
from tests.bot.conftest import browser
from tests.conversations.walks import agrees, at, books, hands_in, registers
from tests.talking import ABROAD, Person, Town

PERSONAL = (
    "王建国",
    "13800138000",
    "合同到期",
    "两万块",
    "压在砖头下",
    "李秀英",
    "工伤认定书",
    "已经补发",
    "请带身份证",
    "13911112222",
    "只填了一半",
)
"""Names, telephones, facts, replies, notes and names of files of the story below."""
EVIDENCE = b"%PDF-1.4\n% the secret evidence itself\n%%EOF\n"


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


async def _story(town: Town, boss: Person, officer: Person, mediator: Person) -> None:
    """Everything that people leave here: forms, files, replies, notes, a half-filled form."""
    await registers(boss)
    await hands_in(boss)
    await books(boss)
    await boss.presses("fill:consult:")
    for said in ("老板把我的钱压在砖头下不给", "李秀英", "13911112222"):
        await boss.says(said)
    await boss.clicks("确认提交")
    await officer.presses("act:take:1:")
    await officer.presses("fill:ask_more:1")
    await agrees(officer)
    await officer.says("请带身份证来一趟")
    await boss.presses("fill:more:1")
    await boss.clicks("只传文件")
    await boss.sends_file("工伤认定书.pdf", EVIDENCE)
    await boss.clicks("完成")
    await officer.presses("fill:reply:1")
    for said in ("查明属实", "劳动合同法", "已经补发", "可以仲裁"):
        await officer.says(said)
    await officer.clicks("发出答复")
    await mediator.presses("fill:decline:1")
    await mediator.says("李秀英是我亲戚，只能回避")
    await town.tick()
    await boss.presses("fill:aid:")
    await boss.says("只填了一半的话")


def _bytes(town: Town) -> bytes:
    """Return the database as somebody finds it who copies its files."""
    folder = town.settings.data_dir
    return b"".join(path.read_bytes() for path in sorted(folder.glob("town.db*")))


def _found(content: bytes, *words: str) -> list[str]:
    return [word for word in words if word.encode() in content or word.encode("utf-16-le") in content]


async def _staff(town: Town, channel: str) -> tuple[Person, Person]:
    return (
        await town.staff("officer", department="labour", channel=channel),
        await town.staff("mediator", studio="xiaojiang", channel=channel),
    )


async def test_the_database_file_and_the_logs_show_nobody(town: Town) -> None:
    boss = town.person()
    with capture_logs() as logs:
        await _story(town, boss, *await _staff(town, "web"))
    assert (await town.services.requests.mine(await boss.account()))[0].state
    assert _found(_bytes(town), *PERSONAL, "secret evidence") == []
    assert _found(repr(logs).encode(), *PERSONAL) == []


async def test_what_stays_for_statistics_leads_to_nobody(town: Town) -> None:
    """Not even the visitor's number stays: their browser still has it, and whoever comes with it is a newcomer."""
    async with browser(town) as page:
        await page.get("/")

        async def does(**what: object) -> None:
            path = "/chat/pressed" if "data" in what else "/chat/said"
            for _ in range(20):
                answer = await page.post(path, json={"id": secrets.token_hex(4), **what})
                if answer.status_code != 429:
                    break
                await asyncio.sleep(0.5)  # a person would not be so fast
            assert answer.status_code == 202
            await town.application.inbox.drained()

        async def form(name: str, *answers: str) -> None:
            for words in (f"/start form-{name}-", "同意", *answers):
                await does(text=words)

        await form("register", "示范县春风食品有限公司", "91330100799655058B", "王建国", "13800138000", "确认登记")
        await does(text="我叫王建国，押金不退怎么办")
        await form("book", "债务借款", "小蒋", "周四", "9:00", "邻居借钱不还", "13800138000", "确认预约")
        await form(
            "request", "春风食品", "劳动用工", "都不是，继续", "一般，按正常时限", "员工要加班费", "跳过", "确认提交"
        )
        await town.tick()
        async with town.application.database.reading() as db:
            number = await db.scalar(select(ChatRow.chat_id))
        before = _rows_with(town, str(number))
        assert {"questions", "requests", "bookings", "enterprises", "identities"} <= before
        await does(text="/start form-privacy-")
        await does(text="确定删除")
        assert _rows_with(town, str(number)) <= {"chats", "messages", "inbox", "identities", "accounts"}


def _rows_with(town: Town, number: str) -> set[str]:
    """Return the tables with a row that holds this number in plain."""
    with sqlite3.connect(town.settings.data_dir / "town.db") as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table
            for table in tables
            if any(number in str(row) for row in file.execute(f"SELECT * FROM {table}"))  # noqa: S608 (our own names)
        }


async def test_no_name_telephone_or_fact_goes_abroad(town: Town) -> None:
    """Everybody also has a chat abroad, used last, so that it gets every notice; and presses all there is there."""
    boss = town.person()
    officer, mediator = await _staff(town, "web")
    abroad = []
    for person in (boss, officer, mediator):
        other = town.person(ABROAD)
        await other.account()
        token = await town.services.accounts.issue_link((await person.account()).id, "bind")
        await town.services.accounts.bind(ABROAD, str(other.chat_id), token)
        abroad.append(other)
    with at(2026, 11, 24, 10, 30):
        for other in abroad:
            await other.says("我的")  # last heard from here
        await _story(town, boss, officer, mediator)
    for moment in ((2026, 11, 24, 12), (2026, 11, 26, 6, 59), (2026, 12, 4, 9, 30), (2026, 12, 20, 9, 30)):
        with at(*moment):
            for other in abroad:
                await other.says("主菜单")
            await town.tick()
    pages = ("menu", "mine", "requests", "bookings", "enterprise", "work", "queue", "codes", "mydata", "lessons")
    one = ("request", "booking", "case", "visit", "whole", "code")
    acts = ("withdraw", "cancel-booking", "export", "file", "take", "accept", "solved")
    for other in abroad:
        for data in (
            *(f"go:{page}:" for page in pages),
            *(f"go:{page}:{number}" for page in one for number in (1, 2)),
            *(f"act:{act}:1:" for act in acts),
            *(
                f"fill:{form}:1"
                for form in ("more", "rate", "unsolved", "reply", "see", "decline", "move", "close", "privacy")
            ),
        ):
            await other.presses(data)
    async with town.application.database.reading() as db:
        sent = [
            str(row.payload)
            for row in await db.scalars(select(MessageRow).where(MessageRow.channel == ABROAD, MessageRow.outgoing))
        ]
    assert len(sent) > 60
    assert any("ZTC-2026-000001" in text for text in sent)
    for words in (*PERSONAL, "王**", "138****8000", "李**", "139****2222", "春风食品", "小周"):
        assert [text for text in sent if words in text] == [], words


async def test_a_form_opened_before_the_county_forbade_it_asks_nothing_more(town: Town) -> None:
    anna = town.person()
    await anna.says("/start form-consult-")
    await agrees(anna)
    await anna.says("公司要辞退我")
    channel = town.application.channels["web"]
    object.__setattr__(channel, "private", False)
    await anna.says("王女士")
    assert anna.sees("到网页里填")
    anna.sees_no("打通的电话")


async def test_a_failing_statement_does_not_tell_what_was_typed(town: Town) -> None:
    database = town.application.database
    row = {
        "key": "k",
        "account_id": 999_999,
        "channel": "web",
        "text": "我叫王建国",
        "outcome": "none",
        "entry": None,
        "score": 0.0,
        "at": None,
    }
    for table, key in ((QuestionRow, "key"), (InboxRow, "external_id")):
        with pytest.raises(Exception) as caught:  # noqa: PT011 (whatever the driver raises)
            await database.write(
                insert_once(database, table, key), row if table is QuestionRow else {"chat": "我叫王建国"}
            )
        assert "王建国" not in repr(caught.value)
