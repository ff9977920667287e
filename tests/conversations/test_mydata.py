"""Seeing, taking along and deleting one's own data."""

import json

from services.accounts import Account
from tests.talking import Person, Town


async def _left_word(anna: Person) -> str:
    """Leave word for a person and return its number."""
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    for words in ("公司要辞退我，赔偿怎么算", "王女士", "13812345678"):
        await anna.says(words)
    await anna.clicks("确认提交")
    return next(word for word in anna.screen.replace("（", " ").replace("：", " ").split() if word.startswith("ZTC-"))


async def test_everything_that_is_held_is_shown(anna: Person) -> None:
    number = await _left_word(anna)
    await anna.says("我的数据")
    assert anna.sees(number, "13812345678", "王女士", "公司要辞退我", "告知书")


async def test_it_can_be_taken_along(anna: Person) -> None:
    number = await _left_word(anna)
    await anna.says("我的数据")
    await anna.clicks("导出成文件")
    assert anna.sees("〔文件〕我的数据.json")
    held = json.loads(await anna.received_file())
    assert held["requests"][0]["number"] == number


async def test_deleting_names_what_is_open_and_can_be_left(anna: Person) -> None:
    number = await _left_word(anna)
    await anna.says("我的数据")
    await anna.clicks("删除我的数据")
    assert anna.sees(number, "会一起撤回", "找不回来")
    await anna.clicks("返回")
    await anna.says("我的数据")
    assert anna.sees(number)


async def test_after_deleting_the_visitor_is_somebody_new(town: Town, anna: Person) -> None:
    number = await _left_word(anna)
    before = await anna.account()
    await anna.says("我的数据")
    await anna.clicks("删除我的数据")
    await anna.says("1")
    assert anna.sees("已经删除")
    assert (await anna.account()).id != before.id
    await anna.says("我的数据")
    assert anna.sees_no(number, "13812345678", "告知书")
    await anna.says("/start form-consult-")
    assert anna.sees("个人信息告知")


async def test_after_deleting_no_state_and_nothing_said_is_left(town: Town, anna: Person) -> None:
    await _left_word(anna)
    await anna.says("我的数据")
    await anna.clicks("删除我的数据")
    await anna.clicks("确定删除")
    said = await town.application.transcript.recent("web", anna.chat_id, 100)
    assert [entry.payload["text"][:4] for entry in said] == ["已经删除"]
    await anna.says("1")
    assert anna.sees_no("已经删除")


async def test_staff_are_sent_to_the_administrator(town: Town) -> None:
    zhou = await town.staff("officer", department="labour")
    await zhou.says("我的数据")
    await zhou.clicks("删除我的数据")
    await zhou.clicks("确定删除")
    assert zhou.sees("请联系管理员")
    assert (await zhou.account()).staff


async def test_where_it_may_not_be_shown_a_link_leads_to_the_web_chat(town: Town, anna: Person) -> None:
    guest = town.person("abroad")
    held = await guest.account()
    await guest.says("我的数据")
    assert guest.sees_no("联系渠道")
    token = (await guest.link("在网页中继续")).rpartition("/")[2]
    link = await town.application.services.accounts.bind("web", str(anna.chat_id), token, "form")
    assert (await anna.account()).id == held.id
    await anna.says(f"/start {link.target}")
    assert anna.sees("联系渠道")
    await guest.presses("act:export:mine:")
    assert guest.sees("在网页中继续")


async def test_long_holdings_are_spread_over_messages(town: Town, anna: Person) -> None:
    account: Account = await anna.account()
    services = town.application.services
    await services.accounts.consent(account.id, services.county.notice_version, "web")
    numbers = [
        (
            await services.requests.submit(
                account, key=f"k{place}", channel="web", category="legal-question", urgent=False,
                facts="很长的事情经过" * 40, phone="13812345678",
            )
        ).number
        for place in range(40)
    ]  # fmt: skip
    await anna.says("我的数据")
    assert len(anna.news) > 1
    assert anna.sees(*numbers)
    assert [len(entry.buttons) for entry in anna.news][:-1] == [0] * (len(anna.news) - 1)
    assert "删除我的数据" in anna.buttons()


async def test_nobody_reads_what_is_not_theirs(town: Town, anna: Person) -> None:
    await _left_word(anna)
    eve = town.person()
    for data in ("go:request:1", "go:booking:1", "fill:more:1", "act:withdraw:1:"):
        await eve.presses(data)
        assert eve.sees_no("13812345678", "公司要辞退我", "王女士")
