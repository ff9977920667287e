"""Working time, pure: no clock and no database, everything is an argument.

`WorkCalendar` says when people work, the deadline functions say by when something is due and explain it in
Chinese, the reminder functions say when to speak up. All moments are aware; results are UTC; days, shifts and
quiet hours are Asia/Shanghai.
"""

from services.worktime.calendar import DEFAULT_SHIFTS, Shift, WorkCalendar
from services.worktime.counting import Pause, working_time_between
from services.worktime.deadlines import Deadline, after_hours, after_working_days, after_working_time
from services.worktime.refusals import (
    BackwardSpan,
    BadShifts,
    ContradictoryDay,
    NaiveMoment,
    NegativeAmount,
    NotADay,
    NoWorkingDay,
    OutOfRange,
    WorktimeRefusal,
)
from services.worktime.reminders import after_quiet, halfway, quiet, workday_before, workdays_after

__all__ = [
    "DEFAULT_SHIFTS",
    "BackwardSpan",
    "BadShifts",
    "ContradictoryDay",
    "Deadline",
    "NaiveMoment",
    "NegativeAmount",
    "NoWorkingDay",
    "NotADay",
    "OutOfRange",
    "Pause",
    "Shift",
    "WorkCalendar",
    "WorktimeRefusal",
    "after_hours",
    "after_quiet",
    "after_working_days",
    "after_working_time",
    "halfway",
    "quiet",
    "workday_before",
    "workdays_after",
    "working_time_between",
]
