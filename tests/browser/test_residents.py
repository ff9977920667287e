"""What residents do at the page, from the question to the last trace of it."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.people import Visitor
from tests.browser.walks import WAGES, agrees, books

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_gets_articles_related_questions_and_thanks(anna: Visitor) -> None:
    await anna.says(WAGES)
    await anna.sees("怎么做", "《劳动合同法》", "普法信息，不是律师意见")
    for label in ("没签劳动合同能要双倍工资吗", "没用", "法律援助", "找人工"):
        await expect(anna.button(label)).to_be_visible()
    await anna.clicks("有用")
    await anna.is_told("谢谢")
    await anna.sees("谢谢您告诉我们")


async def test_a_long_answer_is_read_from_its_beginning(anna: Visitor) -> None:
    await anna.says(WAGES)
    await anna.sees("怎么做")
    await expect(anna.mine(WAGES)).to_be_in_viewport(ratio=1)
    await expect(anna.button("没用")).not_to_be_in_viewport()


async def test_a_booking_is_made_found_moved_and_cancelled(anna: Visitor) -> None:
    number = await books(anna)
    await anna.page.get_by_role("button", name="我的", exact=True).first.click()
    await anna.sees("等待工作室确认")
    await anna.says("我的预约")
    await anna.sees(f"{number} · 小蒋调解工作室")
    await anna.answers(f"[{number}]")
    await anna.clicks("改期")
    await anna.sees("改到哪天")
    await anna.answers("[月]", "[:00–]")
    await anna.sees("原来的时间会让给别人")
    await anna.answers("[确认改期]")
    await anna.sees("已改期")
    await anna.answers("[查看这次预约]", "[取消预约]", "[确定取消]")
    await anna.sees(f"已取消 {number}")


async def test_a_lesson_is_chosen_read_answered_and_left(anna: Visitor) -> None:
    await anna.says("普法微课")
    await anna.sees("点一下订阅")
    await anna.clicks("农民工")
    await anna.sees("已订阅：农民工")
    await anna.clicks("现在来一课")
    await anna.sees("案情", "说法", "依据", "未经律师审核")
    await anna.answers("[开始答题]", "[A]")
    await anna.sees("答")
    await expect(anna.button("主菜单")).to_be_visible()
    await anna.clicks("✓ 农民工")
    await anna.is_told("已退订：农民工")
    await expect(anna.button("✓ 农民工")).to_have_count(0)


async def test_own_data_is_shown_taken_along_and_deleted(anna: Visitor, tmp_path: Path) -> None:
    await anna.clicks("找人工")
    await anna.clicks("留言")
    await agrees(anna)
    await anna.answers("公司要辞退我，赔偿怎么算", "王女士", "13812345678", "[确认提交]")
    await anna.says("我的数据")
    await anna.sees("我们存了您的这些信息", "13812345678", "王女士")
    await anna.clicks("导出成文件")
    async with anna.page.expect_download() as downloading:
        await anna.log.get_by_text("我的数据.json").click()
    await (await downloading.value).save_as(tmp_path / "mine.json")
    held = json.loads((tmp_path / "mine.json").read_text("utf8"))
    assert [request["phone"] for request in held["requests"]] == ["13812345678"]
    await anna.clicks("删除我的数据")
    await anna.sees("找不回来")
    await anna.clicks("确定删除")
    await anna.sees("已经删除")
    await anna.sees_no("13812345678", "王女士")
    await anna.page.reload()
    await anna.sees("已经删除")
    await anna.sees_no("13812345678", "王女士")
