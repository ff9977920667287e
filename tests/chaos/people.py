"""People who talk to the program through the fake Telegram while it is killed under their hands.

They know nothing of the program: they answer the newest question by its words, press the buttons that are really
there, say it again when nothing comes for a few seconds, and begin anew when that does not help either.
"""

import asyncio
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from services.identifiers import credit_code
from tests.fake_telegram import World
from tests.process import until

PATIENCE = 4.0
"""Seconds without an answer after which a person says it again."""
TRIES = 2
"""Times a question is answered before the person begins anew."""
PHONE = "13900000001"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""What a credit code is made of (GB 32100-2015)."""
WAYS_OUT = ("返回", "取消", "找人工", "主菜单", "家庭暴力", "登记一家企业")
"""Buttons that lead away from what the person came for."""

Message = dict[str, Any]


@dataclass
class Typed:
    """What all people have typed: every description and name is typed once only, by one person."""

    facts: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    updates: list[int] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def story(self, chat_id: int) -> str:
        """Return a description that nobody has typed before."""
        text = f"第{next(self._numbers)}件事：收了货不付钱，催过三次，希望按合同结清。"
        self.facts[text] = chat_id
        return text

    def name(self, chat_id: int) -> str:
        """Return a name of an enterprise that nobody has typed before."""
        text = f"示例第{next(self._numbers)}商行"
        self.names[text] = chat_id
        return text

    def code(self) -> str:
        """Return a credit code that nobody has typed before, with its right check character."""
        body = f"91610000MA{next(self._numbers):07}"
        return next(body + letter for letter in LETTERS if credit_code(body + letter).valid)


class Person:
    """Somebody in a chat of their own."""

    def __init__(self, world: World, chat_id: int, typed: Typed, dice: random.Random) -> None:
        self.chat_id = chat_id
        self.typed = typed
        self.dice = dice
        self.known: set[str] = set()
        """Confirmations that this person has seen."""
        self._world = world
        self._chat = world.chat(chat_id)

    def heard(self, after: int = 0) -> list[Message]:
        """Return what the program said after a message, newest first."""
        said = [one for number, one in self._chat.messages.items() if number > after and one["from"]["is_bot"]]
        return said[::-1]

    def transcript(self, newest: int = 12) -> str:
        """Return the end of the conversation, as it stands on the screen."""
        shown = list(self._chat.messages.values())[-newest:]
        return "\n".join(
            f"{'bot' if one['from']['is_bot'] else 'me'}: {str(one.get('text'))[:80]!r} {labels(one)[:8]}"
            for one in shown
        )

    def types(self, text: str) -> None:
        """Type something."""
        self.typed.updates.append(self._world.text(self.chat_id, text)["update_id"])

    def presses(self, message: Message, label: str) -> None:
        """Press a button by its label."""
        index = labels(message).index(label)
        self.typed.updates.append(self._world.press(self.chat_id, index, message["message_id"])["update_id"])

    async def settles(self, matter: "Matter") -> str:
        """Go on with a matter until the program confirms it; return what it was confirmed under."""
        start = self._chat.last_message
        answered: dict[int, int] = {}
        self.types(START)
        while (told := self._told(matter, start)) is None:
            question = next((one for one in self.heard(start) if matter.reply(self, one)), None)
            tries = answered.get(question["message_id"], 0) if question else TRIES
            act = matter.reply(self, question) if question else None
            if question and act and tries < TRIES:
                answered[question["message_id"]] = tries + 1
                act()
            elif not await self._news():
                answered.clear()
                self.types(START)
            await self._news()
            await asyncio.sleep(self.dice.uniform(0.02, 0.3))
        self.known.add(told[0])
        return told[1]

    def _told(self, matter: "Matter", start: int) -> re.Match[str] | None:
        for message in self.heard(start):
            found = re.search(matter.confirmation, str(message.get("text")))
            if found and found[0] not in self.known:
                return found
        return None

    async def _news(self) -> bool:
        """Wait until the program has said something more; False when patience ends first."""
        before = len(self.heard())

        async def more() -> bool:
            return len(self.heard()) > before

        return await until(more, PATIENCE, pause=0.02)


def labels(message: Message) -> list[str]:
    """Return the labels of a message's buttons, row by row."""
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [str(button["text"]) for row in keyboard for button in row]


Act = Callable[[], None]
Answer = Callable[[Person, Message], Act | None]


def types(text: Callable[[Person], str]) -> Answer:
    """Answer by typing."""
    return lambda person, _message: lambda: person.types(text(person))


def presses(*wanted: str) -> Answer:
    """Answer with a button that begins with the first of these; a message without one asks nothing any more."""

    def answer(person: Person, message: Message) -> Act | None:
        label = next((label for words in wanted for label in labels(message) if label.startswith(words)), None)
        return (lambda: person.presses(message, label)) if label else None

    return answer


def chooses(person: Person, message: Message) -> Act | None:
    """Answer with any button that does not lead out."""
    choices = [label for label in labels(message) if not any(way in label for way in WAYS_OUT)]
    if choices:
        return lambda: person.presses(message, person.dice.choice(choices))
    return presses("返回")(person, message)


@dataclass(frozen=True)
class Matter:
    """Something a person wants done: what is answered to which words, and how it is confirmed."""

    answers: Mapping[str, Answer]
    confirmation: str

    def reply(self, person: Person, message: Message) -> Act | None:
        """Return what the person would do about a message, None when it asks nothing that belongs to the matter."""
        fitting = (answer for words, answer in self.answers.items() if words in str(message.get("text")))
        return next((act for answer in fitting if (act := answer(person, message))), None)


START = "/start"
"""Leaves whatever form is open: words would be taken for an answer to it."""
_CONSENT: dict[str, Answer] = {"谁在用您的信息": presses("同意并继续")}
REGISTER = Matter(
    {
        "企业的全称": types(lambda person: person.typed.name(person.chat_id)),
        "统一社会信用代码（18 位": types(lambda person: person.typed.code()),
        "您填的是": presses("返回"),
        "联系人怎么称呼": types(lambda _person: "王示例"),
        "联系人的电话": types(lambda _person: PHONE),
        "请看一遍": presses("确认登记"),
        **_CONSENT,
        "": presses("登记企业", "企业直通车"),
    },
    r"已登记：(\S+)",
)
REQUEST = Matter(
    {
        "替哪家企业": chooses,
        "是哪方面的事": chooses,
        "是不是下面这几种": presses("都不是，继续"),
        "有下面情况的选“紧急”": chooses,
        "请写清楚": types(lambda person: person.typed.story(person.chat_id)),
        "有合同、通知书": presses("跳过"),
        "请看一遍": presses("确认提交"),
        **_CONSENT,
        "": presses("提交诉求", "企业直通车"),
    },
    r"已提交：(ZTC-\S+)",
)
BOOK = Matter(
    {
        "是哪一类纠纷": chooses,
        "选一家": chooses,
        "没有工作室可以约": presses("返回"),
        "想约哪天": chooses,
        "约满了": presses("返回"),
        "几点方便": chooses,
        "用几句话说说": types(lambda person: person.typed.story(person.chat_id)),
        "留个电话": types(lambda _person: PHONE),
        "请看一遍": presses("确认预约"),
        **_CONSENT,
        "": presses("预约调解"),
    },
    r"预约已提交：(TJ-\S+)",
)


def cancelling(number: str) -> Matter:
    """Return the matter of giving a booking back."""
    return Matter(
        {
            number: presses("确定取消", "取消预约", "查看、改期或取消", "查看这次预约"),
            "": presses(number, "我的预约", "我的"),
        },
        rf"已取消 ({number})",
    )


class Staff(Person):
    """An officer or mediator, who takes whatever is told, once each."""

    async def works(self) -> None:
        """Press what is offered, for ever."""
        pressed: set[int] = set()
        while True:
            for message in self.heard():
                label = next((label for label in labels(message) if label in ("签收", "确认")), None)
                if label and message["message_id"] not in pressed:
                    pressed.add(message["message_id"])
                    self.presses(message, label)
            await asyncio.sleep(self.dice.uniform(0.1, 0.5))
