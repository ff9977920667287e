"""What staff do with a request: take it, send it on, contact, ask, reply, close, reject."""

import json
from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import Account, Role, staff_with
from services.requests.office import Office
from services.requests.refusals import UnknownDepartment, UnknownOutcome
from services.requests.rules import OUTCOMES, State, Verb
from services.requests.steps import Step, handlers_of
from services.requests.views import Reply, Request
from services.requests.wording import checked, optional


class Handling(Office):
    """The verbs of staff. Each also raises NotFound, WrongState, NotAllowed; an officer's NotYours, TakeFirst."""

    async def take(self, account: Account, request_id: int, key: str) -> Request:
        """Take a request of one's department into one's own hands; raises AlreadyTaken with the taker's name."""

        async def work(step: Step) -> None:
            step.row.state, step.row.officer_id = State.HANDLING.value, account.id
            await step.unsay("request_new")
            step.record()
            step.tell("request_taken", [step.row.author_id])

        return await self._perform(Verb.TAKE, account, request_id, key, work)

    async def dispatch(self, account: Account, request_id: int, department: str, key: str, why: str) -> Request:
        """Send a request to a department, or to a new officer of the same one; its clocks go on.

        For dispatchers. Raises UnknownDepartment, Empty, TooLong.
        """
        if department not in self._county.departments:
            raise UnknownDepartment
        why = checked(why)

        async def work(step: Step) -> None:
            row, before = step.row, step.row.officer_id
            row.department, row.officer_id, row.state = department, None, State.SUBMITTED.value
            await step.unsay("request_new")
            step.record(why, department=department)
            step.tell("request_moved", [row.author_id, before], department=department)
            step.tell("request_new", await handlers_of(step.db, row), urgent=row.urgent)

        return await self._perform(Verb.DISPATCH, account, request_id, key, work)

    async def contacted(self, account: Account, request_id: int, key: str, note: str = "") -> Request:
        """Write down that the author was contacted; the first time stops the contact clock. The note is staff's own."""
        note = optional(note)

        async def work(step: Step) -> None:
            step.row.contacted_at = step.row.contacted_at or step.now
            step.record(note)

        return await self._perform(Verb.CONTACTED, account, request_id, key, work)

    async def ask_more(self, account: Account, request_id: int, key: str, question: str) -> Request:
        """Ask the author for more; until they answer the clock stands, unless the answer is overdue already.

        Being asked is being contacted, so the contact clock stops too. After deadlines.WAITING_DAYS the officer is
        reminded, once, that the author is still silent; a reply can be given without what was asked for.
        """
        question = checked(question)

        async def work(step: Step) -> None:
            row = step.row
            row.state, row.contacted_at = State.NEED_INFO.value, row.contacted_at or step.now
            if step.now < row.answer_due:
                row.waiting_since = step.now
                await step.hush()
                await step.plan_waiting()
            step.record(question, paused=row.waiting_since is not None)
            step.tell("request_question", [row.author_id])

        return await self._perform(Verb.ASK_MORE, account, request_id, key, work)

    async def reply(
        self, account: Account, request_id: int, key: str, facts: str, basis: str, handling: str, remedy: str
    ) -> Request:
        """Answer the author: what was found, the law it rests on, what was done, where to turn next; all required."""
        answer = Reply(checked(facts), checked(basis), checked(handling), checked(remedy))

        async def work(step: Step) -> None:
            row, waited = step.row, step.resume()
            row.state, row.replied_at, row.contacted_at = State.REPLIED.value, step.now, row.contacted_at or step.now
            await step.hush()
            step.record(json.dumps(asdict(answer), ensure_ascii=False), round=row.round, **waited)
            step.tell("request_replied", [row.author_id])

        return await self._perform(Verb.REPLY, account, request_id, key, work)

    async def close(self, account: Account, request_id: int, key: str, outcome: str, why: str) -> Request:
        """Close a replied request with one of OUTCOMES and a reason.

        The officer in charge may when the author kept silent for SILENT_DAYS working days after the reply
        (StillWaiting before); a supervisor any time after a reply. Raises UnknownOutcome, Empty, TooLong.
        """
        if outcome not in OUTCOMES:
            raise UnknownOutcome
        why = checked(why)

        async def work(step: Step) -> None:
            await _end(step, State.CLOSED)
            step.record(why, outcome=outcome)
            step.tell("request_closed", [step.row.author_id, step.row.officer_id], outcome=outcome)

        return await self._perform(Verb.CLOSE, account, request_id, key, work)

    async def reject(self, account: Account, request_id: int, key: str, route: str) -> Request:
        """Turn away what the direct train may not handle, telling the author where to go. For dispatchers."""
        route = checked(route)

        async def work(step: Step) -> None:
            await _end(step, State.REJECTED)
            step.record(route)
            step.tell("request_rejected", [step.row.author_id, step.row.officer_id])

        return await self._perform(Verb.REJECT, account, request_id, key, work)


async def _end(step: Step, state: State) -> None:
    step.row.state, step.row.closed_at, step.row.waiting_since = state.value, step.now, None
    await step.hush()


async def supervisors_and(db: AsyncSession, *roles: Role) -> list[int]:
    """Return the supervisors and everybody with one of the roles."""
    return [account_id for role in (Role.SUPERVISOR, *roles) for account_id in await staff_with(db, role)]
