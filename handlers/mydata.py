"""One's own data: see it, take it along, have it deleted (PIPL 44–47)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiogram import F, Router
from aiogram.types import BufferedInputFile, CallbackQuery

from handlers.buttons import MENU, Act, Fill, button, keyboard
from handlers.forms import Choice, Form, Step, Values, hand_over
from handlers.talk import Talk
from services.privacy import Section

router = Router(name="mydata")

PART = 1900
"""Characters of one message; what is held may need several. Telegram takes 4,096 units, and an emoji is two."""


async def show(talk: Talk) -> None:
    """Show what is held about the person; elsewhere than here where it may not be shown."""
    if not talk.private:
        await hand_over(talk, "我的数据", "mydata:")
        return
    buttons = keyboard(
        [button("导出成文件", Act(verb="export", id="mine"))], [button("删除我的数据", Fill(form="privacy")), MENU]
    )
    parts = _parts(await talk.services.privacy.show(talk.account.id))
    for place, part in enumerate(parts, 1):
        last = place == len(parts)
        await talk.say("privacy/held", sections=part, first=place == 1, buttons=buttons if last else None)


@router.callback_query(Act.filter(F.verb == "export"))
async def export(_query: CallbackQuery, talk: Talk) -> None:
    """Send everything that is held as a JSON file."""
    await talk.toast()
    if not talk.private:
        await hand_over(talk, "导出我的数据", "mydata:")
        return
    held = await talk.services.privacy.export(talk.account.id)
    content = json.dumps(held, ensure_ascii=False, indent=2).encode()
    caption = talk.wording("privacy/exported", private=talk.private)
    await talk.bot.send_document(
        talk.chat_id, BufferedInputFile(content, "我的数据.json"), caption=caption, reply_markup=keyboard([MENU])
    )


async def _sure(_talk: Talk, _values: Values) -> Sequence[Choice]:
    return [Choice("yes", "确定删除")]


async def _matters(talk: Talk, _values: Values) -> Mapping[str, Any]:
    return {"matters": await talk.services.privacy.open_matters(talk.account.id)}


async def _delete(talk: Talk, _values: Values) -> None:
    await talk.services.privacy.delete(talk.account.id)
    await talk.state.clear()
    await talk.say("privacy/deleted", buttons=keyboard([MENU]))


FORMS: tuple[Form, ...] = (
    # Not `personal`: nobody needs to agree to the notice in order to be forgotten.
    Form(
        name="privacy",
        title="删除我的数据",
        steps=(Step("delete", choices=_sure, facts=_matters),),
        finish=_delete,
        personal=False,
    ),
)


def _parts(sections: Sequence[Section]) -> list[list[Section]]:
    """Spread sections over messages of at most PART characters; a long section goes on in the next message."""
    parts: list[list[Section]] = [[]]
    size = 0
    for section in sections:
        for line in section.lines:
            if size and size + len(line) > PART:
                parts.append([])
                size = 0
            size += len(line) + 3
            if parts[-1] and parts[-1][-1].title == section.title:
                parts[-1][-1] = Section(section.title, (*parts[-1][-1].lines, line))
            else:
                size += len(section.title)
                parts[-1].append(Section(section.title, (line,)))
    return parts
