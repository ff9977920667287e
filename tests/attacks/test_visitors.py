"""A malicious visitor: other people's ids, replayed and oversized posts, forged headers, lying files, odd JSON."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.main import web_application
from bot.messages import ChatRow
from bot.nursery import Nursery
from bot.web.size import LARGEST
from services.accounts import Accounts
from services.files import FileRow
from tests.bot.conftest import browser
from tests.conversations.walks import PDF, at, books, hands_in, registers
from tests.talking import Town

SECRETS = ("王建国", "13800138000", "138****8000", "合同到期", "两万块", "春风食品", "ZTC-2026", "TJ-2026")


@pytest.fixture
async def page(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the chat page."""
    async with browser(town) as client:
        await client.get("/")
        yield client


async def _files(town: Town) -> int:
    async with town.application.database.reading() as db:
        return await db.scalar(select(func.count()).select_from(FileRow)) or 0


async def test_numbers_of_other_peoples_matters_lead_nowhere(town: Town) -> None:
    with at(2026, 11, 24, 10):
        anna, officer = town.person(), await town.staff("officer", department="labour")
        await registers(anna)
        await hands_in(anna)
        await books(anna)
        await anna.sends_file("合同.pdf", PDF)
        await officer.presses("act:take:1:")
        assert officer.sees("已签收")
        mallory, stranger = town.person(), await town.staff("officer", department="tax")
        elsewhere = await town.staff("mediator", studio="zhaojie")
        account, number = await anna.account(), "1"
        pages = ("booking", "request", "whole", "case", "visit", "code", "push", "recipients")
        acts = ("cancel-booking", "withdraw", "solved", "take", "accept", "confirm-code", "cancel-push")
        forms = (
            "move",
            "decline",
            "rate",
            "more",
            "unsolved",
            "reply",
            "contacted",
            "ask_more",
            "dispatch",
            "reject",
            "close",
            "see",
        )
        presses = [
            *(f"go:{page}:{number}" for page in pages),
            *(f"act:{act}:{number}:{arg}" for act in acts for arg in ("", "yes")),
            *(f"fill:{form}:{number}" for form in forms),
            *(f"fill:see:{page}_{number}" for page in pages),
            f"fill:request:e{number}",
        ]
        for thief in (mallory, stranger, elsewhere):
            await thief.says("/start form-consult-")
            await thief.clicks("同意并继续")
            await thief.says("取消")
            for data in presses:
                await thief.presses(data)
                thief.sees_no(*SECRETS, "系统出了差错")
                if "打开" in thief.buttons():
                    await thief.clicks("打开")
                    thief.sees_no(*SECRETS, "系统出了差错")
        [request] = await town.services.requests.mine(account)
        assert (request.state, len(await town.services.mediation.mine(account))) == ("handling", 1)


async def test_an_enterprise_or_file_of_somebody_else_cannot_be_handed_in(town: Town) -> None:
    with at(2026, 11, 24, 10):
        anna, mallory = town.person(), town.person()
        await registers(anna)
        await registers(mallory, "91330100799655058C")
        await mallory.presses("fill:request:e1")
        for answer in ("劳动用工", "都不是", "一般，按", "事情经过如此这般。", "跳过", "确认提交"):
            await mallory.says(answer) if "事情" in answer else await mallory.clicks(answer)
        assert mallory.sees("没有找到")
        assert await town.services.requests.mine(await mallory.account()) == []


async def test_an_upload_sent_again_is_stored_once(town: Town, page: httpx.AsyncClient) -> None:
    for _ in range(3):
        answer = await page.post("/chat/file", data={"id": "file-1"}, files={"file": ("合同.pdf", PDF)})
        assert answer.status_code == 202
    assert await _files(town) == 1


async def test_a_body_without_end_is_cut_off(town: Town, page: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"id": "abcd", "text": "'
        while sent < 10 * LARGEST:
            sent += 1 << 20
            yield b"a" * (1 << 20)

    answer = await page.post("/chat/said", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["detail"]
    form = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(LARGEST + 1)}
    announced = await page.post("/chat/file", content=b"--x", headers=form)
    assert announced.status_code == 413


@pytest.mark.parametrize("body", [r'{"id":"abcd","text":"\ud800工资"}', r'{"id":"abcd","text":"工资\u0000"}'])
async def test_odd_characters_through_json_are_no_fault(town: Town, page: httpx.AsyncClient, body: str) -> None:
    answer = await page.post("/chat/said", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (202, 422)
    await town.application.inbox.drained()
    assert "系统出了差错" not in (await page.get("/")).text


@pytest.mark.parametrize(
    "body",
    [
        r'{"id":"abcd","message":1,"data":"\ud800"}',
        r'{"id":"abcd","message":1,"data":"act:file:1:\u0000"}',
        '{"id":"abcd","message":99999999999999999999999,"data":"go:menu:"}',
        '{"id":"abcd","message":-1,"data":"go:menu:"}',
        '{"id":"abcd","message":1e400,"data":"go:menu:"}',
        "[" * 50_000,
        "\x00",
        "NaN",
    ],
)
async def test_odd_presses_through_json_are_no_fault(town: Town, page: httpx.AsyncClient, body: str) -> None:
    answer = await page.post("/chat/pressed", content=body.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code in (202, 400, 422)
    assert re.search("[一-鿿]", json.dumps(answer.json(), ensure_ascii=False)) or answer.status_code == 202
    await town.application.inbox.drained()
    assert "系统出了差错" not in (await page.get("/")).text


@pytest.mark.parametrize("last", ["²", "-1", "9" * 5000, "9" * 30, "1e9", "\x7f", "nonsense"])
async def test_a_stream_starts_whatever_it_is_told_about_the_past(
    town: Town, page: httpx.AsyncClient, last: str
) -> None:
    """Straight at the application, because a stream has no end and httpx's transport waits for it."""
    headers = [(b"cookie", f"zhitong={page.cookies['zhitong']}".encode()), (b"last-event-id", last.encode("latin-1"))]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/chat/events",
        "raw_path": b"/chat/events",
        "query_string": b"after=0",
        "headers": headers,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("zhitong.test", 80),
        "root_path": "",
    }
    statuses: asyncio.Queue[int] = asyncio.Queue()

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            await statuses.put(message["status"])

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        return {}

    nursery = Nursery()
    nursery.start(web_application(town.application)(scope, receive, send), "stream")
    async with asyncio.timeout(20):
        assert await statuses.get() == 200
    await nursery.close()


@pytest.mark.parametrize("after", ["-1", str(2**63), "9" * 5000, "x", "²"])
async def test_a_stream_after_nonsense_is_refused(page: httpx.AsyncClient, after: str) -> None:
    assert (await page.get("/chat/events", params={"after": after})).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "http://evil.test", "X-Forwarded-Host": "evil.test"},
        {"Origin": "http://zhitong.test.evil.test"},
        {"Origin": "zhitong.test"},
        {"Origin": "http://zhitong.test:81"},
    ],
)
async def test_a_foreign_origin_is_refused_whatever_it_says_of_itself(
    page: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for path in (
        "/chat/said",
        "/chat/pressed",
        "/chat/file",
        "/go/token",
        "/bind/token",
        "/desk/leave",
        "/desk/enter/x",
    ):
        assert (await page.post(path, headers=headers, json={"id": "abcd", "text": "我的"})).status_code == 403


@pytest.mark.parametrize(
    "name", ["x.pdf.exe", "x.exe\x00.pdf", "pdf", "x.PDF ", "x.svg", "x.html", "x.docm", "x.zip", ""]
)
async def test_names_and_contents_that_lie(page: httpx.AsyncClient, name: str) -> None:
    for content in (b"<html><script>alert(1)</script>", b"MZ\x90\x00", b"#!/bin/sh\n"):
        answer = await page.post("/chat/file", data={"id": "file-1"}, files={"file": (name, content)})
        assert answer.status_code in (415, 422)


async def test_a_zip_bomb_is_never_unpacked(town: Town, page: httpx.AsyncClient) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 100_000_000)
    answer = await page.post("/chat/file", data={"id": "file-1"}, files={"file": ("炸弹.docx", bomb.getvalue())})
    assert answer.status_code == 202
    await town.application.inbox.drained()
    assert "文件我看不懂" in (await page.get("/")).text


async def test_a_file_whose_name_turns_around_is_named_plainly(town: Town, page: httpx.AsyncClient) -> None:
    await page.post("/chat/file", data={"id": "file-1"}, files={"file": ("合同\u202efdp.exe\u2066.pdf", PDF)})
    html = (await page.get("/")).text
    assert "合同fdp.exe.pdf" in html
    link = re.search(r'href="(/chat/file/[^"]+)"', html)
    assert link
    answer = await page.get(link[1])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "\u202e" not in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/kit/..%2f..%2fetc/passwd",
        "/chat/file/..%2f..%2fdata",
        "/chat/file/%00",
        "/static/%00",
        "/go/%00",
        "/desk/%00",
        "/desk/requests/1/files/%00",
        "//evil.test/%2f..",
        "/desk/static/..%2fapp.py",
    ],
)
async def test_tricks_with_paths_end_at_nothing(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    assert answer.status_code in (200, 303, 404, 405)
    assert "import" not in answer.text
    assert "root:" not in answer.text


async def test_a_link_works_once_for_its_purpose_and_in_time(town: Town, page: httpx.AsyncClient) -> None:
    accounts: Accounts = town.services.accounts
    officer = await (await town.staff("officer", department="labour")).account()
    for purpose, wrong in (
        ("desk", ("/go/", "/bind/")),
        ("form", ("/bind/", "/desk/enter/")),
        ("bind", ("/go/", "/desk/enter/")),
    ):
        token = await accounts.issue_link(officer.id, purpose)
        for path in wrong:
            assert (await page.post(f"{path}{token}")).status_code == 410
    late = await accounts.issue_link(officer.id, "form", minutes=-1)
    assert (await page.post(f"/go/{late}")).status_code == 410
    async with town.application.database.reading() as db:
        number = await db.scalar(select(ChatRow.chat_id).limit(1))
    assert number is None, "a refused link must not make anybody speak"


async def test_the_desk_is_closed_to_a_visitor_and_to_a_forged_session(town: Town, page: httpx.AsyncClient) -> None:
    page.cookies.set("zhitong_desk", page.cookies["zhitong"], path="/desk")
    for path in ("requests", "requests/1", "bookings", "codes", "staff", "audit", "lessons", "pushes", "questions"):
        answer = await page.get(f"/desk/{path}")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/desk/"
    for path in ("requests/1/take", "bookings/1/accept", "codes/1/confirm", "staff/1/link", "chat-link", "leave"):
        assert (await page.post(f"/desk/{path}", data={"csrf": "x"})).status_code == 401


async def test_everything_clicked_twice_happens_once(town: Town) -> None:
    """Two tabs and a nervous finger: the same press as two updates, before the first is answered."""
    with at(2026, 11, 24, 10):
        anna = town.person()
        await books(anna)
        account = await anna.account()
        assert len(await town.services.mediation.mine(account)) == 1
        await anna.says("/start form-book-")
        for answer in ("邻里相邻", "小蒋", "周五", "9:00", "楼上漏水", "13800138000"):
            await anna.says(answer)
        button = await anna._button("确认预约")
        assert button.data
        for _ in range(4):
            update = await anna._arrivals.press(anna.chat_id, town.next_update(), button.message_id, button.data)
            await anna._receive(update)
        await town.application.inbox.drained()
        assert len(await town.services.mediation.mine(account)) == 2
