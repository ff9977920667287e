"""Coming and going: a one-time link with a button (previews of links open them too), a session cookie, sign-out."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.visit import COOKIE, HEADERS, Sent, Signed, page
from services.house import Services

router = APIRouter()


@router.get("/enter/{token}")
async def ask(request: Request, token: str) -> Response:
    """Ask before the link is used up."""
    return page(request, "enter.html", None, token=token)


@router.post("/enter/{token}")
async def enter(request: Request, token: str) -> Response:
    """Sign in; whoever was signed in in this browser is signed out. Raises LinkDead, which becomes 410."""
    services: Services = request.app.state.services
    session = await services.accounts.open_session(token)
    before = request.cookies.get(COOKIE)
    if before:
        await services.accounts.close_session(before)
    response = RedirectResponse("/desk/", status_code=303, headers=HEADERS)
    response.set_cookie(COOKIE, session, path="/desk", httponly=True, samesite="lax", secure=request.app.state.secure)
    return response


@router.post("/leave")
async def leave(visit: Signed, _form: Sent) -> Response:
    """Sign out."""
    await visit.services.accounts.close_session(visit.token)
    response = visit.go("/desk/")
    response.delete_cookie(COOKIE, path="/desk")
    return response
