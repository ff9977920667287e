"""The county's own data as delivered: knowledge/county/*.toml, read once and checked at start."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "county"

Shifts = tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Hotline:
    """A telephone number that is always right to give."""

    number: str
    purpose: str


@dataclass(frozen=True)
class Department:
    """An organ that handles requests."""

    slug: str
    name: str


@dataclass(frozen=True)
class Policy:
    """The limits of one class of request: working days, or hours by day and night where given."""

    slug: str
    name: str
    answer_days: int
    contact_days: int | None = None
    contact_hours: int | None = None
    basis: str = ""


@dataclass(frozen=True)
class Category:
    """What a request is about, and who handles it first."""

    slug: str
    name: str
    department: str
    policy: str
    audience: tuple[str, ...]


@dataclass(frozen=True)
class Excluded:
    """What the direct train may not handle, and where it goes instead."""

    name: str
    route: str


@dataclass(frozen=True)
class BookingLimits:
    """Limits of booking a studio: minutes, calendar days and counts (county default)."""

    notice_minutes: int
    horizon_days: int
    change_minutes: int
    moves: int
    open_bookings: int


@dataclass(frozen=True)
class WorkingTime:
    """Shifts of a working day, and days that differ from the national calendar (Asia/Shanghai)."""

    shifts: Shifts
    known_years: frozenset[int]
    closed: frozenset[date]
    special: Mapping[date, Shifts]


@dataclass(frozen=True)
class Studio:
    """A mediation studio as delivered; the desk edits the row made from it. Weekday 0 is Monday."""

    slug: str
    name: str
    mediator: str
    district: str
    address: str
    phone: str
    kinds: tuple[str, ...]
    hours: Mapping[int, tuple[tuple[str, str], ...]]
    slot_minutes: int = 60
    note: str = ""
    invented: bool = False


@dataclass(frozen=True)
class County:
    """Everything that a county decides."""

    name: str
    demonstration: bool
    office: str
    office_phone: str
    hotlines: tuple[Hotline, ...]
    departments: Mapping[str, Department]
    policies: Mapping[str, Policy]
    categories: Mapping[str, Category]
    excluded: tuple[Excluded, ...]
    studios: tuple[Studio, ...]
    kinds: tuple[str, ...]
    audiences: tuple[str, ...]
    booking: BookingLimits
    working_time: WorkingTime
    notice_version: str
    notice: str

    def hotline_line(self, *numbers: str) -> str:
        """Return “报警 110 · 法律咨询 12348” for the numbers given, all of them if none is."""
        chosen = [line for line in self.hotlines if not numbers or line.number in numbers]
        return " · ".join(f"{line.purpose} {line.number}" for line in chosen)


def load(folder: Path = FOLDER) -> County:
    """Read a county's folder; raises KeyError, TypeError or ValueError that names what is wrong."""
    main, split = _toml(folder, "county"), _toml(folder, "categories")
    places, audiences = _toml(folder, "studios"), _toml(folder, "audiences")
    departments = {row["slug"]: Department(**row) for row in _toml(folder, "departments")["departments"]}
    policies = {slug: Policy(slug=slug, **row) for slug, row in split["policies"].items()}
    categories = {row["slug"]: _category(row, departments, policies) for row in split["categories"]}
    return County(
        name=main["name"],
        demonstration=main["demonstration"],
        office=main["office"],
        office_phone=main["office_phone"],
        hotlines=tuple(Hotline(**row) for row in main["hotlines"]),
        departments=departments,
        policies=policies,
        categories=categories,
        excluded=tuple(Excluded(**row) for row in split["excluded"]),
        studios=tuple(_studio(row, places["kinds"]) for row in places["studios"]),
        kinds=tuple(places["kinds"]),
        audiences=tuple(audiences["audiences"]),
        booking=BookingLimits(**main["booking"]),
        working_time=_working_time(_toml(folder, "calendar")),
        notice_version=main["privacy"]["version"],
        notice=(folder / "privacy.md").read_text("utf8"),
    )


def _toml(folder: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text("utf8"))


def _category(row: dict[str, Any], departments: Mapping[str, Any], policies: Mapping[str, Any]) -> Category:
    if row["department"] not in departments or row["policy"] not in policies:
        raise ValueError(f"categories.toml: {row['slug']} names an unknown department or policy")
    return Category(row["slug"], row["name"], row["department"], row["policy"], tuple(row["for"]))


def _studio(row: dict[str, Any], kinds: list[str]) -> Studio:
    unknown = set(row["kinds"]) - set(kinds)
    if unknown:
        raise ValueError(f"studios.toml: {row['slug']} names unknown kinds {sorted(unknown)}")
    hours = {int(day): tuple((start, end) for start, end in spans) for day, spans in row["hours"].items()}
    return Studio(**{**row, "kinds": tuple(row["kinds"]), "hours": hours})


def _working_time(row: dict[str, Any]) -> WorkingTime:
    return WorkingTime(
        shifts=_shifts(row["shifts"]),
        known_years=frozenset(row["known_years"]),
        closed=frozenset(date.fromisoformat(day) for day in row["closed"]),
        special={date.fromisoformat(day): _shifts(spans) for day, spans in row["special"].items()},
    )


def _shifts(spans: list[list[str]]) -> Shifts:
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans)
