"""A county at work for the tests of the desk: everybody on the staff, two who come with a matter, and browsers."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import starlette_admin
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from starlette.staticfiles import StaticFiles

from desk.app import build_desk
from knowledge import Book, load
from services.accounts import Account, Grant, Role
from services.db import Database
from services.house import Services, build
from services.mediation import Booking
from services.requests import Enterprise, Request
from tests.services.people import COUNTY

ADDRESS = "http://desk.test"
FACTS = "员工要求支付加班费，不知道怎么算。"
MONDAY = "2026-11-23 10:00"
STAFF = {
    "dispatcher": ("李分拨", Grant(Role.DISPATCHER)),
    "officer": ("王人社", Grant(Role.OFFICER, department="labour")),
    "colleague": ("孙人社", Grant(Role.OFFICER, department="labour")),
    "stranger": ("吴税务", Grant(Role.OFFICER, department="tax")),
    "supervisor": ("钱督办", Grant(Role.SUPERVISOR)),
    "mediator": ("小蒋", Grant(Role.MEDIATOR, studio="xiaojiang")),
    "neighbour": ("赵姐", Grant(Role.MEDIATOR, studio="zhaojie")),
    "editor": ("周编辑", Grant(Role.EDITOR)),
    "administrator": ("郑管理", Grant(Role.ADMINISTRATOR)),
}


def _in_force() -> Book:
    """Read the real content as if it had been published long ago: the clock of these tests stands still."""
    book, long_ago = load(), date(2026, 1, 1)
    return Book(
        entries={name: replace(one, valid_from=long_ago) for name, one in book.entries.items()},
        lessons={name: replace(one, valid_from=long_ago) for name, one in book.lessons.items()},
    )


BOOK = _in_force()
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def house(services: Services, *, secure: bool = False) -> FastAPI:
    """Mount the desk as the program does, beside the kit."""
    app = FastAPI()
    app.mount("/kit", StaticFiles(directory=Path(starlette_admin.__file__).parent / "static"))
    app.mount("/desk", build_desk(services, secure=secure))
    return app


@dataclass
class Browser:
    """A browser with its cookies; forms are sent as the last page that was opened has them."""

    client: AsyncClient
    page: Response = field(init=False)

    async def opens(self, path: str) -> Response:
        """Open a page, following redirects as a browser does."""
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page

    async def sends(self, action: str, **values: str) -> Response:
        """Fill in the form with this action and send it; show what comes back."""
        self.page = await self.client.post(
            action, data=self.hidden(action) | values, headers={"origin": ADDRESS}, follow_redirects=True
        )
        return self.page

    async def enters(self, token: str) -> Response:
        """Use a one-time link."""
        await self.opens(f"/desk/enter/{token}")
        return await self.sends(f"/desk/enter/{token}")

    def hidden(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form with this action; the page must have it."""
        for attributes, inside in _FORM.findall(self.page.text):
            if f'action="{action}"' in attributes:
                return {name: unescape(value) for name, value in _HIDDEN.findall(inside)}
        raise AssertionError(f"the page has no form for {action}")

    def offers(self, action: str) -> bool:
        """Say whether the page has a form with this action."""
        return f'action="{action}"' in self.page.text

    def sees(self, *words: str) -> None:
        """Make sure that the page says all of this."""
        for word in words:
            assert word in self.page.text, f"{word} is not on {self.page.url}"

    def misses(self, *words: str) -> None:
        """Make sure that the page says none of this."""
        for word in words:
            assert word not in self.page.text, f"{word} is on {self.page.url}"

    def links(self) -> set[str]:
        """Return every address that the page leads to or loads, on this machine, without fragments."""
        found = re.findall(r'(?:href|src)="([^"]+)"', self.page.text)
        return {urlsplit(unescape(link))._replace(fragment="").geturl() for link in found if link.startswith("/")}


@dataclass
class Office:
    """The services, the desk over them, and everybody by name."""

    database: Database
    services: Services
    app: FastAPI
    staff: dict[str, Account]
    boss: Account
    anna: Account
    bob: Account
    enterprise: Enterprise
    keys: int = 0

    def key(self) -> str:
        """Return the key of a new message."""
        self.keys += 1
        return f"web:{self.keys}"

    def browser(self) -> Browser:
        """Return a fresh browser; what breaks in the program reaches it as a page."""
        transport = ASGITransport(app=self.app, raise_app_exceptions=False)
        return Browser(AsyncClient(transport=transport, base_url=ADDRESS))

    async def signed_in(self, name: str) -> Browser:
        """Return a browser in which a member of staff has signed in."""
        browser = self.browser()
        page = await browser.enters(await self.services.accounts.issue_link(self.staff[name].id, "desk"))
        assert page.status_code == 200
        return browser

    async def request(self, category: str = "labour", facts: str = FACTS, **more: object) -> Request:
        """Let the enterprise hand in a request."""
        given: dict[str, object] = {"key": self.key(), "channel": "web", "urgent": False, "files": ()} | more
        return await self.services.requests.submit(
            self.boss,
            category=category,
            facts=facts,
            enterprise_id=self.enterprise.id,
            **given,  # type: ignore[arg-type]  # fields of the form
        )

    async def taken(self) -> Request:
        """Hand in a request that the officer has taken."""
        request = await self.request()
        return await self.services.requests.take(self.staff["officer"], request.id, self.key())

    async def booking(
        self, studio: str = "xiaojiang", facts: str = "楼上漏水，天花板坏了", who: Account | None = None
    ) -> Booking:
        """Let a resident, Anna unless it is said, book the first free hour of a studio."""
        mediation = self.services.mediation
        day = (await mediation.open_days(studio))[0].day
        slot = (await mediation.slots(studio, day))[0]
        kind = next(one for one in await mediation.studios() if one.slug == studio).kinds[0]
        return await mediation.book(
            who or self.anna, key=self.key(), channel="web", studio=studio, starts_at=slot.starts_at, kind=kind,
            facts=facts, phone="13812345678",
        )  # fmt: skip


async def opened(database: Database) -> Office:
    """Hire everybody and let two people in who consented to the privacy notice."""
    services = build(database, COUNTY, BOOK)
    await services.mediation.seed()
    staff = {name: await services.accounts.hire(*post) for name, post in STAFF.items()}
    boss, anna, bob = [await services.accounts.meet("web", name) for name in ("boss", "anna", "bob")]
    for person in (boss, anna, bob):
        await services.accounts.consent(person.id, COUNTY.notice_version, "web")
    enterprise = await services.requests.register(
        boss, key="e:1", name="清河机械厂", code="91610000MA0000002X", contact="陈厂长", phone="13812345678"
    )
    return Office(database, services, house(services), staff, boss, anna, bob, enterprise)
