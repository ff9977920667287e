"""A step that stops before an ordinary form goes on about something dangerous."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.forms import Choice, Step, Values
from handlers.talk import Talk
from knowledge.danger import spot


def caution_step(field: str, go_on: str) -> Step:
    """Return the step “danger”: asked only when `field` speaks of danger; shows the card of knowledge.danger.

    Going on is possible, because the words may be about the past; a person is one button away in every form.
    """

    async def choices(_talk: Talk, _values: Values) -> Sequence[Choice]:
        return [Choice("go-on", go_on)]

    async def facts(_talk: Talk, values: Values) -> Mapping[str, Any]:
        return {"danger": spot(values[field])}

    return Step("danger", choices=choices, facts=facts, when=lambda values: spot(values.get(field) or "") is not None)
