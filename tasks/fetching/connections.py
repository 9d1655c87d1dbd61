"""Connections to many hosts at once, kept alive and bounded.

A pool of httpcore's for each origin: one for all looks through every connection at every request
and asks the system about each, which with a hundred hosts costs eight times the exchange itself.
"""

from __future__ import annotations

import ssl
from collections import OrderedDict
from dataclasses import dataclass

import httpcore

from tasks.fetching.guard import GuardedNetwork

_A_HOST = 8  # connections to one origin; pace keeps them far fewer
_IDLE_A_HOST = 2
_KEPT = 30.0  # seconds that an idle connection is kept


@dataclass(slots=True, eq=False)
class Pool:
    """The connections to one origin. `served` tells that one of them has answered before."""

    connections: httpcore.AsyncConnectionPool
    users: int = 0
    served: bool = False
    retired: bool = False


class Connections:
    """The pools of the origins; `idle` bounds those that are kept while nobody uses them."""

    def __init__(self, network: GuardedNetwork, tls: ssl.SSLContext | None, idle: int) -> None:
        self._network = network
        self._tls = tls
        self._idle = idle
        self._pools: OrderedDict[tuple[bytes, bytes, int], Pool] = OrderedDict()

    def take(self, origin: httpcore.Origin) -> Pool:
        """The pool of an origin, to be given back."""
        key = (origin.scheme, origin.host, origin.port)
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = Pool(self._make(origin))
        self._pools.move_to_end(key)
        pool.users += 1
        return pool

    async def give_back(self, origin: httpcore.Origin, pool: Pool, *, sound: bool) -> None:
        """After an answer that was not read to its end (`sound` is False), the pool is not used
        again: in HTTP/2 the server would go on sending what nobody reads."""
        pool.users -= 1
        pool.served = pool.served or sound
        key = (origin.scheme, origin.host, origin.port)
        if not sound:
            pool.retired = True
            if self._pools.get(key) is pool:
                del self._pools[key]
        if pool.retired and not pool.users:
            await pool.connections.aclose()
        await self._close_oldest()

    async def close(self) -> None:
        """Close them all."""
        while self._pools:
            _, pool = self._pools.popitem()
            await pool.connections.aclose()

    async def _close_oldest(self) -> None:
        while len(self._pools) > self._idle:
            key = next((key for key, pool in self._pools.items() if not pool.users), None)
            if key is None:
                return
            await self._pools.pop(key).connections.aclose()

    def _make(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionPool:
        if self._tls is None and origin.scheme == b"https":
            self._tls = httpcore.default_ssl_context()
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=_A_HOST,
            max_keepalive_connections=_IDLE_A_HOST,
            keepalive_expiry=_KEPT,
            http2=True,
            network_backend=self._network,
        )
