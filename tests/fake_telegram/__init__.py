"""A strict Telegram for tests: its own HTTP server, its own state, a control side to play people and faults.

In a test: `async with FakeTelegram() as telegram: telegram.url, telegram.world.text(1, "你好")`. As a process:
`python -m tests.fake_telegram PORT STATEFILE` (see __main__). It takes nothing from the program but the markup
scanner, so a fault of the program's own checks shows here.
"""

from tests.fake_telegram.server import FakeTelegram
from tests.fake_telegram.world import TOKEN, ApiError, World

__all__ = ["TOKEN", "ApiError", "FakeTelegram", "World"]
