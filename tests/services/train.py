"""A direct train with its people aboard, for the tests of requests."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from services.accounts import Account, Role
from services.db import Database
from services.files import Files
from services.requests import Enterprise, Request, Requests
from tests.services.people import CALENDAR, COUNTY, staff, visitor

CODE = "9144030071526726XG"
_keys = count(1)


def key() -> str:
    """Return the key of a new message."""
    return f"web:{next(_keys)}"


@dataclass(frozen=True)
class Train:
    """A county with an officer for labour matters, a dispatcher, a supervisor, and an enterprise that asks."""

    database: Database
    requests: Requests
    files: Files
    boss: Account
    enterprise: Enterprise
    officer: Account
    dispatcher: Account
    supervisor: Account

    async def submit(self, category: str = "labour", *, urgent: bool = False, **more: Any) -> Request:
        """Let the enterprise hand in a request."""
        given = {"key": key(), "channel": "web", "facts": "员工要求支付加班费，不知道怎么算。"} | more
        return await self.requests.submit(
            self.boss, category=category, urgent=urgent, enterprise_id=self.enterprise.id, **given
        )

    async def taken(self, category: str = "labour", **more: Any) -> Request:
        """Hand in a request that the officer takes."""
        request = await self.submit(category, **more)
        return await self.requests.take(self.officer, request.id, key())

    async def reply(self, request: Request, by: Account | None = None) -> Request:
        """Let the officer answer."""
        parts = ("考勤记录齐全。", "《劳动法》第四十四条", "已告知计算办法。", "不服的可以申请劳动仲裁。")
        return await self.requests.reply(by or self.officer, request.id, key(), *parts)

    async def replied(self, category: str = "labour", **more: Any) -> Request:
        """Hand in a request that is taken and answered."""
        return await self.reply(await self.taken(category, **more))


async def aboard(database: Database) -> Train:
    """Set a train up on an empty database."""
    files = Files(database)
    requests = Requests(database, COUNTY, CALENDAR, files)
    boss = await visitor(database, "boss")
    enterprise = await requests.register(
        boss, key=key(), name="清河机械厂", code=CODE, contact="陈厂长", phone="13812345678"
    )
    return Train(
        database=database,
        requests=requests,
        files=files,
        boss=boss,
        enterprise=enterprise,
        officer=await staff(database, Role.OFFICER, "王某", "labour"),
        dispatcher=await staff(database, Role.DISPATCHER, "李某"),
        supervisor=await staff(database, Role.SUPERVISOR, "赵某"),
    )
