"""The guard before the network: connections lead to public web servers only.

A name is looked up here, once, every address it has is judged, and the connection goes to one of
those very addresses: an answer that changes between check and connect (DNS rebinding) changes
nothing. A name of which any address is refused is refused as a whole: no honest site mixes public
and private ones, and what is half an intranet should be allowed on purpose or not at all.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, zip_longest

import httpcore

from tasks.fetching.addresses import judge_address, read_literal

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

HOW_TO_ALLOW = "If you trust it, allow it by --allow-private or COPYDESK_ALLOW_PRIVATE=1."
# Below 1024 are the ports of other services (mail, files, directories), which a page could have us
# talk to; these are the web's, by assignment or habit.
_WEB_PORTS = frozenset({80, 81, 82, 83, 443, 591, 808, 888})
_FIRST_FREE_PORT = 1024
_MOST_TRIED = 6
_LOOKUPS_AT_ONCE = 64


class AddressRefused(Exception):
    """The guard lets nobody through to this address; the text says why and what to do."""


def may_go_private() -> bool:
    """Whether COPYDESK_ALLOW_PRIVATE=1 allows private addresses (tests, intranets)."""
    return os.environ.get("COPYDESK_ALLOW_PRIVATE", "").strip() == "1"


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be connected to. With `private`, everything; `allowed` are single addresses with
    their port that may be, although they are not public."""

    private: bool = False
    allowed: frozenset[tuple[str, int]] = frozenset()

    def check_host(self, host: str, port: int) -> None:
        """AddressRefused for what is refused without looking a name up: an IP address that is not
        public, the port of another service than the web."""
        if not self.private and port < _FIRST_FREE_PORT and port not in _WEB_PORTS:
            raise AddressRefused(f"Port {port} is no web server's; check the address.")
        literal = read_literal(host)
        if literal is not None:
            self.check_addresses(host, [literal], port)

    def check_addresses(self, host: str, addresses: Sequence[str], port: int) -> None:
        """AddressRefused if one of the addresses of a host is not public."""
        if self.private:
            return
        for address in addresses:
            kind = judge_address(address)
            if kind and (address, port) not in self.allowed:
                raise AddressRefused(f"{host} is at {address}, {kind} address. {HOW_TO_ALLOW}")


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connections for httpcore, each past the guard; the name in TLS stays the host's.

    `resolve` gives the addresses of a name, best first; by default the system's lookup, on threads
    of its own, so that names which nobody answers for hold up nothing else.
    """

    def __init__(self, guard: Guard, resolve: Resolver | None = None) -> None:
        self._guard = guard
        self._lookups = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="dns")
        self._resolve = resolve or self._look_up
        self._network = httpcore.AnyIOBackend()

    def close(self) -> None:
        """Give up lookups that have not begun."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses within `timeout` seconds, lookup and all.
        AddressRefused, httpcore.ConnectTimeout or httpcore.ConnectError where there is none."""
        until = time.monotonic() + (timeout if timeout is not None else 60.0)
        self._guard.check_host(host, port)
        found = await self._find(host, port, until)
        self._guard.check_addresses(host, found, port)
        addresses = mix_families(found)[:_MOST_TRIED]
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for count, address in enumerate(addresses):
            # What is left is shared out, so that one dead address leaves time for the others.
            share = (until - time.monotonic()) / (len(addresses) - count)
            try:
                return await self._network.connect_tcp(
                    address, port, max(share, 0.001), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket of this machine is no web server."""
        raise AddressRefused(f"{path} is a socket of this machine, no web address.")

    async def sleep(self, seconds: float) -> None:
        """As httpcore asks for it."""
        await asyncio.sleep(seconds)

    async def _find(self, host: str, port: int, until: float) -> Sequence[str]:
        literal = read_literal(host)
        if literal is not None:
            return [literal]
        try:
            async with asyncio.timeout(until - time.monotonic()):
                return await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"the name {host} was not found in time") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} was not found ({error})") from None

    async def _look_up(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._lookups, _ask_system, host, port)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _ask_system(host: str, port: int) -> list[tuple[object, object, object, object, tuple[object]]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)  # type: ignore[return-value]


def mix_families(addresses: Sequence[str]) -> list[str]:
    """The addresses with IPv6 and IPv4 by turns, else in their order, the first first (RFC 8305,
    section 4): where one family leads nowhere, the next try is the other."""
    first = [a for a in addresses if (":" in a) == (":" in addresses[0])]
    other = [a for a in addresses if a not in first]
    return [a for a in chain.from_iterable(zip_longest(first, other)) if a is not None]
