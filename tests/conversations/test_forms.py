"""How forms behave, whatever they ask: ways back and out, old buttons, other pages meanwhile."""

import re

import pytest

import handlers
from handlers.form import Choice, Form, chosen_of
from handlers.forms import Forms
from handlers.wording import FOLDER
from tests.talking import Person, Town


async def _opened(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")


async def test_consent_is_asked_once(anna: Person) -> None:
    await _opened(anna)
    await anna.says("取消")
    await anna.says("/start form-aid-")
    assert anna.sees("申请法律援助（1/4）")


async def test_without_consent_nothing_is_kept_and_questions_go_on(town: Town, anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.says("不同意")
    assert anna.sees("没有保存任何信息")
    account = await anna.account()
    services = town.application.services
    assert not await services.accounts.has_consented(account.id, services.county.notice_version)
    await anna.says("老板拖欠工资怎么办")
    assert anna.sees("怎么做")


async def test_a_question_at_the_notice_is_a_question(anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.says("老板拖欠工资怎么办")
    assert anna.sees("怎么做")
    await anna.says("同意")
    assert anna.sees("留言给工作人员（1/4）")


async def test_an_old_consent_button_does_not_disturb_a_form(anna: Person) -> None:
    await anna.says("/start form-consult-")
    notice = anna.news[-1]
    await anna.clicks("同意并继续")
    await anna.says("公司要辞退我")
    await anna.presses(notice.buttons[0].data or "", notice.message_id)
    assert anna.sees("以前的按钮")
    await anna.says("王女士")
    assert anna.sees("打通的电话")


@pytest.mark.parametrize("way", ["返回", "上一步", "click"])
async def test_back_asks_the_step_before_again(anna: Person, way: str) -> None:
    await _opened(anna)
    await anna.says("公司要辞退我")
    await (anna.clicks("返回") if way == "click" else anna.says(way))
    assert anna.sees("留言给工作人员（1/4）")
    await anna.says("公司真的要辞退我")
    await anna.says("王女士")
    await anna.says("13812345678")
    assert anna.sees("公司真的要辞退我", "王**" if "王**" in anna.screen else "王")


@pytest.mark.parametrize("way", ["取消", "退出", "click"])
async def test_cancel_keeps_nothing(town: Town, anna: Person, way: str) -> None:
    await _opened(anna)
    await anna.says("公司要辞退我")
    await (anna.clicks("取消") if way == "click" else anna.says(way))
    assert anna.sees("没有保存")
    await anna.says("王女士被公司拖欠工资")
    assert anna.sees_no("打通的电话")


async def test_an_old_step_and_an_old_run_say_kindly_that_they_are_old(anna: Person) -> None:
    await _opened(anna)
    first = anna.news[-1]
    back = next(one.data for one in first.buttons if one.text == "返回")
    assert back
    await anna.says("公司要辞退我")
    await anna.presses(back, first.message_id)
    assert anna.sees("这一步已经过去了")
    await anna.says("取消")
    await anna.presses(back, first.message_id)
    assert anna.sees("这是以前的按钮")
    await anna.says("/start form-consult-")
    await anna.presses(back, first.message_id)
    assert anna.sees("这一步已经过去了")


@pytest.mark.parametrize("elsewhere", ["主菜单", "找人工", "/help", "click"])
async def test_a_look_at_another_page_puts_the_form_aside(anna: Person, elsewhere: str) -> None:
    await _opened(anna)
    await anna.says("公司要辞退我")
    await (anna.clicks("找人工") if elsewhere == "click" else anna.says(elsewhere))
    assert anna.sees("先替您留着")
    assert len(anna.news) == 2
    await anna.says("老板拖欠工资怎么办")
    assert anna.sees("怎么做"), "what is typed now is a question"
    await anna.clicks("接着填")
    assert anna.sees("留言给工作人员（2/4）")
    await anna.says("王女士")
    assert anna.sees("打通的电话")


async def test_a_form_put_aside_can_be_dropped(anna: Person) -> None:
    await _opened(anna)
    await anna.says("主菜单")
    await anna.clicks("不填了")
    assert anna.sees("已取消")
    await anna.says("主菜单")
    assert anna.sees_no("先替您留着")


async def test_markup_in_an_answer_stays_text(anna: Person) -> None:
    await _opened(anna)
    await anna.says("<b>粗</b> & <script>")
    await anna.says("<i>王</i>")
    await anna.says("13812345678")
    assert anna.sees("<b>粗</b> & <script>")


async def test_a_form_that_no_longer_exists_says_so(town: Town, anna: Person) -> None:
    await _opened(anna)
    forms: Forms = handlers.FORMS
    gone: Form = forms._forms.pop("consult")
    try:
        await anna.says("公司要辞退我")
        assert anna.sees("已经更新")
    finally:
        forms._forms["consult"] = gone
    await anna.says("老板拖欠工资怎么办")
    assert anna.sees("怎么做")


CHOICES = (Choice("a", "赵姐跑腿 · 城关"), Choice("b", "小蒋工作室 · 城关"), Choice("c", "10 月"))


@pytest.mark.parametrize(
    ("word", "value"),
    [("1", "a"), ("２", "b"), ("b", "b"), ("10 月", "c"), ("赵姐", "a"), ("城关", None), ("月", None), ("9", None),
     ("0", None), ("", None)],
)  # fmt: skip
def test_a_choice_is_made_by_number_words_or_part_of_them(word: str, value: str | None) -> None:
    chosen = chosen_of(word, CHOICES, typed=True, part=True)
    assert (chosen and chosen.value) == value


def test_every_step_of_every_form_has_its_text() -> None:
    for form in handlers.FORMS:
        for step in form.steps:
            text = (FOLDER / form.name / f"{step.name}.j2").read_text()
            assert re.search(r"\{\{ title \}\}|include", text), (form.name, step.name)
