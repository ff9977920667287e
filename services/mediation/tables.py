"""Mediation studios, their hours and their bookings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.db import Base, Id, Moment, Sealed


class StudioRow(Base):
    """A mediation studio. `hours` maps a weekday ("0" is Monday) to [["09:00", "12:00"], …]."""

    __tablename__ = "studios"
    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    district: Mapped[str] = mapped_column(String(40))
    mediator: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[dict[str, Any]] = mapped_column()
    slot_minutes: Mapped[int] = mapped_column(default=60)
    note: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    invented: Mapped[bool] = mapped_column(default=False)


class StudioClosureRow(Base):
    """A day on which one studio is closed although it would be open."""

    __tablename__ = "studio_closures"
    __table_args__ = (UniqueConstraint("studio", "day"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    studio: Mapped[str] = mapped_column(ForeignKey("studios.slug"))
    day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(80), default="")


class BookingRow(Base):
    """An hour at a studio. `holds` is true while the hour is taken; the index lets one booking hold it."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index(
            "uq_bookings_slot",
            "studio",
            "starts_at",
            unique=True,
            sqlite_where=text("holds"),
            postgresql_where=text("holds"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    studio: Mapped[str] = mapped_column(ForeignKey("studios.slug"))
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    holds: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(16))
    cycle: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class BookingEventRow(Base):
    """One step of a booking. Only ever added."""

    __tablename__ = "booking_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verb: Mapped[str] = mapped_column(String(24))
    note: Mapped[str | None] = mapped_column(Sealed)
    old_start: Mapped[datetime | None] = mapped_column(Moment)
    new_start: Mapped[datetime | None] = mapped_column(Moment)
