"""No form is kept before its person agreed to the privacy notice in force (PIPL 14–17)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import County
from services.accounts import Account
from services.accounts.tables import ConsentRow
from services.errors import ConsentNeeded


async def require_consent(db: AsyncSession, account: Account, county: County) -> None:
    """Raise ConsentNeeded unless the account agreed to the county's present notice."""
    agreed = select(ConsentRow.id).where(
        ConsentRow.account_id == account.id, ConsentRow.version == county.notice_version
    )
    if await db.scalar(agreed) is None:
        raise ConsentNeeded
