"""What the verbs of lessons hand out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge import Lesson


class Excluded(StrEnum):
    """Why a subscriber gets no copy of a push."""

    BLOCKED = "blocked"
    REPEAT = "repeat"
    WEEKLY_CAP = "weekly_cap"

    @property
    def label(self) -> str:
        """Return the reason as an editor reads it."""
        return _EXCLUDED[self]


_EXCLUDED = {
    Excluded.BLOCKED: "没有可以发送的渠道",
    Excluded.REPEAT: "半年内收到过这节课",
    Excluded.WEEKLY_CAP: "一周内已收满三节课",
}


class PushState(StrEnum):
    """Where a push stands."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Return the state as an editor reads it."""
        return _PUSH[self]


_PUSH = {
    PushState.SCHEDULED: "已安排",
    PushState.SENDING: "正在发送",
    PushState.SENT: "已发出",
    PushState.CANCELLED: "已取消",
    PushState.DROPPED: "课程已下架，未发送",
}


class Copy(StrEnum):
    """What became of one person's copy; the value is what an editor reads."""

    SENT = "已送达"
    FAILED = "未送达"
    BLOCKED = "对方已停用"
    UNKNOWN = "不明"
    WAITING = "等待"
    UNSUBSCRIBED = "已退订"
    CANCELLED = "已取消"
    EXCLUDED = "未发送"


@dataclass(frozen=True)
class Judged:
    """A quiz answer: whether it was right, why, and which option (from 1) is."""

    correct: bool
    explain: str
    right_option: int


@dataclass(frozen=True)
class Preview:
    """A push as it would go out now: how many would get it, and how many subscribers would not, by reason."""

    lesson: Lesson
    audience: str
    count: int
    excluded: Mapping[Excluded, int]


@dataclass(frozen=True)
class Push:
    """A lesson to an audience at a time (UTC). `counts` tells what became of the copies, by state."""

    id: int
    lesson: str
    title: str
    audience: str
    due_at: datetime
    state: PushState
    author_id: int
    counts: Mapping[Copy, int]


@dataclass(frozen=True)
class Recipient:
    """One person's copy, without who it is. `id` is for paging, `reason` for a copy that was excluded."""

    id: int
    label: str
    state: Copy
    reason: Excluded | None
    at: datetime


@dataclass(frozen=True)
class QuestionResult:
    """How one quiz question was answered by everybody together; `choices` counts each option in turn."""

    ask: str
    answered: int
    correct: int
    choices: tuple[int, ...]
