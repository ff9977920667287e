"""What holds on every channel. The wordings are Telegram's, because handlers recognise refusals by them."""

import asyncio
import re

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.methods import SendDice
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

from bot.channels import base
from services import clock
from tests.channels.conftest import CHAT, Channel


def keyboard(*data: str, **extra: str) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(text=f"按钮{value[:10]}", callback_data=value) for value in data]
    buttons += [InlineKeyboardButton(text=text, url=url) for text, url in extra.items()]
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in buttons])


def pressable(message: Message) -> list[str | None]:
    assert message.reply_markup is not None
    return [button.callback_data for row in message.reply_markup.inline_keyboard for button in row]


def refuses(words: str) -> pytest.RaisesExc[TelegramBadRequest]:
    return pytest.raises(TelegramBadRequest, match=re.compile(f"Bad Request: .*{re.escape(words)}", re.IGNORECASE))


async def test_a_sent_message_can_be_edited_through_the_result(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "第一版", reply_markup=keyboard("a"))
    edited = await sent.edit_text("第二版", reply_markup=keyboard("b"))
    assert isinstance(edited, Message)
    assert (edited.message_id, edited.text) == (sent.message_id, "第二版")
    again = await edited.edit_text("第三版")
    assert isinstance(again, Message)
    assert again.reply_markup is None, "a text edit without a keyboard takes the keyboard away"
    seen = await channel.seen(sent.message_id)
    assert seen is not None
    assert seen["text"] == "第三版"


async def test_the_keyboard_alone_can_be_changed_and_taken_away(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "选一个", reply_markup=keyboard("a"))
    edited = await sent.edit_reply_markup(reply_markup=keyboard("b"))
    assert isinstance(edited, Message)
    assert pressable(edited) == ["b"]
    bare = await sent.edit_reply_markup(reply_markup=None)
    assert isinstance(bare, Message)
    assert (bare.text, bare.reply_markup) == ("选一个", None)


async def test_dates_are_aware_and_the_sender_is_the_bot(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "你好")
    assert sent.date.tzinfo is not None
    assert sent.from_user is not None
    assert sent.from_user.id == (await channel.bot.get_me()).id == channel.bot.id


async def test_a_deleted_message_is_gone(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "请忽略")
    assert await sent.delete() is True
    assert await channel.seen(sent.message_id) is None
    with refuses("message to delete not found"):
        await sent.delete()
    with refuses("message to edit not found"):
        await sent.edit_text("还在吗")


@pytest.mark.parametrize("lost", [10**6, 10**30])
async def test_an_edit_of_a_lost_message_says_so(channel: Channel, lost: int) -> None:
    with refuses("message to edit not found"):
        await channel.bot.edit_message_text("x", chat_id=CHAT, message_id=lost)


async def test_an_edit_that_changes_nothing_says_so(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "<b>一样</b>", reply_markup=keyboard("a"))
    with refuses("message is not modified"):
        await sent.edit_text("<b>一样</b>", reply_markup=keyboard("a"))
    with refuses("message is not modified"):
        await sent.edit_reply_markup(reply_markup=keyboard("a"))


async def test_what_a_person_wrote_is_not_the_bots_to_edit(channel: Channel) -> None:
    if channel.transcript is not None:
        await channel.transcript.add(channel.name, CHAT, {"text": "/start"}, outgoing=False)
    with refuses("message can't be edited"):
        await channel.bot.edit_message_text("x", chat_id=CHAT, message_id=1)


async def test_twenty_sends_at_once_get_twenty_ids(channel: Channel) -> None:
    sent = await asyncio.gather(*(channel.bot.send_message(CHAT, f"第{n}条") for n in range(20)))
    assert len({message.message_id for message in sent}) == 20


@pytest.mark.parametrize("text", ["", "   ", "<b></b>"])
async def test_an_empty_text_is_refused(channel: Channel, text: str) -> None:
    with refuses("message text is empty"):
        await channel.bot.send_message(CHAT, text)


@pytest.mark.parametrize("letter", ["字", "😀"])
async def test_a_text_is_as_long_as_its_utf16_units_after_parsing(channel: Channel, letter: str) -> None:
    size = 2 if letter == "😀" else 1
    most = letter * (4096 // size)
    sent = await channel.bot.send_message(CHAT, f"<b>{most}</b>")
    assert sent.text == most
    with refuses("message is too long"):
        await channel.bot.send_message(CHAT, most + letter)
    with refuses("message is too long"):
        await sent.edit_text(most + letter)


async def test_a_caption_is_shorter_than_a_text(channel: Channel) -> None:
    paper = BufferedInputFile(b"%PDF-1.7 paper", "回执.pdf")
    sent = await channel.bot.send_document(CHAT, paper, caption="字" * 1024)
    assert sent.caption == "字" * 1024
    with refuses("caption is too long"):
        await channel.bot.send_document(CHAT, paper, caption="字" * 1025)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<script>alert(1)</script>", 'can\'t parse entities: Unsupported start tag "script"'),
        ("<b>没有结尾", "can't parse entities: Can't find end tag"),
        ("<b><i>交叉</b></i>", "can't parse entities: Unmatched end tag"),
        ("多一个</b>", "can't parse entities: Unexpected end tag"),
        ("1 < 2", "can't parse entities: Unsupported start tag"),
        ("被截断的 <b", "can't parse entities: Unsupported start tag"),
    ],
)
async def test_markup_that_does_not_parse_is_refused(channel: Channel, text: str, words: str) -> None:
    with refuses(words):
        await channel.bot.send_message(CHAT, text)


async def test_half_a_character_is_refused(channel: Channel) -> None:
    with refuses("strings must be encoded in UTF-8"):
        await channel.bot.send_message(CHAT, "好\ud800")


async def test_offsets_count_utf16_units(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "😀你好 <b>粗😀</b> &lt;尾&gt;")
    assert sent.text == "😀你好 粗😀 <尾>"
    assert sent.entities is not None
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 5, 3)]
    assert sent.entities[0].extract_from(sent.text) == "粗😀"


async def test_without_a_parse_mode_the_text_is_left_alone(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "<b>原样</b>", parse_mode=None)
    assert (sent.text, sent.entities) == ("<b>原样</b>", None)


@pytest.mark.parametrize("data", ["", "x" * 65, "字" * 22])
async def test_callback_data_has_one_to_sixty_four_bytes(channel: Channel, data: str) -> None:
    assert await channel.bot.send_message(CHAT, "选", reply_markup=keyboard("x" * 64))
    with refuses("BUTTON_DATA_INVALID"):
        await channel.bot.send_message(CHAT, "选", reply_markup=keyboard(data))


async def test_a_hundred_buttons_and_no_more(channel: Channel) -> None:
    assert await channel.bot.send_message(CHAT, "选", reply_markup=keyboard(*(str(n) for n in range(100))))
    with refuses("reply markup is too long"):
        await channel.bot.send_message(CHAT, "选", reply_markup=keyboard(*(str(n) for n in range(101))))


async def test_a_button_does_something(channel: Channel) -> None:
    idle = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="没用")]])
    with refuses("Text buttons are unallowed"):
        await channel.bot.send_message(CHAT, "选", reply_markup=idle)


@pytest.mark.parametrize("url", ["javascript://a.cn/%0aalert(1)", "ftp://a.cn/x", "tel:12348", "12348", "https://"])
async def test_a_button_opens_only_web_addresses(channel: Channel, url: str) -> None:
    assert await channel.bot.send_message(CHAT, "看", reply_markup=keyboard(官网="https://example.gov.cn/a"))
    with refuses("is invalid"):
        await channel.bot.send_message(CHAT, "看", reply_markup=keyboard(官网=url))


async def test_keyboards_under_the_input_field_are_not_used(channel: Channel) -> None:
    below = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="菜单")]])
    with refuses("only inline keyboards are supported"):
        await channel.bot.send_message(CHAT, "选", reply_markup=below)


async def test_a_press_carries_the_whole_message_and_is_answered(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "有用吗？", reply_markup=keyboard("yes", "no"))
    query = (await channel.press(sent.message_id, "no")).callback_query
    assert isinstance(query, CallbackQuery)
    assert isinstance(query.message, Message)
    assert (query.data, pressable(query.message)) == ("no", ["yes", "no"])
    assert await query.answer("谢谢") is True
    assert isinstance(await query.message.edit_text("谢谢您的意见"), Message)


@pytest.mark.parametrize(
    "query_id", ["123", "web:1", "web:x:y:z", f"other:{CHAT}:1700000000:1", "web:1:9" + "9" * 40 + ":1"]
)
async def test_an_unknown_query_cannot_be_answered(channel: Channel, query_id: str) -> None:
    with refuses("query is too old and response timeout expired or query id is invalid"):
        await channel.bot.answer_callback_query(query_id, "谢谢")


@pytest.mark.parametrize("channel", ["web", "terminal"], indirect=True)
async def test_a_press_in_one_channel_is_not_answered_in_another(channel: Channel) -> None:
    with refuses("query is too old"):
        await channel.bot.answer_callback_query(f"other:{CHAT}:{int(clock.now().timestamp())}:1", "谢谢")


async def test_the_short_answer_is_short(channel: Channel) -> None:
    sent = await channel.bot.send_message(CHAT, "有用吗？", reply_markup=keyboard("yes"))
    query = (await channel.press(sent.message_id, "yes")).callback_query
    assert query is not None
    with refuses("MESSAGE_TOO_LONG"):
        await query.answer("字" * 201)


async def test_a_document_comes_back_as_it_was_sent(channel: Channel) -> None:
    content = bytes(range(256)) * 1000
    sent = await channel.bot.send_document(CHAT, BufferedInputFile(content, "回执.pdf"), caption="<b>回执</b>")
    assert sent.document is not None
    assert (sent.caption, sent.document.file_size) == ("回执", len(content))
    again = await channel.bot.send_document(CHAT, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_name == "回执.pdf"
    loaded = await channel.bot.download(again.document)
    assert loaded is not None
    assert loaded.read() == content


async def test_a_photo_can_be_sent(channel: Channel) -> None:
    sent = await channel.bot.send_photo(CHAT, BufferedInputFile(b"\x89PNG picture", "图.png"))
    assert sent.photo is not None
    assert sent.photo[0].file_size == len(b"\x89PNG picture")


async def test_a_file_without_a_known_id_is_refused(channel: Channel) -> None:
    for act in (channel.bot.get_file("../../etc/passwd"), channel.bot.send_document(CHAT, "/etc/passwd")):
        with refuses("file"):
            await act


async def test_typing_is_shown(channel: Channel) -> None:
    assert await channel.bot.send_chat_action(CHAT, "typing") is True


@pytest.mark.parametrize("channel", ["web", "terminal"], indirect=True)
async def test_a_file_has_content_and_is_not_too_large(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    with refuses("file must be non-empty"):
        await channel.bot.send_document(CHAT, BufferedInputFile(b"", "空.pdf"))
    monkeypatch.setattr(base, "MAX_FILE_BYTES", 9)
    with pytest.raises(TelegramEntityTooLarge):
        await channel.bot.send_document(CHAT, BufferedInputFile(b"0123456789", "大.pdf"))


@pytest.mark.parametrize("chat_id", ["@somebody", 0])
async def test_a_chat_has_a_number(channel: Channel, chat_id: int | str) -> None:
    with refuses("chat not found"):
        await channel.bot.send_message(chat_id, "在吗")


@pytest.mark.parametrize("channel", ["web", "terminal"], indirect=True)
async def test_what_a_channel_cannot_do_is_said(channel: Channel) -> None:
    with refuses(f"sendDice is not supported on {channel.name}"):
        await channel.bot(SendDice(chat_id=CHAT))


async def test_telegrams_faults_are_found_before_the_wire(telegram_channel: Channel) -> None:
    assert telegram_channel.telegram is not None
    with refuses("message text is empty"):
        await telegram_channel.bot.send_message(CHAT, "")
    assert telegram_channel.telegram.calls("sendMessage") == []
