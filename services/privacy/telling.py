"""What is held, told to the person it is about: as sections of plain Chinese, and as a file that a machine can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services import clock
from services.db import Base
from services.mediation.tables import BookingRow
from services.mediation.views import State as BookingState
from services.privacy.held import Held
from services.requests.presenting import STAFF_ONLY
from services.requests.rules import OPEN, State
from services.requests.tables import RequestEventRow, RequestRow
from services.worktime.explaining import moment_text

_CHANNELS = {"web": "网页", "telegram": "Telegram", "terminal": "终端", "wechat": "微信"}
_EXCERPT = 80


@dataclass(frozen=True)
class Section:
    """A heading and its lines, plain Chinese without markup."""

    title: str
    lines: tuple[str, ...]


def sections(held: Held, categories: Mapping[str, str]) -> list[Section]:
    """Tell everything that is held, leaving out what there is none of."""
    told = [
        Section("联系渠道", tuple(_channel(row.channel, row.external_id, row.created_at) for row in held.identities)),
        Section("同意记录", tuple(f"告知书 {row.version} 版，{_day(row.at)}同意" for row in held.consents)),
        Section("企业", tuple(_joined(e.name, e.credit_code, e.contact, e.phone) for e in held.enterprises)),
        Section("诉求和咨询", tuple(line for row in held.requests for line in _request(row, categories))),
        Section("调解预约", tuple(line for row in held.bookings for line in _booking(row, held.studios))),
        Section("文件", tuple(f"{row.name}（{max(1, row.size // 1024)} KB）" for row in held.files)),
        Section("普法微课", tuple(_lessons(held))),
        Section("提问和评价", tuple(_questions(held))),
    ]
    return [section for section in told if section.lines]


def open_matters(held: Held, categories: Mapping[str, str], now: datetime) -> list[str]:
    """Name the requests that are not ended and the bookings still to come."""
    open_requests = [row for row in held.requests if row.state in OPEN]
    return [
        *(
            f"诉求 {row.number}（{categories.get(row.category, row.category)}）：{State(row.state).label}"
            for row in open_requests
        ),
        *(f"预约 {_when(row, held.studios)}" for row in held.bookings if row.holds and row.starts_at > now),
    ]


def as_json(held: Held) -> dict[str, Any]:
    """Return every row with its own column names, ready for json.dumps; moments are ISO 8601 in Asia/Shanghai."""
    lists: dict[str, Sequence[Base]] = {
        "channels": held.identities,
        "consents": held.consents,
        "enterprises": held.enterprises,
        "requests": held.requests,
        "request_events": held.request_events,
        "bookings": held.bookings,
        "booking_events": held.booking_events,
        "files": held.files,
        "subscriptions": held.subscriptions,
        "lessons_asked_for": held.readings,
        "quiz_answers": held.quiz,
        "votes": held.votes,
        "questions": held.questions,
    }
    return {
        "account": _row(held.account),
        **{name: [_row(row) for row in rows] for name, rows in lists.items()},
        "lessons_pushed": list(held.pushed),
    }


_INTERNAL = {"key", "phone_index", "actor_id", "officer_id", "content", "sha256"}
"""Machinery, who among the staff acted, and the files themselves, which the person has."""


def _row(row: Base) -> dict[str, Any]:
    hidden = _INTERNAL | {"note"} if isinstance(row, RequestEventRow) and row.verb in STAFF_ONLY else _INTERNAL
    columns = [column.key for column in row.__table__.columns if column.key not in hidden]
    return {name: _plain(getattr(row, name)) for name in columns}


def _plain(value: object) -> object:
    return clock.local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _channel(channel: str, external_id: str, since: datetime) -> str:
    return f"{_CHANNELS.get(channel, channel)}（编号尾号 {external_id[-4:]}），{_day(since)}起"


def _request(row: RequestRow, categories: Mapping[str, str]) -> list[str]:
    about = categories.get(row.category, row.category)
    head = f"{row.number} {about}，{_day(row.submitted_at)}提交，{State(row.state).label}"
    return [head, *_personal(row.contact, row.phone, row.facts)]


def _booking(row: BookingRow, studios: Mapping[str, str]) -> list[str]:
    return [f"{_when(row, studios)}，{row.kind}，{BookingState(row.state).label}", *_personal(row.phone, row.facts)]


def _when(row: BookingRow, studios: Mapping[str, str]) -> str:
    return f"{row.number} {studios.get(row.studio, row.studio)} {moment_text(row.starts_at)}"


def _personal(*parts: str | None) -> list[str]:
    """The facts of a matter as one indented line each, long ones cut."""
    return [f"　{part if len(part) <= _EXCERPT else f'{part[:_EXCERPT]}……（全文见导出）'}" for part in parts if part]


def _lessons(held: Held) -> list[str]:
    wanted = "、".join(row.audience for row in held.subscriptions if row.ended_at is None)
    received = len(held.pushed) + len(held.readings)
    right = sum(row.correct for row in held.quiz)
    return [
        *([f"订阅：{wanted}"] if wanted else []),
        *([f"收到过 {received} 节课"] if received else []),
        *([f"答过 {len(held.quiz)} 道题，答对 {right} 道"] if held.quiz else []),
    ]


def _questions(held: Held) -> list[str]:
    return [
        *([f"提问 {len(held.questions)} 条（号码已自动遮住，全文见导出）"] if held.questions else []),
        *([f"评价 {len(held.votes)} 条"] if held.votes else []),
    ]


def _joined(*parts: str | None) -> str:
    return "，".join(part for part in parts if part)


def _day(moment: datetime) -> str:
    here = clock.local(moment)
    return f"{here.year}年{here.month}月{here.day}日"
