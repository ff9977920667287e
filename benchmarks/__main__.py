"""`python -m benchmarks NAME`: run one benchmark, or `all`, which also writes docs/benchmarks.md."""

import argparse
import json
import sys
from collections.abc import Callable

from benchmarks import updates, worktime
from benchmarks.report import Report, progress, table, write_page

BENCHMARKS: dict[str, Callable[[bool], Report]] = {"updates": updates.run, "worktime": worktime.run}
"""By name; each is called with whether to run its whole size."""


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; return 0 if everything came up to its reach."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*BENCHMARKS, "all"])
    parser.add_argument("--full", action="store_true", help="the whole size that the benchmark's issue names")
    given = parser.parse_args(arguments)
    reports = [_one(name, given.full) for name in (BENCHMARKS if given.name == "all" else [given.name])]
    ok = all(report.ok for report in reports)
    if given.name == "all":
        write_page(reports, full=given.full)
        print(json.dumps({"benchmarks": {report.name: report.machine() for report in reports}, "ok": ok}))
    else:
        print(json.dumps(reports[0].machine()))
    return 0 if ok else 1


def _one(name: str, full: bool) -> Report:
    progress(f"{name} …")
    report = BENCHMARKS[name](full)
    print(table(report), end="\n\n", flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
