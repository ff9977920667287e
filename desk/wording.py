"""Words that only the desk needs: what the audit log's acts, subjects and details are called."""

from services.accounts import Role
from services.mediation import Seat

_ACTS = {
    "bind": "把聊天接到本人账号",
    "cancel lesson": "取消微课推送",
    "confirm code": "核对信用代码",
    "delete own data": "删除本人资料",
    "hire": "新增人员",
    "read attachment": "下载附件",
    "read booking": "查看预约",
    "read recipients": "查看推送名单",
    "read request": "查看诉求",
    "schedule lesson": "安排微课推送",
    "sign in": "登录工作台",
    "sign out": "退出工作台",
    "issue link": "生成一次性链接",
}
_SUBJECTS = {
    "account": "人员",
    "booking": "预约",
    "channel": "渠道",
    "enterprise": "企业",
    "push": "推送",
    "request": "诉求",
}
_SEATS = {Seat.MEDIATOR: "本工作室调解员", Seat.OVERSEER: "分拨员或督办员"}


def act_label(act: str) -> str:
    """Return an act of the audit log as people read it; an act not known here stays as it is."""
    return _ACTS.get(act, act)


def subject_of(subject: str) -> str:
    """Return a subject of the audit log as people read it: “诉求 3” for request:3."""
    kind, _, name = subject.partition(":")
    return f"{_SUBJECTS[kind]} {name}" if kind in _SUBJECTS else subject


def detail_of(act: str, detail: str) -> str:
    """Return the detail of an act as people read it; what only the program needs is left out."""
    if act == "hire":
        return "、".join(Role(name).label for name in detail.split(","))
    if act == "read booking":
        return _SEATS.get(Seat(detail), "")
    return "" if act == "confirm code" else detail
