"""Lessons at the desk: what there is, one in full, and planning whom it goes to and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from desk.errors import status_of
from desk.forms import moment_at
from desk.navigation import EDITING
from desk.visit import Sent, Signed, Visit
from services import clock
from services.errors import Refusal
from services.lessons import UnknownLesson

router = APIRouter(prefix="/lessons")


@dataclass(frozen=True)
class Plan:
    """Whom a lesson goes to and when, as the form's fields have it."""

    audience: str
    day: str
    time: str

    @property
    def due_at(self) -> datetime:
        """Return the moment, aware; raises BadTime."""
        return moment_at(self.day, self.time)


@router.get("")
async def overview(visit: Signed, audience: str = "") -> Response:
    """List the lessons in force, of one audience if it is named: those of this month first."""
    visit.require(EDITING)
    lessons = visit.services.lessons
    chosen = audience if audience in lessons.audiences else ""
    found = {lesson.id: lesson for one in lessons.audiences for lesson in lessons.lessons_for(one)}
    listed = lessons.lessons_for(chosen) if chosen else [found[name] for name in sorted(found)]
    return visit.page(
        "lessons.html",
        lessons=listed,
        audiences=lessons.audiences,
        chosen=chosen,
        month=clock.local(clock.now()).month,
    )


@router.get("/{lesson_id}")
async def detail(visit: Signed, lesson_id: str) -> Response:
    """Show a lesson as readers get it, and the form to plan it: by default for tomorrow morning."""
    visit.require(EDITING)
    lesson = visit.services.lessons.lesson(lesson_id)
    tomorrow = clock.local(clock.now()).date() + timedelta(days=1)
    return visit.page("lesson.html", lesson=lesson, plan=Plan(lesson.audiences[0], tomorrow.isoformat(), "10:00"))


@router.get("/{lesson_id}/plan")
async def preview(visit: Signed, lesson_id: str, audience: str = "", day: str = "", time: str = "") -> Response:
    """Show how many would get it and who would not, before anything is planned."""
    return await _preview(visit, lesson_id, Plan(audience, day, time))


@router.post("/{lesson_id}/plan")
async def schedule(visit: Signed, form: Sent, lesson_id: str) -> Response:
    """Plan the push; when it is refused, show the preview again with the refusal."""
    plan = Plan(form.text("audience"), form.text("day"), form.text("time"))
    try:
        push = await visit.services.lessons.schedule(
            visit.account, key=form.key, lesson_id=lesson_id, audience=plan.audience, due_at=plan.due_at
        )
    except UnknownLesson:
        raise
    except Refusal as refusal:
        return await _preview(visit, lesson_id, plan, refusal)
    return visit.go(f"/desk/pushes/{push.id}?done=planned")


async def _preview(visit: Visit, lesson_id: str, plan: Plan, refusal: Refusal | None = None) -> Response:
    """Show a plan; one that cannot be counted or has no moment is shown as its form alone."""
    visit.require(EDITING)
    lesson = visit.services.lessons.lesson(lesson_id)
    seen, due_at = None, None
    try:
        seen, due_at = await visit.services.lessons.preview(visit.account, lesson_id, plan.audience), plan.due_at
    except Refusal as found:
        refusal = refusal or found
    return visit.page(
        "plan.html",
        status=status_of(refusal) if refusal else 200,
        lesson=lesson,
        plan=plan,
        seen=seen,
        due_at=due_at,
        alert=str(refusal) if refusal else "",
    )
