"""No request may be larger than the largest file; what is larger is refused before it fills memory or disk."""

from fastapi import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.files import MAX_BYTES

LARGEST = MAX_BYTES + 64 * 1024
"""Bytes of a file of the largest size taken, and of the form around it."""
SENTENCE = "内容太大了：每个文件最多 10 MB。"


class Measured:
    """Refuses with 413 by the announced length, and by what comes when none was announced."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and _announced(scope) > LARGEST:
            refusal = JSONResponse({"detail": SENTENCE}, status_code=413, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        seen = 0

        async def measured() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST:
                raise HTTPException(413, SENTENCE)
            return message

        await self._app(scope, measured, send)


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 16 else LARGEST + 1
