"""Files that people hand in: checked by content, kept encrypted in the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import puremagic
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from services import clock
from services.db import Base, Database, Moment, Sealed, SealedBytes
from services.errors import NotFound, Refusal
from services.texts import readable

MAX_BYTES = 10 * 1024 * 1024
"""County default; Telegram would let a bot fetch 20 MB."""

ALLOWED = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileRow(Base):
    """A stored file."""

    __tablename__ = "files"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed)
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(SealedBytes, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class TooLarge(Refusal):
    """文件太大：每个文件最多 10 MB。可以拍照压缩后再传，或分成几个文件。"""


class ForbiddenType(Refusal):
    """这种文件不能收。请传 PDF、图片（JPG、PNG）、Word（docx）或 Excel（xlsx）。"""


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file without its content."""

    id: str
    account_id: int
    name: str
    mime: str
    size: int


def kind_of(name: str, content: bytes) -> str:
    """Return the MIME type of a permitted file, judged by name and content; raises ForbiddenType."""
    mime = ALLOWED.get(name.rpartition(".")[2].lower())
    try:
        # without the name, which puremagic believes when it knows nothing of the content
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        found = set()
    if mime is None or mime not in found:
        raise ForbiddenType
    return mime


class Files:
    """Keeps and hands out files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, account_id: int, name: str, content: bytes) -> StoredFile:
        """Store a file; raises TooLarge, ForbiddenType."""
        if len(content) > MAX_BYTES:
            raise TooLarge
        mime = kind_of(name, content)
        row = FileRow(
            id=secrets.token_hex(16),
            account_id=account_id,
            name=readable(name)[-120:],
            mime=mime,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=clock.now(),
        )
        async with self._database.transaction() as db:
            db.add(row)
        return _stored(row)

    async def read(self, file_id: str, *, owner: int | None = None) -> tuple[StoredFile, bytes]:
        """Return a file and its content; with `owner`, only that account's. Raises NotFound.

        Staff reach a file through the request it belongs to, which checks the right to it first.
        """
        async with self._database.reading() as db:
            row = await db.get(FileRow, file_id)
            if row is None or owner not in (None, row.account_id):
                raise NotFound
            content = await db.scalar(select(FileRow.content).where(FileRow.id == file_id))
            return _stored(row), content or b""


def _stored(row: FileRow) -> StoredFile:
    return StoredFile(row.id, row.account_id, row.name, row.mime, row.size)
