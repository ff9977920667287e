"""Every sentence the bot says is a Jinja2 template in handlers/texts, escaped unless the template is ours."""

import re
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services import clock

FOLDER = Path(__file__).parent / "texts"
WEEKDAYS = "一二三四五六日"


def day(value: date | datetime) -> str:
    """Return “11月26日 周四”, with the year when it is not this one (Asia/Shanghai)."""
    local = clock.local(value).date() if isinstance(value, datetime) else value
    year = "" if local.year == clock.local(clock.now()).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]}"


def moment(value: datetime) -> str:
    """Return “11月26日 周四 17:30” (Asia/Shanghai)."""
    return f"{day(value)} {clock.local(value):%H:%M}"


def hour(value: datetime) -> str:
    """Return “17:30” (Asia/Shanghai)."""
    return f"{clock.local(value):%H:%M}"


def notice(text: str) -> Markup:
    """Return the privacy notice, where **…** is bold, as markup."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(text))))  # noqa: S704 (escaped before)


def environment(folder: Path = FOLDER) -> Environment:
    """Return the environment that renders texts: autoescape on, unknown names are errors."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=day, moment=moment, hour=hour, notice=notice)
    return made


class Wording:
    """Renders texts by name."""

    def __init__(self, **everywhere: object) -> None:
        self._environment = environment()
        self._environment.globals.update(everywhere)

    def __call__(self, name: str, /, **facts: object) -> str:
        """Return the text `name` (without .j2) in Telegram's HTML subset."""
        return self._environment.get_template(f"{name}.j2").render(**facts).strip()
