"""People for tests: they type, press and send into the real program and look at what it shows them.

A `Town` is the whole program on one SQLite file, without its HTTP server and ticks; `Town.tick` stands for those. A
`Person` talks through a real web session, inbox and dispatcher: only the wire is missing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from aiogram import Bot
from pydantic import SecretStr

from bot.channels import updates
from bot.channels.arrivals import NAME, Arrivals
from bot.channels.web import WebSession
from bot.dispatcher import PROPERTIES, Channel
from bot.main import Application
from bot.markup import to_plain
from bot.messages import Button, Entry
from bot.settings import Settings
from knowledge import Book, load
from services import clock
from services.accounts import Account, Grant, Role
from services.db import Base
from tests.conftest import SECRET, import_all_tables

ABROAD = "abroad"
"""A channel through which no personal data may pass, like Telegram in the way `link`."""

_FILE = {"file_id": "f", "file_unique_id": "u"}
KINDS: dict[str, dict[str, Any]] = {
    "voice": {"voice": _FILE | {"duration": 3}},
    "video_note": {"video_note": _FILE | {"duration": 3, "length": 240}},
    "video": {"video": _FILE | {"duration": 3, "width": 1, "height": 1}},
    "audio": {"audio": _FILE | {"duration": 3}},
    "sticker": {
        "sticker": _FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    },
    "animation": {"animation": _FILE | {"duration": 3, "width": 1, "height": 1}, "document": _FILE},
    "location": {"location": {"latitude": 30.0, "longitude": 104.0}},
    "venue": {"venue": {"location": {"latitude": 30.0, "longitude": 104.0}, "title": "村口", "address": "村口"}},
    "contact": {"contact": {"phone_number": "13800000000", "first_name": "王"}},
    "poll": {
        "poll": {
            "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
            "is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "allows_revoting": False,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "photo": {"photo": [_FILE | {"width": 1, "height": 1}]},
    "document": {"document": _FILE | {"file_name": "a.pdf"}},
    "empty": {},
}  # fmt: skip
"""What people send besides words, as the Bot API tells of it."""


class Heard(WebSession):
    """A web session that also writes down its toasts: a page would have shown them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.toasts: dict[int, list[str]] = {}

    async def toast(self, chat_id: int, text: str, *, alert: bool) -> None:
        """Show it, and keep it."""
        self.toasts.setdefault(chat_id, []).append(text)
        await super().toast(chat_id, text, alert=alert)


class Abroad(Heard):
    """The same for the channel that personal data may not pass through."""

    name = ABROAD


@cache
def delivered() -> Book:
    """Return the content as delivered, read once for all tests."""
    return load()


class Town:
    """The program over one database file; `restart` ends it and starts another on the same file."""

    def __init__(self, folder: Path, book: Book | None = None) -> None:
        self.settings = Settings(
            data_dir=folder, database_url=f"sqlite+aiosqlite:///{folder}/town.db", secret_key=SecretStr(SECRET)
        )
        self._book = book or delivered()
        self._numbers = count(1)
        self._chats = count(1001)
        self.application = self._build()

    def _build(self) -> Application:
        application = Application(self.settings, book=self._book)
        application.web = Heard(application.transcript, application.services.files)
        application.serve_channels()
        abroad = Bot(
            f"9:{ABROAD}", session=Abroad(application.transcript, application.services.files), default=PROPERTIES
        )
        application.channels[ABROAD] = Channel(ABROAD, abroad, private=False)
        application.assemble()
        return application

    @property
    def services(self) -> Any:
        """Return the services of the running program."""
        return self.application.services

    async def open(self) -> None:
        """Make the tables and the county's rows."""
        import_all_tables()
        async with self.application.database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await self.application.enter(None)
        await self.application.services.mediation.seed()

    async def close(self) -> None:
        """End the program."""
        await self.application.leave()

    async def restart(self) -> None:
        """End the program and start it anew; people go on talking to the new one."""
        await self.close()
        self.application = self._build()
        await self.application.enter(None)

    async def tick(self) -> None:
        """Do what the clock would have made the program do by now, once."""
        services = self.application.services
        await services.requests.remind_due()
        await services.mediation.remind_due()
        await services.lessons.send_due()
        while await self.application.courier.deliver():
            pass

    def person(self, channel: str = "web") -> "Person":
        """Return a newcomer."""
        return Person(self, next(self._chats), channel)

    async def staff(
        self, role: str, *, department: str | None = None, studio: str | None = None, name: str = "小周",
        channel: str = "web",
    ) -> "Person":  # fmt: skip
        """Return a member of staff who talks through a channel of their own."""
        accounts = self.application.services.accounts
        account = await accounts.hire(name, Grant(Role(role), department, studio))
        person = self.person(channel)
        await accounts.bind(channel, str(person.chat_id), await accounts.issue_link(account.id, "bind"))
        return person

    def next_update(self) -> int:
        """Return the id of the next update."""
        return next(self._numbers)


class Person:
    """Somebody at a page of the chat. After each act `sees` looks at what came or changed since."""

    def __init__(self, town: Town, chat_id: int, channel: str) -> None:
        self.town = town
        self.chat_id = chat_id
        self.channel = channel
        self.news: list[Entry] = []
        self.toasts: list[str] = []

    # Acts

    async def says(self, text: str) -> None:
        """Type something; a number that stands for a button presses it, as on the page."""
        async with self._acting():
            await self._receive(await self._arrivals.text(self.chat_id, self.town.next_update(), text))

    async def clicks(self, words: str) -> None:
        """Press the button whose label contains the words, on the newest message that has one."""
        found = await self._button(words)
        assert found.data is not None, f"“{found.text}”打开的是网址 {found.url}"
        await self.presses(found.data, found.message_id)

    async def presses(self, data: str, message_id: int = 0) -> None:
        """Press with this data; a message that has no such button makes it a stale or forged press."""
        async with self._acting():
            update = await self._arrivals.press(self.chat_id, self.town.next_update(), message_id, data)
            await self._receive(update)

    async def sends_file(self, name: str, content: bytes) -> None:
        """Hand in a file, stored first as the page's upload does; raises what the upload refuses."""
        account = await self.account()
        file = await self.town.application.services.files.keep(account.id, name, content)
        async with self._acting():
            await self._receive(await self._arrivals.file(self.chat_id, self.town.next_update(), file))

    async def sends(self, kind: str, **more: Any) -> None:
        """Send something that is not words: one of KINDS."""
        await self._sends(KINDS[kind] | more)

    async def edits(self, text: str) -> None:
        """Change a message sent before."""
        await self._sends({"text": text, "edit_date": int(clock.now().timestamp())}, kind="edited_message")

    async def looks(self) -> None:
        """Look at what has come unasked since the last act."""
        self.news = await self._since(self._version)
        self.toasts = self._heard[self._toasted :]

    # What there is to see

    def sees(self, *words: str) -> bool:
        """Say that all the words are to be seen; fail with what is on the screen otherwise."""
        for word in words:
            assert word in self.screen, f"“{word}”没有出现。看到的是：\n{self.screen}"
        return True

    def sees_no(self, *words: str) -> bool:
        """Say that none of the words is to be seen."""
        for word in words:
            assert word not in self.screen, f"“{word}”不该出现。看到的是：\n{self.screen}"
        return True

    def buttons(self) -> list[str]:
        """Return the labels of the buttons that came or changed since the last act."""
        return [button.text for entry in self.news for button in entry.buttons]

    async def link(self, words: str) -> str:
        """Return the address that a button opens."""
        url = (await self._button(words)).url
        assert url is not None
        return url

    @property
    def screen(self) -> str:
        """Return what came or changed since the last act, toasts in brackets."""
        lines = [f"（{toast}）" for toast in self.toasts]
        for entry in self.news:
            payload = entry.payload
            if "document" in payload:
                lines.append(f"〔文件〕{payload['document']['file_name']}")
            text = payload.get("text") or payload.get("caption") or ""
            lines += [to_plain(text, payload.get("entities") or ()), *(f"[{button.text}]" for button in entry.buttons)]
        return "\n".join(lines)

    async def received_file(self) -> bytes:
        """Return the newest file that the program sent."""
        sent = [entry.payload["document"]["file_id"] for entry in self.news if "document" in entry.payload]
        assert sent, f"没有收到文件。看到的是：\n{self.screen}"
        stream = await self._bot.download(sent[-1])
        assert stream is not None
        return stream.read()

    async def account(self) -> Account:
        """Return the account behind this person now."""
        return await self.town.application.services.accounts.meet(self.channel, str(self.chat_id))

    # How it works

    @property
    def _bot(self) -> Bot:
        return self.town.application.channels[self.channel].bot

    @property
    def _arrivals(self) -> Arrivals:
        return Arrivals(self.town.application.transcript, self.channel)

    @property
    def _heard(self) -> list[str]:
        session = self._bot.session
        assert isinstance(session, Heard)
        return session.toasts.setdefault(self.chat_id, [])

    @asynccontextmanager
    async def _acting(self) -> AsyncIterator[None]:
        changes = await self.town.application.transcript.since(self.channel, self.chat_id, 0, 10_000)
        self._version = max((entry.version for entry in changes), default=0)
        self._toasted = len(self._heard)
        yield
        await self.town.application.inbox.drained()
        await self.looks()

    async def _since(self, version: int) -> list[Entry]:
        changes = await self.town.application.transcript.since(self.channel, self.chat_id, version, 10_000)
        return sorted((one for one in changes if one.outgoing and not one.deleted), key=lambda one: one.message_id)

    async def _receive(self, update: dict[str, Any]) -> None:
        await self.town.application.inbox.receive(self.channel, str(update["update_id"]), str(self.chat_id), update)

    async def _sends(self, content: dict[str, Any], kind: str = "message") -> None:
        transcript = self.town.application.transcript
        async with self._acting():
            blank = updates.text_message(self.chat_id, self.chat_id, NAME, "", clock.now())
            blank.pop("text")
            entry = await transcript.add(self.channel, self.chat_id, blank | content, outgoing=False)
            await self._receive({"update_id": self.town.next_update(), kind: entry.payload})

    async def _button(self, words: str) -> Button:
        seen = await self.town.application.transcript.recent(self.channel, self.chat_id, 100)
        for entry in reversed(seen):
            for button in entry.buttons:
                if words in button.text:
                    return button
        labels = [button.text for entry in seen for button in entry.buttons]
        raise AssertionError(f"没有“{words}”这个按钮。有：{labels}\n{self.screen}")

    _version = 0
    _toasted = 0
