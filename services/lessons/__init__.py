"""Lessons (以案释法): who wants them, who gets them when, and what their quizzes show."""

from services.lessons.lessons import Lessons
from services.lessons.refusals import AlreadySent, NoSuchChoice, PastTime, QuietTime, UnknownAudience, UnknownLesson
from services.lessons.values import Copy, Excluded, Judged, Preview, Push, PushState, QuestionResult, Recipient

__all__ = [
    "AlreadySent",
    "Copy",
    "Excluded",
    "Judged",
    "Lessons",
    "NoSuchChoice",
    "PastTime",
    "Preview",
    "Push",
    "PushState",
    "QuestionResult",
    "QuietTime",
    "Recipient",
    "UnknownAudience",
    "UnknownLesson",
]
