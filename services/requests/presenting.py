"""Rows become what callers see: labels looked up, persons masked in lists, the timeline told."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.county import County
from services.accounts.tables import AccountRow
from services.files import FileRow, StoredFile
from services.identifiers import masked_name, masked_phone
from services.requests.deadlines import light, next_due
from services.requests.rules import Standing, State, Verb
from services.requests.tables import AttachmentRow, EnterpriseRow, RequestEventRow, RequestRow
from services.requests.views import Enterprise, Event, Reply, Request, RequestLine, RequestView
from services.requests.wording import label
from services.worktime import WorkCalendar

STAFF_ONLY = frozenset({Verb.CONTACTED})
"""Steps whose note is the staff's own and not shown to the author."""


def enterprise_of(row: EnterpriseRow) -> Enterprise:
    """Return an enterprise with its contact masked."""
    return Enterprise(
        id=row.id,
        name=row.name,
        credit_code=row.credit_code,
        code_problem=row.code_problem,
        confirmed=row.code_confirmed_at is not None,
        contact=masked_name(row.contact or ""),
        phone=masked_phone(row.phone) if row.phone else "",
    )


def request_of(row: RequestRow, county: County, officer: str | None) -> Request:
    """Return a request without personal data."""
    return Request(**_common(row, county, officer))


def _common(row: RequestRow, county: County, officer: str | None) -> dict[str, Any]:
    """Look up what a county may have renamed or dropped since: an unknown slug is shown as it is."""
    category = county.categories.get(row.category)
    policy = county.policies.get(row.policy)
    department = county.departments.get(row.department)
    return {
        "id": row.id,
        "number": row.number,
        "category": row.category,
        "category_name": category.name if category else row.category,
        "policy_name": policy.name if policy else row.policy,
        "urgent": row.urgent,
        "state": row.state,
        "state_label": State(row.state).label,
        "round": row.round,
        "department": row.department,
        "department_name": department.name if department else row.department,
        "officer": officer,
        "submitted_at": row.submitted_at,
        "contact_due": row.contact_due,
        "contacted_at": row.contacted_at,
        "answer_due": row.answer_due,
        "certain": row.certain,
        "paused": row.waiting_since is not None,
        "sentence": row.sentence,
    }


async def lines_of(
    db: AsyncSession, rows: Sequence[RequestRow], county: County, calendar: WorkCalendar, now: datetime
) -> list[RequestLine]:
    """Return rows as lines of a list, in their order, with two look-ups for all of them."""
    officers = await names_of(db, (row.officer_id for row in rows))
    ids = {row.enterprise_id for row in rows if row.enterprise_id}
    found = await db.execute(select(EnterpriseRow.id, EnterpriseRow.name).where(EnterpriseRow.id.in_(ids)))
    enterprises: dict[int | None, str] = {row.id: row.name for row in found}
    return [
        RequestLine(
            **_common(row, county, officers.get(row.officer_id)),
            **_line(row, enterprises.get(row.enterprise_id), calendar, now),
        )
        for row in rows
    ]


async def names_of(db: AsyncSession, ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """Return the names of accounts by id."""
    found = await db.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(set(ids) - {None})))
    return {row.id: row.name for row in found}


def _line(row: RequestRow, enterprise: str | None, calendar: WorkCalendar, now: datetime) -> dict[str, Any]:
    return {
        "who": enterprise or masked_name(row.contact or "") or "未留姓名",
        "phone": masked_phone(row.phone) if row.phone else "",
        "due_next": next_due(row),
        "light": light(calendar, row, now),
    }


async def view_of(db: AsyncSession, standing: Standing, county: County) -> RequestView:
    """Return a request in full, as the standing's account may see it."""
    row, own = standing.row, standing.row.author_id == standing.account.id
    enterprise = await db.get(EnterpriseRow, row.enterprise_id) if row.enterprise_id else None
    names = {} if own else await names_of(db, (event.actor_id for event in standing.history))
    replies = [event.note for event in standing.history if event.verb == Verb.REPLY and event.note]
    return RequestView(
        **_common(row, county, standing.officer_name),
        **_line(row, enterprise.name if enterprise else None, standing.calendar, standing.now)
        | {"phone": row.phone or ""},
        own=own,
        facts=row.facts or "",
        contact=row.contact or "",
        enterprise=enterprise_of(enterprise) if enterprise else None,
        reply=Reply(**json.loads(replies[-1])) if replies else None,
        solved=row.solved,
        rating=row.rating,
        events=tuple(_event(event, row, county, own, names) for event in standing.history),
        attachments=tuple(await _attachments(db, row.id)),
        may=standing.may,
    )


def _event(
    event: RequestEventRow, row: RequestRow, county: County, own: bool, names: dict[int | None, str | None]
) -> Event:
    note = event.note or ""
    if event.verb == Verb.REPLY and note:
        note = Reply(**json.loads(note)).text()
    if own and event.verb in STAFF_ONLY:
        note = ""
    author = "您" if own else "提交人"
    who = author if event.actor_id == row.author_id else names.get(event.actor_id) or "工作人员"
    return Event(event.at, event.verb, label(event, county), who, note, event.old_due, event.new_due)


async def _attachments(db: AsyncSession, request_id: int) -> list[StoredFile]:
    query = select(FileRow).join(AttachmentRow, AttachmentRow.file_id == FileRow.id)
    rows = await db.scalars(query.where(AttachmentRow.request_id == request_id).order_by(AttachmentRow.id))
    return [StoredFile(row.id, row.account_id, row.name, row.mime, row.size) for row in rows]
