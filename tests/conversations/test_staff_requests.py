"""Officers, dispatchers and supervisors work on requests in chat."""

from collections.abc import Iterator

import pytest

from handlers.notices import Renderer
from tests.conversations.walks import agrees, at, hands_in, opens, registers
from tests.talking import Person, Town


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


@pytest.fixture
async def officer(town: Town) -> Person:
    """An officer of the labour department."""
    return await town.staff("officer", department="labour", name="小周")


@pytest.fixture
async def handed_in(anna: Person) -> Person:
    """Who has handed in a request about labour."""
    await registers(anna)
    await hands_in(anna)
    return anna


async def test_the_workbench_shows_each_role_its_tools(town: Town, officer: Person, anna: Person) -> None:
    await officer.presses("go:work:")
    officer.sees("部门经办人", "在办 0 件", "诉求队列")
    officer.sees_no("推送微课", "信用代码")
    dispatcher = await town.staff("dispatcher")
    await dispatcher.presses("go:work:")
    dispatcher.sees("诉求队列", "待核对的信用代码")
    mediator = await town.staff("mediator", studio="xiaojiang")
    await mediator.presses("go:work:")
    mediator.sees("今天的预约")
    mediator.sees_no("诉求队列")
    editor = await town.staff("editor")
    await editor.presses("go:work:")
    editor.sees("推送微课", "推送记录")
    for page in ("go:work:", "go:queue:0", "go:day:", "go:pushes:", "go:codes:", "go:code:1"):
        await anna.presses(page)
        anna.sees("不能办理")


async def test_the_queue_begins_with_what_is_due_next(town: Town, officer: Person, handed_in: Person) -> None:
    bob = town.person()
    await registers(bob)
    await hands_in(bob, urgent=True)
    await officer.presses("go:work:")
    await officer.clicks("诉求队列")
    first, second = (label for label in officer.buttons() if "ZTC" in label)
    assert "000002" in first
    assert "000001" in second
    officer.sees("共 2 件", "紧急", "春风食品", "未签收")


async def test_an_officer_sees_only_their_department(town: Town, handed_in: Person) -> None:
    stranger = await town.staff("officer", department="tax")
    await stranger.presses("go:queue:0")
    stranger.sees("现在没有在办的诉求")
    await stranger.presses("go:case:1")
    stranger.sees("没有找到")
    await stranger.presses("act:take:1:")
    stranger.sees("没有找到")


async def test_a_long_queue_has_pages(town: Town, officer: Person, handed_in: Person) -> None:
    requests, account = town.services.requests, await handed_in.account()
    for number in range(9):
        await requests.submit(
            account, key=f"more-{number}", channel="web", category="labour", urgent=False, facts="问", enterprise_id=1
        )
    await officer.presses("go:queue:0")
    assert len([label for label in officer.buttons() if "ZTC" in label]) == 8
    await officer.clicks("下一页")
    officer.sees("ZTC-2026-000010", "上一页")
    officer.sees_no("ZTC-2026-000001", "下一页")
    await officer.presses("go:queue:99")
    officer.sees("ZTC-2026-000010")


async def test_the_second_to_take_learns_who_was_first(town: Town, officer: Person, handed_in: Person) -> None:
    other = await town.staff("officer", department="labour", name="老吴")
    await officer.presses("go:case:1")
    officer.sees("王建国", "13800138000", "合同到期", "签收")
    await officer.clicks("签收")
    officer.sees("已签收", "11月25日 周三 17:30", "12月1日 周二 17:30")
    await other.presses("act:take:1:")
    other.sees("小周已经签收了")


async def test_only_steps_that_are_allowed_are_offered(town: Town, officer: Person, handed_in: Person) -> None:
    await officer.presses("go:case:1")
    assert "签收" in officer.buttons()
    assert not {"答复", "已联系", "要求补充", "转办", "结案"} & set(officer.buttons())
    await officer.clicks("签收")
    await officer.clicks("打开这件诉求")
    assert {"答复", "已联系", "要求补充"} <= set(officer.buttons())
    assert not {"签收", "转办", "不予受理", "结案"} & set(officer.buttons())
    supervisor = await town.staff("supervisor")
    await supervisor.presses("go:case:1")
    assert not {"签收", "答复", "转办", "结案"} & set(supervisor.buttons())


async def test_contact_is_written_down_for_staff_only(town: Town, officer: Person, handed_in: Person) -> None:
    await officer.presses("act:take:1:")
    await officer.clicks("打开这件诉求")
    await officer.clicks("已联系")
    await agrees(officer)
    await officer.says("电话里情绪激动，注意方式")
    officer.sees("已记录联系")
    await officer.clicks("打开这件诉求")
    officer.sees("情绪激动")
    await handed_in.presses("go:request:1")
    handed_in.sees("已与提交人联系")
    handed_in.sees_no("情绪激动")
    await handed_in.clicks("看全文")
    handed_in.sees_no("情绪激动")


async def test_asking_for_more_stops_the_clock_and_tells_the_author(officer: Person, handed_in: Person) -> None:
    await officer.presses("act:take:1:")
    await opens(officer, "fill:ask_more:1")
    await officer.says("请发劳动合同第一页")
    officer.sees("暂停计时")
    await officer.town.tick()
    await handed_in.looks()
    handed_in.sees("需要补充材料")
    await handed_in.clicks("查看")
    handed_in.sees("等您补充材料", "请发劳动合同第一页")


async def test_a_reply_needs_its_four_parts_and_a_last_look(town: Town, officer: Person, handed_in: Person) -> None:
    await officer.presses("act:take:1:")
    await opens(officer, "fill:reply:1")
    await officer.says("字" * 701)
    officer.sees("最多 700 个字", "事实")
    for part in ("合同到期。", "《劳动合同法》第四十六条", "支付补偿。", "申请仲裁。"):
        await officer.says(part)
    officer.sees("请看一遍", "合同到期。", "申请仲裁。")
    assert (await town.services.requests.read(await handed_in.account(), 1)).reply is None
    await officer.clicks("发出答复")
    officer.sees("已答复")
    reply = (await town.services.requests.read(await handed_in.account(), 1)).reply
    assert reply is not None
    assert reply.basis == "《劳动合同法》第四十六条"


async def test_the_officer_closes_only_after_the_author_kept_silent(
    town: Town, officer: Person, handed_in: Person
) -> None:
    await officer.presses("act:take:1:")
    await town.services.requests.reply(await officer.account(), 1, "r", "事实", "依据", "处理", "途径")
    await officer.presses("go:case:1")
    assert "结案" not in officer.buttons()
    with at(2026, 11, 28, 10):
        await officer.presses("go:case:1")
        await officer.clicks("结案")
        await agrees(officer)
        await officer.clicks("未评价")
        await officer.says("三个工作日没有回音")
        officer.sees("已结案")
        await town.tick()
        await handed_in.looks()
        handed_in.sees("已办结：未评价")


async def test_a_dispatcher_sends_it_to_another_department(town: Town, officer: Person, handed_in: Person) -> None:
    dispatcher = await town.staff("dispatcher")
    taxman = await town.staff("officer", department="tax")
    await officer.presses("act:take:1:")
    await dispatcher.presses("go:case:1")
    await dispatcher.clicks("转办")
    await agrees(dispatcher)
    await dispatcher.clicks("税务局")
    await dispatcher.says("涉及税费减免")
    dispatcher.sees("已转办", "税务局")
    await town.tick()
    for person, words in (
        (taxman, "新诉求"),
        (officer, "已由分拨员转到税务局"),
        (handed_in, "已转到税务局办理"),
    ):
        await person.looks()
        person.sees(words)


async def test_what_may_not_be_handled_is_turned_away_with_the_route(
    town: Town, officer: Person, handed_in: Person
) -> None:
    dispatcher = await town.staff("dispatcher")
    await opens(dispatcher, "fill:reject:1")
    await dispatcher.clicks("举报公职人员")
    dispatcher.sees("12388", "确定不受理")
    await dispatcher.clicks("确定不受理")
    dispatcher.sees("已告知不予受理")
    await town.tick()
    await handed_in.looks()
    handed_in.sees("不属于直通车受理范围")
    await handed_in.clicks("看看该找谁")
    handed_in.sees("12388")


async def test_reminders_speak_at_half_time_the_day_before_and_at_expiry(
    town: Town, officer: Person, handed_in: Person
) -> None:
    supervisor = await town.staff("supervisor")
    await officer.presses("act:take:1:")
    await town.services.requests.contacted(await officer.account(), 1, "c")
    for day, hour, words, told in (
        (27, 16, "时间过半", False),
        (30, 9, "快到期了", False),
        (1, 16, "快到期了", False),
        (1, 18, "已到答复期限", True),
        (2, 9, "超期仍未答复", True),
    ):
        with at(2026, 12 if day < 10 else 11, day, hour, 31):
            await town.tick()
            await officer.looks()
            officer.sees(words)
            await supervisor.looks()
            assert ("已到答复期限" in supervisor.screen) is told
    with at(2026, 12, 2, 10):
        await officer.clicks("打开这件诉求")
        officer.sees("🔴")


async def test_a_notice_that_is_no_longer_true_is_not_sent(town: Town, officer: Person, handed_in: Person) -> None:
    other = await town.staff("officer", department="labour", name="老吴")
    late = town.person()
    await registers(late)
    await hands_in(late)
    await other.presses("act:take:2:")
    await town.tick()
    await officer.looks()
    officer.sees("ZTC-2026-000001")
    officer.sees_no("ZTC-2026-000002")


async def test_what_changed_while_the_notice_was_on_its_way_is_not_told(
    town: Town, officer: Person, handed_in: Person
) -> None:
    (notice,) = await town.services.notices.claim("a courier", ["web"])
    render = Renderer(town.application.services, town.application.wording, {"web": True})
    assert await render(notice) is not None
    await officer.presses("act:take:1:")
    assert await render(notice) is None
