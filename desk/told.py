"""What somebody was told lately, for staff who read it here because they have bound no chat."""

from dataclasses import dataclass
from datetime import datetime

from desk.visit import Visit
from services.notices import PastNotice

_KINDS = {
    "booking_accepted": "预约已接受",
    "booking_cancelled": "预约已取消",
    "booking_declined": "预约已婉拒",
    "booking_moved": "预约改了时间",
    "booking_new": "有新的预约",
    "code_to_confirm": "信用代码要核对",
    "request_closed": "诉求已办结",
    "request_info": "提交人补充了材料",
    "request_moved": "诉求转了部门",
    "request_new": "有新的诉求",
    "request_review": "请督办审定",
    "request_unsolved": "提交人说没解决",
    "request_withdrawn": "提交人撤回了诉求",
}
_LEVELS = {
    "half": "办理时限已过一半",
    "before": "离答复期限只剩一个工作日",
    "contact": "联系期限到了，还没有联系",
    "expired": "答复期限已到",
    "daily": "答复已超期",
    "waiting": "等提交人补充已久",
    "day": "明天有预约",
    "hours": "两小时后有预约",
}
_PAGES = {"request": "requests", "booking": "bookings"}


@dataclass(frozen=True)
class Line:
    """One line of the list; `path` is where it leads within the desk, if anywhere."""

    at: datetime
    text: str
    number: str
    path: str


async def lately(visit: Visit) -> list[Line]:
    """Return what the person was told lately and this page has words for, newest first."""
    return [
        Line(notice.at, text, str(notice.data.get("number", "")), _path(notice))
        for notice in await visit.services.notices.recent(visit.account.id)
        if (text := _text(notice))
    ]


def _text(notice: PastNotice) -> str:
    if notice.kind.endswith("_reminder"):
        return _LEVELS.get(str(notice.data.get("level")), "")
    return _KINDS.get(notice.kind, "")


def _path(notice: PastNotice) -> str:
    if notice.kind == "code_to_confirm":
        return "/desk/codes"
    page = _PAGES.get(notice.subject)
    return f"/desk/{page}/{notice.subject_id}" if page else ""
