"""Small parts that the steps of many forms are made of."""

from collections.abc import Sequence

from handlers.forms import Choice, Choices, Read, Values
from handlers.talk import Talk
from services.errors import Empty, NotFound, TooLong
from services.identifiers import phone
from services.texts import units


def words(limit: int) -> Read:
    """Return a reader of free text of 1 to `limit` characters (an emoji is two); it raises Empty, TooLong."""

    async def read(_talk: Talk, word: str) -> str:
        text = word.strip()
        if not text:
            raise Empty
        if units(text) > limit:
            raise TooLong(limit=limit)
        return text

    return read


async def telephone(_talk: Talk, word: str) -> str:
    """Read a telephone number; raises BadPhone."""
    return phone(word).digits


def offer(*choices: Choice) -> Choices:
    """Return choices that are always the same."""

    async def offered(_talk: Talk, _values: Values) -> Sequence[Choice]:
        return choices

    return offered


def ident(text: object) -> int:
    """Return a row's id that came out of a button or a link; raises NotFound for anything else."""
    word = str(text)
    if not word.isascii() or not word.isdecimal() or len(word) > 18:
        raise NotFound
    return int(word)
