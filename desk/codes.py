"""Credit codes that fail their check: real ones of the first pilot areas do, so staff look and confirm."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.forms import Number
from desk.visit import Sent, Signed

router = APIRouter(prefix="/codes")


@router.get("")
async def waiting(visit: Signed, done: str = "") -> Response:
    """List the enterprises whose code waits to be confirmed."""
    enterprises = await visit.services.requests.codes_to_confirm(visit.account)
    return visit.page("codes.html", enterprises=enterprises, done="已记下，这个代码以后不再提示。" if done else "")


@router.post("/{enterprise_id}/confirm")
async def confirm(visit: Signed, form: Sent, enterprise_id: Number) -> Response:
    """Record that the code was compared with the business licence."""
    await visit.services.requests.confirm_code(visit.account, enterprise_id, form.key)
    return visit.go("/desk/codes?done=yes")
