"""What the mediator of a studio answers: accept, or decline with a reason."""

from services.accounts import Account
from services.mediation import rules
from services.mediation.changes import Changes, tell_author
from services.mediation.rows import add_step, shown
from services.mediation.views import Booking, State, Verb


class Answers(Changes):
    """Only mediators of the booking's studio answer; nobody answers a booking of their own."""

    async def accept(self, account: Account, booking_id: int, key: str) -> Booking:
        """Confirm a booking; the author is told.

        Refuses NotFound, NotAllowed, AlreadyAccepted, BookingOver (also when its time has come).
        """
        async with self._database.transaction() as db:
            row, _, fresh = await self._begin(db, account, booking_id, key, Verb.ACCEPT)
            if fresh:
                row.state = State.ACCEPTED
                add_step(db, row, Verb.ACCEPT, key=key, actor_id=account.id)
                tell_author(db, row, "booking_accepted")
            return await shown(db, row)

    async def decline(self, account: Account, booking_id: int, key: str, why: str) -> Booking:
        """Turn a booking down, also one accepted before; the slot is free again.

        The author is told the reason and the other routes (人民调解法 26), so a reason is needed.
        Refuses NotFound, NotAllowed, BookingOver, Empty, TooLong.
        """
        async with self._database.transaction() as db:
            row, _, fresh = await self._begin(db, account, booking_id, key, Verb.DECLINE)
            if fresh:
                note = rules.clean(why, rules.NOTE_LIMIT)
                row.state, row.holds = State.DECLINED, False
                await self._forget(db, row)
                add_step(db, row, Verb.DECLINE, key=key, actor_id=account.id, note=note)
                tell_author(db, row, "booking_declined")
            return await shown(db, row)
