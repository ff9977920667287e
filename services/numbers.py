"""Running numbers that people can read out on the telephone, such as ZTC-2026-000123."""

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.db import Base, insert


class CounterRow(Base):
    """The last number given out of one series."""

    __tablename__ = "counters"
    series: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


async def next_number(db: AsyncSession, prefix: str) -> str:
    """Return the next number of this year's series, in the caller's write transaction."""
    series = f"{prefix}-{clock.local(clock.now()).year}"
    last = await db.scalar(
        insert(db, CounterRow)
        .values(series=series, last=1)
        .on_conflict_do_update(index_elements=["series"], set_={"last": CounterRow.last + 1})
        .returning(CounterRow.last)
    )
    return f"{series}-{last:06d}"
