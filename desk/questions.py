"""Questions that found no answer: what to write an entry about next. They are masked and name nobody."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.navigation import EDITING
from desk.visit import Signed
from services.errors import NotFound
from services.faq import Faq

router = APIRouter(prefix="/questions")


@router.get("")
async def unanswered(visit: Signed) -> Response:
    """List them, newest first, each with the nearest entry as a guess."""
    visit.require(EDITING)
    faq = visit.services.faq
    misses = await faq.unanswered(limit=200)
    guesses = {miss.guess: _title(faq, miss.guess) for miss in misses if miss.guess}
    return visit.page("questions.html", misses=misses, guesses=guesses)


def _title(faq: Faq, entry_id: str) -> str:
    try:
        return f"{faq.entry(entry_id).title}（{entry_id}）"
    except NotFound:
        return entry_id
