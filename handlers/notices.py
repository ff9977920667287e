"""What people are told unasked: a notice becomes a message, worded as things stand when it is sent."""

from collections.abc import Mapping

import structlog

from handlers import telling_bookings, telling_requests
from handlers.lessons import lesson_buttons
from handlers.telling import Outgoing, Render, Told
from handlers.wording import Wording
from services.errors import NotFound
from services.house import Services
from services.lessons import UnknownLesson
from services.notices import Notice

log = structlog.get_logger()


async def lesson(told: Told, notice: Notice) -> Outgoing | None:
    """Word a pushed lesson, unless its reader has left or the push was cancelled meanwhile."""
    lessons = told.services.lessons
    if not await lessons.still_wanted(notice.account_id, notice.subject_id):
        return None
    try:
        chosen = lessons.lesson(str(notice.data["lesson"]))
    except UnknownLesson:
        return None
    return told("lessons/lesson", lesson=chosen, buttons=lesson_buttons(chosen, pushed=True))


RENDERERS: Mapping[str, Render] = {"lesson": lesson, **telling_requests.RENDERERS, **telling_bookings.RENDERERS}


class Renderer:
    """Words every kind of notice. `private` says of each channel whether it may carry personal data."""

    def __init__(self, services: Services, wording: Wording, private: Mapping[str, bool]) -> None:
        self._services = services
        self._wording = wording
        self._private = private

    async def __call__(self, notice: Notice) -> Outgoing | None:
        """Return the message of a notice for its channel, or None when there is nothing to tell any more."""
        render = RENDERERS.get(notice.kind)
        if render is None:
            log.error("nobody can word this kind of notice", kind=notice.kind, notice=notice.id)
            return None
        try:
            return await render(Told(self._services, self._wording, self._private[notice.channel]), notice)
        except NotFound:
            return None  # what it was about has been deleted since


__all__ = ["RENDERERS", "Outgoing", "Render", "Renderer", "Told"]
