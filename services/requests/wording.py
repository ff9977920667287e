"""Free text on its way in: trimmed, measured, masked. And the names of steps on their way out."""

from knowledge.county import County
from services.errors import Empty, TooLong
from services.masking import mask
from services.requests.rules import OUTCOMES, Verb
from services.requests.tables import RequestEventRow
from services.texts import readable, units

NAME, CONTACT, FACTS = 100, 40, 2000
"""Longest texts, in characters (county default)."""

_LABELS = {
    Verb.SUBMIT: "提交诉求",
    Verb.TAKE: "签收",
    Verb.DISPATCH: "转到{department}",
    Verb.CONTACTED: "已与提交人联系",
    Verb.ASK_MORE: "请提交人补充材料",
    Verb.ADD_INFO: "补充了材料",
    Verb.REPLY: "答复",
    Verb.JUDGE: "提交人认为{judged}",
    Verb.RATE: "评分 {stars} 分",
    Verb.CLOSE: "结案：{outcome}",
    Verb.WITHDRAW: "提交人撤回",
    Verb.REJECT: "不属受理范围，已告知去处",
}


def checked(text: str, limit: int = FACTS) -> str:
    """Return the text trimmed and masked; raises Empty and TooLong."""
    if not readable(text):
        raise Empty
    return optional(text, limit)


def optional(text: str, limit: int = FACTS) -> str:
    """Return the text trimmed and masked, which may be nothing; raises TooLong."""
    trimmed = readable(text)
    if units(trimmed) > limit:
        raise TooLong(limit=limit)
    return mask(trimmed)


def label(event: RequestEventRow, county: County) -> str:
    """Return a step as people read it."""
    about = event.details
    department = county.departments.get(about.get("department", ""))
    return _LABELS[Verb(event.verb)].format(
        department=department.name if department else about.get("department", ""),
        judged="已经解决" if about.get("solved") else "没有解决",
        stars=about.get("stars"),
        outcome=OUTCOMES.get(about.get("outcome", ""), ""),
    )
