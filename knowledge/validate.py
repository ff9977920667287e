"""Is the content fit to be shown? Every rule a content file must keep, and `check`, which lists what breaks them.

The limits are the card schema of the project (short answer ≤ 120 characters, detail ≤ 400, a lesson 400–600), set
for reading on a phone; where a rule guards the law itself (citations, replaced laws) it says so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from knowledge import frontmatter, laws, shapes
from knowledge.lessons import SECTIONS, sections
from knowledge.normalise import normalise

DOMAINS = (
    "婚姻家庭继承", "劳动用工", "合同借贷", "房屋物业相邻", "农村土地村务", "消费维权", "交通事故侵权",
    "治安刑事反诈", "妇女儿童老人", "网络个人信息", "行政政务", "企业经营", "纠纷解决法律服务",
)  # fmt: skip
AUDIENCES = (
    "农民工", "老年人", "青少年", "妇女", "残疾人", "企业经营者", "个体工商户", "村“两委”", "法律明白人",
    "国家工作人员", "网络用户", "消费者", "司机", "新就业形态劳动者", "退役军人", "信教群众",
)  # fmt: skip
WAYS_ON = ("mediation", "legal_aid", "person")
LESSON_BODY = range(400, 601)
DETAIL_MOST = 400
REVIEW = r"none|[^/\s]+/[^/\s]+/\d{4}-\d{2}-\d{2}"  # reviewer / second reviewer / day: two persons, or nobody yet


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field of one file; the field is "" where the whole file is meant."""

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.field, self.message)))


@dataclass(slots=True)
class Document:
    """A file that could be read: its name below the root, its fields and its body."""

    file: str
    stem: str
    fields: dict[str, Any]
    body: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        self.faults.append(Fault(self.file, name, message))


@dataclass(frozen=True, slots=True)
class Examined:
    """What was read below a root, and all that is wrong with it."""

    entries: list[Document]
    lessons: list[Document]
    faults: list[Fault]


_CITATION: dict[str, shapes.Check] = {
    "law": shapes.text(80),
    "articles": lambda value: _articles(value),
    "edition": shapes.day,
    "effective": shapes.day_or_none,
    "says": shapes.text(60),
}
_QUIZ: dict[str, shapes.Check] = {
    "ask": shapes.text(60),
    "options": shapes.texts(3, 3, 24),
    "answer": shapes.one_of((1, 2, 3)),
    "explain": shapes.text(100),
}
_COMMON: dict[str, shapes.Check] = {
    "ways_on": shapes.some_of(WAYS_ON, least=1),
    "citations": lambda value: _rows(value, _CITATION, range(1, 21)),
    "valid_from": shapes.day,
    "next_review": shapes.day,
    "author": shapes.text(40),
    "review": shapes.matching(REVIEW, "none, or 甲/乙/2026-11-24 for two reviewers"),
}
_ENTRY: dict[str, shapes.Check] = _COMMON | {
    "id": shapes.matching(r"[a-z]+-\d{2,3}", "labor-18"),
    "domain": shapes.one_of(DOMAINS),
    "topic": shapes.text(10),
    "title": shapes.text(20),
    "questions": shapes.texts(8, 40, 60),
    "audience": shapes.texts(1, 10, 12),
    "risk": shapes.one_of("ABC"),
    "answer": shapes.text(120),
    "steps": shapes.texts(3, 6, 60),
    "papers": shapes.texts(0, 12, 60),
    "deadlines": shapes.texts(0, 8, 100),
    "where": shapes.texts(1, 8, 40),
    "related": shapes.texts(2, 4, 20),
}
_LESSON: dict[str, shapes.Check] = _COMMON | {
    "id": shapes.matching(r"[a-z0-9]+(-[a-z0-9]+)*", "unpaid-wages-site"),
    "title": shapes.text(24),
    "audiences": shapes.some_of(AUDIENCES, least=1),
    "months": shapes.some_of(range(1, 13)),
    "source": shapes.text(120),
    "questions": lambda value: _rows(value, _QUIZ, range(1, 4)),
}


def check(root: Path, today: date | None = None) -> list[Fault]:
    """All faults of `root`/faq and `root`/lessons, by file.

    With `today` (a day in the county) also what only time makes a fault: a review overdue, an entry past its
    `valid_to`, an edition outdated since.
    """
    return examine(root, today).faults


def examine(root: Path, today: date | None = None) -> Examined:
    """`check`, with the documents that were read, so that nobody has to read them again."""
    faults: list[Fault] = []
    entries = list(_read(root, "faq", faults))
    lessons = list(_read(root, "lessons", faults))
    for document in entries:
        _check_entry(document)
    for document in lessons:
        _check_lesson(document)
    for document in entries + lessons:
        _check_citations(document, today)
        _check_days(document, today)
    _check_unique(entries, lessons)
    _check_related(entries)
    for document in entries + lessons:
        faults += document.faults
    if not entries:
        faults.append(Fault("faq", "", "holds no entries"))
    return Examined(entries, lessons, sorted(faults, key=lambda fault: fault.file))


def _read(root: Path, folder: str, faults: list[Fault]) -> Iterator[Document]:
    for path in frontmatter.files(root / folder):
        name = f"{folder}/{path.name}"
        try:
            fields, body = frontmatter.read(path)
        except frontmatter.Unreadable as error:
            faults.append(Fault(name, "", str(error)))
        else:
            yield Document(name, path.stem, fields, body)


def _articles(value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        yield "must be a list of articles that is not empty"
        return
    for article in value:
        if isinstance(article, bool) or not laws.is_article_id(str(article)):
            yield f'{article!r} is no article: write 82, or "133-1" for 第一百三十三条之一'
    if len(set(map(str, value))) < len(value):
        yield "names an article twice"


def _rows(value: Any, shape: dict[str, shapes.Check], count: range) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        yield "must be a list of mappings"
        return
    if len(value) not in count:
        yield f"has {len(value)} items, {count.start} to {count.stop - 1} are allowed"
    for position, row in enumerate(value, 1):
        for name, message in shapes.faults(row, required=shape, optional={}):
            yield f"item {position}: {name} {message}"


def _check_entry(document: Document) -> None:
    for name, message in shapes.faults(document.fields, required=_ENTRY, optional={"valid_to": shapes.day_or_none}):
        document.fault(name, message)
    for message in shapes.text(DETAIL_MOST)(document.body):
        document.fault("detail", message)
    if any(line.startswith(("#", "|")) for line in document.body.splitlines()):
        document.fault("detail", "holds a heading or a table; only paragraphs are allowed")


def _check_lesson(document: Document) -> None:
    for name, message in shapes.faults(document.fields, required=_LESSON, optional={}):
        document.fault(name, message)
    texts = sections(document.body)
    if tuple(texts) != SECTIONS or not all(texts.values()):
        document.fault("body", f"must have the sections {'、'.join(SECTIONS)}, each with text, in this order")
    length = shapes.size("".join(texts.values()))
    if length not in LESSON_BODY:
        document.fault("body", f"has {length} characters, {LESSON_BODY.start} to {LESSON_BODY.stop - 1} are allowed")


def _check_citations(document: Document, today: date | None) -> None:
    """Law named must be law cited, and none of it yesterday's. Questions are the residents' words and are let be."""
    rows = [row for row in _list(document.fields.get("citations")) if isinstance(row, dict)]
    cited: dict[str, set[str]] = {}
    for row in rows:
        law, edition = str(row.get("law")), row.get("edition")
        cited.setdefault(laws.short_name(law), set()).update(map(str, _list(row.get("articles"))))
        if old := laws.currency().replacement(law):
            document.fault("citations", f"{law} was replaced: see {old.now}")
        asked = today or document.fields.get("valid_from")
        if isinstance(edition, date) and isinstance(asked, date):
            if revision := laws.currency().stale(law, edition, asked):
                document.fault("citations", f"{law} {edition} is outdated since {revision.since}")
            if edition > asked:
                document.fault("citations", f"{law} {edition} lies in the future")
    text = "\n".join(_prose(document))
    for law, article in laws.named_articles(text):
        if article not in cited.get(laws.short_name(law), ()):
            document.fault("citations", f"the text names 《{law}》{laws.article_label(article)}, citations do not")
    for retired in laws.currency().retired_in(text):
        document.fault("text", f"names {retired.name}, write {retired.now}")


def _prose(document: Document) -> Iterator[str]:
    """Every text that we say ourselves, none that residents ask."""
    fields = document.fields
    yield document.body
    yield from (str(fields.get(name, "")) for name in ("title", "answer"))
    for name in ("steps", "deadlines", "papers", "where"):
        yield from map(str, _list(fields.get(name)))
    for row in (*_list(fields.get("citations")), *_list(fields.get("questions"))):
        if isinstance(row, dict):
            yield from (str(row.get(name, "")) for name in ("says", "ask", "explain"))


def _check_days(document: Document, today: date | None) -> None:
    days = {name: document.fields.get(name) for name in ("valid_from", "valid_to", "next_review")}
    start, end, review = (value if isinstance(value, date) else None for value in days.values())
    if start and review and review <= start:
        document.fault("next_review", "is not after valid_from")
    if start and end and end <= start:
        document.fault("valid_to", "is not after valid_from")
    if today and review and review < today:
        document.fault("next_review", f"was due on {review}: review the text or withdraw it")
    if today and end and end < today:
        document.fault("valid_to", f"has passed on {end}: renew the text or withdraw it")


def _check_unique(entries: list[Document], lessons: list[Document]) -> None:
    for documents in (entries, lessons):
        for document in documents:
            if document.fields.get("id") != document.stem:
                document.fault("id", f"is {document.fields.get('id')!r}, the file is called {document.stem}")
        _report_twins(documents, "id", lambda document: [str(document.fields.get("id"))])
    _report_twins(entries, "title", lambda document: [str(document.fields.get("title"))])
    _report_twins(entries, "questions", lambda document: map(str, _list(document.fields.get("questions"))))


def _report_twins(documents: list[Document], name: str, wordings_of: Callable[[Document], Iterable[str]]) -> None:
    """Two entries with one wording: the search could only guess which is meant."""
    seen: dict[str, str] = {}
    for document in documents:
        for wording in wordings_of(document):
            first = seen.setdefault(normalise(wording), document.file)
            if first is not document.file:
                document.fault(name, f"{wording} stands in {first} too")
        own = [normalise(wording) for wording in wordings_of(document)]
        if len(set(own)) < len(own):
            document.fault(name, "holds the same wording twice")


def _check_related(entries: list[Document]) -> None:
    known = {document.stem for document in entries}
    for document in entries:
        for other in _list(document.fields.get("related")):
            if other not in known:
                document.fault("related", f"{other} does not exist")
            elif other == document.stem:
                document.fault("related", "names the entry itself")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
