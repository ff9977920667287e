"""Markup: what goes in is Telegram's subset, and nothing that comes out can harm a page or a terminal."""

from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.markup import MarkupError, parse, to_html, to_plain, units

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TYPES = ["bold", "italic", "underline", "strikethrough", "code", "pre", "blockquote", "spoiler", "text_link", "mention"]
SAFE = ("http://", "https://", "tel:", "mailto:")

pieces = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "&lt;",
    "&",
    "<",
    "'",
    "字",
    "😀",
    "\n",
    "\x00",
    "\x1b",
]
nasty = st.lists(st.sampled_from(pieces), max_size=5).map("".join) | st.text(max_size=30)
urls = st.sampled_from(
    ["javascript:alert(1)", "JaVaScRiPt:x", " javascript:x", "java\tscript:x", "data:text/html,x", "//evil", "vbs:x"]
) | st.builds(lambda scheme, rest: scheme + rest, st.sampled_from([*SAFE, "HTTPS://", ""]), nasty)
entities = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("text_link") | st.sampled_from(TYPES),
            "offset": st.integers(-1, 8),
            "length": st.integers(-1, 30),
            "url": urls,
        }
    ),
    min_size=1,
    max_size=6,
)


class Page(HTMLParser):
    """What a browser would make of it: the text, the tags with attributes, and whether they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment got through")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration got through")


@unhurried
@given(text=nasty, found=entities)
def test_no_tag_and_no_link_of_a_writer_gets_into_the_page(text: str, found: list[dict[str, Any]]) -> None:
    page = Page(to_html(text, found))
    assert page.inside == []
    for tag, attributes in page.tags:
        assert tag in {"b", "i", "u", "s", "code", "pre", "blockquote", "span", "a"}
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert str(attributes["href"]).lower().startswith(SAFE)
        else:
            assert attributes in ({}, {"class": "spoiler"})


@unhurried
@given(text=nasty)
def test_the_page_shows_the_text_and_nothing_else(text: str) -> None:
    assert Page(to_html(text)).text == text


@unhurried
@given(text=st.text(max_size=30))
def test_escaped_text_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse(escaped) == (text.strip(), [])


@unhurried
@given(
    text=st.lists(st.sampled_from(["<b>", "</b>", "<a href='x'>", "</a>", "<", "字", "😀", "&lt;"])).map("".join)
    | nasty
)
def test_any_input_parses_or_is_refused(text: str) -> None:
    with suppress(MarkupError):
        plain, found = parse(text)
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= units(plain) for e in found)


@pytest.mark.parametrize("tag", ["b", "i", "u", "s", "code", "pre", "blockquote"])
def test_the_tags_come_out_as_they_went_in(tag: str) -> None:
    assert to_html(*parse(f"前<{tag}>中😀</{tag}>后")) == f"前<{tag}>中😀</{tag}>后"


def test_nested_tags_stay_nested() -> None:
    text, found = parse('<blockquote>见<a href="https://flk.npc.gov.cn/a?b=1&amp;c=2"><b>法条</b></a></blockquote>')
    assert (text, [entity["type"] for entity in found]) == ("见法条", ["blockquote", "text_link", "bold"])
    assert found[1]["url"] == "https://flk.npc.gov.cn/a?b=1&c=2"
    assert to_html(text, found) == (
        '<blockquote>见<a href="https://flk.npc.gov.cn/a?b=1&amp;c=2" rel="noopener"><b>法条</b></a></blockquote>'
    )


def test_overlapping_entities_are_cut_so_that_tags_nest() -> None:
    found = [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 2}]
    assert to_html("甲乙丙", found) == "<b>甲<i>乙</i></b><i>丙</i>"


@pytest.mark.parametrize(
    "html",
    ["<B>x</B>", "<b >x</b >", "&lt;&gt;&amp;&quot;&#39;&#x4e2d;", "A & B", "&nbsp;", "a > b", "&#0;", "&#xd800;"],
)
def test_what_telegram_lets_through(html: str) -> None:
    text, _ = parse(html)
    expected = {"&lt;&gt;&amp;&quot;&#39;&#x4e2d;": "<>&\"'中"}
    assert text == expected.get(
        html, html.replace("<B>", "").replace("</B>", "").replace("<b >", "").replace("</b >", "")
    )


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x>",
        "<b onclick=x>y</b>",
        "<!-- x -->",
        "<!DOCTYPE html>",
        "<?php ?>",
        "</>",
        "<a>x</a>",
        "<a href=''>x</a>",
        "<a href='x' onclick='y'>z</a>",
        "<b/>",
        "<",
        "x <",
        "<b><",
        "&lt;b>x</b>",
        "<script>",
    ],
)
def test_what_telegram_refuses(html: str) -> None:
    with pytest.raises(MarkupError, match="can't parse entities: "):
        parse(html)


def test_a_terminal_gets_addresses_and_no_control_characters() -> None:
    text, found = parse('见<a href="https://example.cn/1">这里</a>、<a href="https://e.cn">https://e.cn</a>\n第二行')
    assert to_plain(text, found) == "见这里（https://example.cn/1）、https://e.cn\n第二行"
    assert to_plain("\x1b[31m红\x07\r\n") == "[31m红\n"
