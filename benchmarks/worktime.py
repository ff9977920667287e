"""Working time against a table of single minutes: is every limit right, and how many are computed in a second?"""

import time

from benchmarks import worktime_oracle
from benchmarks.report import Report, progress

CASES, ALL_CASES = 20_000, 1_000_000
_STEP = 10_000


def run(full: bool) -> Report:
    """Compare random limits with the oracle; the reach is that none differs."""
    cases, wrong, start = ALL_CASES if full else CASES, 0, time.perf_counter()
    for done in range(0, cases, _STEP):
        wrong += worktime_oracle.run(_STEP, seed=20260928 + done)
        progress(f"  {done + _STEP} of {cases} cases, {wrong} mismatches")
    seconds = time.perf_counter() - start
    return Report(
        name="worktime",
        ok=wrong == 0,
        reach="no limit differs from the count of single minutes",
        ran=f"{cases} random limits against a table of minutes",
        columns=("cases", "mismatches", "seconds"),
        rows=[(str(cases), str(wrong), f"{seconds:.1f}")],
        figures={"cases": cases, "mismatches": wrong, "seconds": round(seconds, 1)},
    )
