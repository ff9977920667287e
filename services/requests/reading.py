"""Looking at requests: one in full, one's own, the queue. Nothing here shows what is not the reader's."""

from sqlalchemy import ColumnElement, and_, case, null, or_, select

from services import audit, clock
from services.accounts import Account, Role
from services.errors import NotAllowed, NotFound
from services.files import StoredFile
from services.requests.office import Office
from services.requests.presenting import lines_of, view_of
from services.requests.rules import OPEN, WORKING, State
from services.requests.tables import AttachmentRow, RequestRow
from services.requests.views import RequestLine, RequestView


class Reading(Office):
    """The verbs that change nothing, except that a look by staff is written to the audit log."""

    async def read(self, account: Account, request_id: int) -> RequestView:
        """Return a request in full to its author and to staff with the right to it; raises NotFound."""
        # A member of staff writes an audit row; anybody else must not wait for a writer.
        async with self._database.transaction() if account.staff else self._database.reading() as db:
            standing = await self._access(db, account, request_id)
            if standing.row.author_id != account.id:
                audit.note(db, account.id, "read request", f"request:{request_id}")
            return await view_of(db, standing, self._county)

    async def attachment(self, account: Account, request_id: int, file_id: str) -> tuple[StoredFile, bytes]:
        """Return a file of a request and its content, by the right to the request; raises NotFound."""
        async with self._database.transaction() if account.staff else self._database.reading() as db:
            standing = await self._access(db, account, request_id)
            belongs = AttachmentRow.request_id == request_id, AttachmentRow.file_id == file_id
            if await db.scalar(select(AttachmentRow.id).where(*belongs).limit(1)) is None:
                raise NotFound
            if standing.row.author_id != account.id:
                audit.note(db, account.id, "read attachment", f"request:{request_id}", f"file:{file_id}")
        return await self._files.read(file_id)

    async def mine(self, account: Account) -> list[RequestLine]:
        """Return the account's own requests, newest first."""
        query = select(RequestRow).where(RequestRow.author_id == account.id, RequestRow.deleted_at.is_(None))
        async with self._database.reading() as db:
            rows = list(await db.scalars(query.order_by(RequestRow.id.desc())))
            return await lines_of(db, rows, self._county, self._calendar, clock.now())

    async def queue(
        self, account: Account, *, state: str | None = None, department: str | None = None, limit: int = 100
    ) -> list[RequestLine]:
        """Return what the account works on, what is due next first; open requests unless a state is named.

        Officers see their departments', dispatchers and supervisors all. Raises NotAllowed for anybody else.
        """
        states = {State(state)} if state else OPEN
        query = select(RequestRow).where(
            RequestRow.deleted_at.is_(None), RequestRow.state.in_([s.value for s in states]), _visible(account)
        )
        if department is not None:
            query = query.where(RequestRow.department == department)
        async with self._database.reading() as db:
            rows = list(await db.scalars(query.order_by(_next_due().nulls_last(), RequestRow.id).limit(limit)))
            return await lines_of(db, rows, self._county, self._calendar, clock.now())


def _visible(account: Account) -> ColumnElement[bool]:
    if account.has(Role.DISPATCHER, Role.SUPERVISOR):
        return RequestRow.id.is_not(None)
    departments = account.departments(Role.OFFICER)
    if not departments:
        raise NotAllowed
    return RequestRow.department.in_(departments)


def _next_due() -> ColumnElement[object]:
    """Return `deadlines.next_due` as SQL."""
    contact_first = and_(RequestRow.contacted_at.is_(None), RequestRow.contact_due < RequestRow.answer_due)
    resting = or_(RequestRow.state.not_in([s.value for s in WORKING]), RequestRow.waiting_since.is_not(None))
    return case((resting, null()), (contact_first, RequestRow.contact_due), else_=RequestRow.answer_due)
