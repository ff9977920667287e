"""Webhook, health and metrics: the right status for each, and nothing acknowledged that was not written down."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import telegram
from bot.inbox import InboxRow
from bot.main import Application, web_application
from bot.settings import Settings
from bot.web.machines import SECRET_HEADER
from services.db import Database
from tests.bot.conftest import browser
from tests.conftest import SECRET
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.talking import Town, delivered


def county(database_url: str, api: str = "http://127.0.0.1:9") -> Application:
    """Return a county's program with a webhook, whose Telegram is at `api`."""
    settings = Settings(
        database_url=database_url,
        secret_key=SecretStr(SECRET),
        public_url="https://zhitong.test",
        telegram_token=SecretStr(TOKEN),
        telegram_api=api,
        telegram_personal_data="link",
    )
    application = Application(settings, book=delivered())
    application.serve_channels()
    application.assemble()
    return application


def caller(application: Application) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """Return Telegram as it calls the webhook, and the header it sends."""
    transport = httpx.ASGITransport(web_application(application), raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="https://zhitong.test")
    return client, {SECRET_HEADER: telegram.webhook_secret(SECRET)}


@pytest.fixture
async def hook(sqlite: Database) -> AsyncIterator[tuple[Application, httpx.AsyncClient, dict[str, str]]]:
    """The county's program on a real database, in front of a Telegram of ours."""
    async with FakeTelegram() as fake:
        fake.world.chat(5)
        application = county(sqlite.engine.url.render_as_string(hide_password=False), fake.url)
        yield application, *caller(application)
        await application.inbox.drained()
        await application.leave()


UPDATE = {
    "update_id": 9,
    "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "你好"},
}


async def test_a_webhook_call_without_the_secret_is_forbidden(
    hook: tuple[Application, httpx.AsyncClient, dict[str, str]],
) -> None:
    _, client, headers = hook
    for wrong in ({}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: headers[SECRET_HEADER] + "x"}):
        assert (await client.post(telegram.PATH, json=UPDATE, headers=wrong)).status_code == 403


async def test_a_malformed_call_is_refused_and_a_good_one_is_written_down_once(
    hook: tuple[Application, httpx.AsyncClient, dict[str, str]], sqlite: Database
) -> None:
    _, client, headers = hook
    for body in (b"", b"{", b"[]", b'"text"', b'{"update_id": "nine"}', b"\xff\xfe"):
        assert (await client.post(telegram.PATH, content=body, headers=headers)).status_code == 400
    huge = b'{"update_id": 1, "x": "' + b"a" * (1024 * 1024) + b'"}'
    assert (await client.post(telegram.PATH, content=huge, headers=headers)).status_code == 413
    for _ in range(2):
        assert (await client.post(telegram.PATH, json=UPDATE, headers=headers)).status_code == 200
    async with sqlite.reading() as db:
        assert list(await db.scalars(select(InboxRow.external_id))) == ["9"]


async def test_a_database_that_is_away_makes_telegram_send_again(tmp_path: Path) -> None:
    application = county(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db")
    client, headers = caller(application)
    answer = await client.post(telegram.PATH, json=UPDATE, headers=headers)
    assert answer.status_code == 503
    assert "稍后" in answer.json()["detail"]
    assert (await client.get("/healthz")).json()["database"] is False
    await application.database.close()


async def test_without_a_token_there_is_no_webhook(town: Town) -> None:
    async with browser(town) as client:
        assert (await client.post(telegram.PATH, json=UPDATE)).status_code == 404


async def test_health_is_good_only_while_database_and_ticks_live(town: Town) -> None:
    async with browser(town) as client:
        before = await client.get("/healthz")
        assert before.status_code == 503
        assert before.json() == {"database": True, "ticks": False}
        await town.application.ticks._heartbeat()
        assert (await client.get("/healthz")).status_code == 200


async def test_metrics_are_for_prometheus_and_hold_no_text_of_people(town: Town) -> None:
    anna = town.person()
    await anna.says("我叫张三，电话13812345678，老板欠我工资")
    async with browser(town) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "zhitong_notices" in answer.text
    assert "13812345678" not in answer.text


def test_the_chat_of_any_update_is_found() -> None:
    assert telegram.chat_of(UPDATE) == "5"
    assert telegram.chat_of({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 7}}}}) == "7"
    assert telegram.chat_of({"callback_query": {"from": {"id": 6}}}) == "6"
    assert telegram.chat_of({"my_chat_member": {"chat": {"id": 8}}}) == "8"
    assert telegram.chat_of({"message": "nonsense"}) == "0"
    assert telegram.chat_of({}) == "0"
