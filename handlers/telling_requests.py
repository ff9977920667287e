"""What is told unasked about requests and credit codes: short, with the number, what happened, and by when."""

from collections.abc import Mapping
from contextlib import suppress

from aiogram.types import InlineKeyboardButton

from handlers.buttons import Act, Fill, Go, button, keyboard
from handlers.own_requests import LIGHTS, opened
from handlers.staff_forms import case_button
from handlers.telling import Outgoing, Render, Told
from services.accounts import Account
from services.errors import NotAllowed
from services.notices import Notice
from services.requests import OUTCOMES, RequestLine, State

WORKED_ON = frozenset({State.SUBMITTED, State.HANDLING, State.NEED_INFO})
QUEUE = 1000
"""Open requests among which one is looked for: more than a county has."""


async def _account(told: Told, notice: Notice) -> Account:
    return await told.services.accounts.get(notice.account_id)


async def _own(told: Told, notice: Notice) -> RequestLine | None:
    """Return the request if the reader is its author."""
    lines = await told.services.requests.mine(await _account(told, notice))
    return next((line for line in lines if line.id == notice.subject_id), None)


async def _case(told: Told, notice: Notice) -> RequestLine | None:
    """Return the request if it is open and the reader still works on it; looking here is no reading by a person."""
    with suppress(NotAllowed):
        lines = await told.services.requests.queue(await _account(told, notice), limit=QUEUE)
        return next((line for line in lines if line.id == notice.subject_id), None)
    return None


async def new(told: Told, notice: Notice) -> Outgoing | None:
    """Tell who must act that a request waits, unless somebody has taken it."""
    line = await _case(told, notice)
    if line is None or line.state != State.SUBMITTED:
        return None
    buttons = [button("签收", Act(verb="take", id=str(line.id))), case_button(line, "查看")]
    return told("notices/request_new", request=line, buttons=keyboard(buttons))


async def taken(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author that somebody works on it now."""
    return await _to_author(told, notice, "taken", WORKED_ON)


async def moved(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author, and who had it before, that another department has it."""
    if (own := await _to_author(told, notice, "moved", WORKED_ON)) is not None:
        return own
    department = told.services.county.departments.get(str(notice.data["department"]))
    name = department.name if department else ""
    return told("notices/request_moved_away", number=notice.data["number"], department=name)


async def question(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author that something is missing, while it is."""
    line = await _own(told, notice)
    if line is None or line.state != State.NEED_INFO:
        return None
    buttons = keyboard([button("补充材料", Fill(form="more", arg=str(line.id))), opened(line, "查看")])
    return told("notices/request_question", request=line, buttons=buttons)


async def replied(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author that there is a reply to judge."""
    return await _to_author(told, notice, "replied", frozenset({State.REPLIED}), "查看答复")


async def closed(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author or the officer how it ended."""
    outcome = str(notice.data.get("outcome", ""))
    label = "提交人认为已经解决" if outcome == "solved" else OUTCOMES.get(outcome, "")
    line = await _own(told, notice)
    buttons = [_rate(line), opened(line, "查看")] if line else []
    return told("notices/request_closed", number=notice.data["number"], outcome=label, buttons=keyboard(buttons))


async def rejected(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the author that it may not be handled here, and the officer that it has ended."""
    line = await _own(told, notice)
    buttons = keyboard([opened(line, "看看该找谁")] if line else [])
    return told("notices/request_rejected", number=notice.data["number"], own=line is not None, buttons=buttons)


async def info(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the officer that the author has added something."""
    return await _to_staff(told, notice, "info")


async def unsolved(told: Told, notice: Notice) -> Outgoing | None:
    """Tell officer, dispatchers and supervisors that a second round has begun."""
    return await _to_staff(told, notice, "unsolved")


async def review(told: Told, notice: Notice) -> Outgoing | None:
    """Tell supervisors and the officer that it waits for a decision."""
    line = await _case(told, notice)
    if line is None or line.state != State.REVIEW:
        return None
    return told("notices/request_review", request=line, buttons=keyboard([case_button(line, "查看")]))


async def withdrawn(told: Told, notice: Notice) -> Outgoing | None:
    """Tell the officer that there is nothing to do any more."""
    return told("notices/request_withdrawn", number=notice.data["number"])


async def reminder(told: Told, notice: Notice) -> Outgoing | None:
    """Remind who must act, unless it has been done."""
    line = await _case(told, notice)
    level = str(notice.data["level"])
    if line is None or line.due_next is None or (level == "contact" and line.contacted_at):
        return None
    return told(
        "notices/request_reminder",
        request=line,
        level=level,
        light=LIGHTS[line.light],
        buttons=keyboard([case_button(line, "打开这件诉求")]),
    )


async def code(told: Told, notice: Notice) -> Outgoing | None:
    """Ask for a look at a doubtful credit code, unless somebody had it."""
    with suppress(NotAllowed):
        waiting = await told.services.requests.codes_to_confirm(await _account(told, notice))
        found = next((one for one in waiting if one.id == notice.subject_id), None)
        if found:
            look = button("核对", Go(page="code", arg=str(found.id)))
            return told("notices/code_to_confirm", enterprise=found, buttons=keyboard([look]))
    return None


async def _to_author(
    told: Told, notice: Notice, what: str, states: frozenset[State], label: str = "查看进度"
) -> Outgoing | None:
    line = await _own(told, notice)
    if line is None or line.state not in states:
        return None
    return told(f"notices/request_{what}", request=line, buttons=keyboard([opened(line, label)]))


async def _to_staff(told: Told, notice: Notice, what: str) -> Outgoing | None:
    line = await _case(told, notice)
    if line is None or line.state not in WORKED_ON:
        return None
    return told(f"notices/request_{what}", request=line, buttons=keyboard([case_button(line, "打开这件诉求")]))


def _rate(line: RequestLine) -> InlineKeyboardButton:
    return button("评个分", Fill(form="rate", arg=str(line.id)))


RENDERERS: Mapping[str, Render] = {
    "request_new": new,
    "request_taken": taken,
    "request_moved": moved,
    "request_question": question,
    "request_replied": replied,
    "request_closed": closed,
    "request_rejected": rejected,
    "request_info": info,
    "request_unsolved": unsolved,
    "request_review": review,
    "request_withdrawn": withdrawn,
    "request_reminder": reminder,
    "code_to_confirm": code,
}
