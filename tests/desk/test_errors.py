"""Whatever goes wrong, a person reads a sentence in Chinese within the desk, and no traceback."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import pytest

from services.audit import AuditEntry, AuditLog
from tests.desk.office import Browser, Office, house


class Broken(AuditLog):
    """A log that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def latest(self, limit: int = 200) -> Sequence[AuditEntry]:
        """Raise."""
        return self._raise()

    def _raise(self) -> NoReturn:
        raise self.error


async def _breaks(office: Office, error: Exception) -> Browser:
    services = replace(office.services, audit=Broken(error))
    browser = await replace(office, services=services, app=house(services)).signed_in("administrator")
    await browser.opens("/desk/audit")
    return browser


async def test_a_fault_of_ours_is_a_page(office: Office) -> None:
    browser = await _breaks(office, RuntimeError("secret detail"))
    assert browser.page.status_code == 500
    browser.sees("出了点问题", "回到首页", "操作日志", "郑管理")
    browser.misses("secret detail", "Traceback", "RuntimeError")


async def test_a_database_that_is_away_is_a_page(office: Office) -> None:
    browser = await _breaks(office, ConnectionRefusedError("db.internal"))
    assert browser.page.status_code == 503
    browser.sees("暂时连不上数据库", "没有保存")
    browser.misses("db.internal")


@pytest.mark.parametrize(
    "path",
    [
        "/desk/nowhere",
        "/desk/static/no.css",
        "/desk/requests/abc",
        "/desk/requests/99999",
        "/desk/requests/99999999999999999999",
        "/desk/bookings/0",
        "/desk/bookings/99999999999",
    ],
)
async def test_an_address_that_leads_nowhere(office: Office, path: str) -> None:
    browser = await office.signed_in("officer")
    assert (await browser.opens(path)).status_code == 404
    browser.sees("没有找到", "回到首页", "王人社")


async def test_an_address_that_only_takes_forms(office: Office) -> None:
    request = await office.request()
    browser = await office.signed_in("officer")
    assert (await browser.opens(f"/desk/requests/{request.id}/take")).status_code == 405
    browser.sees("不能直接打开")


async def test_pages_are_not_kept_by_the_browser(office: Office) -> None:
    browser = await office.signed_in("officer")
    for path in ("/desk/", "/desk/requests", "/desk/nowhere"):
        assert (await browser.opens(path)).headers["cache-control"] == "no-store"
