"""HTTPS and HTTP/2: the name in TLS, streams that are given up, connections that are shared."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import h2.config
import h2.connection
import h2.events
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tasks.fetching.client import Request
from tests.tasks.fetching.servers import make_answer, make_client, serve

PAGE = b"<p>Der Rat tagt.</p>" * 3_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A certificate for news.example that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("news.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "news.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class Desk:
    """An HTTP/2 server for one connection: /endless never ends, /reset breaks its stream off,
    /leave says goodbye, /noise sends what is no frame."""

    def __init__(self, writer, seen):
        self.writer, self.seen = writer, seen
        self.wire = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.wire.initiate_connection()
        self.pending = {}
        self.flush()

    def flush(self):
        self.writer.write(self.wire.data_to_send())

    def receive(self, data):
        for event in self.wire.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.answer(event.stream_id, dict(event.headers))
        for stream in list(self.pending):
            self.push(stream)
        self.flush()

    def answer(self, stream, headers):
        path = headers[b":path"].decode()
        self.seen.append((path, headers[b":authority"].decode()))
        if path == "/noise":
            self.writer.write(b"\0\0\4\10\0\0\0\0\0\0\0\0\0")  # a window grows by nothing
        elif path == "/reset":
            self.wire.reset_stream(stream)
        elif path == "/leave":
            self.wire.close_connection()
        else:
            self.wire.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
            self.pending[stream] = None if path == "/endless" else PAGE

    def push(self, stream):
        while stream in self.pending:
            left = self.pending[stream]
            room = min(self.wire.local_flow_control_window(stream), 16_384)
            if not room:
                return
            piece = b"x" * room if left is None else left[:room]
            end = left is not None and len(left) <= room
            self.wire.send_data(stream, piece, end_stream=end)
            if end:
                del self.pending[stream]
            elif left is not None:
                self.pending[stream] = left[room:]


@asynccontextmanager
async def serve_streams(keys):
    """An HTTP/2 server on 127.0.0.2: (port, names in TLS, (path, authority) of each request, how
    many connections were made)."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(keys)
    context.set_alpn_protocols(["h2"])
    names, seen, guests = [], [], []
    context.sni_callback = lambda wire, name, context: names.append(name)

    async def handle(reader, writer):
        guests.append(writer)
        desk = Desk(writer, seen)
        try:
            while data := await reader.read(65_536):
                desk.receive(data)
                await writer.drain()
        except (OSError, h2.exceptions.ProtocolError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.2", 0, ssl=context)
    yield server.sockets[0].getsockname()[1], names, seen, guests
    server.close()
    for writer in guests:
        writer.close()
    await asyncio.sleep(0.01)


def trust(keys):
    return ssl.create_default_context(cafile=keys)


async def find_home(host, port):
    return ["127.0.0.2"]


def test_a_page_over_http_2(keys):
    async def run():
        async with (
            serve_streams(keys) as (port, names, seen, guests),
            make_client(resolve=find_home, tls=trust(keys)) as client,
        ):
            root = f"https://news.example:{port}"
            answers = [await client.fetch(Request(f"{root}/{n}")) for n in range(3)]
            return answers, names, seen, len(guests), port

    answers, names, seen, guests, port = asyncio.run(run())
    assert [(a.fault, a.content) for a in answers] == [(None, PAGE)] * 3
    assert names == ["news.example"]
    assert seen == [(f"/{n}", f"news.example:{port}") for n in range(3)]
    assert guests == 1


def test_streams_share_a_connection(keys):
    async def run():
        async with (
            serve_streams(keys) as (port, _, _, guests),
            make_client(resolve=find_home, tls=trust(keys)) as client,
        ):
            urls = [f"https://news.example:{port}/{n}" for n in range(20)]
            answers = await asyncio.gather(*(client.fetch(Request(url)) for url in urls))
            return answers, len(guests)

    answers, guests = asyncio.run(run())
    assert [a.content for a in answers] == [PAGE] * 20
    assert guests == 1


@pytest.mark.parametrize(
    "path, code",
    [
        ("endless", "too-large"),
        ("reset", "broken-off"),
        ("leave", "broken-off"),
        ("noise", "broken-off"),
    ],
)
def test_a_stream_that_fails_spoils_nothing(keys, path, code):
    async def run():
        async with (
            serve_streams(keys) as (port, _, _, _),
            make_client(resolve=find_home, tls=trust(keys)) as client,
        ):
            root = f"https://news.example:{port}"
            paths = ["page", *[path] * 4, "page"]
            return [
                await client.fetch(Request(f"{root}/{path}", most_bytes=8_000_000))
                for path in paths
            ]

    first, *failed, last = asyncio.run(run())
    assert (first.content, last.content) == (PAGE, PAGE)
    assert [a.fault.code for a in failed] == [code] * 4
    assert {len(a.content) for a in failed} == ({8_000_000} if path == "endless" else {0})


def fetch_once(keys, host, tls):
    async def run():
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(keys)
        async with (
            serve(lambda path, writer: make_answer(PAGE), "127.0.0.2", tls=context) as site,
            make_client(resolve=find_home, tls=tls) as client,
        ):
            return await client.fetch(Request(f"https://{host}:{site.port}/"))

    return asyncio.run(run())


def test_http_1_over_tls(keys):
    answer = fetch_once(keys, "news.example", trust(keys))
    assert (answer.fault, answer.content) == (None, PAGE)


def test_a_dot_behind_the_name_is_not_in_the_certificate(keys):
    assert fetch_once(keys, "news.example.", trust(keys)).content == PAGE


@pytest.mark.parametrize("host, known", [("other.example", True), ("news.example", False)])
def test_a_certificate_of_somebody_else(keys, host, known):
    answer = fetch_once(keys, host, trust(keys) if known else None)
    assert (answer.fault.code, answer.transient, answer.content) == ("tls-failed", False, b"")
    assert "certificate" in answer.fault.message


def test_plain_http_where_tls_is_asked_for():
    async def say_hello(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run():
        server = await asyncio.start_server(say_hello, "127.0.0.2", 0)
        port = server.sockets[0].getsockname()[1]
        async with make_client(resolve=find_home) as client:
            answer = await client.fetch(Request(f"https://news.example:{port}/"))
        server.close()
        return answer

    assert asyncio.run(run()).fault.code == "tls-failed"
