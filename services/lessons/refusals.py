"""What lessons refuse. Each docstring is the sentence a person reads."""

from services.errors import Refusal


class UnknownLesson(Refusal):
    """没有找到这节微课，它可能已经下架。"""


class UnknownAudience(Refusal):
    """没有“{audience}”这类人群，请从列表里选一类。"""


class NoSuchChoice(Refusal):
    """这道题没有这个选项，请从列出的选项里选一个。"""


class PastTime(Refusal):
    """推送时间已经过去了，请选一个还没到的时间。"""


class QuietTime(Refusal):
    """晚上九点到早上八点不打扰群众，最早可以安排在 {allowed}。"""


class AlreadySent(Refusal):
    """这次推送已经发完，不能取消了。"""
