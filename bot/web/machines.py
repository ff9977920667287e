"""Ways in for machines: Telegram's webhook, the health check, the metrics."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
LARGEST_UPDATE = 1024 * 1024

Receive = Callable[[str, str, str, dict[str, Any]], Awaitable[bool]]


def machine_routes(
    *,
    receive: Receive,
    webhook_secret: str | None,
    database_alive: Callable[[], Awaitable[bool]],
    ticks_alive: Callable[[], bool],
) -> APIRouter:
    """Return the routes; without a webhook secret there is no webhook."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        parts = {"database": await database_alive(), "ticks": ticks_alive()}
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    if webhook_secret:

        @router.post(telegram.PATH)
        async def webhook(request: Request) -> Response:
            given = request.headers.get(SECRET_HEADER, "")
            if not hmac.compare_digest(given.encode(), webhook_secret.encode()):
                raise HTTPException(403)
            update = _parsed(await request.body())
            # 200 only after the row is written; anything else makes Telegram send it again
            await receive("telegram", str(update["update_id"]), telegram.chat_of(update), update)
            return Response(status_code=200)

    return router


def _parsed(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST_UPDATE:
        raise HTTPException(413)
    try:
        update = json.loads(body)
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(update, dict):
        raise HTTPException(400)
    number = update.get("update_id")
    if not isinstance(number, int) or abs(number) >= 2**63:
        raise HTTPException(400)
    return update
