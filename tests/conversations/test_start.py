"""Arriving, finding one's way, and the links that bring people."""

from handlers.filling import LEAVING
from handlers.start import FORM_WORDS, PAGES, WORDS, ways
from tests.talking import Person, Town

TYPED = {
    "主菜单": "主菜单", "菜单": "主菜单", "/menu": "主菜单", "帮助": "怎么用", "/help": "怎么用",
    "问法律": "请直接打字", "我的": "还没有提交过诉求", "找人工": "不方便打电话", "普法微课": "选您关心的人群",
    "我的数据": "我们存了您的这些信息", "法律援助": "国家指派律师", "企业直通车": "登记企业",
    "预约调解": "个人信息告知",
}  # fmt: skip
MENU = ["问法律", "预约调解", "企业直通车", "普法微课", "我的", "找人工"]


async def test_a_newcomer_learns_what_this_is_and_what_to_press(anna: Person) -> None:
    await anna.says("/start")
    assert anna.sees("法律服务助手", "普法信息，不是律师意见", "12348")
    assert anna.buttons() == ["老板拖欠工资怎么办", "房东不退押金怎么办", "定金和订金一样吗，能退吗", *MENU]


async def test_a_greeting_is_returned(anna: Person) -> None:
    await anna.says(" 你好 ")
    assert anna.sees("您好")


async def test_an_example_is_answered(anna: Person) -> None:
    await anna.says("/start")
    await anna.clicks("房东不退押金")
    assert anna.sees("怎么做", "《民法典》")


async def test_every_page_can_be_reached_by_typing_alone(anna: Person) -> None:
    for word, heading in TYPED.items():
        await anna.says(word)
        assert anna.sees(heading), word


async def test_a_number_presses_a_button_of_the_menu(anna: Person) -> None:
    await anna.says("/menu")
    await anna.says("６")
    assert anna.sees("不方便打电话")


async def test_words_that_leave_a_form_lead_somewhere() -> None:
    assert WORDS.keys() >= LEAVING
    assert set(WORDS.values()) <= PAGES.keys()
    assert not WORDS.keys() & FORM_WORDS.keys()


async def test_staff_have_a_door_to_their_work(town: Town) -> None:
    zhou = await town.staff("officer", department="labour")
    await zhou.says("/menu")
    assert zhou.buttons() == [*MENU, "工作台"]
    await zhou.clicks("工作台")
    assert zhou.sees_no("过时")


async def test_each_menu_button_leads_somewhere(anna: Person) -> None:
    await anna.says("/menu")
    for label in MENU:
        await anna.clicks(label)
        assert anna.sees_no("已经过时", "对不起"), label
        await anna.says("/menu")


async def test_an_unknown_command_is_named(anna: Person) -> None:
    await anna.says("/nothing of the kind")
    assert anna.sees("没有“/nothing”这个命令")


async def test_a_link_opens_its_form(anna: Person) -> None:
    await anna.says("/start form-consult-")
    assert anna.sees("个人信息告知")
    await anna.clicks("同意并继续")
    assert anna.sees("留言给工作人员（1/4）")


async def test_a_one_time_link_opens_its_page(anna: Person) -> None:
    await anna.says("/start mydata:")
    assert anna.sees("我们存了您的这些信息")


async def test_a_link_opens_its_lesson(anna: Person) -> None:
    await anna.says("/start lesson-unpaid-wages-site")
    assert anna.sees("工地欠薪，别只盯着包工头")


async def test_a_link_to_nothing_says_so(anna: Person) -> None:
    for payload in ("form-nothing-1", "lesson-nothing", "ZZZ", "form-", "bind_", "bind_wrong", "📦"):
        await anna.says(f"/start {payload}")
        assert anna.buttons() == ["主菜单", "找人工"], payload


async def test_a_link_makes_this_channel_a_colleagues(town: Town, anna: Person) -> None:
    zhou = await (await town.staff("mediator", studio="xiaojiang")).account()
    token = await town.application.services.accounts.issue_link(zhou.id, "bind")
    await anna.says(f"/start bind_{token}")
    assert anna.sees("已经绑定", "调解员")
    assert await anna.account() == zhou
    await anna.says(f"/start bind_{token}")
    assert anna.sees("已经绑定"), "the same update may be handled twice"
    bob = town.person()
    await bob.says(f"/start bind_{token}")
    assert bob.sees("这个链接已经用过或已过期")


async def test_mine_lists_what_is_ones_own(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    for words in ("公司要辞退我", "王女士", "13812345678"):
        await anna.says(words)
    await anna.clicks("确认提交")
    await anna.says("普法微课")
    await anna.clicks("农民工")
    await anna.says("我的")
    assert anna.sees("ZTC-", "法律咨询：待签收", "普法微课：农民工")


async def test_mine_shows_nothing_personal_where_it_may_not(town: Town) -> None:
    guest = town.person("abroad")
    await guest.says("我的")
    assert guest.sees("请到网页里看")
    assert guest.buttons() == ["我的数据", "普法微课", "主菜单"]


async def test_the_menu_fits_a_phone(town: Town, anna: Person) -> None:
    assert ways.__doc__
    await anna.says("/menu")
    rows = anna.news[-1].payload["reply_markup"]["inline_keyboard"]
    assert max(len(row) for row in rows) == 2
