"""An enterprise registers, hands in a request, sees every step, judges the reply."""

from collections.abc import Iterator

import pytest

from tests.conversations.walks import CODE, PDF, agrees, at, hands_in, opens, registers
from tests.talking import Person, Town

BAD_CHECK = CODE[:-1] + "C"


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


@pytest.fixture
async def officer(town: Town) -> Person:
    """An officer of the labour department."""
    return await town.staff("officer", department="labour", name="小周")


async def _numbers(person: Person) -> list[str]:
    found = await person.town.application.services.requests.mine(await person.account())
    return [line.number for line in found]


async def test_the_page_says_by_when_and_what_not(anna: Person) -> None:
    await anna.presses("go:enterprise:")
    anna.sees("一般诉求：1 日内联系，5 日内答复", "紧急：1 小时内联系", "12388", "登记企业")


async def test_registering_leads_on_to_the_request(anna: Person) -> None:
    await registers(anna)
    anna.sees("已登记", "春风食品", "提交诉求")
    anna.sees_no("等工作人员核对")
    await hands_in(anna)
    anna.sees("ZTC-2026-000001", "一般诉求", "11月25日 周三 17:30", "12月1日 周二 17:30")


async def test_the_promise_is_shown_before_it_is_made(anna: Person) -> None:
    await registers(anna)
    await anna.clicks("提交诉求")
    await anna.clicks("劳动用工")
    await anna.clicks("都不是")
    await anna.clicks("一般，按")
    await anna.says("合同到期怎么办")
    await anna.clicks("跳过")
    anna.sees("最晚 11月25日 周三 17:30", "最晚 12月1日 周二 17:30", "人力资源和社会保障局", "跳过周末")
    assert await _numbers(anna) == []


async def test_an_urgent_request_is_promised_within_the_hour(anna: Person) -> None:
    await registers(anna)
    await hands_in(anna, urgent=True)
    anna.sees("紧急", "11月24日 周二 11:00")


async def test_a_code_that_fails_its_check_is_doubted_but_taken(town: Town, anna: Person) -> None:
    dispatcher = await town.staff("dispatcher")
    await opens(anna, "fill:register:")
    await anna.says("示范县老字号酱园")
    await anna.says(BAD_CHECK.lower())
    anna.sees("校验码对不上", BAD_CHECK, "确认无误，继续")
    await anna.clicks("返回")
    anna.sees("统一社会信用代码（18 位")
    await anna.says(BAD_CHECK)
    await anna.clicks("确认无误")
    await anna.says("王建国")
    await anna.says("13800138000")
    await anna.clicks("确认登记")
    anna.sees("已登记", "等工作人员核对", "提交诉求")
    await town.tick()
    await dispatcher.looks()
    dispatcher.sees("信用代码要核对", "老字号酱园")
    await dispatcher.clicks("核对")
    dispatcher.sees(BAD_CHECK)
    await dispatcher.clicks("与执照一致")
    dispatcher.sees("已确认")
    await dispatcher.presses("go:codes:")
    dispatcher.sees("都核对完了")


async def test_a_valid_code_raises_no_question(anna: Person) -> None:
    await opens(anna, "fill:register:")
    await anna.says("示范县春风食品有限公司")
    await anna.says(f" {CODE[:4]} {CODE[4:].lower()} ")
    anna.sees("联系人怎么称呼")


async def test_who_has_no_enterprise_registers_first(anna: Person) -> None:
    await opens(anna, "fill:request:")
    await anna.clicks("登记一家企业")
    anna.sees("先登记企业")
    await anna.clicks("登记企业")
    anna.sees("企业的全称")


async def test_with_two_enterprises_one_is_asked_for(anna: Person) -> None:
    await registers(anna)
    await registers(anna, "91330100799655058B".replace("0799655058B", "0799655059X"))
    await anna.presses("go:enterprise:")
    await anna.clicks("提交诉求")
    anna.sees("替哪家企业提交")
    await anna.says("2")
    anna.sees("是哪方面的事")


async def test_what_is_excluded_is_told_where_to_go_and_not_handed_in(anna: Person) -> None:
    await registers(anna)
    await anna.clicks("提交诉求")
    await anna.clicks("劳动用工")
    await anna.clicks("举报公职人员")
    anna.sees("不能受理", "12388")
    assert await _numbers(anna) == []


async def test_threats_in_the_facts_bring_the_card_first(anna: Person) -> None:
    await registers(anna)
    await anna.clicks("提交诉求")
    await anna.clicks("劳动用工")
    await anna.clicks("都不是")
    await anna.clicks("一般，按")
    await anna.says("他们拿着刀堵在厂门口说要砍人")
    anna.sees("110")
    await anna.clicks("继续提交")
    anna.sees("合同、通知书、照片")


async def test_files_reach_the_officer_and_nobody_else(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await anna.clicks("提交诉求")
    await anna.clicks("劳动用工")
    await anna.clicks("都不是")
    await anna.clicks("一般，按")
    await anna.says("合同到期怎么办")
    await anna.sends_file("合同.pdf", PDF)
    anna.sees("已收到", "合同.pdf")
    await anna.clicks("完成")
    anna.sees("材料：合同.pdf")
    await anna.clicks("确认提交")
    await officer.presses("go:case:1")
    await officer.clicks("📎 合同.pdf")
    assert await officer.received_file() == PDF
    stranger = town.person()
    view = await town.services.requests.read(await officer.account(), 1)
    await stranger.presses(f"act:file:1:{view.attachments[0].id}")
    stranger.sees("没有找到")
    stranger.sees_no("合同.pdf")


async def test_the_whole_way_to_solved(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    await town.tick()
    await officer.looks()
    officer.sees("新诉求", "ZTC-2026-000001")
    await officer.clicks("签收")
    await town.tick()
    await anna.looks()
    anna.sees("已由人力资源和社会保障局签收")
    await officer.presses("fill:reply:1")
    await agrees(officer)
    for part in ("合同十二月到期。", "《劳动合同法》第四十六条", "应支付补偿。", "可以申请劳动仲裁。"):
        await officer.says(part)
    officer.sees("请看一遍", "《劳动合同法》第四十六条")
    await officer.clicks("发出答复")
    await town.tick()
    await anna.looks()
    anna.sees("有答复了")
    await anna.clicks("查看答复")
    anna.sees("事实：合同十二月到期。", "救济途径：可以申请劳动仲裁。", "签收", "解决了")
    await anna.clicks("解决了")
    anna.sees("已办结")
    await anna.clicks("评个分")
    await anna.says("5")
    await anna.clicks("不写了")
    anna.sees("您打了 5 分")
    view = await town.services.requests.read(await anna.account(), 1)
    assert (view.state, view.rating, view.solved) == ("closed", 5, True)


async def test_not_solved_means_a_second_round_with_its_own_date(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    await officer.presses("act:take:1:")
    await town.services.requests.reply(await officer.account(), 1, "r", "事实", "依据", "处理", "途径")
    supervisor = await town.staff("supervisor")
    await anna.presses("go:request:1")
    await anna.clicks("没解决")
    await anna.says("补偿还没有付")
    anna.sees("重新办理", "12月1日 周二 17:30")
    await town.tick()
    for staff in (officer, supervisor):
        await staff.looks()
        staff.sees("没解决，进入第二轮")
    await anna.presses("go:request:1")
    anna.sees("第二轮", "提交人认为没有解决")


async def test_not_solved_twice_goes_to_the_supervisor_who_closes(town: Town, anna: Person, officer: Person) -> None:
    supervisor = await town.staff("supervisor")
    await registers(anna)
    await hands_in(anna)
    await officer.presses("act:take:1:")
    for turn in ("r1", "r2"):
        await town.services.requests.reply(await officer.account(), 1, turn, "事实", "依据", "处理", "途径")
        await anna.presses("fill:unsolved:1")
        await anna.clicks("不写了")
    anna.sees("已交督办人员审定")
    await town.tick()
    await supervisor.looks()
    supervisor.sees("两轮都没解决")
    await supervisor.clicks("查看")
    await supervisor.clicks("结案")
    await agrees(supervisor)
    await supervisor.clicks("部分合理")
    await supervisor.says("补偿标准已说明，可向仲裁委申请")
    supervisor.sees("已结案")
    await town.tick()
    await anna.looks()
    anna.sees("已办结：诉求部分合理，已说明")


async def test_the_list_can_be_asked_for_in_words(anna: Person) -> None:
    await anna.says("我的诉求")
    anna.sees("您还没有提交过诉求")


async def test_what_is_asked_for_is_added_and_the_date_moves_on(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    await officer.presses("act:take:1:")
    await town.services.requests.ask_more(await officer.account(), 1, "q", "请发劳动合同第一页")
    await town.tick()
    await anna.looks()
    anna.sees("需要补充材料", "暂停计算")
    with at(2026, 11, 25, 10):
        await anna.clicks("补充材料")
        anna.sees("承办人问：请发劳动合同第一页")
        await anna.clicks("只传文件")
        await anna.sends_file("合同.pdf", PDF)
        await anna.clicks("完成")
        anna.sees("已补充", "12月2日 周三")
        await anna.clicks("查看进度")
        anna.sees("答复期限由 12月1日 周二 17:30 改为 12月2日 周三")
        await town.tick()
        await officer.looks()
        officer.sees("补充了材料", "12月2日")


async def test_nothing_added_is_no_addition(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    await officer.presses("act:take:1:")
    await opens(anna, "fill:more:1")
    await anna.clicks("只传文件")
    await anna.clicks("跳过")
    anna.sees("内容是空的")


async def test_a_long_story_is_read_to_its_end(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await anna.clicks("提交诉求")
    await anna.clicks("劳动用工")
    await anna.clicks("都不是")
    await anna.clicks("一般，按")
    await anna.says("事" * 1990 + "最后一句")
    await anna.clicks("跳过")
    await anna.clicks("确认提交")
    parts = ["实" * 1900 + "一完", "据" * 1900 + "二完", "处" * 1900 + "三完", "途" * 1900 + "四完"]
    await officer.presses("act:take:1:")
    await town.services.requests.reply(await officer.account(), 1, "r", *parts)
    await anna.clicks("查看进度")
    anna.sees("全文太长")
    await anna.clicks("看全文")
    anna.sees("最后一句", "一完", "二完", "三完", "四完")


async def test_withdrawing_asks_once_more(town: Town, anna: Person, officer: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    await officer.presses("act:take:1:")
    await anna.clicks("查看进度")
    await anna.clicks("撤回")
    anna.sees("确定撤回")
    await anna.clicks("确定撤回")
    anna.sees("已撤回 ZTC-2026-000001")
    await town.tick()
    await officer.looks()
    officer.sees("提交人已撤回")
    await anna.presses("go:requests:")
    anna.sees("ZTC-2026-000001", "已撤回")


async def test_nobody_reads_the_request_of_another(town: Town, anna: Person) -> None:
    await registers(anna)
    await hands_in(anna)
    mallory = town.person()
    for data in ("go:request:1", "go:whole:1", "go:case:1", "act:withdraw:1:yes", "act:solved:1:"):
        await mallory.presses(data)
        mallory.sees("没有找到")
        mallory.sees_no("ZTC", "春风")
    for form in ("more", "unsolved", "rate", "reply", "ask_more", "close", "contacted", "dispatch", "reject"):
        await opens(mallory, f"fill:{form}:1")
        mallory.sees("没有找到")
