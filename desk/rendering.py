"""How a page is drawn: the Jinja2 environment, and the words for moments and days (Asia/Shanghai)."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.wording import act_label, detail_of, subject_of
from services import clock
from services.worktime.explaining import day_text, moment_text


def _moment(moment: datetime) -> str:
    return moment_text(moment, since=clock.now())


def _day(day: date) -> str:
    return day_text(day, clock.local(clock.now()).date())


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {"moment": _moment, "day": _day, "act": act_label, "subject": subject_of}
ENVIRONMENT.globals |= {"fresh_key": lambda: secrets.token_hex(16), "detail_of": detail_of}


def draw(template: str, context: Mapping[str, Any]) -> str:
    """Return a page as HTML; a name that the context lacks is an error, not a blank."""
    return ENVIRONMENT.get_template(template).render(context)
