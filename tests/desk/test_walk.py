"""Everybody walks through every page they can reach: no dead link, no error, no page of somebody else's."""

import re
from collections import deque

import pytest

from services.requests import Request
from tests.desk.office import STAFF, Browser, Office

_INLINE = re.compile(r"<script>|<style|\sstyle=|\son[a-z]+=|javascript:")
"""What the house's Content-Security-Policy forbids."""


async def _walk(browser: Browser) -> dict[str, int]:
    """Open every page and file that the desk links to, from the first page on; return what each answered."""
    seen: dict[str, int] = {}
    ahead = deque(["/desk/"])
    while ahead:
        path = ahead.popleft()
        if path in seen or not path.startswith(("/desk", "/kit")):
            continue
        page = await browser.opens(path)
        seen[path] = page.status_code
        if "text/html" in page.headers["content-type"]:
            assert _INLINE.search(page.text) is None, path
            ids = re.findall(r'\sid="([^"]+)"', page.text)
            assert len(ids) == len(set(ids)), path
        # The week's arrows lead on for ever; a week is enough.
        if "text/html" in page.headers["content-type"] and path.count("day=") == 0:
            ahead.extend(sorted(browser.links() - set(seen)))
    return seen


async def _busy(office: Office) -> list[Request]:
    """Fill the county with a matter in every state that the desk shows."""
    services, officer = office.services, office.staff["officer"]
    file = await services.files.keep(office.boss.id, "合同.pdf", b"%PDF-1.4\n%%EOF\n")
    requests = [await office.request(files=(file.id,)), await office.taken(), await office.taken()]
    await services.requests.ask_more(officer, requests[1].id, office.key(), "请补充考勤表")
    await services.requests.reply(officer, requests[2].id, office.key(), "事实", "依据", "处理", "途径")
    await office.booking()
    await office.booking("zhaojie", who=office.bob)
    await services.faq.ask(None, "web", "外星人欠我钱怎么办呢呢", "q:1")
    return requests


@pytest.mark.parametrize("name", STAFF)
async def test_no_link_is_dead_and_no_page_breaks(office: Office, name: str) -> None:
    await _busy(office)
    seen = await _walk(await office.signed_in(name))
    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 5


async def test_a_walk_finds_a_dead_link(office: Office) -> None:
    browser = await office.signed_in("officer")
    page = await browser.opens("/desk/nowhere")
    assert page.status_code == 404
    browser.sees("没有找到", "回到首页", "诉求")
