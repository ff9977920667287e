"""Files that come with a message, on their way into services.files."""

from contextlib import suppress

from aiogram.types import Message

from handlers.form import TypeIt
from handlers.talk import Talk
from services.errors import NotFound
from services.files import MAX_BYTES, TooLarge


async def keep_file(talk: Talk, message: Message) -> dict[str, str]:
    """Store a document or picture that came with a message; raises the refusals of services.files."""
    document = message.document
    photo = message.photo[-1] if message.photo else None
    downloadable = document or photo
    if downloadable is None:
        raise TypeIt
    with suppress(NotFound):  # the web chat stored it when it was uploaded
        stored, _ = await talk.services.files.read(downloadable.file_id, owner=talk.account.id)
        return {"id": stored.id, "name": stored.name}
    name = (document.file_name if document else None) or "照片.jpg"
    if (downloadable.file_size or 0) > MAX_BYTES:
        raise TooLarge
    content = await talk.bot.download(downloadable.file_id)
    stored = await talk.services.files.keep(talk.account.id, name, content.read() if content else b"")
    return {"id": stored.id, "name": stored.name}
