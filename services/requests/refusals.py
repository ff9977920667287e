"""What the direct train refuses, by name. Each docstring is the sentence that the person reads."""

from services.errors import Refusal


class AlreadyTaken(Refusal):
    """{name}已经签收了这件诉求，不用再签。"""


class TakeFirst(Refusal):
    """请先签收这件诉求，再办理这一步。"""


class NotYours(Refusal):
    """这一步要由{name}来办，您可以查看进度。"""


class WrongState(Refusal):
    """这件诉求现在是“{state}”，不能再做这一步。"""


class StillWaiting(Refusal):
    """答复后 {days} 个工作日内先等提交人说是否解决；期满没有回音，再来结案。"""


class AlreadyRated(Refusal):
    """这一轮办理您已经评过分了，谢谢。"""


class BadStars(Refusal):
    """评分请选 1 到 5 分。"""


class AlreadyRegistered(Refusal):
    """这家企业您已经登记过了，直接选它提交诉求就行。"""


class UnknownCategory(Refusal):
    """没有这一类诉求，请从列出的类别里选一类。"""


class WrongAudience(Refusal):
    """“{category}”这一类由{who}提交，请换一类再试。"""


class UnknownDepartment(Refusal):
    """没有这个部门，请从列出的部门里选。"""


class UnknownOutcome(Refusal):
    """没有这种办结结果，请从列出的结果里选。"""


class TooManyFiles(Refusal):
    """一次最多交 {limit} 个文件，请分几次补充。"""
