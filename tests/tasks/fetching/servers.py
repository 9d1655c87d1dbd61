"""Servers on loopback that answer with the very bytes a test wrote, and count who came."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tasks.fetching.client import Client, Request
from tasks.fetching.exchange import Deadlines
from tasks.fetching.guard import Guard

PATIENCE = Deadlines(connect=5, read=5, whole=9)
HASTE = Deadlines(connect=0.5, read=0.25, whole=0.4)


@dataclass
class Site:
    """`port` it listens on; `asked` has the head of each request, `guests` counts connections."""

    port: int = 0
    guests: int = 0
    asked: list[bytes] = field(default_factory=list)

    @property
    def paths(self):
        return [head.split(b" ")[1].decode() for head in self.asked]

    def find_header(self, name, number=-1):
        for line in self.asked[number].split(b"\r\n")[1:]:
            key, _, value = line.partition(b": ")
            if key.lower() == name.lower().encode():
                return value.decode()
        return None


@asynccontextmanager
async def serve(answer, host="127.0.0.1", port=0, tls=None):
    """`answer(path, writer)` is bytes, or a coroutine that writes and returns whether to go on."""
    site = Site()

    async def handle(reader, writer):
        site.guests += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                site.asked.append(head)
                given = answer(head.split(b" ")[1].decode(), writer)
                if isinstance(given, bytes):
                    writer.write(given)
                elif not await given:
                    break
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, host, port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


def make_answer(body=b"<p>Guten Abend.</p>", status="200 OK", **headers):
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines])
    return head.encode("utf-8") + b"\r\n\r\n" + body


def make_client(guard=None, deadlines=PATIENCE, **options):
    return Client(guard or Guard(private=True), deadlines, agent="desk/1", **options)


def fetch_all(answer, *paths, allow=None, guard=None, **settings):
    """The answers for the paths, one after the other, and the site that gave them."""
    options = {
        key: settings.pop(key) for key in ("deadlines", "redirects", "resolve") if key in settings
    }

    async def run():
        async with serve(answer) as site, make_client(guard, **options) as client:
            root = f"http://127.0.0.1:{site.port}"
            return [
                await client.fetch(Request(root + path, **settings), allow) for path in paths
            ], site

    return asyncio.run(run())
