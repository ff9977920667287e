"""A person: how to reach one by telephone, and the two forms that leave word for one, a question and legal aid."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.buttons import MENU, PERSON, Fill, Go, button, keyboard
from handlers.caution import caution_step
from handlers.forms import Choice, Form, Step, Values
from handlers.talk import Talk
from services.errors import Empty, TooLong
from services.identifiers import BadPhone, phone
from services.requests.wording import CONTACT, FACTS
from services.texts import units

LEAVE_WORD = button("留言给工作人员", Fill(form="consult"))
LEGAL_AID = button("法律援助", Go(page="aid"))
CATEGORIES = {"consult": "legal-question", "aid": "legal-aid"}
"""Which category of county data each form files a request under."""


async def person(talk: Talk) -> None:
    """Show the ways to a person."""
    await talk.say("consult/person", buttons=keyboard([LEAVE_WORD], [LEGAL_AID, MENU]))


async def aid(talk: Talk) -> None:
    """Say who can get legal aid; reading it needs no consent."""
    await talk.say("consult/aid", buttons=keyboard([button("我要申请，填表", Fill(form="aid"))], [PERSON, MENU]))


async def _read_facts(_talk: Talk, words: str) -> str:
    return _measured(words, FACTS)


async def _read_contact(_talk: Talk, words: str) -> str:
    return _measured(words, CONTACT)


async def _read_phone(_talk: Talk, words: str) -> str:
    return phone(words).digits


async def _confirm(_talk: Talk, _values: Values) -> Sequence[Choice]:
    return [Choice("yes", "确认提交")]


def _form(name: str, title: str) -> Form:
    """Return a form that hands a resident's words to the people of one category."""
    category = CATEGORIES[name]

    async def summary(talk: Talk, values: Values) -> Mapping[str, Any]:
        contact = values.get("contact")
        return {
            "promise": talk.services.requests.promise(category, urgent=False),
            "contact": contact or "没有留",
            "phone": values["phone"],
        }

    async def finish(talk: Talk, values: Values) -> None:
        request = await talk.services.requests.submit(
            talk.account,
            key=talk.key,
            channel=talk.channel,
            category=category,
            urgent=False,
            facts=values["facts"],
            contact=values.get("contact"),
            phone=values["phone"],
        )
        see = button("查看进度", Go(page="request", arg=str(request.id)))
        await talk.say("consult/done", request=request, buttons=keyboard([see, MENU]))

    return Form(
        name=name,
        title=title,
        steps=(
            Step("facts", read=_read_facts),
            caution_step("facts", "已经安全，继续留言"),
            Step("contact", read=_read_contact, skip="不留称呼"),
            Step("phone", read=_read_phone),
            Step("confirm", choices=_confirm, facts=summary),
        ),
        finish=finish,
        back_to={Empty: "facts", TooLong: "facts", BadPhone: "phone"},
    )


FORMS: tuple[Form, ...] = (
    _form("consult", "留言给工作人员"),
    _form("aid", "申请法律援助"),
)


def _measured(words: str, limit: int) -> str:
    if not words:
        raise Empty
    if units(words) > limit:
        raise TooLong(limit=limit)
    return words
