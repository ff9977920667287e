"""Who may do what to a request, and when. Pure: everything is read from the request, its history and the clock given.

`Standing.refusal` is the only judge: the verbs raise what it returns, and the desk and the chat offer what it allows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from services.accounts import Account, Role
from services.errors import NotAllowed, Refusal
from services.requests.refusals import AlreadyRated, AlreadyTaken, NotYours, StillWaiting, TakeFirst, WrongState
from services.requests.tables import RequestEventRow, RequestRow
from services.worktime import Pause, WorkCalendar, after_working_days

SILENT_DAYS = 3
"""Working days after a reply in which the author may say whether it solved the matter (county default)."""
ROUND_TWO_DAYS = 5
"""Working days for the second round after “not solved” (county default)."""


class State(StrEnum):
    """Where a request stands."""

    SUBMITTED = "submitted"
    HANDLING = "handling"
    NEED_INFO = "need_info"
    REPLIED = "replied"
    REVIEW = "review"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """Return the state as people read it."""
        return _STATES[self]


_STATES = {
    State.SUBMITTED: "待签收",
    State.HANDLING: "办理中",
    State.NEED_INFO: "等待补充材料",
    State.REPLIED: "已答复，等待评价",
    State.REVIEW: "等待督办审定",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.REJECTED: "不属受理范围",
}
WORKING = frozenset({State.SUBMITTED, State.HANDLING, State.NEED_INFO})
"""States in which the clock of the answer matters."""
OPEN = WORKING | {State.REPLIED, State.REVIEW}


class Verb(StrEnum):
    """A step; the value is the name of the method that takes it."""

    SUBMIT = "submit"
    TAKE = "take"
    DISPATCH = "dispatch"
    CONTACTED = "contacted"
    ASK_MORE = "ask_more"
    ADD_INFO = "add_info"
    REPLY = "reply"
    JUDGE = "judge"
    RATE = "rate"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REJECT = "reject"


OUTCOMES = {
    "explained": "已解释说明",
    "unanswered": "未评价",
    "reasonable": "诉求合理，已办理",
    "partly": "诉求部分合理，已说明",
    "unreasonable": "诉求不合理，已告知依据",
}
"""How staff close a request; “unanswered” never counts as satisfied."""


class Who(Enum):
    """Whose step it is."""

    AUTHOR = "提交人"
    DEPARTMENT = "承办部门"
    CHARGE = "经办人"
    DISPATCHER = "分拨员"


_STEPS: dict[Verb, tuple[Who, frozenset[State]]] = {
    Verb.TAKE: (Who.DEPARTMENT, frozenset({State.SUBMITTED})),
    Verb.DISPATCH: (Who.DISPATCHER, frozenset({State.SUBMITTED, State.HANDLING})),
    Verb.CONTACTED: (Who.CHARGE, frozenset({State.HANDLING, State.NEED_INFO})),
    Verb.ASK_MORE: (Who.CHARGE, frozenset({State.HANDLING})),
    Verb.ADD_INFO: (Who.AUTHOR, WORKING),
    Verb.REPLY: (Who.CHARGE, frozenset({State.HANDLING, State.NEED_INFO})),
    Verb.JUDGE: (Who.AUTHOR, frozenset({State.REPLIED})),
    Verb.RATE: (Who.AUTHOR, OPEN | {State.CLOSED}),
    Verb.CLOSE: (Who.CHARGE, frozenset({State.REPLIED})),
    Verb.WITHDRAW: (Who.AUTHOR, OPEN),
    Verb.REJECT: (Who.DISPATCHER, WORKING),
}


def sees(account: Account, row: RequestRow) -> bool:
    """Say whether the account may see the request: its author, its department's officers, dispatchers, supervisors."""
    return (
        row.author_id == account.id
        or account.has(Role.DISPATCHER, Role.SUPERVISOR)
        or row.department in account.departments(Role.OFFICER)
    )


@dataclass(frozen=True)
class Standing:
    """An account before a request it may see, at one moment. `history` is in the order in which it happened."""

    account: Account
    row: RequestRow
    history: list[RequestEventRow]
    officer_name: str | None
    calendar: WorkCalendar
    now: datetime

    @property
    def state(self) -> State:
        """Return where the request stands."""
        return State(self.row.state)

    @property
    def may(self) -> frozenset[str]:
        """Return the names of the steps this account can take now."""
        return frozenset(verb.value for verb in _STEPS if self.refusal(verb) is None)

    @property
    def rated_round(self) -> int:
        """Return the round that a rating is about: the last one with a reply; 0 when there was none."""
        return self.row.round if self.row.replied_at else self.row.round - 1

    @property
    def round_start(self) -> datetime:
        """Return when this round's clock started: at submission, or when the author said “not solved”."""
        again = [event.at for event in self.history if event.verb == Verb.JUDGE and event.new_due]
        return again[-1] if again else self.row.submitted_at

    @property
    def pauses(self) -> list[Pause]:
        """Return the waits for the author that stopped the clock, from their ends as written down."""
        return [
            Pause(datetime.fromisoformat(event.details["waited_from"]), event.at)
            for event in self.history
            if "waited_from" in event.details
        ]

    def refusal(self, verb: Verb) -> Refusal | None:
        """Return why the account cannot take this step now, or None when it can."""
        if verb == Verb.CLOSE and self.account.has(Role.SUPERVISOR):
            return self._supervisor_close()
        who, states = _STEPS[verb]
        if verb == Verb.TAKE and self.row.officer_id and self.state in OPEN and self._is(Who.DEPARTMENT):
            mine = self.row.officer_id == self.account.id
            return AlreadyTaken(name="您" if mine else self.officer_name or "同事")
        if not self._is(who):
            return self._not_theirs(who)
        if self.state not in states:
            return self._wrong_state()
        if verb == Verb.CLOSE:
            return None if self._silent() else StillWaiting(days=SILENT_DAYS)
        return self._unrated() if verb == Verb.RATE else None

    def _is(self, who: Who) -> bool:
        if who is Who.AUTHOR:
            return self.row.author_id == self.account.id
        if who is Who.DISPATCHER:
            return self.account.has(Role.DISPATCHER)
        if self.row.department not in self.account.departments(Role.OFFICER):
            return False
        return who is Who.DEPARTMENT or self.row.officer_id == self.account.id

    def _not_theirs(self, who: Who) -> Refusal:
        if who is Who.CHARGE and self._is(Who.DEPARTMENT):
            return NotYours(name=self.officer_name or "经办的同事") if self.row.officer_id else TakeFirst()
        return NotYours(name=who.value) if who is Who.AUTHOR else NotAllowed()

    def _supervisor_close(self) -> Refusal | None:
        return None if self.state in OPEN and self.rated_round else self._wrong_state()

    def _unrated(self) -> Refusal | None:
        if not self.rated_round:
            return self._wrong_state()
        rated = {event.details["round"] for event in self.history if event.verb == Verb.RATE}
        return AlreadyRated() if self.rated_round in rated else None

    def _silent(self) -> bool:
        replied = self.row.replied_at
        return replied is not None and self.now >= after_working_days(self.calendar, replied, SILENT_DAYS).at

    def _wrong_state(self) -> Refusal:
        return WrongState(state=self.state.label)
