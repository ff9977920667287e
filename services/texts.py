"""Free text as it is cleaned and measured everywhere. Pure."""

import unicodedata

_KEPT = frozenset("\n\t\u200d")
"""Line ends, tabs, and the joiner inside many emoji."""
_UNSEEN = frozenset(("Cc", "Cf", "Cs"))
"""Controls (PostgreSQL stores no NUL), marks that are invisible or turn the writing around, halves of characters."""


def units(text: str) -> int:
    """Return the length as messengers count it, in UTF-16 units: an emoji is two, or a full text would not fit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def readable(text: str) -> str:
    """Return the text without what nobody can see and without surrounding space; empty when nothing is left."""
    kept = "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _UNSEEN)
    return kept.strip().strip("\u200d")
