"""`python -m knowledge ask | check | evaluate`: put questions to the entries, check all content, measure the search."""

import argparse
import dataclasses
import json
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import knowledge
from knowledge import validate
from knowledge.evaluate import evaluate, read_questions
from knowledge.search import Answer, Index

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
OUTCOMES = {"answer": "找到了", "suggest": "您是不是想问", "none": "没有找到合适的内容，最接近的是"}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status is 1 when content has faults, else 0."""
    # A byte that is no UTF-8 becomes a mark that the search ignores, and output never fails on an odd terminal.
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # real files, not TextIO
    arguments = _parser().parse_args(argv)
    root: Path = arguments.root
    try:
        if arguments.command == "check":
            return _check(root, arguments.today)
        book = knowledge.load(root)
        if arguments.command == "evaluate":
            return _evaluate(book, arguments.file, arguments.json)
        return _ask(book, arguments.json)
    except knowledge.ContentError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).parent, help="folder that holds faq/ and lessons/")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="read a question a line, write the best entries")
    ask.add_argument("--json", action="store_true", help="one JSON object a line")
    check = commands.add_parser("check", help="validate all content; status 1 on any fault")
    check.add_argument(
        "--today", type=date.fromisoformat, default=_today(), help="YYYY-MM-DD, for reviews that are due"
    )
    measure = commands.add_parser("evaluate", help="measure the search on labelled questions")
    measure.add_argument("file", type=Path, help="JSON lines with question, kind, accept")
    measure.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _today() -> date:
    return datetime.now(COUNTY_TIME).date()  # the edge where the day enters: services.clock is above us


def _check(root: Path, today: date) -> int:
    faults = validate.check(root, today)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


def _ask(book: knowledge.Book, as_json: bool) -> int:
    index = Index(book.entries.values())
    for line in sys.stdin:
        question = line.rstrip("\r\n")
        answer = index.ask(question)
        print(_as_json(question, answer) if as_json else _as_text(book, answer), flush=True)
    return 0


def _as_json(question: str, answer: Answer) -> str:
    row = {
        "question": question,
        "outcome": answer.outcome,
        "entries": [match.id for match in answer.matches],
        "score": answer.matches[0].score if answer.matches else 0.0,
        "milliseconds": answer.milliseconds,
    }
    return json.dumps(row, ensure_ascii=False)


def _as_text(book: knowledge.Book, answer: Answer) -> str:
    lines = [OUTCOMES[answer.outcome] if answer.matches else "没有找到合适的内容"]
    for match in answer.matches[:1] if answer.outcome == "answer" else answer.matches[:3]:
        entry = book.entries[match.id]
        lines.append(f"  {entry.title}（{entry.id}，{match.score:.2f}）")
        if answer.outcome == "answer":
            lines += [f"  {entry.answer}", *(f"  · {citation.label}" for citation in entry.citations)]
    return "\n".join(lines)


def _evaluate(book: knowledge.Book, file: Path, as_json: bool) -> int:
    report = dataclasses.asdict(evaluate(Index(book.entries.values()), book.entries, read_questions(file)))
    if as_json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:24}{value:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
