"""The terminal: what stands on the screen, and what a typed number means."""

from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, InaccessibleMessage, Update
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.updates import (
    message_update,
    numbered,
    press_update,
    query_origin,
    text_message,
    text_update,
    visitor_id,
)
from bot.messages import Button
from services import clock
from tests.channels.conftest import CHAT, Channel
from tests.channels.test_contract import keyboard

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BUTTONS = [Button(1, "甲", "a", None), Button(1, "乙", None, "https://example.cn"), Button(1, "丙", "c", None)]


def screen(channel: Channel) -> str:
    assert channel.out is not None
    shown = channel.out.getvalue()
    channel.out.seek(0)
    channel.out.truncate()
    return shown


async def test_a_message_is_text_with_numbered_buttons(terminal_channel: Channel) -> None:
    bot = terminal_channel.bot
    sent = await bot.send_message(CHAT, "<b>您好</b>\n请选", reply_markup=keyboard("a", 官网="https://example.cn/a"))
    assert screen(terminal_channel) == "您好\n请选\n[1] 按钮a\n[2] 官网：https://example.cn/a\n\n"
    await sent.edit_text("改了", reply_markup=keyboard("b"))
    assert screen(terminal_channel) == "改了\n[1] 按钮b\n\n"
    await sent.edit_reply_markup(reply_markup=keyboard("c"))
    assert screen(terminal_channel) == "[1] 按钮c\n\n"
    await sent.edit_reply_markup(reply_markup=None)
    assert screen(terminal_channel) == ""
    await sent.delete()
    assert screen(terminal_channel) == "（上面有一条消息已收回）\n\n"


async def test_short_answers_stand_in_brackets_and_files_are_named(terminal_channel: Channel) -> None:
    bot = terminal_channel.bot
    sent = await bot.send_message(CHAT, "有用吗", reply_markup=keyboard("a"))
    query = (await terminal_channel.press(sent.message_id, "a")).callback_query
    assert query is not None
    screen(terminal_channel)
    await query.answer("谢谢")
    await query.answer()
    assert screen(terminal_channel) == "（谢谢）\n\n"
    await bot.send_document(CHAT, BufferedInputFile(b"x", "回执.pdf"), caption="<i>请查收</i>")
    assert screen(terminal_channel) == "〔文件〕回执.pdf\n请查收\n\n"


async def test_nothing_typed_by_others_can_steer_the_terminal(terminal_channel: Channel) -> None:
    await terminal_channel.bot.send_message(CHAT, "\x1b[2J\x1b]0;x\x07好", parse_mode=None)
    assert "\x1b" not in screen(terminal_channel)


async def test_other_chats_are_kept_and_not_printed(terminal_channel: Channel) -> None:
    await terminal_channel.bot.send_message(CHAT + 1, "给别人的提醒")
    assert screen(terminal_channel) == ""
    assert terminal_channel.transcript is not None
    assert len(await terminal_channel.transcript.recent("terminal", CHAT + 1)) == 1


async def test_a_number_presses_the_button_that_stands_on_the_screen(terminal_channel: Channel) -> None:
    assert terminal_channel.transcript is not None
    await terminal_channel.bot.send_message(CHAT, "选", reply_markup=keyboard("a", "b"))
    button = numbered("２", await terminal_channel.transcript.latest_buttons("terminal", CHAT))
    assert button is not None
    assert button.data == "b"


@pytest.mark.parametrize(("typed", "label"), [("1", "甲"), (" 2 ", "乙"), ("３", "丙"), ("　０３　", "丙")])
def test_a_number_means_a_button(typed: str, label: str) -> None:
    button = numbered(typed, BUTTONS)
    assert button is not None
    assert button.text == label


@pytest.mark.parametrize("typed", ["0", "4", "-1", "1.", "1 2", "一", "①x", "", "12348", "9" * 5000, "²³", "1人"])
def test_anything_else_means_none(typed: str) -> None:
    assert numbered(typed, BUTTONS) is None


@unhurried
@given(st.text(max_size=8))
def test_no_text_breaks_the_reading_of_numbers(typed: str) -> None:
    assert numbered(typed, BUTTONS) is None or len(typed.strip()) <= 3


@unhurried
@given(st.text(max_size=60) | st.from_regex(r"[a-z]{1,4}(:[0-9]{1,30}){3}", fullmatch=True))
def test_no_text_breaks_the_reading_of_query_ids(query_id: str) -> None:
    origin = query_origin(query_id)
    assert origin is None or query_id.startswith(f"{origin.channel}:")


def test_the_same_name_is_the_same_visitor() -> None:
    assert visitor_id("guest") == visitor_id("guest") != visitor_id("anna")
    assert all(0 < visitor_id(str(n)) < 2**52 for n in range(1000))


def test_a_typed_text_becomes_an_update() -> None:
    bot, moment = Bot("3:terminal"), datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
    update = Update.model_validate(text_update(5, CHAT, CHAT, "阿珍", "你好", 8, moment), context={"bot": bot})
    assert update.message is not None
    assert update.message.from_user is not None
    assert (update.update_id, update.message.text, update.message.date) == (5, "你好", moment)
    assert (update.message.message_id, update.message.from_user.id, update.message.bot) == (8, CHAT, bot)


def test_half_a_character_is_replaced() -> None:
    assert text_message(CHAT, CHAT, "阿珍", "好\ud800\ud83d\ude00", clock.now())["text"] == "好\ufffd😀"


async def test_a_stored_message_becomes_an_update(terminal_channel: Channel) -> None:
    assert terminal_channel.transcript is not None
    entry = await terminal_channel.transcript.add("terminal", CHAT, {
        "date": int(clock.now().timestamp()), "chat": {"id": CHAT, "type": "private"}, "text": "你好",
    }, outgoing=False)  # fmt: skip
    update = Update.model_validate(message_update(6, entry.payload), context={"bot": terminal_channel.bot})
    assert update.message is not None
    assert update.message.message_id == entry.message_id


def test_a_stale_press_has_a_message_that_cannot_be_reached() -> None:
    payload = press_update(
        5, CHAT, CHAT, "阿珍", channel="web", message=None, message_id=3, data="old", date=clock.now()
    )
    query = Update.model_validate(payload, context={"bot": Bot("2:web")}).callback_query
    assert query is not None
    assert isinstance(query.message, InaccessibleMessage)
