"""Nothing typed is lost and nothing is done twice, wherever the program is killed.

The real program runs as a process over a real database and talks to the fake Telegram over HTTP, while people
register enterprises, hand in requests, book and cancel, and staff take what they are told of. It is killed by SIGKILL
at random moments, before and after it is ready, at least 50 times on SQLite in the ordinary suite; `make chaos`
(ZHITONG_CHAOS_KILLS=50) does the same on PostgreSQL, where the ordinary suite kills less often. The seed is printed;
ZHITONG_CHAOS_SEED sets it, so that the same dice are thrown again.
"""

import os
import secrets
from pathlib import Path

import pytest

from tests.chaos.ledger import faults, kinds
from tests.chaos.siege import MOMENT, Moment, Siege, besieged, handing_in, unwritten

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1500)]

KILLS = int(os.environ.get("ZHITONG_CHAOS_KILLS", "50"))
KILLS_ON_POSTGRESQL = int(os.environ.get("ZHITONG_CHAOS_KILLS", "12"))
SEED = int(os.environ.get("ZHITONG_CHAOS_SEED", secrets.randbelow(1_000_000)))


async def books(siege: Siege) -> list[str]:
    """Return what is wrong after a siege."""
    found = siege.stuck + await faults(siege.database, siege.typed, siege.telegram.world, MOMENT)
    print(
        f"seed {SEED}: {len(siege.typed.updates)} updates, {len(siege.typed.facts)} stories, "
        f"{siege.hit} kills hit something half done, {len(found)} faults"
    )
    return found


async def test_killed_wherever_it_is_the_program_loses_nothing_and_does_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    """The whole of it, on both databases."""
    kills = KILLS if database_url.startswith("sqlite") else KILLS_ON_POSTGRESQL
    async with besieged(tmp_path / "program", database_url, SEED) as siege:
        await siege.endure(kills)
        assert await books(siege) == [], f"seed {SEED}\n{siege.program.output[-4000:]}"
        assert len(siege.typed.updates) > kills * 4, "the people were hardly there"
        assert siege.hit > kills / 4, "most kills hit an idle program"


@pytest.mark.parametrize(
    ("guard", "moment", "wrong"),
    [("write before acknowledge", unwritten, "lost"), ("keys", handing_in, "twice")],
    ids=["acknowledge", "keys"],
)
async def test_without_a_guard_the_books_are_wrong(guard: str, moment: Moment, wrong: str, tmp_path: Path) -> None:
    """The same siege finds what a careless program loses or does twice."""
    url = f"sqlite+aiosqlite:///{tmp_path}/test.db"
    async with besieged(tmp_path / "program", url, SEED, without=guard) as siege:
        await siege.endure(3, moment)
        assert wrong in kinds(await books(siege))
