"""A stored message as HTML for the chat page. Only what we rendered from text and entities is ever shown."""

from typing import Any

from markupsafe import Markup, escape

from bot import markup
from bot.messages import Button, Entry
from services import clock


def message_html(entry: Entry) -> Markup:
    """Return the bubble of one message."""
    payload = entry.payload
    side = "bot" if entry.outgoing else "me"
    body = _text(payload.get("text") or payload.get("caption") or "", payload)
    lines = [_file(payload), body, _keyboard(entry)]
    at = clock.local(entry.at)
    return Markup(
        '<article class="msg {side}" id="m{id}" data-id="{id}"><div class="bubble">{inner}'
        '<time datetime="{iso}">{hour}</time></div></article>'
    ).format(side=side, id=entry.message_id, inner=Markup("").join(lines), iso=at.isoformat(), hour=f"{at:%H:%M}")


def _text(text: str, payload: dict[str, Any]) -> Markup:
    if not text:
        return Markup("")
    entities = payload.get("entities") or payload.get("caption_entities") or []
    shown = markup.to_html(text, entities)  # escapes everything; its tests say so
    return Markup('<div class="text">{}</div>').format(Markup(shown))  # noqa: S704


def _file(payload: dict[str, Any]) -> Markup:
    document = payload.get("document")
    if not isinstance(document, dict):
        return Markup("")
    return Markup('<a class="file" href="/chat/file/{}" download>📎 {}</a>').format(
        document["file_id"], document.get("file_name", "文件")
    )


def _keyboard(entry: Entry) -> Markup:
    rows = (entry.payload.get("reply_markup") or {}).get("inline_keyboard") or []
    if not rows:
        return Markup("")
    lines = [Markup('<div class="row-of-buttons">{}</div>').format(_row(entry.message_id, row)) for row in rows]
    return Markup('<div class="keys">{}</div>').format(Markup("").join(lines))


def _row(message_id: int, row: list[dict[str, str]]) -> Markup:
    buttons = [Button(message_id, raw["text"], raw.get("callback_data"), raw.get("url")) for raw in row]
    return Markup("").join(_button(button) for button in buttons)


def _button(button: Button) -> Markup:
    if button.url:
        return Markup('<a class="btn btn-key" href="{}" rel="noopener">{}</a>').format(button.url, escape(button.text))
    return Markup('<button type="button" class="btn btn-key" data-message="{}" data-press="{}">{}</button>').format(
        button.message_id, button.data, escape(button.text)
    )
