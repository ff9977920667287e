"""One spelling for everything people type: half-width, lower case, simplified characters, no marks, no filler.

`traditional.txt` holds pairs, a traditional (or variant) character and its simplified form: those that occur in
what residents of a county ask about, after the state's list of simplified characters. 著 is left alone, as
著作权 is written with it in both.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

_MARKS = re.compile(r"[\W_]+")
# Telephones, cards, cases, amounts: no entry is about one. 12315 stays, people call the consumers' line by its number.
_NUMBER = re.compile(r"(?:我的?(?:电话|手机|微信)号?码?是?)?(?<!\d)(?!12315(?!\d))\d{5,}")
# What people say around a question. It is dropped because it is rare in written entries, so it would count as
# telling, and is frequent in questions, where it tells nothing.
_FILLER = re.compile(
    "律师(?:您好|你好)|(?:您好|你好|请问|麻烦问)(?:一下)?|(?:我)?(?:想|要|就)?(?:咨询|请教)(?:一下|下)?|"
    "(?:我)?想(?:请)?问(?:问|一下|下)?|问一下|求助|跪求|在线等|谢谢(?:您|你|大家)?|多谢|麻烦(?:您|你)|"
    "(?:帮我|帮忙)(?:看看|解答|分析)(?:一下|下)?|大家好|各位|你们好"
)


@cache
def _simplified() -> dict[int, str]:
    pairs = Path(__file__).with_name("traditional.txt").read_text("utf-8").split()
    return {ord(pair[0]): pair[1] for pair in pairs}


def simplify(text: str) -> str:
    """Full-width to half-width, lower case, traditional to simplified characters. Keeps marks and spaces."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def normalise(text: str) -> str:
    """`simplify`, then only letters, digits and characters are left: no spaces, marks or emoji."""
    return _MARKS.sub("", simplify(text))


def without_filler(text: str) -> str:
    """A normalised text without greetings and "I would like to ask"; the text itself if nothing else is in it.

    Runs of five digits and more go too, 12315 apart, and leave nothing if the text is nothing else.
    """
    text = _NUMBER.sub("", text)
    return _FILLER.sub("", text) or text
