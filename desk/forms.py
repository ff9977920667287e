"""What a browser sends: form values as plain text, and the key under which a form is done once."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.exceptions import HTTPException

from services import clock
from services.errors import Refusal

MOST_BYTES = 256 * 1024
"""Four long texts take some 25 kB; nothing at the desk is longer."""
_OURS = ("csrf", "key")
_YEARS = range(2000, 2100)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""An id in an address; one that no table can hold leads nowhere, like any other that is not there."""


class BadTime(Refusal):
    """日期或时间没有填对，请重新选择。"""


class WithTyped(Exception):
    """A form that could not be taken; `typed` is what somebody wrote, to be shown to them again."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.typed = written(values)
        super().__init__()


class SignInFirst(WithTyped):
    """Nobody is signed in."""


class Expired(WithTyped):
    """The form's token is not that of this session."""


@dataclass(frozen=True)
class Form:
    """A form sent by who is signed in. `key` makes a second sending of the same page do nothing."""

    key: str
    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a field, empty when it was not sent."""
        return self.values.get(name, "")

    @property
    def typed(self) -> Mapping[str, str]:
        """Return what was filled in, without our own fields."""
        return {name: value for name, value in self.values.items() if name not in _OURS}


@dataclass(frozen=True)
class Refused:
    """A step that was refused, to be shown again."""

    verb: str
    form: Form
    refusal: Refusal


def again(refused: Refused | None, offered: Collection[str]) -> dict[str, Any]:
    """Return what a page with forms needs to show a refused step: in its form if that is still offered.

    Otherwise the refusal stands on top, with what was written to be copied.
    """
    if refused is None:
        return {"verb": "", "typed": {}, "refused": "", "kept": []}
    sentence, typed = str(refused.refusal), refused.form.typed
    shown = {"verb": refused.verb, "typed": typed}
    if refused.verb in offered:
        return shown | {"refused": sentence, "kept": []}
    return shown | {"refused": "", "alert": sentence, "kept": written(typed)}


def written(values: Mapping[str, str]) -> list[str]:
    """Return the texts worth keeping of a form: what somebody wrote, not what they chose."""
    return [value for name, value in values.items() if name not in _OURS and len(value.strip()) > 10]


async def read(request: Request) -> dict[str, str]:
    """Return a form's text fields with plain line ends; raises 413 when it is far longer than any of our forms."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise HTTPException(413)
    return {
        name: value.replace("\r\n", "\n") for name, value in (await request.form()).items() if isinstance(value, str)
    }


def idempotency_key(account_id: int, path: str, key: str) -> str:
    """Return the key of a verb: the form's own, bound to who sends it where, so that it repeats nothing else."""
    nonce = key or secrets.token_hex(16)
    return f"desk:{hashlib.sha256(f'{account_id} {path} {nonce}'.encode()).hexdigest()[:40]}"


def day_of(text: str) -> date | None:
    """Return the day that a date field holds, or None, also for a day that nobody alive will plan for."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def moment_of(text: str) -> datetime:
    """Return an aware moment from our own field; raises BadTime."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadTime from error
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise BadTime
    return moment


def moment_at(day: str, hour: str) -> datetime:
    """Return the moment that a date field and a time field hold, by the county's clock; raises BadTime."""
    chosen = day_of(day)
    try:
        at = time.fromisoformat(hour)
    except ValueError as error:
        raise BadTime from error
    if chosen is None:
        raise BadTime
    return datetime.combine(chosen, at, clock.ZONE)
