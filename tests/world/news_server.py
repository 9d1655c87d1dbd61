"""An invented press on loopback, as real and as bad as the web: sites, feeds, sitemaps, faults.

usage: python -m tests.world.news_server --port 0 --sites 50 --pages 20 --seed 7 [--behave 4=slow]
       python -m tests.world.news_server --table

Site N is the host 127.0.1.N (Linux answers on all of 127/8), all on one port. The first line of its
output is JSON: `port`, `control` (the port of the control calls), `refused` (a port that refuses),
`silent` (a port where connecting never ends). It ends on SIGTERM, and with --with-parent when its
standard input ends. `tests/world/news_world.py` starts it, `tests/world/news/` holds its parts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from contextlib import suppress

from tests.world.news.control import Control
from tests.world.news.listings import LISTINGS
from tests.world.news.robots import ROBOTS
from tests.world.news.site_server import MOVED_FEEDS, SiteServer
from tests.world.news.state import World
from tests.world.news.table import TABLE


async def serve(arguments: argparse.Namespace) -> None:
    """Build the world and answer until told to end."""
    listener = _listen(arguments.port)
    port = listener.getsockname()[1]
    world = World(arguments.sites, arguments.pages, arguments.seed, port, arguments.feed_size)
    sites = SiteServer(world)
    control = Control(sites)
    for number, name in _read_pairs(arguments.behave):
        control.behave(number, name)
    for number, name in _read_pairs(arguments.robots):
        control.set_robots(number, name)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    loop.add_signal_handler(signal.SIGINT, done.set)
    if arguments.with_parent:
        loop.add_reader(sys.stdin.fileno(), done.set)
    refused, silent = hold_refusing_port(), hold_silent_port()
    await sites.start(listener)
    called = await control.start()
    ports = {
        "port": port,
        "control": called.sockets[0].getsockname()[1],
        "refused": refused.getsockname()[1],
        "silent": silent[0].getsockname()[1],
    }
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    publishing = asyncio.create_task(_publish(world, arguments.publish_every))
    await done.wait()
    publishing.cancel()


async def _publish(world: World, every: float | None) -> None:
    while every:
        await asyncio.sleep(every)
        world.publish()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", port))
    return listener


def hold_refusing_port() -> socket.socket:
    """A bound socket that does not listen: connecting is refused, and nobody else gets the port."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder


def hold_silent_port() -> list[socket.socket]:
    """A listener that never accepts, its queue full: connecting is not answered at all."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(3)]
    for one in waiting:
        one.setblocking(False)
        with suppress(BlockingIOError):
            one.connect(listener.getsockname())
    return [listener, *waiting]


def _read_pairs(pairs: list[str]) -> list[tuple[int, str]]:
    split = [pair.partition("=") for pair in pairs]
    return [(int(number), name) for number, _, name in split]


def print_tables() -> None:
    """All behaviours, listings and robots.txt files."""
    rows = [("/wild/" + b.name, b.does) for b in TABLE]
    rows += [(path, does) for path, (does, _, _) in LISTINGS.items()]
    rows += [(path, f"{status} {target or ''}") for path, (status, target) in MOVED_FEEDS.items()]
    rows += [(f"robots {name}", robots.does) for name, robots in ROBOTS.items()]
    for name, does in rows:
        sys.stdout.write(f"{name:28} {does}\n")


def main() -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--pages", type=int, default=20, help="a site")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--feed-size", type=int, default=30)
    parser.add_argument("--behave", action="append", default=[], metavar="SITE=BEHAVIOUR")
    parser.add_argument("--robots", action="append", default=[], metavar="SITE=NAME")
    parser.add_argument("--publish-every", type=float, metavar="SECONDS")
    parser.add_argument("--with-parent", action="store_true")
    parser.add_argument("--table", action="store_true", help="print what there is, and end")
    arguments = parser.parse_args()
    if arguments.table:
        print_tables()
    else:
        asyncio.run(serve(arguments))


if __name__ == "__main__":
    main()
