"""A question through the whole program against a bare echo bot that commits one row, in alternating rounds."""

import asyncio
import logging
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from benchmarks import databases
from benchmarks.contestants import Contestant, bare, program
from benchmarks.report import Report, progress
from knowledge import Book, load
from knowledge.danger import spot

RATE_REACH, P99_REACH = 0.5, 2.0
CHATS = (1, 50)
_ROUND = {1: 250, 50: 1000}
"""Questions in a round, by the number of chats at once."""
_LONGEST_ROUND = 120


@dataclass(frozen=True)
class Pace:
    """One round, or the medians of many: questions a second, and milliseconds to the answer."""

    rate: float
    p50: float
    p99: float


def run(full: bool) -> Report:
    """Measure on every database there is; the reach holds for each, at 1 and at 50 chats at once."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    rounds = 15 if full else 5
    book = load()
    measured = {
        (kind, chats): paces
        for kind in databases.kinds()
        for chats, paces in asyncio.run(_on(kind, book, rounds)).items()
    }
    return _report(measured, rounds)


async def _on(kind: str, book: Book, rounds: int) -> dict[int, tuple[Pace, Pace]]:
    rng = random.Random(7)
    texts = [text for entry in book.entries.values() for text in entry.questions if not spot(text)]
    with databases.fresh(kind) as (folder, url):
        async with bare(url) as plain, program(folder, url, book) as whole:
            asked = 0
            for each in (whole, plain):  # everybody has an account, every statement is compiled
                await each.people.ask(max(CHATS), warm := rng.choices(texts, k=200))
            asked += len(warm)
            found = {}
            for chats in CHATS:
                paces: dict[str, list[Pace]] = {"program": [], "bare": []}
                for number in range(rounds):
                    questions = rng.choices(texts, k=_ROUND[chats])
                    asked += len(questions)
                    order = (("program", whole), ("bare", plain))
                    for name, each in order if number % 2 else reversed(order):
                        paces[name].append(await _round(each, chats, questions))
                        progress(
                            f"  {kind}, {chats} at once, round {number + 1} of {rounds}, {name}: {paces[name][-1]}"
                        )
                found[chats] = (_median(paces["program"]), _median(paces["bare"]))
            assert await whole.handled() == await plain.handled() == asked, "every question was handled, once"
    return found


async def _round(contestant: Contestant, chats: int, questions: Sequence[str]) -> Pace:
    start = time.perf_counter()
    async with asyncio.timeout(_LONGEST_ROUND):
        taken = await contestant.people.ask(chats, questions)
        await contestant.settled()
    seconds = time.perf_counter() - start
    cuts = statistics.quantiles(taken, n=100)
    return Pace(len(questions) / seconds, cuts[49] * 1000, cuts[98] * 1000)


def _median(paces: Sequence[Pace]) -> Pace:
    return Pace(
        *(statistics.median(getattr(pace, name) for pace in paces) for name in ("rate", "p50", "p99")),
    )


def _report(measured: dict[tuple[str, int], tuple[Pace, Pace]], rounds: int) -> Report:
    rows, figures, ok = [], [], True
    for (kind, chats), (ours, plain) in measured.items():
        rate, p99 = ours.rate / plain.rate, ours.p99 / plain.p99
        reached = rate >= RATE_REACH and p99 <= P99_REACH
        ok = ok and reached
        rows.append(
            (kind, str(chats), f"{ours.rate:.0f}", f"{plain.rate:.0f}", f"{rate:.2f}", f"{ours.p50:.1f}",
             f"{plain.p50:.1f}", f"{ours.p99:.1f}", f"{plain.p99:.1f}", f"{p99:.2f}", "yes" if reached else "no")
        )  # fmt: skip
        figures.append(
            {
                "database": kind,
                "chats": chats,
                "program": _rounded(ours),
                "bare": _rounded(plain),
                "rate_ratio": round(rate, 3),
                "p99_ratio": round(p99, 3),
                "ok": reached,
            }
        )
    return Report(
        name="updates",
        ok=ok,
        reach=f"at least {RATE_REACH} of the bare bot's questions a second and at most {P99_REACH:g} times its p99",
        ran=f"{rounds} alternating rounds of {' and '.join(str(_ROUND[c]) for c in CHATS)} questions at "
        f"{' and '.join(map(str, CHATS))} chats at once, medians; a second, and milliseconds to the answer",
        columns=(
            "database",
            "chats",
            "program/s",
            "bare/s",
            "ratio",
            "p50",
            "bare p50",
            "p99",
            "bare p99",
            "ratio",
            "ok",
        ),
        rows=rows,
        figures={"rounds": rounds, "measured": figures},
    )


def _rounded(pace: Pace) -> dict[str, float]:
    return {"rate": round(pace.rate, 1), "p50_ms": round(pace.p50, 2), "p99_ms": round(pace.p99, 2)}
