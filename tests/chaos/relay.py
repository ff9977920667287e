"""A way to the database that can be cut: a TCP relay before PostgreSQL's socket."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bot.nursery import Nursery
from tests.process import free_port


class Relay:
    """Hands every connection on to the server while it is open; `cut` ends all of them and takes no new ones."""

    def __init__(self, uri: str) -> None:
        """`uri` is a database's address whose host parameter is the folder of the server's socket."""
        address = urlsplit(uri)
        self._socket = f"{parse_qs(address.query)['host'][0]}/.s.PGSQL.5432"
        self._port = free_port()
        self.url = f"{address.scheme}://{address.username}@127.0.0.1:{self._port}{address.path}?ssl=disable"
        self._nursery = Nursery()
        self._server: asyncio.Server | None = None
        self._writers: set[StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.cut()
        await self._nursery.close()

    async def restore(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)

    async def cut(self) -> None:
        """Refuse connections and end those there are."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._nursery.start(self._relay(reader, writer), "relay")

    async def _relay(self, reader: StreamReader, writer: StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(self._socket)
        self._writers |= {writer, inner_writer}
        back = self._nursery.start(self._pump(inner_reader, writer), "relay")
        await self._pump(reader, inner_writer)
        await back
        self._writers -= {writer, inner_writer}

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
