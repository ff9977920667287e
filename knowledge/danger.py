"""Words of danger: who writes them gets an emergency card before any answer. The words and cards are danger.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.normalise import normalise


@dataclass(frozen=True, slots=True)
class Danger:
    """An emergency card: what it is about, and what to do right now, one line each."""

    kind: str
    title: str
    lines: tuple[str, ...]


@cache
def _cards() -> tuple[tuple[re.Pattern[str], Danger], ...]:
    return tuple(
        (re.compile("|".join(row["patterns"])), Danger(row["kind"], row["title"], tuple(row["lines"])))
        for row in _data()["danger"]
    )


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile("|".join(_data()["harmless"]))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("danger.toml").read_text("utf-8"))


def spot(text: str) -> Danger | None:
    """The card for the gravest danger that the text speaks of, or None. Rather a card too many than one too few."""
    # A full stop instead of nothing, so that what stood around a harmless word does not join into a new one.
    told = _harmless().sub("。", normalise(text))
    return next((card for pattern, card in _cards() if pattern.search(told)), None)
