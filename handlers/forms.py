"""Forms: a list of steps that are asked one after the other.

Why not aiogram-dialog: it reads and writes its stack on every update, forms or not, and it has no way to answer a
step by typing. Here a form is data. Where it stands lives in the conversation's state, so it survives a restart; each
step can be answered with a button, its number or its words; every step has a way back, a way out and a way to a
person; the button of an earlier run or step says kindly that it is old. Who looks at another page meanwhile finds
the form put aside and can take it up again.
"""

import secrets
from collections.abc import Iterator
from typing import Any

from aiogram.types import Message

from handlers.buttons import MENU, PERSON, Go, Pick, button, keyboard, link, rows
from handlers.files import keep_file
from handlers.form import Choice, Choices, ChooseOne, Facts, Form, Read, SendFile, Step, TypeIt, Values, chosen_of
from handlers.talk import Talk
from services.errors import NotFound, Refusal
from services.texts import readable

BACK, CANCEL, DONE, SKIP, RESUME = "-back", "-cancel", "-done", "-skip", "-resume"
WORDS = {"返回": BACK, "上一步": BACK, "取消": CANCEL, "退出": CANCEL, "完成": DONE, "跳过": SKIP}
AGREE, REFUSE = ("同意", "同意并继续", "1"), ("不同意", "2")
STATE, ASIDE, CONSENT = "form", "aside", "consent"
"""States of a conversation: `form:<form>:<step>` while one is filled in, `aside:…` while it is put aside."""


class Forms:
    """Every form of the bot, and the engine that walks through one."""

    def __init__(self, *forms: Form) -> None:
        self._forms = {form.name: form for form in forms}

    def __getitem__(self, name: str) -> Form:
        return self._forms[name]

    def __contains__(self, name: object) -> bool:
        return name in self._forms

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())

    async def open(self, talk: Talk, name: str, arg: str = "") -> None:
        """Begin a form about `arg`.

        Asks for consent first, and hands over to the web chat where personal data may not be asked for. Raises
        NotFound for a form about something when it is not said about what.
        """
        form = self._forms[name]
        if form.about and not arg and form.step(form.about) is None:
            raise NotFound  # a link or button that was cut off or made up: about nothing
        if form.personal and not talk.private:
            await hand_over(talk, form.title, f"{form.name}:{arg}")
            return
        county = talk.services.county
        needed = form.personal and form.consent
        if needed and not await talk.services.accounts.has_consented(talk.account.id, county.notice_version):
            await talk.state.set_state(CONSENT)
            await talk.state.set_data({"form": name, "arg": arg})
            agree = button("同意并继续", Pick(id=CONSENT, step=county.notice_version, value="yes"))
            refuse = button("不同意", Pick(id=CONSENT, step=county.notice_version, value="no"))
            await talk.say("privacy/notice", notice=county.notice, buttons=keyboard([agree], [refuse]))
            return
        run: Values = {"id": secrets.token_hex(3), "values": {form.about: arg} if form.about and arg else {}}
        await self._ask(talk, form, run, self._next(form, run["values"], after=None))

    async def consented(self, talk: Talk, agreed: bool) -> None:
        """Go on after the privacy notice was answered; an answer to an earlier notice says that it is old."""
        if await talk.state.get_state() != CONSENT:
            await talk.toast("这是以前的按钮，请从主菜单重新开始。", alert=True)
            return
        await talk.toast()
        waiting = await talk.state.get_data()
        await talk.state.clear()
        if not agreed:
            await talk.tick("不同意")
            await talk.say("privacy/refused", buttons=keyboard([MENU]))
            return
        await talk.services.accounts.consent(talk.account.id, talk.services.county.notice_version, talk.channel)
        await talk.tick("同意")
        if waiting.get("form") in self._forms:
            await self.open(talk, waiting["form"], waiting.get("arg", ""))
        else:
            await talk.say("privacy/agreed", buttons=keyboard([MENU]))

    async def pressed(self, talk: Talk, pick: Pick) -> None:
        """Handle a button of a form, of this run or an old one."""
        form, step, run = await self._where(talk, STATE, ASIDE)
        if form is None or step is None or run is None:
            await talk.toast("这是以前的按钮，这张表已经填完或取消了。", alert=True)
            return
        if pick.id != run["id"] or pick.step != step.name:
            await talk.toast("这一步已经过去了，请看最新的一条消息；要修改请点“返回”。", alert=True)
            return
        await talk.toast()
        await self._answer(talk, form, step, run, pick.value, typed=False)

    async def typed(self, talk: Talk, text: str) -> None:
        """Handle words typed while a form is open."""
        form, step, run = await self._where(talk)
        if form is None or step is None or run is None:
            await self._lost(talk)
            return
        await self._answer(talk, form, step, run, readable(text), typed=True)

    async def filed(self, talk: Talk, message: Message) -> None:
        """Handle a document or picture sent while a form is open; any other kind of message says what is wanted."""
        form, step, run = await self._where(talk)
        if form is None or step is None or run is None:
            await self._lost(talk)
            return
        if not step.files:
            await talk.say("forms/no_files")
            await self._ask(talk, form, run, step)
            return
        try:
            run["values"].setdefault(step.name, []).append(await keep_file(talk, message))
        except Refusal as refusal:
            await talk.say("forms/refused", why=str(refusal))
        await self._ask(talk, form, run, step)

    async def put_aside(self, talk: Talk) -> None:
        """Leave the open form for another page; what is typed from now on is no answer to it."""
        form, step, run = await self._where(talk)
        if form is None or step is None or run is None:
            return
        await talk.state.set_state(f"{ASIDE}:{form.name}:{step.name}")
        resume = button("接着填", Pick(id=run["id"], step=step.name, value=RESUME))
        drop = button("不填了", Pick(id=run["id"], step=step.name, value=CANCEL))
        await talk.say("forms/aside", title=form.title, buttons=keyboard([resume, drop]))

    async def again(self, talk: Talk) -> None:
        """Ask the current step once more."""
        form, step, run = await self._where(talk)
        if form is None or step is None or run is None:
            await self._lost(talk)
            return
        await self._ask(talk, form, run, step)

    async def _answer(self, talk: Talk, form: Form, step: Step, run: Values, word: str, *, typed: bool) -> None:
        command = WORDS.get(word, SKIP if word == step.skip else "") if typed else word
        if command == RESUME:
            await self._ask(talk, form, run, step)
        elif command == CANCEL:
            await self._cancel(talk, form)
        elif command == BACK:
            await self._back(talk, form, step, run)
        elif command == SKIP and step.skip:
            await self._keep(talk, form, step, run, None, step.skip)
        elif command == DONE and step.files:
            await self._keep(talk, form, step, run, run["values"].get(step.name, []), "完成")
        else:
            await self._take(talk, form, step, run, word, typed=typed)

    async def _take(self, talk: Talk, form: Form, step: Step, run: Values, word: str, *, typed: bool) -> None:
        try:
            choices = await step.choices(talk, run["values"]) if step.choices else ()
            chosen = chosen_of(word, choices, typed=typed, part=step.read is None)
            if chosen:
                await self._keep(talk, form, step, run, chosen.value, chosen.label)
                return
            if step.read is None:
                raise SendFile if step.files else ChooseOne if step.choices else TypeIt
            value = await step.read(talk, word)
        except Refusal as refusal:
            await talk.say("forms/refused", why=str(refusal))
            await self._ask(talk, form, run, step)
            return
        await self._keep(talk, form, step, run, value, "")

    async def _keep(self, talk: Talk, form: Form, step: Step, run: Values, value: Any, label: str) -> None:
        run["values"][step.name] = value
        if label and talk.query:
            await talk.tick(label)
        following = self._next(form, run["values"], after=step.name)
        if following is not None:
            await self._ask(talk, form, run, following)
            return
        await talk.state.clear()
        try:
            await form.finish(talk, run["values"])
        except Refusal as refusal:
            await talk.say("forms/refused", why=str(refusal))
            await self._after_refusal(talk, form, run, step, refusal)

    async def _after_refusal(self, talk: Talk, form: Form, run: Values, step: Step, refusal: Refusal) -> None:
        back = form.step(next((name for kind, name in form.back_to.items() if isinstance(refusal, kind)), ""))
        if back is not None:
            run["values"].pop(back.name, None)
        run["values"].pop(step.name, None)
        await self._ask(talk, form, run, back or step)

    async def _back(self, talk: Talk, form: Form, step: Step, run: Values) -> None:
        asked = form.asked(run["values"])
        place = next((index for index, one in enumerate(asked) if one.name == step.name), 0)
        if place == 0:
            await self._cancel(talk, form)
            return
        run["values"].pop(step.name, None)
        run["values"].pop(asked[place - 1].name, None)
        await self._ask(talk, form, run, asked[place - 1])

    async def _cancel(self, talk: Talk, form: Form) -> None:
        await talk.state.clear()
        await talk.tick("取消")
        await talk.say("forms/cancelled", title=form.title, buttons=keyboard([MENU, PERSON]))

    async def _ask(self, talk: Talk, form: Form, run: Values, step: Step | None) -> None:
        if step is None:
            raise ValueError(f"form {form.name} has no step to ask")
        values = run["values"]
        if form.personal and not talk.private:  # opened before the county forbade it here
            await talk.state.clear()
            await hand_over(talk, form.title, f"{form.name}:{values.get(form.about, '')}")
            return
        asked = form.asked(values)
        extra = await step.facts(talk, values) if step.facts else {}
        buttons = [
            button(choice.label, Pick(id=run["id"], step=step.name, value=choice.value))
            for choice in (await step.choices(talk, values) if step.choices else ())
        ]
        await talk.state.set_state(f"{STATE}:{form.name}:{step.name}")
        await talk.state.set_data(run)
        await talk.say(
            f"{form.name}/{step.name}",
            title=form.title,
            place=next((index for index, one in enumerate(asked, 1) if one.name == step.name), 1),
            places=len(asked),
            values=values,
            **extra,
            buttons=keyboard(*rows(buttons, step.columns), *self._ways(run, step)),
        )

    def _ways(self, run: Values, step: Step) -> list[list[Any]]:
        def way(label: str, value: str) -> Any:
            return button(label, Pick(id=run["id"], step=step.name, value=value))

        first = [way(step.skip, SKIP)] if step.skip else []
        if step.files:
            first.append(way("完成", DONE))
        return [first, [way("返回", BACK), way("取消", CANCEL), button("找人工", Go(page="person"))]]

    def _next(self, form: Form, values: Values, after: str | None) -> Step | None:
        names = [step.name for step in form.steps]
        start = 0 if after is None else names.index(after) + 1
        return next((step for step in form.steps[start:] if step.when(values) and step.name not in values), None)

    async def _where(self, talk: Talk, *kinds: str) -> tuple[Form | None, Step | None, Values | None]:
        state = await talk.state.get_state() or ""
        kind, _, rest = state.partition(":")
        name, _, step = rest.partition(":")
        form = self._forms.get(name) if kind in (kinds or (STATE,)) else None
        run = await talk.state.get_data()
        if form is None or "id" not in run:
            return None, None, None
        return form, form.step(step), run

    async def _lost(self, talk: Talk) -> None:
        """The program changed while somebody was filling in a form that no longer exists."""
        await talk.state.clear()
        await talk.say("forms/lost", buttons=keyboard([MENU, PERSON]))


async def hand_over(talk: Talk, title: str, target: str) -> None:
    """Offer a one-time link that goes on in the web chat; `target` is “form or page:what it is about”."""
    token = await talk.services.accounts.issue_link(talk.account.id, "form", target)
    opening = link("在网页中继续", f"{talk.address}/go/{token}")
    await talk.say("forms/hand_over", title=title, buttons=keyboard([opening], [MENU]))


__all__ = ["Choice", "Choices", "ChooseOne", "Facts", "Form", "Forms", "Read", "Step", "TypeIt", "Values", "hand_over"]
