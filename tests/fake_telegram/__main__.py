"""`python -m tests.fake_telegram PORT STATEFILE`: run until stopped.

PORT 0 takes a free one. STATEFILE is written when the server listens: {"url": …, "token": …, "pid": …}. All state
lives in this process and ends with it; ask for it under /control/.
"""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from tests.fake_telegram import TOKEN, FakeTelegram


async def _serve(port: int, statefile: Path) -> None:
    async with FakeTelegram(port) as telegram:
        ready = statefile.with_suffix(".new")
        ready.write_text(json.dumps({"url": telegram.url, "token": TOKEN, "pid": os.getpid()}))
        ready.replace(statefile)  # whoever waits for the file never reads half of it
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
