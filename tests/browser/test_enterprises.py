"""A request on its way: from an enterprise's phone over an officer's desk and chat to five stars."""

import pytest
from playwright.async_api import Browser

from tests.browser.people import SCREEN, Officer, Visitor, phone, sign_in_link
from tests.browser.walks import PDF, PNG, registers
from tests.process import Program

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REPLY = ("合同十二月到期。", "《劳动合同法》第四十六条", "已经告知补偿算法。", "可以申请劳动仲裁。")


async def _hands_in(enterprise: Visitor) -> str:
    """Hand in a request with a PDF and a photo; return its number. An urgent one: its news come by night too."""
    await registers(enterprise)
    await enterprise.answers("[提交诉求]", "[法律咨询]", "[都不是]", "[紧急，请尽快]")
    await enterprise.answers("有员工合同到期，想问续签和补偿怎么办。")
    for name, kind, content in (("合同.pdf", "application/pdf", PDF), ("照片.png", "image/png", PNG)):
        await enterprise.sends(name, kind, content)
        await enterprise.sees(f". {name}")
    await enterprise.answers("[完成]")
    await enterprise.sees("材料：合同.pdf、照片.png")
    await enterprise.answers("[确认提交]")
    await enterprise.sees("已提交：ZTC-", "有人联系您", "答复您", "收到")
    return await enterprise.number(r"ZTC-\d{4}-\d{6}")


async def test_a_request_is_handed_in_taken_answered_and_judged(
    anna: Visitor, chromium: Browser, program: Program
) -> None:
    number = await _hands_in(anna)
    async with phone(chromium, program.address) as chat:
        page = chat.page
        await page.set_viewport_size(SCREEN)
        desk = Officer(page, program.address)
        await desk.signs_in(sign_in_link(program.output, "部门经办人"))
        await page.get_by_role("link", name=number, exact=True).click()
        await desk.sees("有员工合同到期", "合同.pdf", "照片.png", "13800138000")
        await desk.clicks("签收，由我来办")
        await desk.sees("已签收，这件由您经办")
        await anna.sees("已由司法局签收")
        await desk.clicks("在聊天里办公")
        await desk.clicks("生成一次性链接")
        await desk.clicks("打开网页聊天")
        await desk.clicks("在聊天里办公")
        await chat.sees("工作台")
        for words in ("诉求队列", number):
            await chat.clicks(words)
        await chat.sees("有员工合同到期")
        await chat.answers("[答复]", *REPLY)
        await chat.sees("请看一遍")
        await chat.answers("[发出答复]")
        chat.leaves_no_complaint()
    await anna.sees("有答复了")
    await anna.clicks("查看答复")
    await anna.sees(*REPLY)
    await anna.clicks("解决了")
    await anna.sees("已办结")
    await anna.answers("[评个分]", "[5]", "[不写了]")
    await anna.sees("您打了 5 分")
