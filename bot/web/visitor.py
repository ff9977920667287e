"""Who is at the other end of the chat page: a random number in a signed cookie."""

import secrets

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from services.crypto import Keyring

COOKIE = "zhitong"
YEAR = 365 * 24 * 3600


class Visitors:
    """Knows visitors by their cookie. A cookie that was not signed here counts as none."""

    def __init__(self, keyring: Keyring, *, secure: bool) -> None:
        self._signer = URLSafeSerializer(keyring.signing_keys("web visitor"), salt="visitor")
        self._secure = secure

    def known(self, request: Request) -> int | None:
        """Return the visitor's number, which is also their chat's, or None for a newcomer or a forged cookie."""
        try:
            number = self._signer.loads(request.cookies.get(COOKIE, ""))
        except BadSignature:
            return None
        return number if isinstance(number, int) and 0 < number < 2**52 else None

    def welcome(self, response: Response, number: int | None = None) -> int:
        """Give a visitor a cookie, a newcomer with a new number; return the number."""
        number = number or secrets.randbits(52) or 1
        response.set_cookie(
            COOKIE,
            str(self._signer.dumps(number)),
            max_age=YEAR,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return number
