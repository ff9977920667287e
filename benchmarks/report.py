"""What a benchmark hands back, and how it is shown: a table for people, one JSON object for machines, a page."""

import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services import clock

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Figures are ratios taken in one run: absolute ones depend on the machine and on what else it does, so read them as
illustration. `make bench` runs every benchmark at its default size and writes this page; `--full` runs the whole size.
"""


@dataclass(frozen=True)
class Report:
    """The outcome of one benchmark: `ok` says whether it came up to `reach`, `ran` says what was run."""

    name: str
    ok: bool
    reach: str
    ran: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: dict[str, Any]

    def machine(self) -> dict[str, Any]:
        """Return the object of the last line."""
        return {"benchmark": self.name, **self.figures, "ok": self.ok}


def table(report: Report) -> str:
    """Return the figures in columns, for a terminal."""
    lines = [report.columns, *report.rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    verdict = "reached" if report.ok else "NOT reached"
    return "\n".join([f"{report.name}: {report.ran}", "", *shown, "", f"{verdict}: {report.reach}"])


def progress(sentence: str) -> None:
    """Say how far a long work has come; on standard error, so that the last line of the output stays the figures."""
    print(sentence, file=sys.stderr, flush=True)


def write_page(reports: Sequence[Report], *, full: bool) -> None:
    """Write docs/benchmarks.md."""
    size = "whole (`--full`)" if full else "default"
    ran = (
        f"Run on {clock.now():%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}, size: {size}."
    )
    PAGE.write_text("\n".join([_HEAD, ran, "", *map(_section, reports)]), encoding="utf8")


def _section(report: Report) -> str:
    lines = [
        f"## {report.name}",
        "",
        f"`python -m benchmarks {report.name}` — {report.ran}",
        "",
        _row(report.columns),
        _row(["---"] * len(report.columns)),
        *map(_row, report.rows),
        "",
        f"{'Reached' if report.ok else '**Not reached**'}: {report.reach}",
        "",
        "```json",
        json.dumps(report.machine()),
        "```",
        "",
    ]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
