"""The direct train as an enterprise sees it: what it promises, registering, handing a request in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton

from handlers import handing_in, own_requests
from handlers.buttons import MENU, PERSON, Fill, button, keyboard, rows
from handlers.elsewhere import SEE
from handlers.forms import Choice, Form, Step, Values
from handlers.own_requests import MINE
from handlers.steps import offer, telephone, words
from handlers.talk import Talk
from knowledge.county import Category
from services.identifiers import BadPhone, credit_code
from services.requests import Enterprise
from services.requests.wording import CONTACT, NAME

router = own_requests.router

CODE_LIMIT = 40
"""Characters of a typed credit code, with spaces between its groups."""


async def show(talk: Talk) -> None:
    """Show what the direct train is, by when it answers, what it may not take, and the ways on."""
    services = talk.services
    own = await services.requests.enterprises_of(talk.account)
    categories = [one for one in services.county.categories.values() if "enterprise" in one.audience]
    await talk.say(
        "enterprise/page",
        own=own,
        policies=[services.county.policies[slug] for slug in _classes(categories)],
        urgent=services.county.policies["urgent"],
        excluded=services.county.excluded,
        buttons=keyboard(*rows(_ways_in(own)), [MINE], [MENU, PERSON]),
    )


def _classes(categories: Iterable[Category]) -> list[str]:
    return list(dict.fromkeys(one.policy for one in categories))


def _ways_in(own: Sequence[Enterprise]) -> list[InlineKeyboardButton]:
    if not own:
        return [button("登记企业", Fill(form="register"))]
    arg = handing_in.chosen(own[0].id) if len(own) == 1 else ""
    return [button("提交诉求", Fill(form="request", arg=arg)), button("登记另一家企业", Fill(form="register"))]


async def _read_code(talk: Talk, word: str) -> str:
    return credit_code(await words(CODE_LIMIT)(talk, word)).text


def _doubtful(values: Values) -> bool:
    return bool(values.get("code")) and not credit_code(values["code"]).valid


async def _code_facts(_talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"code": credit_code(values["code"])}


async def _summary(_talk: Talk, values: Values) -> Mapping[str, Any]:
    return {"code": credit_code(values["code"]), "phone": values["phone"]}


async def _register(talk: Talk, values: Values) -> None:
    made = await talk.services.requests.register(
        talk.account,
        key=talk.key,
        name=values["name"],
        code=values["code"],
        contact=values["contact"],
        phone=values["phone"],
    )
    go_on = button("提交诉求", Fill(form="request", arg=handing_in.chosen(made.id)))
    await talk.say("register/done", enterprise=made, buttons=keyboard([go_on], [MENU]))


REGISTER = Form(
    name="register",
    title="登记企业",
    steps=(
        Step("name", read=words(NAME)),
        Step("code", read=_read_code),
        Step("sure", choices=offer(Choice("yes", "确认无误，继续")), facts=_code_facts, when=_doubtful),
        Step("contact", read=words(CONTACT)),
        Step("phone", read=telephone),
        Step("confirm", choices=offer(Choice("yes", "确认登记")), facts=_summary),
    ),
    finish=_register,
    back_to={BadPhone: "phone"},
)

FORMS: tuple[Form, ...] = (REGISTER, handing_in.REQUEST, *own_requests.FORMS, SEE)
