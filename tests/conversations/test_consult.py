"""Leaving word for a person, and asking for legal aid."""

import pytest

from tests.talking import Person, Town


async def test_the_ways_to_a_person_are_named(anna: Person) -> None:
    await anna.says("找人工")
    assert anna.sees("县司法局法律服务中心：12348", "报警 110", "12333 欠薪")
    assert anna.buttons() == ["留言给工作人员", "法律援助", "主菜单"]


async def test_word_is_left_by_typing_alone_and_reaches_the_office(town: Town, anna: Person) -> None:
    officer = await town.staff("officer", department="justice")
    await anna.says("找人工")
    await anna.says("1")
    assert anna.sees("个人信息告知")
    await anna.says("同意")
    await anna.says("公司要辞退我，身份证 110101199003074514")
    await anna.says("跳过")
    await anna.says("１３８ １２３４ ５６７８")
    assert anna.sees("13812345678", "没有留", "前答复", "前与您联系")
    await anna.says("1")
    assert anna.sees("已经交给工作人员", "ZTC-", "司法局")
    [line] = await town.application.services.requests.queue(await officer.account())
    view = await town.application.services.requests.read(await officer.account(), line.id)
    assert view.category == "legal-question"
    assert view.phone == "13812345678"
    assert "110101199003074514" not in view.facts


async def test_the_promise_that_was_shown_is_the_one_that_is_kept(town: Town, anna: Person) -> None:
    await _filled(anna)
    promised = [line for line in anna.screen.splitlines() if "前答复" in line]
    await anna.clicks("确认提交")
    [line] = await town.application.services.requests.mine(await anna.account())
    assert promised[0] in line.sentence


async def test_the_same_press_twice_leaves_word_once(town: Town, anna: Person) -> None:
    await _filled(anna)
    confirm = anna.news[-1]
    [button] = [one for one in confirm.buttons if one.text == "确认提交"]
    assert button.data
    await anna.presses(button.data, confirm.message_id)
    await anna.presses(button.data, confirm.message_id)
    assert anna.sees("这是以前的按钮")
    assert len(await town.application.services.requests.mine(await anna.account())) == 1


async def test_words_of_danger_stop_the_form_first(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says("我老公天天打我")
    assert anna.sees("110", "您写的还在")
    await anna.clicks("继续留言")
    assert anna.sees("怎么称呼您")


@pytest.mark.parametrize(("facts", "sentence"), [("字" * 2001, "最多 2000 个字"), ("  ", "内容是空的")])
async def test_facts_have_a_length(anna: Person, facts: str, sentence: str) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says(facts)
    assert anna.sees(sentence, "留言给工作人员（1/4）")


async def test_a_hotline_is_no_telephone_to_call_back(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says("公司要辞退我")
    await anna.says("王女士")
    await anna.says("12348")
    assert anna.sees("12348", "请留一个能打通的电话")


async def test_legal_aid_is_explained_before_anything_is_asked(town: Town, anna: Person) -> None:
    await anna.says("法律援助")
    assert anna.sees("第三十一条", "第四十二条", "7 日内", "未经律师审核")
    await anna.clicks("我要申请")
    await anna.clicks("同意并继续")
    assert anna.sees("申请法律援助（1/4）")
    for words in ("要工资，没钱请律师", "跳过", "13812345678", "确认提交"):
        await anna.says(words)
    assert anna.sees("申请法律援助，由司法局办理")
    [line] = await town.application.services.requests.mine(await anna.account())
    assert line.category == "legal-aid"


async def test_where_nothing_personal_may_be_asked_a_link_leads_on(town: Town, anna: Person) -> None:
    guest = town.person("abroad")
    await guest.says("找人工")
    await guest.clicks("留言给工作人员")
    assert guest.sees("到网页里填")
    token = (await guest.link("在网页中继续")).rpartition("/")[2]
    link = await town.application.services.accounts.bind("web", str(anna.chat_id), token, "form")
    await anna.says(f"/start {link.target}")
    assert anna.sees("个人信息告知")
    assert (await anna.account()).id == (await guest.account()).id


async def _filled(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    for words in ("公司要辞退我", "王女士", "13812345678"):
        await anna.says(words)
