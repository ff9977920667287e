"""What callers get to see of requests and enterprises: plain data, UTC moments, Chinese labels."""

from dataclasses import dataclass
from datetime import datetime

from services.files import StoredFile


@dataclass(frozen=True)
class Enterprise:
    """An enterprise; `code_problem` is the warning about its credit code, contact and phone are masked."""

    id: int
    name: str
    credit_code: str
    code_problem: str | None
    confirmed: bool
    contact: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request without personal data. `department` is the slug; labels are for people."""

    id: int
    number: str
    category: str
    category_name: str
    policy_name: str
    urgent: bool
    state: str
    state_label: str
    round: int
    department: str
    department_name: str
    officer: str | None
    submitted_at: datetime
    contact_due: datetime
    contacted_at: datetime | None
    answer_due: datetime
    certain: bool
    paused: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class RequestLine(Request):
    """A request in a list: who (masked, or the enterprise's name), what is due next, and its light."""

    who: str
    phone: str
    due_next: datetime | None
    light: str


@dataclass(frozen=True)
class Event:
    """One step: `verb` is its name in the program, `label` and `who` are for people."""

    at: datetime
    verb: str
    label: str
    who: str
    note: str
    old_due: datetime | None
    new_due: datetime | None


@dataclass(frozen=True)
class Reply:
    """An answer in its four parts: what was found, the law it rests on, what was done, where to turn next."""

    facts: str
    basis: str
    handling: str
    remedy: str

    def text(self) -> str:
        """Return the parts as one text."""
        return f"事实：{self.facts}\n依据：{self.basis}\n处理：{self.handling}\n救济途径：{self.remedy}"


@dataclass(frozen=True, kw_only=True)
class RequestView(RequestLine):
    """A request in full, for its author and for staff with the right to it. `phone` is unmasked here.

    `may` names the methods of Requests that this account can call on it now.
    """

    own: bool
    facts: str
    contact: str
    enterprise: Enterprise | None
    reply: Reply | None
    solved: bool | None
    rating: int | None
    events: tuple[Event, ...]
    attachments: tuple[StoredFile, ...]
    may: frozenset[str]
