"""The verbs of accounts: meet somebody, grant a role, ask for consent, hand out and redeem one-time links."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services import audit, clock
from services.accounts.merging import merge
from services.accounts.tables import (
    AccountRow,
    ConsentRow,
    DeskSessionRow,
    IdentityRow,
    LinkRow,
    RoleRow,
)
from services.crypto import token_hash
from services.db import Database, insert
from services.errors import Refusal

SEEN_EVERY = timedelta(minutes=10)
"""How often `seen_at` is written; it only decides which channel is told first."""
REMEMBERED = timedelta(seconds=3)
"""How long who is behind an identity is taken as known."""
MOST_REMEMBERED = 10_000
SESSION_IDLE = timedelta(hours=8)
"""A desk session ends after this long without use (county default, GB/T 22239)."""


class Role(StrEnum):
    """What somebody works as. Residents and enterprises have none."""

    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    MEDIATOR = "mediator"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """Return the role's name as staff read it."""
        return _LABELS[self]


_LABELS = {
    Role.DISPATCHER: "分拨员",
    Role.OFFICER: "部门经办人",
    Role.SUPERVISOR: "督办员",
    Role.MEDIATOR: "调解员",
    Role.EDITOR: "普法编辑",
    Role.ADMINISTRATOR: "系统管理员",
}


@dataclass(frozen=True)
class Grant:
    """A role, within a department or a studio where that matters."""

    role: Role
    department: str | None = None
    studio: str | None = None


@dataclass(frozen=True)
class Account:
    """Who is acting."""

    id: int
    name: str | None = None
    grants: tuple[Grant, ...] = ()

    def has(self, *roles: Role) -> bool:
        """Say whether the account has one of the roles."""
        return any(grant.role in roles for grant in self.grants)

    @property
    def staff(self) -> bool:
        """Say whether the account has any role."""
        return bool(self.grants)

    def departments(self, role: Role) -> frozenset[str]:
        """Return the departments in which the account has the role."""
        return frozenset(g.department for g in self.grants if g.role == role and g.department)

    def studios(self) -> frozenset[str]:
        """Return the slugs of the studios where the account mediates."""
        return frozenset(g.studio for g in self.grants if g.role == Role.MEDIATOR and g.studio)


@dataclass(frozen=True)
class Link:
    """What a one-time link was good for."""

    account_id: int
    purpose: str
    target: str


class LinkDead(Refusal):
    """这个链接已经用过或已过期，请回到原处重新获取一个。"""


class Accounts:
    """Keeps accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._met: dict[tuple[str, str], tuple[datetime, Account]] = {}

    async def meet(self, channel: str, external_id: str) -> Account:
        """Return the account behind an identity, making one for a newcomer.

        Hearing from somebody also lifts the mark that they had blocked the channel. Who was met within REMEMBERED is
        not looked up again, so a role that another replica takes away ends a moment later here.
        """
        moment, identity = clock.now(), (channel, external_id)
        until, known = self._met.get(identity, (moment, None))
        if known is not None and until - REMEMBERED <= moment < until:
            return known
        account = await self._look_up(channel, external_id, moment)
        if len(self._met) >= MOST_REMEMBERED:
            self._met.clear()
        self._met[identity] = (moment + REMEMBERED, account)
        return account

    def forget(self, identities: Iterable[tuple[str, str]]) -> None:
        """Look these up again when they are next met: they have changed hands or are gone."""
        for identity in identities:
            self._met.pop(identity, None)

    async def _look_up(self, channel: str, external_id: str, moment: datetime) -> Account:
        rows = await self._database.fetch(_KNOWN, {"channel": channel, "external_id": external_id})
        if rows and rows[0].blocked_at is None and moment - rows[0].seen_at < SEEN_EVERY:
            grants = (Grant(Role(row.role), row.department, row.studio) for row in rows if row.role)
            return Account(rows[0].id, rows[0].name, tuple(grants))
        async with self._database.transaction() as db:
            found = await _identity(db, channel, external_id)
            if found is None:
                return await self._welcome(db, channel, external_id)
            found.seen_at, found.blocked_at = moment, None
            return await _account(db, found.account_id)

    async def _welcome(self, db: AsyncSession, channel: str, external_id: str) -> Account:
        moment = clock.now()
        row = AccountRow(created_at=moment)
        db.add(row)
        await db.flush()
        identity = {"channel": channel, "external_id": external_id, "created_at": moment, "seen_at": moment}
        await db.execute(insert(db, IdentityRow).values(account_id=row.id, **identity).on_conflict_do_nothing())
        won = await _identity(db, channel, external_id)
        assert won is not None  # noqa: S101 (we or another replica have just written it)
        if won.account_id != row.id:
            await db.delete(row)
        return await _account(db, won.account_id)

    async def get(self, account_id: int) -> Account:
        """Return an account by id, without any right to its data."""
        async with self._database.reading() as db:
            return await _account(db, account_id)

    async def staff(self) -> Sequence[Account]:
        """Return everybody who has a role."""
        async with self._database.reading() as db:
            ids = await db.scalars(select(RoleRow.account_id).distinct().order_by(RoleRow.account_id))
            return [await _account(db, account_id) for account_id in ids]

    async def hire(self, name: str, *grants: Grant) -> Account:
        """Make an account for a member of staff."""
        async with self._database.transaction() as db:
            row = AccountRow(name=name, created_at=clock.now())
            db.add(row)
            await db.flush()
            for grant in grants:
                db.add(RoleRow(account_id=row.id, role=grant.role, department=grant.department, studio=grant.studio))
            audit.note(db, None, "hire", f"account:{row.id}", ",".join(grant.role for grant in grants))
            await db.flush()
            return await _account(db, row.id)

    async def consent(self, account_id: int, version: str, channel: str) -> None:
        """Record that the account agreed to a version of the privacy notice; once is enough."""
        async with self._database.transaction() as db:
            await db.execute(
                insert(db, ConsentRow)
                .values(account_id=account_id, version=version, channel=channel, at=clock.now())
                .on_conflict_do_nothing()
            )

    async def has_consented(self, account_id: int, version: str) -> bool:
        """Say whether the account agreed to this version."""
        async with self._database.reading() as db:
            return (
                await db.scalar(
                    select(ConsentRow.id).where(ConsentRow.account_id == account_id, ConsentRow.version == version)
                )
            ) is not None

    async def issue_link(
        self, account_id: int, purpose: str, target: str = "", *, minutes: int = 30, by: int | None = None
    ) -> str:
        """Return a token that works once within `minutes`: purpose `desk`, `bind` or `form`.

        `by` is the member of staff who makes it, for the audit log.
        """
        token = secrets.token_urlsafe(24)
        async with self._database.transaction() as db:
            db.add(
                LinkRow(
                    token_hash=token_hash(token),
                    account_id=account_id,
                    purpose=purpose,
                    target=target,
                    expires_at=clock.now() + timedelta(minutes=minutes),
                )
            )
            if by is not None:
                audit.note(db, by, "issue link", f"account:{account_id}", purpose)
        return token

    async def redeem(self, token: str, purpose: str) -> Link:
        """Use up a token; raises LinkDead when it is unknown, used, too old or for another purpose."""
        async with self._database.transaction() as db:
            return await _redeem(db, token, purpose)

    async def bind(self, channel: str, external_id: str, token: str, purpose: str = "bind") -> Link:
        """Let an identity talk for the account that a token was issued to; raises LinkDead.

        A resident who goes on in another channel takes along what the identity had before. To a member of staff
        (or from one) nothing is taken along: private matters and an office are kept apart. Once bound, the same
        token binds again without complaint, because an update may be handled twice.
        """
        former = await self.meet(channel, external_id)
        async with self._database.transaction() as db:
            link = await _redeem(db, token, purpose, again_by=former.id)
            await db.execute(
                update(IdentityRow)
                .where(IdentityRow.channel == channel, IdentityRow.external_id == external_id)
                .values(account_id=link.account_id, seen_at=clock.now())
            )
            heir = await _account(db, link.account_id)
            if former.id != heir.id and not former.staff and not heir.staff:
                await merge(db, former.id, heir.id)
            audit.note(db, link.account_id, "bind", f"channel:{channel}")
        self._met.clear()  # a merged account may be behind other identities too
        return link

    async def open_session(self, token: str) -> str:
        """Sign in at the desk with a one-time link; return the session's token. Raises LinkDead."""
        session = secrets.token_urlsafe(32)
        moment = clock.now()
        async with self._database.transaction() as db:
            link = await _redeem(db, token, "desk")
            db.add(
                DeskSessionRow(
                    token_hash=token_hash(session), account_id=link.account_id, created_at=moment, seen_at=moment
                )
            )
            audit.note(db, link.account_id, "sign in", f"account:{link.account_id}")
        return session

    async def session(self, token: str) -> Account | None:
        """Return who is signed in under a session token, or None when it ended or idled for SESSION_IDLE."""
        moment = clock.now()
        async with self._database.reading() as db:
            row = await db.get(DeskSessionRow, token_hash(token))
            if row is None or row.ended_at or moment - row.seen_at > SESSION_IDLE:
                return None
            account = await _account(db, row.account_id)
        if moment - row.seen_at > SEEN_EVERY:
            async with self._database.transaction() as db:
                await db.execute(
                    update(DeskSessionRow).where(DeskSessionRow.token_hash == row.token_hash).values(seen_at=moment)
                )
        return account if account.staff else None

    async def close_session(self, token: str) -> None:
        """Sign out."""
        async with self._database.transaction() as db:
            row = await db.get(DeskSessionRow, token_hash(token))
            if row and row.ended_at is None:
                row.ended_at = clock.now()
                audit.note(db, row.account_id, "sign out", f"account:{row.account_id}")


async def staff_with(
    db: AsyncSession, role: Role, *, department: str | None = None, studio: str | None = None
) -> list[int]:
    """Return the ids of staff with a role, of one department or studio if given."""
    query = select(RoleRow.account_id).where(RoleRow.role == role).order_by(RoleRow.account_id)
    if department is not None:
        query = query.where(RoleRow.department == department)
    if studio is not None:
        query = query.where(RoleRow.studio == studio)
    return list(await db.scalars(query))


_KNOWN = (
    select(
        AccountRow.id, AccountRow.name, IdentityRow.seen_at, IdentityRow.blocked_at,
        RoleRow.role, RoleRow.department, RoleRow.studio,
    )
    .join(IdentityRow, IdentityRow.account_id == AccountRow.id)
    .outerjoin(RoleRow, RoleRow.account_id == AccountRow.id)
    .where(IdentityRow.channel == bindparam("channel"), IdentityRow.external_id == bindparam("external_id"))
    .order_by(RoleRow.id)
)  # fmt: skip
"""Who is behind an identity, a row for each role: asked once per update."""


async def _identity(db: AsyncSession, channel: str, external_id: str) -> IdentityRow | None:
    found: IdentityRow | None = await db.scalar(
        select(IdentityRow).where(IdentityRow.channel == channel, IdentityRow.external_id == external_id)
    )
    return found


async def _account(db: AsyncSession, account_id: int) -> Account:
    row = await db.get_one(AccountRow, account_id)
    roles = await db.scalars(select(RoleRow).where(RoleRow.account_id == account_id).order_by(RoleRow.id))
    return Account(row.id, row.name, tuple(Grant(Role(r.role), r.department, r.studio) for r in roles))


async def _redeem(db: AsyncSession, token: str, purpose: str, *, again_by: int | None = None) -> Link:
    """Use a token up; one that was used is good once more for the account it belongs to, if that is `again_by`."""
    row = await db.scalar(select(LinkRow).where(LinkRow.token_hash == token_hash(token)).with_for_update())
    if row is None or row.purpose != purpose or row.expires_at < clock.now():
        raise LinkDead
    if row.used_at and row.account_id != again_by:
        raise LinkDead
    row.used_at = row.used_at or clock.now()
    return Link(row.account_id, row.purpose, row.target)
