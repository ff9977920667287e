"""What working-time arithmetic refuses to guess about. Each docstring is the sentence a person reads."""

from services.errors import Refusal


class WorktimeRefusal(Refusal, ValueError):
    """工作时间算不出来，请检查输入。"""


class NaiveMoment(WorktimeRefusal):
    """时间“{moment}”没有写明时区，无法计算期限。"""


class NotADay(WorktimeRefusal):
    """这里要的是日期，收到的是带钟点的时间“{moment}”。"""


class OutOfRange(WorktimeRefusal):
    """日期超出可以计算的范围（{first} 年至 {last} 年），请检查期限、暂停时间和年份。"""


class NegativeAmount(WorktimeRefusal):
    """期限“{amount}”太短：工作日数至少为 1，时长不能是负数。"""


class BackwardSpan(WorktimeRefusal):
    """结束时间早于开始时间，请检查先后顺序。"""


class BadShifts(WorktimeRefusal):
    """上班时段“{shifts}”不对：每段的结束要晚于开始，各段按先后排列、不能重叠，并且不写时区。"""


class ContradictoryDay(WorktimeRefusal):
    """{day} 既登记为休息，又登记了上班时段，请只保留一项。"""


class NoWorkingDay(WorktimeRefusal):
    """从 {day} 起连续 {days} 天没有一个工作日，请检查工作日历。"""
