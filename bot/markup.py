"""Telegram's HTML subset: text and entities from it, safe HTML and plain text out of them.

The scanner is one pattern instead of `html.parser`, which forgives what Telegram refuses (a stray `<`, a tag cut off
at the end) and forgives differently from one Python release to the next. Offsets count UTF-16 units, as in the Bot
API. An entity is the Bot API's dictionary: type, offset, length, and url for a link.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from typing import Any

Entity = Mapping[str, Any]

_TYPES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_TOKEN = re.compile(
    r"<(?P<slash>/?)(?P<tag>[a-z][a-z0-9-]*)(?P<attributes>[^<>]*)>"
    r"|&(?:(?P<name>lt|gt|amp|quot)|#(?P<decimal>\d{1,7})|#x(?P<hexadecimal>[0-9a-f]{1,6}));"
    r"|(?P<stray><)"
    r"|[^<&]+|&",
    re.IGNORECASE,
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_HREF = re.compile(r"""\s+href\s*=\s*(?:"([^"]+)"|'([^']+)')\s*""", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(https?://|tel:|mailto:)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HTML = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
}


class MarkupError(ValueError):
    """The markup does not parse; the message is Telegram's."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"can't parse entities: {reason}")


@dataclass(frozen=True)
class _Span:
    """Something opened at `start` (UTF-16 units); `opening` and `closing` are what stands around it."""

    start: int
    end: int
    opening: str
    closing: str


def units(text: str) -> int:
    """Return the length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and its entities, ordered as Telegram orders them; raises MarkupError."""
    html = html.strip()
    parts: list[str] = []
    entities: list[dict[str, Any]] = []
    opened: list[tuple[str, dict[str, Any]]] = []
    at = 0
    for token in _TOKEN.finditer(html):
        if token["stray"]:
            raise MarkupError(f'Unsupported start tag "" at byte offset {_byte(html, token)}')
        if not token["tag"]:
            parts.append(_characters(token))
            at += units(parts[-1])
        elif token["slash"]:
            entity = _closed(html, token, opened)
            entity["length"] = at - entity["offset"]
        else:
            entities.append(_opened(html, token) | {"offset": at, "length": 0})
            opened.append((token["tag"].lower(), entities[-1]))
    if opened:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    found = [entity for entity in entities if entity["length"]]  # in the order of their start tags: outer ones first
    return "".join(parts), found


def _byte(html: str, token: re.Match[str]) -> int:
    return len(html[: token.start()].encode("utf-8", "surrogatepass"))


def _characters(token: re.Match[str]) -> str:
    if token["name"]:
        return _NAMED[token["name"].lower()]
    if token["decimal"] or token["hexadecimal"]:
        code = int(token["decimal"]) if token["decimal"] else int(token["hexadecimal"], 16)
        possible = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        return chr(code) if possible else token[0]
    return token[0]


def _opened(html: str, token: re.Match[str]) -> dict[str, Any]:
    tag, attributes = token["tag"].lower(), token["attributes"]
    href = _HREF.fullmatch(attributes) if tag == "a" else None
    if tag not in _TYPES or (tag == "a") != bool(href) or (attributes.strip() and not href):
        raise MarkupError(f'Unsupported start tag "{tag}{attributes}" at byte offset {_byte(html, token)}')
    link = {"url": unescape(href[1] or href[2])} if href else {}
    return {"type": _TYPES[tag]} | link


def _closed(html: str, token: re.Match[str], opened: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    tag = token["tag"].lower()
    if not opened:
        raise MarkupError(f"Unexpected end tag at byte offset {_byte(html, token)}")
    expected, entity = opened.pop()
    if tag != expected or token["attributes"].strip():
        raise MarkupError(
            f'Unmatched end tag at byte offset {_byte(html, token)}, expected "</{expected}>", found "</{tag}>"'
        )
    return entity


def to_html(text: str, entities: Sequence[Entity] = ()) -> str:
    """Return HTML for a page: everything escaped, links only to http, https, tel and mailto, tags always nested.

    Line breaks stay as they are: the page shows them with `white-space: pre-wrap`. A spoiler is a
    `<span class="spoiler">`. Entities that the page does not know become plain text.
    """
    data = text.encode("utf-16-le", "surrogatepass")
    spans = _spans(entities, len(data) // 2)
    cuts = sorted({0, len(data) // 2, *(span.start for span in spans), *(span.end for span in spans)})
    parts: list[str] = []
    inside: list[_Span] = []
    for start, end in pairwise(cuts):
        first = next((i for i, span in enumerate(inside) if span.end <= start), len(inside))
        again = [span for span in inside[first:] if span.end > start]  # overlapping: closed here and opened anew
        parts += [span.closing for span in reversed(inside[first:])]
        opening = again + [span for span in spans if span.start == start]
        parts += [span.opening for span in opening]
        inside[first:] = opening
        parts.append(escape(data[start * 2 : end * 2].decode("utf-16-le", "replace")))
    parts += [span.closing for span in reversed(inside)]
    return "".join(parts)


def _spans(entities: Sequence[Entity], size: int) -> list[_Span]:
    spans = []
    for entity in entities:
        start, end = max(0, entity["offset"]), min(size, entity["offset"] + entity["length"])
        around = _around(entity)
        if around and start < end:
            spans.append(_Span(start, end, *around))
    return sorted(spans, key=lambda span: (span.start, -span.end))


def _around(entity: Entity) -> tuple[str, str] | None:
    url = str(entity.get("url", ""))
    if entity["type"] == "text_link" and _SAFE_LINK.match(url):
        return f'<a href="{escape(url)}" rel="noopener">', "</a>"
    return _HTML.get(entity["type"])


def to_plain(text: str, entities: Sequence[Entity] = ()) -> str:
    """Return text for a terminal: a link's address follows in brackets, control characters are left out."""
    data = text.encode("utf-16-le", "surrogatepass")
    links = [entity for entity in entities if entity["type"] == "text_link"]
    for link in sorted(links, key=lambda entity: entity["offset"], reverse=True):
        start, end = link["offset"] * 2, (link["offset"] + link["length"]) * 2
        if data[start:end].decode("utf-16-le", "replace") != link["url"]:
            data = data[:end] + f"（{link['url']}）".encode("utf-16-le") + data[end:]
    return _CONTROL.sub("", data.decode("utf-16-le", "replace"))
