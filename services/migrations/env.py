"""Alembic's way in: the connection comes from the program, never from a file."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime, LargeBinary, TypeDecorator


def plain(kind: str, found: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration must outlive the program's classes."""
    if kind != "type" or not isinstance(found, TypeDecorator):
        return False
    if isinstance(found.impl, DateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.LargeBinary()" if isinstance(found.impl, LargeBinary) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
