"""What the author does with a request on its way: add what was asked for, judge the reply, rate, withdraw."""

from collections.abc import Sequence

from services.accounts import Account, Role
from services.requests import deadlines
from services.requests.handling import supervisors_and
from services.requests.office import Office
from services.requests.refusals import BadStars
from services.requests.rules import State, Verb
from services.requests.steps import Step
from services.requests.views import Request
from services.requests.wording import checked, optional


class Answering(Office):
    """The verbs of the author. Each also raises NotFound, NotYours, WrongState."""

    async def add_info(
        self, account: Account, request_id: int, key: str, text: str, files: Sequence[str] = ()
    ) -> Request:
        """Add words or files while the request is being worked on; raises Empty when there are neither.

        If the clock stood, it runs again: the answer's due time moves on by the working time waited, and the
        reminders are planned anew.
        """
        text = optional(text) if files else checked(text)

        async def work(step: Step) -> None:
            row, waited = step.row, step.resume()
            if row.state == State.NEED_INFO:
                row.state = State.HANDLING.value
            await step.attach(files)
            step.record(text, files=len(files), **waited)
            if waited:
                await step.hush()
                await step.plan()
            step.tell("request_info", [row.officer_id])

        return await self._perform(Verb.ADD_INFO, account, request_id, key, work)

    async def judge(self, account: Account, request_id: int, key: str, solved: bool, why: str = "") -> Request:
        """Say whether the reply solved the matter.

        Solved closes the request. Not solved opens a second round of ROUND_TWO_DAYS working days and tells
        dispatchers and supervisors; after the second round a supervisor must decide.
        """
        why = optional(why)

        async def work(step: Step) -> None:
            step.row.solved = solved
            if solved:
                await self._solved(step, why)
            elif step.row.round == 1:
                await self._second_round(step, why)
            else:
                await self._for_review(step, why)

        return await self._perform(Verb.JUDGE, account, request_id, key, work)

    async def _solved(self, step: Step, why: str) -> None:
        step.row.state, step.row.closed_at = State.CLOSED.value, step.now
        step.record(why, solved=True, round=step.row.round)
        step.tell("request_closed", [step.row.officer_id], outcome="solved")

    async def _second_round(self, step: Step, why: str) -> None:
        row, due = step.row, step.row.answer_due
        row.state, row.round, row.replied_at = State.HANDLING.value, 2, None
        deadlines.start_again(self._calendar, row, step.now)
        step.record(why, old_due=due, solved=False, round=1)
        await step.plan()
        told = [row.officer_id, *await supervisors_and(step.db, Role.DISPATCHER)]
        step.tell("request_unsolved", told)

    async def _for_review(self, step: Step, why: str) -> None:
        step.row.state = State.REVIEW.value
        step.record(why, solved=False, round=step.row.round)
        step.tell("request_review", [step.row.officer_id, *await supervisors_and(step.db)])

    async def rate(self, account: Account, request_id: int, key: str, stars: int, why: str = "") -> Request:
        """Rate the last round that had a reply with 1 to 5 stars, once; raises BadStars, AlreadyRated."""
        if stars not in range(1, 6):
            raise BadStars
        why = optional(why)

        async def work(step: Step) -> None:
            step.row.rating = stars
            step.record(why, stars=stars, round=step.standing.rated_round)

        return await self._perform(Verb.RATE, account, request_id, key, work)

    async def withdraw(self, account: Account, request_id: int, key: str) -> Request:
        """Take a request back while it is open."""

        async def work(step: Step) -> None:
            step.row.state, step.row.closed_at, step.row.waiting_since = State.WITHDRAWN.value, step.now, None
            await step.hush()
            step.record()
            step.tell("request_withdrawn", [step.row.officer_id])

        return await self._perform(Verb.WITHDRAW, account, request_id, key, work)
