"""A visit: who is signed in, what they may be shown, and the page they get. Every route of the desk takes one."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.forms import Expired, Form, SignInFirst, idempotency_key, read
from desk.navigation import items_for
from desk.rendering import draw
from services.accounts import Account, Role
from services.errors import NotAllowed
from services.house import Services

COOKIE = "zhitong_desk"
HEADERS = {
    "Cache-Control": "no-store",
    # With no-referrer browsers send “Origin: null” with every form, and the house refuses it as foreign.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Visit:
    """One request by somebody who is signed in."""

    request: Request
    services: Services
    account: Account
    token: str

    @property
    def csrf(self) -> str:
        """Return the secret of this session's forms, which another site cannot know (it never sees the cookie)."""
        return hmac.new(self.token.encode(), b"forms of the desk", hashlib.sha256).hexdigest()

    @property
    def origin(self) -> str:
        """Return where this house is reached, as the browser has it: https://example.org."""
        scheme = "https" if self.request.app.state.secure else self.request.url.scheme
        return f"{scheme}://{self.request.url.netloc}"

    def require(self, roles: frozenset[Role]) -> None:
        """Raise NotAllowed without one of the roles: for lists whose service asks for nobody."""
        if not self.account.has(*roles):
            raise NotAllowed

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a page in the desk's layout."""
        return page(self.request, template, self, status=status, **context)

    def go(self, path: str) -> Response:
        """Send the browser on after a form, so that reloading does not send it again."""
        return RedirectResponse(path, status_code=303, headers=HEADERS)


def page(request: Request, template: str, visit: Visit | None, *, status: int = 200, **context: Any) -> Response:
    """Return a page with or without somebody signed in."""
    services: Services = request.app.state.services
    shared: dict[str, Any] = {
        "county": services.county,
        "visit": visit,
        "navigation": items_for(visit.account) if visit else [],
        "here": request.url.path,
        "alert": "",
        "done": "",
        "typed": {},
    }
    return HTMLResponse(draw(template, shared | context), status_code=status, headers=HEADERS)


async def visit_of(request: Request) -> Visit | None:
    """Return the visit behind a request's cookie, or None when nobody is signed in."""
    token = request.cookies.get(COOKIE, "")
    services: Services = request.app.state.services
    account = await services.accounts.session(token) if token else None
    if account is None:
        return None
    request.state.visit = Visit(request, services, account, token)
    return request.state.visit  # type: ignore[no-any-return]  # starlette's state is untyped


async def signed_in(request: Request) -> Visit:
    """Return who is signed in; raises SignInFirst, with what a form held, so that it is not lost."""
    visit = await visit_of(request)
    if visit is None:
        raise SignInFirst(await read(request) if request.method == "POST" else {})
    return visit


Signed = Annotated[Visit, Depends(signed_in)]


async def sent(visit: Signed) -> Form:
    """Return a form that came from one of our own pages; raises Expired when its token is not this session's."""
    values = await read(visit.request)
    if not hmac.compare_digest(values.get("csrf", "").encode(), visit.csrf.encode()):
        raise Expired(values)
    return Form(idempotency_key(visit.account.id, visit.request.url.path, values.get("key", "")), values)


Sent = Annotated[Form, Depends(sent)]
