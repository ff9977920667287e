"""Two accounts turn out to be one person: what the one has goes to the other.

Works on whatever tables refer to accounts, so no subject is named here. Where a table allows a thing once per
account (a subscription, a consent), the remaining account's own row stays.
"""

from collections.abc import Iterator

from sqlalchemy import Column, Table, UniqueConstraint, delete, exists, update
from sqlalchemy.ext.asyncio import AsyncSession

from services import clock
from services.accounts.tables import AccountRow, DeskSessionRow, LinkRow, RoleRow
from services.audit import AuditRow
from services.db import Base

_LEFT = {AuditRow.__tablename__, RoleRow.__tablename__, LinkRow.__tablename__, DeskSessionRow.__tablename__}
"""Tables whose rows stay with who acted: the log, roles, links and sessions."""


async def merge(db: AsyncSession, former: int, remaining: int) -> None:
    """Give everything of the account `former` to `remaining`, in the caller's transaction, and end `former`."""
    for table, column in _references():
        for names in _once_per_account(table, column):
            twin = table.alias()
            alike = [twin.c[name] == table.c[name] for name in names]
            await db.execute(
                delete(table).where(column == former, exists().where(twin.c[column.name] == remaining, *alike))
            )
        await db.execute(update(table).where(column == former).values({column.name: remaining}))
    await db.execute(update(AccountRow).where(AccountRow.id == former).values(name=None, deleted_at=clock.now()))


def _references() -> Iterator[tuple[Table, Column[int]]]:
    for table in Base.metadata.tables.values():
        if table.name not in _LEFT:
            for column in table.columns:
                if any(key.target_fullname == "accounts.id" for key in column.foreign_keys):
                    yield table, column


def _once_per_account(table: Table, column: Column[int]) -> Iterator[list[str]]:
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint) and column.name in rule.columns:
            yield [name for name in rule.columns.keys() if name != column.name]  # noqa: SIM118 (a collection of columns)
