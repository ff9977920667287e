"""Refusals: a rule said no. Each has a name, and its docstring is the sentence that a person reads."""

import inspect


class Refusal(Exception):
    """这一步暂时办不了，请稍后再试。"""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(str(self))

    def __str__(self) -> str:
        return (inspect.getdoc(type(self)) or "").format(**self.facts)


class NotFound(Refusal):
    """没有找到这条记录。它可能已经删除，或者不归您查看。"""


class NotAllowed(Refusal):
    """您的岗位不能办理这一步，请联系管理员。"""


class ConsentNeeded(Refusal):
    """请先阅读并同意个人信息告知，再填写表格。"""


class TooLong(Refusal):
    """内容太长了：最多 {limit} 个字，请分几次写或删减一些。"""


class Empty(Refusal):
    """内容是空的，请写几个字说明。"""
