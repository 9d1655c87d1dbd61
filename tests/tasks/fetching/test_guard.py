import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tasks.fetching.addresses import judge_address
from tasks.fetching.client import Request
from tasks.fetching.exchange import Deadlines
from tasks.fetching.guard import AddressRefused, Guard, GuardedNetwork, may_go_private, mix_families
from tests.tasks.fetching.servers import make_answer, make_client, serve


def read_table(name):
    return Path(__file__).with_name(name).read_text("utf-8").splitlines()


PRIVATE = read_table("private_addresses.txt")
PUBLIC = read_table("public_addresses.txt")

# Names as a hostile server of names would have them.
NAMES = {
    "intern.example": ["127.0.0.1"],
    "router.example": ["192.168.1.1"],
    "cloud.example": ["169.254.169.254"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat.example": ["64:ff9b::7f00:1"],
    "tunnel.example": ["2002:7f00:1::"],
    "unique.example": ["fd12:3456::1"],
    "mixed.example": ["1.1.1.1", "127.0.0.1"],
    "mixed-six.example": ["2606:4700::1", "1.1.1.1", "fe80::1"],
    "last.example": [*(f"1.1.1.{n}" for n in range(1, 40)), "10.0.0.1"],
    "any.example": ["0.0.0.0"],
    "metadata.google.internal": ["169.254.169.254"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "intern.example.": ["127.0.0.1"],
    "xn--mnchen-3ya.example": ["127.0.0.1"],
}

# {port} is that of a server on 127.0.0.1 and ::1 which nobody may reach.
HOSTILE = read_table("hostile_urls.txt")
# As a redirect these stay at the server that sent them: it answers them itself.
RELATIVE = {"http:/127.0.0.1/x", "http:\\\\127.0.0.1:{port}\\", "http://", "http:///etc/passwd"}

REFUSED = {"address-refused", "redirect-refused"}


async def resolve(host, port):
    """The names above; else the system's reading of numbers, which asks no server of names."""
    if host.lower() in NAMES:
        return NAMES[host.lower()]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [entry[4][0] for entry in found]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_told(address):
    assert judge_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address):
    assert judge_address(address) is None
    Guard().check_host(address, 443)


def test_the_table_is_long_enough():
    assert len(set(HOSTILE)) >= 100


def send_on(path, writer):
    return make_answer(b"", "302 Found", Location=unquote(path[1:]))


def expect_refusals(find_url, urls):
    """Each address of `urls`, made by `find_url`, is refused, and the trap sees nobody."""

    async def run():
        async with (
            serve(send_on) as door,
            serve(lambda path, writer: make_answer(), "127.0.0.1") as trap,
            serve(lambda path, writer: make_answer(), "::1", trap.port) as trap_6,
        ):
            guard = Guard(allowed=frozenset({("127.0.0.1", door.port)}))
            async with make_client(guard, resolve=resolve) as client:
                passed = []
                for url in urls:
                    target = url.replace("{port}", str(trap.port))
                    answer = await client.fetch(Request(find_url(door, target)))
                    code = answer.fault and answer.fault.code
                    if code not in REFUSED or not answer.fault.message:
                        passed.append((url, code, answer.status))
            return passed, trap.guests + trap_6.guests, door.guests

    passed, trapped, knocked = asyncio.run(run())
    assert not passed, passed
    assert trapped == 0
    return knocked


def test_hostile_addresses_are_refused():
    expect_refusals(lambda door, url: url, HOSTILE)


def test_redirects_to_hostile_addresses_are_refused():
    urls = [url for url in HOSTILE if url not in RELATIVE]
    knocked = expect_refusals(
        lambda door, url: f"http://127.0.0.1:{door.port}/{quote(url, safe='')}", urls
    )
    assert knocked >= 1


def test_the_trap_would_tell():
    with pytest.raises(AssertionError):
        expect_refusals(
            lambda door, url: f"http://127.0.0.1:{door.port}/{quote(url, safe='')}", ["/elsewhere"]
        )


def test_the_address_that_was_checked_is_the_one_connected_to():
    """A server of names that says something else the second time."""
    asked = []

    async def rebind(host, port):
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async def run():
        async with (
            serve(lambda path, writer: make_answer(b"checked"), "127.0.0.2") as site,
            serve(lambda path, writer: make_answer(b"rebound"), "127.0.0.1", site.port) as trap,
        ):
            guard = Guard(allowed=frozenset({("127.0.0.2", site.port)}))
            url = f"http://news.example:{site.port}/"
            async with make_client(guard, resolve=rebind) as client:
                first = await client.fetch(Request(url))
            lookups = len(asked)
            async with make_client(guard, resolve=rebind) as client:
                second = await client.fetch(Request(url))
            return first, second, lookups, trap.guests, site.find_header("Host")

    first, second, lookups, trapped, host = asyncio.run(run())
    assert (first.content, lookups) == (b"checked", 1)
    assert host.startswith("news.example:")
    assert second.fault.code == "address-refused"
    assert trapped == 0


def connect(addresses, guard=None, timeout=0.5, port=0):
    """Where a connection to a name with these addresses leads."""

    async def find(host, port):
        return addresses

    async def run():
        async with serve(lambda path, writer: make_answer(), "127.0.0.2", port) as site:
            network = GuardedNetwork(guard or Guard(private=True), find)
            stream = await network.connect_tcp("news.example", site.port, timeout)
            peer = stream.get_extra_info("server_addr")[0]
            await stream.aclose()
            return peer

    return asyncio.run(run())


def test_the_next_address_is_tried_where_one_is_dead():
    assert connect(["127.0.0.3", "::1", "127.0.0.2"]) == "127.0.0.2"


def test_a_silent_address_leaves_time_for_the_next():
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.4", 0))
        deaf.listen(0)
        for _ in range(3):  # its queue is full: whoever comes now waits
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        port = deaf.getsockname()[1]
        assert connect(["127.0.0.4", "127.0.0.2"], timeout=0.3, port=port) == "127.0.0.2"


def test_any_private_address_of_a_name_refuses_it():
    guard = Guard(allowed=frozenset({("127.0.0.2", 1024)}))
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1, a loopback"):
        guard.check_addresses("news.example", ["127.0.0.2", "127.0.0.1"], 1024)
    guard.check_addresses("news.example", ["127.0.0.2"], 1024)
    with pytest.raises(AddressRefused):
        guard.check_addresses("news.example", ["127.0.0.2"], 1025)


def test_a_unix_socket_is_refused():
    network = GuardedNetwork(Guard(private=True))
    with pytest.raises(AddressRefused):
        asyncio.run(network.connect_unix_socket("/run/x.sock"))


def test_families_take_turns():
    assert mix_families(["1::1", "1::2", "9.9.9.9"]) == ["1::1", "9.9.9.9", "1::2"]
    assert mix_families([]) == []


def test_a_name_nobody_knows_in_time_is_unreachable():
    async def dawdle(host, port):
        await asyncio.sleep(9)

    async def run():
        deadlines = Deadlines(connect=0.1, read=1, whole=2)
        async with make_client(Guard(), deadlines, resolve=dawdle) as client:
            return await client.fetch(Request("http://news.example/"))

    answer = asyncio.run(run())
    assert (answer.fault.code, answer.transient) == ("unreachable", True)


@pytest.mark.parametrize("value, private", [("1", True), ("0", False), ("", False)])
def test_the_switch(monkeypatch, value, private):
    monkeypatch.setenv("COPYDESK_ALLOW_PRIVATE", value)
    assert may_go_private() is private
