"""Ways that several people walk at the page: agreeing, booking, registering."""

from tests.browser.people import Visitor

WAGES = "老板拖欠工资两个月了怎么办"
BAD_CODE = "91330100799655058C"
"""Fails its check digit."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c7bd9f0000000049454e44ae426082"
)


async def agrees(visitor: Visitor) -> None:
    """Read the privacy notice and agree."""
    await visitor.sees("个人信息告知")
    await visitor.answers("[同意并继续]")


async def books(visitor: Visitor) -> str:
    """Book the last open day at 小蒋, its last hour; return the number."""
    await visitor.says("预约调解")
    await agrees(visitor)
    await visitor.answers("[债务借款]", "[小蒋]", "[月]", "[:00–]")
    await visitor.answers("邻居借了两万块，说好年底还，现在不认账了。", "138 0013 8000")
    await visitor.sees("请看一遍", "13800138000")
    await visitor.answers("[确认预约]")
    await visitor.sees("预约已提交")
    return await visitor.number(r"TJ-\d{4}-\d{6}")


async def registers(visitor: Visitor) -> None:
    """Register an enterprise whose code fails its check digit: doubted, and taken."""
    await visitor.clicks("企业直通车")
    await visitor.sees("办理时限")
    await visitor.clicks("登记企业")
    await agrees(visitor)
    await visitor.answers("示范县春风食品有限公司", BAD_CODE)
    await visitor.sees("校验码对不上")
    await visitor.answers("[确认无误]", "王建国", "13800138000", "[确认登记]")
    await visitor.sees("已登记", "等工作人员核对")
