"""How Chinese statutes are named: article numbers, citation labels, articles named in running text, replaced laws."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_NUMBER = "[零〇一二两三四五六七八九十百千0-9]+"
_ARTICLE = rf"第?\s*({_NUMBER})\s*条(?:之({_NUMBER}))?"
_PART_OF_ARTICLE = rf"(?:第?{_NUMBER}[款项])*"
_NAMED = re.compile(rf"《([^《》]+)》\s*((?:(?:、|和|及|与|至|以及)?\s*{_ARTICLE}{_PART_OF_ARTICLE})+)")
_ONE_ARTICLE = re.compile(_ARTICLE)
_ARTICLE_ID = re.compile(r"[1-9]\d*(-[1-9]\d*)?")


def chinese_number(number: int) -> str:
    """Write 1 to 9999 as statutes do: 10 -> 十, 110 -> 一百一十, 1003 -> 一千零三."""
    if not 0 < number < 10_000:
        raise ValueError(f"no article number: {number}")
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = digit == 0 and written != ""
    return written.removeprefix("一") if written.startswith("一十") else written


def western_number(written: str) -> int:
    """Read 八十二, 一百三十三 or 82; raises ValueError on anything else."""
    if written.isascii():
        return int(written)
    total = digit = 0
    for char in written:
        if char in "十百千":
            total += (digit or 1) * 10 ** _UNITS.index(char)
            digit = 0
        else:
            digit = _DIGITS.index({"〇": "零", "两": "二"}.get(char, char))
    return total + digit


def is_article_id(text: str) -> bool:
    """Whether an article is written the way content files write it: "82", or "133-1" for 第一百三十三条之一."""
    return _ARTICLE_ID.fullmatch(text) is not None


def article_label(article: str) -> str:
    """ "30" -> 第三十条, "133-1" -> 第一百三十三条之一."""
    number, _, inserted = article.partition("-")
    label = f"第{chinese_number(int(number))}条"
    return f"{label}之{chinese_number(int(inserted))}" if inserted else label


def citation_label(law: str, articles: tuple[str, ...]) -> str:
    """《劳动合同法》第三十条、第八十五条; marks inside a law's own name become single ones, as GB/T 15834 asks."""
    inner = law.replace("《", "〈").replace("》", "〉")
    return f"《{inner}》{'、'.join(map(article_label, articles))}"


def short_name(law: str) -> str:
    """A law's name without what people leave out, to compare names written in different ways."""
    bare = re.sub(r"[《》〈〉\s]|中华人民共和国|^最高人民法院|^最高人民检察院|^关于", "", law)
    return bare.removeprefix("关于").replace("(", "（").replace(")", "）")


def named_articles(text: str) -> Iterator[tuple[str, str]]:
    """Every (law, article id) that running text names, also the later ones of 《民法典》第十条、第十二条."""
    for law, chain in ((match[1], match[2]) for match in _NAMED.finditer(text)):
        for article in _ONE_ARTICLE.finditer(chain):
            inserted = f"-{western_number(article[2])}" if article[2] else ""
            yield law, f"{western_number(article[1])}{inserted}"


@dataclass(frozen=True, slots=True)
class Retired:
    """A name no text may use any more: a replaced law or an office that was merged, and what to write instead."""

    name: str
    now: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A law whose articles were renumbered or rewritten: from `since` on only editions from `edition` may be cited."""

    law: str
    edition: date
    since: date


@dataclass(frozen=True, slots=True)
class Currency:
    """The traps of yesterday's law (replaced_laws.toml)."""

    laws: tuple[Retired, ...]
    offices: tuple[Retired, ...]
    revisions: tuple[Revision, ...]

    def retired_in(self, text: str) -> Iterator[Retired]:
        """The replaced laws (between 《》, as 合同法 is also the end of 劳动合同法) and merged offices text names."""
        for law in self.laws:
            if re.search(rf"《(?:中华人民共和国)?{re.escape(law.name)}》", text):
                yield law
        for office in self.offices:
            if office.name in text:
                yield office

    def replacement(self, law: str) -> Retired | None:
        """The law that took the place of a cited one, if it was replaced."""
        return next((old for old in self.laws if old.name == short_name(law)), None)

    def stale(self, law: str, edition: date, today: date) -> Revision | None:
        """The revision that outdated this edition of the law by today, if any."""
        return next(
            (
                revision
                for revision in self.revisions
                if revision.law == short_name(law) and edition < revision.edition and revision.since <= today
            ),
            None,
        )


@cache
def currency() -> Currency:
    """Read replaced_laws.toml, once."""
    data = tomllib.loads(Path(__file__).with_name("replaced_laws.toml").read_text("utf-8"))
    return Currency(
        laws=tuple(Retired(name, row["now"]) for row in data["law"] for name in row["names"]),
        offices=tuple(Retired(name, row["now"]) for row in data["office"] for name in row["names"]),
        revisions=tuple(Revision(row["law"], row["edition"], row["since"]) for row in data["revision"]),
    )
