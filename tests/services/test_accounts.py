"""Accounts: the same visitor is the same person, links work once, sessions end."""

import asyncio
from datetime import timedelta

import pytest

from services import clock
from services.accounts import Accounts, Grant, LinkDead, Role
from services.db import Database


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
