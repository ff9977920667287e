"""Whatever services tell, somebody can word."""

import ast
from pathlib import Path

import services
from handlers.notices import RENDERERS
from services import clock, notices
from tests.talking import Person, Town


def _kinds() -> set[str]:
    """Return the kinds in every call of `tell` in services: its only literal that is a positional argument."""
    found = set()
    for path in Path(services.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "tell":
                found |= {text for arg in node.args for part in ast.walk(arg) if (text := _text(part))}
    return found


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_kind_that_services_tell_has_a_renderer() -> None:
    assert len(_kinds()) > 5
    assert _kinds() <= RENDERERS.keys()


async def test_an_unknown_kind_is_dropped(town: Town, anna: Person) -> None:
    await anna.says("/menu")
    account = await anna.account()
    async with town.application.database.transaction() as db:
        notices.tell(db, account.id, "nonsense", subject=("nothing", 1), key="1", due_at=clock.now())
    await town.tick()
    async with town.application.database.reading() as db:
        row = await db.get_one(notices.NoticeRow, 1)
    assert row.state == "cancelled"
