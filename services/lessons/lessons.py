"""The one door to lessons: what readers, editors and the scheduler do."""

from services.lessons.editors import Editors
from services.lessons.readers import Readers
from services.lessons.sending import Sending


class Lessons(Readers, Editors, Sending):
    """Lessons told from real cases: read, subscribed to, pushed, and asked about."""
