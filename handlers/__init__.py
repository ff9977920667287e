"""The conversation: what is said, what may be clicked; one file per subject.

A subject exports `router` with its handlers and, where it has forms, `FORMS`. Order matters: an open form comes first,
free text comes last.
"""

from aiogram import Router

from handlers import (
    booking,
    consult,
    enterprise,
    errors,
    faq,
    filling,
    lessons,
    mydata,
    odd,
    staff_bookings,
    staff_lessons,
    staff_requests,
    start,
)
from handlers.forms import Forms

_SUBJECTS = (booking, enterprise, staff_requests, staff_bookings, staff_lessons)
_WITH_FORMS = (consult, mydata, *_SUBJECTS)

FORMS = Forms(
    *(form for subject in _WITH_FORMS for form in subject.FORMS),
)


def routers() -> list[Router]:
    """Return the conversation as one router, made anew so that several dispatchers may have it."""
    conversation = Router(name="conversation")
    modules = (filling, start, *_SUBJECTS, lessons, mydata, odd, faq, errors)
    for module in modules:
        for router in module.router.chain_tail:
            # Handlers alone: a subject puts its filters on its handlers, not on its router.
            for name, observer in router.observers.items():
                conversation.observers[name].handlers.extend(observer.handlers)
    for observer in (conversation.message, conversation.edited_message, conversation.callback_query):
        observer.middleware(errors.Kindly())
    return [conversation]
