"""Starts the real program again and again without importing it again: imports it once, forks for each start.

`python -m tests.chaos.launcher [--clock MOMENT] [--without GUARD]` reads commands: `start LOGFILE` answers the new
process's id, `poll ID` its exit status or `-` while it runs. What is forked runs `python -m bot serve` and nothing
else. Whatever still runs at the end of input is killed.
"""

import argparse
import os
import signal
import sys
import traceback
from contextlib import nullcontext
from datetime import datetime

import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto  # noqa: F401 (these three: uvicorn would import them at each start)

import bot.main
import bot.serve  # noqa: F401 (imported here so that the forks have it)
from bot.__main__ import main as program
from services import clock
from tests.chaos.guards import OFF

_running: set[int] = set()


def _serve(log: str) -> None:
    os.setsid()
    for target, opened in ((0, os.open(os.devnull, os.O_RDONLY)), (1, _appending(log)), (2, _appending(log))):
        os.dup2(opened, target)
    status = 70
    try:
        status = program(["serve"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _appending(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _start(log: str) -> str:
    process = os.fork()
    if process == 0:
        _serve(log)
    _running.add(process)
    return str(process)


def _poll(process: int) -> str:
    if process not in _running:
        return "0"
    ended, status = os.waitpid(process, os.WNOHANG)
    if not ended:
        return "-"
    _running.discard(process)
    return str(os.waitstatus_to_exitcode(status))


def _obey() -> None:
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        print(_start(argument) if command == "start" else _poll(int(argument)), flush=True)
    for process in _running:
        os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clock", type=datetime.fromisoformat)
    parser.add_argument("--without", choices=OFF)
    options = parser.parse_args()
    if options.without:
        OFF[options.without]()
    print("ready", flush=True)
    with clock.moved_to(options.clock) if options.clock else nullcontext():
        _obey()
