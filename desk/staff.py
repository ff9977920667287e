"""Who works here, and one-time sign-in links for them: made by an administrator, shown once."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.forms import Number
from desk.navigation import RUNNING
from desk.visit import Sent, Signed, Visit
from services.accounts import Account, Grant
from services.errors import NotFound

router = APIRouter(prefix="/staff")

LINK_MINUTES = 30
"""How long a sign-in link is good for (county default)."""


@router.get("")
async def everybody(visit: Signed) -> Response:
    """List the staff with their roles."""
    visit.require(RUNNING)
    people = await visit.services.accounts.staff()
    return visit.page("staff.html", people=[(one, _posts(visit, one)) for one in people])


@router.post("/{account_id}/link")
async def link(visit: Signed, _form: Sent, account_id: Number) -> Response:
    """Make a sign-in link for a member of staff; it is on this page and nowhere else."""
    visit.require(RUNNING)
    person = await _person(visit, account_id)
    token = await visit.services.accounts.issue_link(person.id, "desk", minutes=LINK_MINUTES, by=visit.account.id)
    return visit.page("staff_link.html", person=person, link=f"{visit.origin}/desk/enter/{token}", minutes=LINK_MINUTES)


async def _person(visit: Visit, account_id: int) -> Account:
    for person in await visit.services.accounts.staff():
        if person.id == account_id:
            return person
    raise NotFound


def _posts(visit: Visit, account: Account) -> list[str]:
    return [_post(visit, grant) for grant in account.grants]


def _post(visit: Visit, grant: Grant) -> str:
    """Return a role with the department or studio it holds in."""
    county = visit.services.county
    department = county.departments.get(grant.department or "")
    studio = next((one.name for one in county.studios if one.slug == grant.studio), grant.studio)
    place = department.name if department else studio
    return f"{grant.role.label}（{place}）" if place else grant.role.label
