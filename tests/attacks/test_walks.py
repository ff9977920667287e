"""Random walks: people who press whatever they see and type whatever comes to mind, and never find a dead end.

A few hundred steps for each seed; ZHITONG_WALKS sets more. A failure names the seed and the last steps.
"""

import os
import random
from collections import deque
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.messages import Button
from tests.conversations.walks import CODE, PDF, at, books, hands_in, registers
from tests.talking import ABROAD, KINDS, Person, Town

STEPS = int(os.environ.get("ZHITONG_WALKS", "250"))
SAID = (
    "王建国",
    "13800138000",
    "１３８００１３８０００",
    "0571-87654321",
    "110",
    CODE,
    f"{CODE[:-1]}X",
    "有员工合同到期，怎么续签",
    "老公打我",
    "老板拖欠工资两个月了怎么办",
    "老闆拖欠工資兩個月怎麼辦",
    "明天",
    "周四",
    "二月三十",
    "2020-01-01",
    "下周四",
    "9:00",
    "下午3点",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "999",
    "取消",
    "返回",
    "跳过",
    "完成",
    "同意",
    "主菜单",
    "我的",
    "找人工",
    "预约调解",
    "我的预约",
    "我的诉求",
    "你好",
    "/start",
    "/start form-book-",
    "/start form-move",
    "/start form-see-request_1",
    "/start 不知道",
    "/nothing",
    "/",
    "😭😭😭",
    "😀" * 700,
    "字" * 5000,
    "<b>粗</b>&amp;<a href='x'>",
    "\u202e倒着写\u202c",
    "\u200b",
    "\x00\x01",
    "a\x00b 工资",
    " ",
    "{name}",
    "{{ 7 * 7 }}",
    "%s",
    "工作台",
    "微课",
    "我的数据",
    "法律援助",
    "企业直通车",
)
WAYS_OUT = ("主菜单", "取消", "返回", "找人工", "不同意", "不填了", "工作台", "不撤回", "不取消")
BROKEN = "系统出了差错"


class Walker:
    """One person who walks, remembering the last steps for who must find out what went wrong."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        self.person = person
        self.chance = chance
        self.steps: deque[str] = deque(maxlen=12)

    async def step(self) -> None:
        """Do something and look at what comes of it."""
        buttons = await self._buttons()
        match self.chance.random():
            case luck if luck < 0.6 and buttons:
                button = self.chance.choice(buttons)
                self.steps.append(f"presses [{button.text}] {button.data}")
                assert button.data is not None
                await self.person.presses(button.data, button.message_id)
            case luck if luck < 0.9:
                said = self.chance.choice(SAID)
                self.steps.append(f"says {said[:40]!r}")
                await self.person.says(said)
            case luck if luck < 0.95:
                kind = self.chance.choice(sorted(KINDS))
                self.steps.append(f"sends {kind}")
                await self.person.sends(kind)
            case _:
                self.steps.append("sends a file")
                await self.person.sends_file("合同.pdf", PDF)
        self.look()

    def look(self) -> None:
        """There is an answer, it is no apology, and some way leads on."""
        told = "\n".join(self.steps) + "\n" + self.person.screen[:1500]
        assert BROKEN not in self.person.screen, told
        assert self.person.news or self.person.toasts, f"no answer\n{told}"
        labels = self.person.buttons()
        open_end = labels and not any(way in label for label in labels for way in WAYS_OUT)
        assert not open_end, f"no way out of {labels}\n{told}"

    async def _buttons(self) -> list[Button]:
        """Mostly the newest buttons, sometimes old ones."""
        seen = await self.person.town.application.transcript.recent(self.person.channel, self.person.chat_id, 30)
        rows = [[one for one in entry.buttons if one.data] for entry in seen if entry.outgoing and entry.buttons]
        rows = [row for row in rows if row]
        if not rows:
            return []
        return rows[-1] if self.chance.random() < 0.8 else self.chance.choice(rows)


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    with at(2026, 11, 24, 10):
        yield


async def _people(town: Town) -> list[Person]:
    """A resident with matters, a newcomer, somebody abroad, and staff of every kind."""
    staff = [
        await town.staff("officer", department="labour"),
        await town.staff("mediator", studio="xiaojiang"),
        await town.staff("dispatcher"),
        await town.staff("supervisor"),
        await town.staff("editor"),
        await town.staff("administrator", channel=ABROAD),
    ]
    boss = town.person()
    await registers(boss)
    await hands_in(boss)
    await books(boss)
    return [boss, town.person(), town.person(ABROAD), *staff]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(3))
async def test_whoever_walks_about_finds_no_dead_end_and_breaks_nothing(town: Town, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)
    with capture_logs() as logs:
        walkers = [Walker(person, chance) for person in await _people(town)]
        for number in range(STEPS):
            walker = chance.choice(walkers)
            if number % 97 == 96:
                await town.restart()
            if number % 23 == 22:
                await town.tick()
            await walker.step()
            faults = [log for log in logs if log["log_level"] in ("error", "critical")]
            assert not faults, f"{faults}\n" + "\n".join(walker.steps)
