"""The audit log as an administrator reads it; nothing here can change it."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.navigation import RUNNING
from desk.visit import Signed

router = APIRouter(prefix="/audit")


@router.get("")
async def latest(visit: Signed) -> Response:
    """Show the newest entries with the names of staff; residents stay numbers."""
    visit.require(RUNNING)
    names = {person.id: person.name for person in await visit.services.accounts.staff()}
    return visit.page("audit.html", entries=await visit.services.audit.latest(limit=300), names=names)
