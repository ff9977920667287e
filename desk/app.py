"""The desk's web application: pages by subject, one look, every refusal a sentence."""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from desk import (
    audit,
    bookings,
    chat_link,
    codes,
    errors,
    home,
    lessons,
    pushes,
    questions,
    requests,
    signing_in,
    staff,
)
from services.house import Services

PAGES = (signing_in, home, requests, codes, bookings, lessons, pushes, questions, staff, audit, chat_link)


def build_desk(services: Services, *, secure: bool) -> FastAPI:
    """Return the desk, to be mounted at /desk beside /kit; `secure` keeps its cookie to HTTPS."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services, app.state.secure = services, secure
    errors.install(app)
    for page in PAGES:
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return app
