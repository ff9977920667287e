"""Handing in a request: what it is about, whether the direct train may take it, how urgent, the facts, the promise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.buttons import MENU, PERSON, Fill, button, keyboard
from handlers.caution import caution_step
from handlers.forms import Choice, Form, Step, Values
from handlers.own_requests import MINE, opened
from handlers.steps import ident, offer, words
from handlers.talk import Talk
from services.requests import UnknownCategory, WrongAudience
from services.requests.wording import FACTS

NEW = "new"
NONE = "none"


def chosen(enterprise_id: int) -> str:
    """Return the value that names an enterprise; a bare number would be taken for a choice's place in the list."""
    return f"e{enterprise_id}"


async def _enterprises(talk: Talk, _values: Values) -> Sequence[Choice]:
    own = await talk.services.requests.enterprises_of(talk.account)
    return [*(Choice(chosen(one.id), one.name) for one in own), Choice(NEW, "登记一家企业")]


async def _categories(talk: Talk, _values: Values) -> Sequence[Choice]:
    found = talk.services.county.categories.values()
    return [Choice(one.slug, one.name) for one in found if "enterprise" in one.audience]


async def _excluded(talk: Talk, _values: Values) -> Sequence[Choice]:
    matters = [Choice(f"x{index}", one.name) for index, one in enumerate(talk.services.county.excluded)]
    return [Choice(NONE, "都不是，继续"), *matters]


def _known(step: Step) -> Step:
    """Ask only for an enterprise that is registered."""
    return replace(step, when=lambda values: values.get("enterprise") != NEW and step.when(values))


def _ours(step: Step) -> Step:
    """Ask only about matters that the direct train may take."""
    return _known(replace(step, when=lambda values: values.get("excluded", NONE) == NONE and step.when(values)))


async def _promise(talk: Talk, values: Values) -> Mapping[str, Any]:
    return {
        "category": talk.services.county.categories[values["category"]],
        "promise": talk.services.requests.promise(values["category"], values["urgency"] == "urgent"),
        "files": values.get("files") or [],
    }


async def _hand_in(talk: Talk, values: Values) -> None:
    if values["enterprise"] == NEW:
        register = button("登记企业", Fill(form="register"))
        await talk.say("request/register_first", buttons=keyboard([register], [MENU]))
        return
    if values["excluded"] != NONE:
        matter = talk.services.county.excluded[int(values["excluded"][1:])]
        await talk.say("request/excluded", matter=matter, buttons=keyboard([PERSON, MENU]))
        return
    request = await talk.services.requests.submit(
        talk.account,
        key=talk.key,
        channel=talk.channel,
        category=values["category"],
        urgent=values["urgency"] == "urgent",
        facts=values["facts"],
        enterprise_id=ident(values["enterprise"].removeprefix("e")),
        files=[file["id"] for file in values.get("files") or ()],
    )
    await talk.say("request/done", request=request, buttons=keyboard([opened(request, "查看进度")], [MINE, MENU]))


REQUEST = Form(
    name="request",
    title="提交诉求",
    about="enterprise",
    steps=(
        Step("enterprise", choices=_enterprises),
        _known(Step("category", choices=_categories, columns=2)),
        _known(Step("excluded", choices=_excluded)),
        _ours(Step("urgency", choices=offer(Choice("ordinary", "一般，按正常时限"), Choice("urgent", "紧急，请尽快")))),
        _ours(Step("facts", read=words(FACTS))),
        _ours(caution_step("facts", "继续提交")),
        _ours(Step("files", files=True, skip="跳过")),
        _ours(Step("confirm", choices=offer(Choice("yes", "确认提交")), facts=_promise)),
    ),
    finish=_hand_in,
    back_to={UnknownCategory: "category", WrongAudience: "category"},
)
