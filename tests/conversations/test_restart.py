"""The program ends and starts again; people notice nothing."""

from tests.talking import Person, Town


async def test_a_half_filled_form_goes_on(town: Town, anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says("公司要辞退我")
    await town.restart()
    await anna.says("王女士")
    assert anna.sees("打通的电话")
    await town.restart()
    await anna.says("13812345678")
    await town.restart()
    await anna.clicks("确认提交")
    assert anna.sees("ZTC-")


async def test_an_old_button_goes_on(town: Town, anna: Person) -> None:
    await anna.says("老板拖欠工资怎么办")
    await town.restart()
    await anna.clicks("有用")
    assert anna.sees("谢谢")


async def test_the_privacy_notice_goes_on(town: Town, anna: Person) -> None:
    await anna.says("/start form-consult-")
    await town.restart()
    await anna.clicks("同意并继续")
    assert anna.sees("留言给工作人员（1/4）")


async def test_a_form_put_aside_goes_on(town: Town, anna: Person) -> None:
    await anna.says("/start form-consult-")
    await anna.clicks("同意并继续")
    await anna.says("主菜单")
    await town.restart()
    await anna.clicks("接着填")
    assert anna.sees("留言给工作人员（1/4）")


async def test_subscriptions_stay(town: Town, anna: Person) -> None:
    await anna.says("普法微课")
    await anna.clicks("老年人")
    await town.restart()
    await anna.says("普法微课")
    assert anna.sees("[✓ 老年人]")
