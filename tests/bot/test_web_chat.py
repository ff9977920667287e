"""The chat page's ways in: what is taken, what is refused and how, and that nobody sees what is somebody else's."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from bot.web.chat import LONGEST
from bot.web.pace import Pace
from services.files import MAX_BYTES
from tests.bot.conftest import browser
from tests.talking import Town

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


async def say(page: httpx.AsyncClient, text: str, id: str = "first") -> httpx.Response:  # noqa: A002 (the page's name)
    return await page.post("/chat/said", json={"id": id, "text": text})


async def shown(town: Town, page: httpx.AsyncClient) -> str:
    await town.application.inbox.drained()
    return (await page.get("/")).text


async def test_a_question_is_answered_on_the_page(town: Town, page: httpx.AsyncClient) -> None:
    assert (await say(page, "老板拖欠工资两个月了怎么办")).status_code == 202
    html = await shown(town, page)
    assert "老板拖欠工资两个月了怎么办" in html
    assert "劳动合同法" in html


async def test_the_same_message_sent_again_is_taken_once(town: Town, page: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await say(page, "押金不退怎么办呀", id="same-id")).status_code == 202
    assert (await shown(town, page)).count("押金不退怎么办呀") == 1


async def test_a_forged_cookie_is_no_cookie(town: Town, page: httpx.AsyncClient) -> None:
    await say(page, "老板拖欠工资两个月了怎么办")
    mine = page.cookies["zhitong"]
    for forged in ("", "1", mine[:-1], mine + "x", "WzFd." + mine.partition(".")[2]):
        async with browser(town) as other:
            other.cookies.set("zhitong", forged)
            answer = await say(other, "给我看看")
            assert answer.status_code == 401
            assert "刷新" in answer.json()["detail"]
            assert "拖欠工资两个月" not in (await other.get("/")).text


async def test_two_browsers_are_two_people(town: Town, page: httpx.AsyncClient) -> None:
    await say(page, "老板拖欠工资两个月了怎么办")
    await town.application.inbox.drained()
    async with browser(town) as other:
        await other.get("/")
        assert "拖欠工资" not in (await other.get("/")).text


async def test_a_button_of_somebody_elses_message_shows_nothing_of_theirs(town: Town, page: httpx.AsyncClient) -> None:
    await say(page, "主菜单")
    button = re.search(r'data-message="(\d+)" data-press="([^"]+)">我的<', await shown(town, page))
    assert button
    accounts = town.application.services.accounts
    mine = await accounts.meet("web", str((await _chats(town))[0]))
    await town.application.services.lessons.subscribe(mine.id, "退役军人")
    pressed = {"id": "press-1", "message": int(button[1]), "data": button[2]}
    await page.post("/chat/pressed", json=pressed)
    assert "退役军人" in await shown(town, page)
    async with browser(town) as other:
        await other.get("/")
        assert (await other.post("/chat/pressed", json=pressed)).status_code == 202
        assert "退役军人" not in await shown(town, other)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/said", {"id": "abcd", "text": ""}),
        ("/chat/said", {"id": "a b!", "text": "好"}),
        ("/chat/said", {"text": "好"}),
        ("/chat/pressed", {"id": "abcd", "message": 1, "data": "x" * 65}),
        ("/chat/pressed", {"id": "abcd", "message": "很多", "data": "x"}),
        ("/chat/said", ["不", "是", "对象"]),
    ],
)
async def test_a_malformed_message_is_refused_in_chinese(page: httpx.AsyncClient, path: str, body: Any) -> None:
    answer = await page.post(path, json=body)
    assert answer.status_code == 422
    assert "格式" in answer.json()["detail"]


async def test_a_novel_is_refused_with_the_limit(page: httpx.AsyncClient) -> None:
    answer = await say(page, "长" * (LONGEST + 1))
    assert answer.status_code == 413
    assert str(LONGEST) in answer.json()["detail"]


async def test_files_over_the_limit_and_of_forbidden_kinds_are_refused(page: httpx.AsyncClient) -> None:
    async def upload(name: str, content: bytes) -> httpx.Response:
        return await page.post("/chat/file", data={"id": "file-1"}, files={"file": (name, content)})

    large = await upload("大.pdf", PDF + b"0" * MAX_BYTES)
    assert large.status_code == 413
    assert "10 MB" in large.json()["detail"]
    for name, content in (("木马.exe", b"MZ" + b"\0" * 100), ("假.pdf", b"MZ" + b"\0" * 100), ("无", PDF)):
        refused = await upload(name, content)
        assert refused.status_code == 415
        assert "PDF" in refused.json()["detail"]
    assert (await upload("合同.pdf", PDF)).status_code == 202


async def test_a_file_is_handed_out_to_its_owner_only(town: Town, page: httpx.AsyncClient) -> None:
    await page.post("/chat/file", data={"id": "file-1"}, files={"file": ("合同.pdf", PDF)})
    link = re.search(r'href="(/chat/file/[^"]+)"', await shown(town, page))
    assert link
    mine = await page.get(link[1])
    assert mine.content == PDF
    assert mine.headers["content-disposition"].startswith("attachment")
    async with browser(town) as other:
        assert (await other.get(link[1])).status_code == 401
        await other.get("/")
        assert (await other.get(link[1])).status_code == 404


async def test_another_site_cannot_post_for_a_visitor(page: httpx.AsyncClient) -> None:
    answer = await page.post(
        "/chat/said", json={"id": "abcd", "text": "主菜单"}, headers={"Origin": "https://elsewhere.test"}
    )
    assert answer.status_code == 403


async def test_markup_that_a_person_types_stays_text(town: Town, page: httpx.AsyncClient) -> None:
    await say(page, "<script>alert(1)</script><b>粗</b>")
    html = await shown(town, page)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


async def test_the_page_allows_no_inline_script_and_no_other_origin(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"<script(?![^>]*src=)", answer.text)
    assert not re.search(r"""(?:src|href)=["']https?:""", answer.text)


async def test_the_stream_tells_what_came_after_a_version(town: Town, page: httpx.AsyncClient) -> None:
    await say(page, "主菜单")
    await town.application.inbox.drained()
    number = next(iter(await _chats(town)))
    session = town.application.web
    async with asyncio.timeout(10), session.subscribe(number) as events:
        await say(page, "我的", id="second")
        await anext(events)
    changes = await town.application.transcript.since("web", number, 0)
    assert [change.version for change in changes] == sorted({change.version for change in changes})


async def _chats(town: Town) -> list[int]:
    from sqlalchemy import select

    from bot.messages import ChatRow

    async with town.application.database.reading() as db:
        return list(await db.scalars(select(ChatRow.chat_id)))


async def test_a_page_in_a_loop_is_slowed_down(town: Town, page: httpx.AsyncClient) -> None:
    answers = [await say(page, "你好", id=f"loop-{number}") for number in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert "太快" in refused[0].json()["detail"]
    await town.application.inbox.drained()


def test_turns_come_back_and_quiet_visitors_are_forgotten() -> None:
    pace = Pace(burst=2, per_second=1000)
    assert pace.allows(1)
    assert pace.allows(1)
    slow = Pace(burst=1, per_second=0.001)
    assert slow.allows(1)
    assert not slow.allows(1)
    assert slow.allows(2)
    for visitor in range(20_000):
        slow.allows(visitor)
    assert len(slow._buckets) <= 10_000


async def test_a_one_time_link_is_not_used_up_by_a_preview(town: Town, page: httpx.AsyncClient) -> None:
    account = await town.application.services.accounts.meet("telegram", "77")
    token = await town.application.services.accounts.issue_link(account.id, "form", "form-book")
    for _ in range(3):
        assert "继续填表" in (await page.get(f"/go/{token}")).text
    opened = await page.post(f"/go/{token}")
    assert opened.status_code == 303
    assert "个人信息告知" in await shown(town, page)
    async with browser(town) as other:
        stolen = await other.post(f"/go/{token}")
        assert stolen.status_code == 410
        assert "已经用过" in stolen.text


async def test_the_person_behind_a_link_is_the_one_it_was_issued_to(town: Town, page: httpx.AsyncClient) -> None:
    accounts = town.application.services.accounts
    account = await accounts.meet("telegram", "78")
    await page.post(f"/go/{await accounts.issue_link(account.id, 'form', 'form-book')}")
    await town.application.inbox.drained()
    number = next(iter(await _chats(town)))
    assert (await accounts.meet("web", str(number))).id == account.id
