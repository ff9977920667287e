"""The transcript on both databases: ids, versions, what a number means, and forgetting."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.transcript import NoSuchMessage, NotEditable, NotModified, Transcript
from services import clock
from services.crypto import Keyring
from services.db import Database
from tests.conftest import SECRET

CHAT, OTHER = 4_500_000_000_000_001, 4_500_000_000_000_002


def menu(*data: str) -> dict[str, Any]:
    rows = [[{"text": f"去{value}", "callback_data": value}] for value in data]
    return {"text": "请选择", "reply_markup": {"inline_keyboard": rows}}


@pytest.fixture
def transcript(database: Database) -> Transcript:
    return Transcript(database)


async def says(transcript: Transcript, words: str, chat_id: int = CHAT) -> int:
    return (await transcript.add("web", chat_id, {"text": words}, outgoing=False)).message_id


async def answers(transcript: Transcript, payload: dict[str, Any]) -> int:
    return (await transcript.add("web", CHAT, payload, outgoing=True)).message_id


async def forgets(transcript: Transcript, chat_id: int) -> None:
    async with transcript._database.transaction() as db:
        await transcript.forget(db, "web", chat_id)


async def meant(transcript: Transcript) -> list[str | None]:
    return [button.data for button in await transcript.latest_buttons("web", CHAT)]


async def test_twenty_first_messages_at_once_get_twenty_ids_and_versions(transcript: Transcript) -> None:
    entries = await asyncio.gather(*(transcript.add("web", CHAT, {"text": str(n)}, outgoing=True) for n in range(20)))
    assert sorted(entry.message_id for entry in entries) == list(range(1, 21))
    assert sorted(entry.version for entry in entries) == list(range(1, 21))


async def test_ids_go_on_after_a_restart(transcript: Transcript, database_url: str) -> None:
    first = await says(transcript, "一")
    reopened = Database(database_url, Keyring(SECRET))
    second = await says(Transcript(reopened), "二")
    await reopened.close()
    assert (first, second) == (1, 2)


async def test_every_chat_and_channel_counts_for_itself(transcript: Transcript) -> None:
    await says(transcript, "一")
    assert await says(transcript, "一", OTHER) == 1
    assert (await transcript.add("terminal", CHAT, {"text": "一"}, outgoing=False)).message_id == 1
    assert [entry.payload["text"] for entry in await transcript.recent("web", CHAT)] == ["一"]


async def test_a_page_learns_what_changed_after_the_version_it_knows(transcript: Transcript) -> None:
    first = await answers(transcript, {"text": "一"})
    known = (await transcript.add("web", CHAT, {"text": "二"}, outgoing=True)).version
    assert await transcript.since("web", CHAT, known) == []
    await transcript.edit("web", CHAT, first, {"text": "一改"})
    third = await answers(transcript, {"text": "三"})
    await transcript.delete("web", CHAT, third)
    changes = await transcript.since("web", CHAT, known)
    assert [(entry.message_id, entry.deleted) for entry in changes] == [(first, False), (third, True)]
    assert (changes[0].payload["text"], changes[1].payload) == ("一改", {})
    assert await transcript.since("web", CHAT, known, limit=1) == changes[:1]
    assert await transcript.since("web", OTHER, 0) == []


async def test_fifty_edits_at_once_leave_one_version_each(transcript: Transcript) -> None:
    number = await answers(transcript, {"text": "零"})
    await asyncio.gather(*(transcript.edit("web", CHAT, number, {"text": str(n)}) for n in range(50)))
    entry = await transcript.get("web", CHAT, number)
    assert entry is not None
    assert entry.version == 51


async def test_an_edit_replaces_and_removes_fields(transcript: Transcript) -> None:
    number = await answers(transcript, menu("a"))
    entry = await transcript.edit("web", CHAT, number, {"text": "好了", "reply_markup": None})
    assert (entry.payload["text"], entry.buttons, entry.payload["message_id"]) == ("好了", [], number)


async def test_edits_that_cannot_be_are_refused_and_cost_no_version(transcript: Transcript) -> None:
    number = await answers(transcript, {"text": "一"})
    paper = await answers(transcript, {"document": {"file_id": "x"}})
    spoken = await says(transcript, "我的话")
    known = (await transcript.recent("web", CHAT))[-1].version
    with pytest.raises(NotModified):
        await transcript.edit("web", CHAT, number, {"text": "一"})
    for wrong in (spoken, paper):
        with pytest.raises(NotEditable):
            await transcript.edit("web", CHAT, wrong, {"text": "改"})
    for lost in (99, 0, -1, 2**63, 10**30):
        with pytest.raises(NoSuchMessage):
            await transcript.edit("web", CHAT, lost, {"text": "改"})
    with pytest.raises(NoSuchMessage):
        await transcript.delete("web", OTHER, number)
    assert (await transcript.add("web", CHAT, {"text": "二"}, outgoing=True)).version == known + 1


async def test_a_number_means_the_newest_menu(transcript: Transcript) -> None:
    assert await meant(transcript) == []
    old = await answers(transcript, menu("a", "b"))
    assert await meant(transcript) == ["a", "b"]
    await answers(transcript, menu("c"))
    assert await meant(transcript) == ["c"]
    await transcript.edit("web", CHAT, old, menu("d"))
    assert await meant(transcript) == ["d"], "an edit brings the old message forward"
    await transcript.edit("web", CHAT, old, {"reply_markup": None})
    assert await meant(transcript) == []


async def test_a_notice_does_not_take_the_menu_away(transcript: Transcript) -> None:
    await answers(transcript, menu("a"))
    await answers(transcript, {"text": "提醒：明天上午调解"})
    assert await meant(transcript) == ["a"]


async def test_a_question_without_buttons_takes_the_menu_away(transcript: Transcript) -> None:
    await answers(transcript, menu("a", "b"))
    await says(transcript, "1")
    assert await meant(transcript) == ["a", "b"], "until something was sent, the menu is what the person looks at"
    await answers(transcript, {"text": "一共几个人？"})
    assert await meant(transcript) == [], "2 is now an answer"


async def test_a_press_ends_the_menu_as_speaking_does(transcript: Transcript) -> None:
    number = await answers(transcript, menu("a", "b"))
    message = await transcript.press("web", CHAT, number, "b")
    assert message is not None
    assert (message["message_id"], message["text"]) == (number, "请选择")
    await answers(transcript, {"text": "一共几个人？"})
    assert await meant(transcript) == []


async def test_a_stale_or_forged_press_finds_nothing(transcript: Transcript) -> None:
    number = await answers(transcript, menu("a"))
    assert await transcript.press("web", CHAT, number, "b") is None, "no such button"
    assert await transcript.press("web", OTHER, number, "a") is None, "somebody else's message"
    assert await transcript.press("web", CHAT, 10**30, "a") is None
    await transcript.edit("web", CHAT, number, {"reply_markup": None})
    assert await transcript.press("web", CHAT, number, "a") is None, "the button is gone"


async def test_a_deleted_menu_means_nothing(transcript: Transcript) -> None:
    number = await answers(transcript, menu("a"))
    await transcript.delete("web", CHAT, number)
    assert (await meant(transcript), await transcript.press("web", CHAT, number, "a")) == ([], None)


async def test_forgetting_clears_one_chat_and_tells_its_pages(transcript: Transcript) -> None:
    for words in ("一", "二", "三"):
        await says(transcript, words)
    await says(transcript, "别人的", OTHER)
    paper = await transcript.attach("web", CHAT, "回执.pdf", b"paper")
    known = (await transcript.recent("web", CHAT))[-1].version
    await forgets(transcript, CHAT)
    assert await transcript.recent("web", CHAT) == []
    assert await transcript.attachment("web", paper) is None
    assert len(await transcript.recent("web", OTHER)) == 1
    seen: list[int] = []
    while changes := await transcript.since("web", CHAT, known, limit=2):
        known = changes[-1].version
        seen += [entry.message_id for entry in changes if entry.deleted and entry.payload == {}]
    assert seen == [1, 2, 3], "a page that asks in small steps misses none"
    after = await transcript.add("web", CHAT, {"text": "回来了"}, outgoing=False)
    assert after.message_id == 4
    assert after.version > known


async def test_forgetting_a_chat_that_never_was_is_no_fault(transcript: Transcript) -> None:
    await forgets(transcript, OTHER)
    assert (await answers(transcript, menu("a")), await meant(transcript)) == (1, ["a"])


async def test_the_sweep_takes_old_messages_and_gives_no_id_twice(transcript: Transcript) -> None:
    with clock.moved_to(clock.now() - timedelta(days=400)):
        await says(transcript, "去年")
        paper = await transcript.attach("web", CHAT, "去年.pdf", b"paper")
    await says(transcript, "今天")
    await transcript.sweep(clock.now() - timedelta(days=365))
    assert [entry.payload["text"] for entry in await transcript.recent("web", CHAT)] == ["今天"]
    assert await transcript.attachment("web", paper) is None
    await transcript.sweep(clock.now() + timedelta(days=1))
    assert await says(transcript, "又来") == 3


async def test_a_sent_file_belongs_to_one_chat_of_one_channel(transcript: Transcript) -> None:
    file_id = await transcript.attach("web", CHAT, "回执.pdf", b"paper")
    kept = await transcript.attachment("web", file_id)
    assert kept is not None
    assert (kept.chat_id, kept.name, kept.mime, kept.content) == (CHAT, "回执.pdf", "application/pdf", b"paper")
    assert await transcript.attachment("terminal", file_id) is None


async def test_the_database_cannot_be_read_without_the_key(
    transcript: Transcript, database: Database, tmp_path: Path
) -> None:
    await says(transcript, "老板拖欠工资 13800000000")
    await transcript.attach("web", CHAT, "拖欠证据.pdf", b"13800000000 evidence")
    async with database.reading() as db:
        raw = [bytes(value) for value in await db.scalars(text("SELECT payload FROM messages"))]
        raw += [bytes(part) for row in await db.execute(text("SELECT name, content FROM sent_files")) for part in row]
    assert len(raw) == 3
    files = [tmp_path / name for name in ("test.db", "test.db-wal")]  # on SQLite; PostgreSQL's are not in this folder
    raw += [file.read_bytes() for file in files if file.exists()]
    for secret in (b"13800000000", "拖欠".encode(), rb"\u62d6", b"evidence"):
        assert not any(secret in value for value in raw)
