"""The terminal: each message as plain text, its buttons numbered, so that a number presses one.

Which data a number presses is told by the transcript (`Transcript.latest_buttons`).
"""

from typing import TextIO

from bot.channels.base import ChannelSession
from bot.markup import to_plain
from bot.messages import Entry
from bot.transcript import Transcript
from services.files import Files


class TerminalSession(ChannelSession):
    """The session of one visitor at one terminal. Messages of other chats are kept, not printed."""

    name = "terminal"

    def __init__(self, transcript: Transcript, files: Files, out: TextIO, chat_id: int) -> None:
        super().__init__(transcript, files)
        self._out = out
        self._chat_id = chat_id

    async def show(self, message: Entry, *, text_changed: bool) -> None:
        """Print a message, or after an edit of the keyboard alone only its buttons."""
        lines = button_lines(message)
        if text_changed:
            lines = [*content_lines(message), *lines]
        self._print(message.chat_id, lines)

    async def vanish(self, message: Entry) -> None:
        """Say so: what is on paper cannot be taken back."""
        self._print(message.chat_id, ["（上面有一条消息已收回）"])

    async def toast(self, chat_id: int, text: str, *, alert: bool) -> None:
        """Print the short answer to a press in brackets."""
        self._print(chat_id, [f"（{to_plain(text)}）"])

    async def typing(self, chat_id: int) -> None:
        """A terminal shows nothing: the answer is there at once."""

    def _print(self, chat_id: int, lines: list[str]) -> None:
        if chat_id == self._chat_id and lines:
            self._out.write("\n".join(lines) + "\n\n")
            self._out.flush()


def content_lines(message: Entry) -> list[str]:
    """Return the text of a message, and the name of a file that came with it."""
    payload = message.payload
    lines = []
    if "document" in payload:
        lines.append(f"〔文件〕{to_plain(payload['document'].get('file_name', '文件'))}")
    if "photo" in payload:
        lines.append("〔图片〕")
    text = payload.get("text") or payload.get("caption") or ""
    if text:
        lines.append(to_plain(text, payload.get("entities") or payload.get("caption_entities") or ()))
    return lines


def button_lines(message: Entry) -> list[str]:
    """Return one line for each button: its number, its label, and the address that it would open."""
    return [
        f"[{number}] {' '.join(to_plain(button.text).split())}" + (f"：{to_plain(button.url)}" if button.url else "")
        for number, button in enumerate(message.buttons, start=1)
    ]
