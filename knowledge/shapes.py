"""The shapes that fields of a content file may have, as small checks that yield what is wrong with a value."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

Check = Callable[[Any], Iterator[str]]


def size(text: str) -> int:
    """How many characters a reader reads: all but white space."""
    return len(re.sub(r"\s", "", text))


def text(most: int) -> Check:
    """A text that is not empty and has at most `most` characters."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not value.strip():
            yield "must be a text that is not empty"
        elif size(value) > most:
            yield f"has {size(value)} characters, at most {most} are allowed"

    return check


def texts(least: int, most: int, each: int) -> Check:
    """A list of `least` to `most` texts of at most `each` characters."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield "must be a list"
            return
        if not least <= len(value) <= most:
            yield f"has {len(value)} items, {least} to {most} are allowed"
        for position, item in enumerate(value, 1):
            yield from (f"item {position} {fault}" for fault in text(each)(item))

    return check


def one_of(allowed: Iterable[Any]) -> Check:
    """One of the allowed values."""
    known = tuple(allowed)

    def check(value: Any) -> Iterator[str]:
        if value not in known or isinstance(value, bool):
            yield f"is {value!r}, must be one of {', '.join(map(str, known))}"

    return check


def some_of(allowed: Iterable[Any], least: int = 0) -> Check:
    """A list of at least `least` different values, all of them allowed."""
    known = tuple(allowed)

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield "must be a list"
            return
        for item in value:
            yield from one_of(known)(item)
        if len(value) < least:
            yield f"has {len(value)} items, at least {least} needed"
        if len({str(item) for item in value}) < len(value):
            yield "names something twice"

    return check


def matching(pattern: str, form: str) -> Check:
    """A text that matches the whole pattern; `form` describes it to the writer."""

    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"is {value!r}, must look like {form}"

    return check


def day(value: Any) -> Iterator[str]:
    """A plain date; YAML gives a text where the writer's date does not exist or is quoted."""
    if type(value) is not date:
        yield f"is {value!r}, must be a date like 2026-11-24, without quotes"


def day_or_none(value: Any) -> Iterator[str]:
    """A date, or null where it is not known."""
    if value is not None:
        yield from day(value)


def faults(fields: dict[str, Any], required: dict[str, Check], optional: dict[str, Check]) -> Iterator[tuple[str, str]]:
    """(field, message) for every field that is missing, unknown or of the wrong shape."""
    for name in required:
        if name not in fields:
            yield name, "is missing"
    for name, value in fields.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            yield name, "is not a known field"
        else:
            yield from ((name, fault) for fault in check(value))
