"""The methods of the fake Bot API, as strict as the real one. Parameters arrive as strings, files as (name, bytes)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from bot.markup import MarkupError, parse
from tests.fake_telegram.world import TOKEN, ApiError, Chat, World

ME = {"id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "直通", "username": "zhitong_test_bot"}

Params = dict[str, Any]


def _bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def _chat(world: World, params: Params) -> Chat:
    try:
        chat = world.chats[int(params["chat_id"])]
    except (KeyError, ValueError):
        raise _bad("chat not found") from None
    if chat.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _text(text: str, params: Params, entities: str, limit: int, too_long: str) -> tuple[str, list[dict[str, Any]]]:
    mode = params.get("parse_mode", "")
    if mode not in ("", "HTML"):
        raise _bad("unsupported parse_mode")
    try:
        found = parse(text) if mode else (text.strip(), json.loads(params.get(entities, "[]")))
    except MarkupError as error:
        raise _bad(str(error)) from None
    if len(found[0].encode("utf-16-le")) > limit * 2:
        raise _bad(too_long)
    return found


def _message_text(params: Params) -> dict[str, Any]:
    text, entities = _text(params.get("text", ""), params, "entities", 4096, "message is too long")
    if not text.strip():
        raise _bad("message text is empty")
    return {"text": text} | ({"entities": entities} if entities else {})


def _markup(params: Params) -> dict[str, Any]:
    if "reply_markup" not in params:
        return {}
    markup = json.loads(params["reply_markup"])
    if "inline_keyboard" not in markup:
        raise _bad("reply keyboards are not used by this program")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > 100:
        raise _bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _check_button(button: dict[str, Any]) -> None:
    if not button.get("text"):
        raise _bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "url" in button:
        if urlsplit(button["url"]).scheme not in ("http", "https", "tg"):
            raise _bad(f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol")
    elif "callback_data" not in button:
        raise _bad("Text buttons are unallowed in the inline keyboard")
    elif not 1 <= len(button["callback_data"].encode()) <= 64:
        raise _bad("BUTTON_DATA_INVALID")


async def get_me(world: World, params: Params) -> Any:
    return ME


async def get_updates(world: World, params: Params) -> Any:
    if world.webhook:
        raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
    world.polls += 1
    mine = world.polls
    world.wake()  # a poll that is still open is told that a newer one took over
    offset, loop = int(params.get("offset", 0)), asyncio.get_running_loop()
    world.updates = [update for update in world.updates if update["update_id"] >= offset]
    end = loop.time() + int(params.get("timeout", 0))
    while not world.updates and loop.time() < end:
        changed = world.changed
        try:
            async with asyncio.timeout_at(end):
                await changed.wait()
        except TimeoutError:
            break
        if world.polls != mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure only one runs")
    return world.updates[: int(params.get("limit", 100))]


async def send_message(world: World, params: Params) -> Any:
    chat = _chat(world, params)
    return world.store(chat, ME, _message_text(params) | _markup(params))


async def send_document(world: World, params: Params) -> Any:
    return _send_file(world, params, "document")


async def send_photo(world: World, params: Params) -> Any:
    return _send_file(world, params, "photo")


def _send_file(world: World, params: Params, kind: str) -> Any:
    chat = _chat(world, params)
    caption, entities = _text(
        params.get("caption", ""), params, "caption_entities", 1024, "message caption is too long"
    )
    kept = _received_file(world, params, str(params.get(kind, "")))
    message: dict[str, Any] = {kind: [kept | {"width": 1, "height": 1}] if kind == "photo" else kept}
    if caption:
        message |= {"caption": caption} | ({"caption_entities": entities} if entities else {})
    return world.store(chat, ME, message | _markup(params))


def _received_file(world: World, params: Params, source: str) -> dict[str, Any]:
    if source.startswith("attach://"):
        return world.keep_file(*params[source.removeprefix("attach://")])
    if source not in world.files:
        raise _bad("wrong file identifier/HTTP URL specified")
    name, content = world.files[source]
    return {"file_id": source, "file_unique_id": f"u-{source}", "file_name": name, "file_size": len(content)}


def _message(world: World, params: Params, act: str) -> tuple[Chat, dict[str, Any]]:
    chat = _chat(world, params)
    message = chat.messages.get(int(params.get("message_id", 0)))
    if message is None:
        raise _bad(f"message to {act} not found")
    return chat, message


def _edit(world: World, params: Params, content: dict[str, Any]) -> Any:
    chat, message = _message(world, params, "edit")
    if message["from"] != ME:
        raise _bad("message can't be edited")
    if "text" in content and "text" not in message:
        raise _bad("there is no text in the message to edit")
    replaced = {"reply_markup", "edit_date"} | ({"text", "entities"} if "text" in content else set())
    kept = {name: value for name, value in message.items() if name not in replaced}
    after = kept | content | _markup(params)
    if after == {name: value for name, value in message.items() if name != "edit_date"}:
        raise _bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    chat.messages[message["message_id"]] = after | {"edit_date": message["date"]}
    return chat.messages[message["message_id"]]


async def edit_message_text(world: World, params: Params) -> Any:
    return _edit(world, params, _message_text(params))


async def edit_message_reply_markup(world: World, params: Params) -> Any:
    return _edit(world, params, {})


async def delete_message(world: World, params: Params) -> Any:
    chat, message = _message(world, params, "delete")
    del chat.messages[message["message_id"]]
    return True


async def answer_callback_query(world: World, params: Params) -> Any:
    if params.get("callback_query_id") not in world.queries:
        raise _bad("query is too old and response timeout expired or query ID is invalid")
    if len(params.get("text", "")) > 200:
        raise _bad("MESSAGE_TOO_LONG")
    world.answers.append(params)
    return True


async def send_chat_action(world: World, params: Params) -> Any:
    _chat(world, params)
    if params.get("action") not in ("typing", "upload_document", "upload_photo"):
        raise _bad("wrong parameter action in request")
    return True


async def set_webhook(world: World, params: Params) -> Any:
    url = params.get("url", "")
    world.webhook = {"url": url, "secret_token": params.get("secret_token", "")} if url else {}
    if params.get("drop_pending_updates", "").lower() == "true":
        world.updates.clear()
    return True


async def delete_webhook(world: World, params: Params) -> Any:
    return await set_webhook(world, params | {"url": ""})


async def get_webhook_info(world: World, params: Params) -> Any:
    url = world.webhook.get("url", "")
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(world.updates)}


async def set_my_commands(world: World, params: Params) -> Any:
    world.commands = json.loads(params["commands"])
    return True


async def get_file(world: World, params: Params) -> Any:
    file_id = params.get("file_id", "")
    if file_id not in world.files:
        raise _bad("invalid file_id")
    size = len(world.files[file_id][1])
    return {
        "file_id": file_id,
        "file_unique_id": f"u-{file_id}",
        "file_size": size,
        "file_path": f"documents/{file_id}",
    }


METHODS: dict[str, Callable[[World, Params], Awaitable[Any]]] = {
    "getme": get_me,
    "getupdates": get_updates,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "setmycommands": set_my_commands,
    "getfile": get_file,
}
"""By their names in small letters: the Bot API ignores case."""
