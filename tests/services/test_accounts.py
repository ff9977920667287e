"""Accounts: the same visitor is the same person, links work once, sessions end."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from services import clock
from services.accounts import Accounts, Grant, LinkDead, Role
from services.accounts.merging import merge
from services.accounts.tables import DeskSessionRow, LinkRow, RoleRow
from services.audit import AuditRow
from services.db import Base, Database
from services.lessons.tables import SubscriptionRow


async def test_a_visitor_who_comes_back_is_the_same_person(database: Database) -> None:
    accounts = Accounts(database)
    first = await accounts.meet("web", "7")
    assert (await accounts.meet("web", "7")).id == first.id
    assert (await accounts.meet("telegram", "7")).id != first.id


async def test_twenty_first_messages_at_once_make_one_account(database: Database) -> None:
    accounts = Accounts(database)
    met = await asyncio.gather(*(accounts.meet("web", "8") for _ in range(20)))
    assert len({account.id for account in met}) == 1


async def test_a_link_works_once_for_its_purpose_and_in_time(database: Database) -> None:
    accounts = Accounts(database)
    officer = await accounts.hire("王某", Grant(Role.OFFICER, department="justice"))
    token = await accounts.issue_link(officer.id, "desk")
    with pytest.raises(LinkDead):
        await accounts.redeem(token, "bind")
    session = await accounts.open_session(token)
    with pytest.raises(LinkDead):
        await accounts.open_session(token)
    signed_in = await accounts.session(session)
    assert signed_in is not None
    assert signed_in.departments(Role.OFFICER) == {"justice"}
    late = await accounts.issue_link(officer.id, "desk", minutes=5)
    with clock.moved_to(clock.now() + timedelta(minutes=6)), pytest.raises(LinkDead):
        await accounts.open_session(late)


async def test_a_session_ends_by_signing_out_and_by_idling(database: Database) -> None:
    accounts = Accounts(database)
    officer = await accounts.hire("王某", Grant(Role.OFFICER, department="justice"))
    idle = await accounts.open_session(await accounts.issue_link(officer.id, "desk"))
    with clock.moved_to(clock.now() + timedelta(hours=9)):
        assert await accounts.session(idle) is None
    await accounts.close_session(idle)
    assert await accounts.session(idle) is None


async def test_two_people_redeem_one_link_and_one_of_them_gets_in(database: Database) -> None:
    accounts = Accounts(database)
    officer = await accounts.hire("王某", Grant(Role.OFFICER, department="justice"))
    token = await accounts.issue_link(officer.id, "desk")
    tried = await asyncio.gather(*(accounts.open_session(token) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(result, str) for result in tried) == 1


async def test_consent_is_asked_again_only_for_a_new_version(database: Database) -> None:
    accounts = Accounts(database)
    anna = await accounts.meet("web", "9")
    assert not await accounts.has_consented(anna.id, "2026-11")
    await accounts.consent(anna.id, "2026-11", "web")
    await accounts.consent(anna.id, "2026-11", "web")
    assert await accounts.has_consented(anna.id, "2026-11")
    assert not await accounts.has_consented(anna.id, "2027-01")


async def test_a_bound_channel_talks_for_the_member_of_staff(database: Database) -> None:
    accounts = Accounts(database)
    officer = await accounts.hire("王某", Grant(Role.OFFICER, department="justice"))
    await accounts.bind("web", "10", await accounts.issue_link(officer.id, "bind"))
    assert (await accounts.meet("web", "10")).id == officer.id


async def test_who_goes_on_in_another_channel_takes_their_matters_along(database: Database) -> None:
    accounts = Accounts(database)
    on_the_web = await accounts.meet("web", "21")
    in_telegram = await accounts.meet("telegram", "22")
    async with database.transaction() as db:
        for account, audience in ((on_the_web, "司机"), (on_the_web, "老年人"), (in_telegram, "老年人")):
            db.add(SubscriptionRow(account_id=account.id, audience=audience, since=clock.now()))
    for account in (on_the_web, in_telegram):
        await accounts.consent(account.id, "2026-11", "web")
    await accounts.bind("web", "21", await accounts.issue_link(in_telegram.id, "form"), "form")
    async with database.reading() as db:
        rows = await db.execute(select(SubscriptionRow.account_id, SubscriptionRow.audience))
        kept = sorted((row.account_id, row.audience) for row in rows)
    assert kept == sorted([(in_telegram.id, "司机"), (in_telegram.id, "老年人")])
    assert (await accounts.meet("web", "21")).id == in_telegram.id


async def test_an_office_takes_over_nobodys_private_matters(database: Database) -> None:
    accounts = Accounts(database)
    neighbour = await accounts.meet("web", "23")
    async with database.transaction() as db:
        db.add(SubscriptionRow(account_id=neighbour.id, audience="司机", since=clock.now()))
    officer = await accounts.hire("王某", Grant(Role.OFFICER, department="justice"))
    await accounts.bind("web", "23", await accounts.issue_link(officer.id, "bind"))
    async with database.reading() as db:
        assert await db.scalar(select(SubscriptionRow.account_id)) == neighbour.id


async def test_an_account_that_has_everything_is_merged_whole(database: Database) -> None:
    accounts = Accounts(database)
    former, remaining = await accounts.meet("web", "24"), await accounts.meet("telegram", "25")
    async with database.transaction() as db:
        await merge(db, former.id, remaining.id)
        left = {AuditRow.__tablename__, RoleRow.__tablename__, LinkRow.__tablename__, DeskSessionRow.__tablename__}
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if table.name not in left and any(key.target_fullname == "accounts.id" for key in column.foreign_keys):
                    assert await db.scalar(select(column).where(column == former.id)) is None, table.name
