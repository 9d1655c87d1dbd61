"""What a server of the test world sees of the client's manners."""

import asyncio

import pytest

from tasks.fetching.client import Client, Request
from tasks.fetching.guard import Guard
from tests.world.news_world import start_news_world


@pytest.fixture(scope="module")
def world():
    with start_news_world(sites=1, pages=1) as started:
        yield started


def test_a_request_is_not_sent_again_at_once(world):
    site = world.site(1)

    async def fetch_both():
        async with Client(Guard(private=True)) as client:
            await client.fetch(Request(site.wild("ok")))
            return await client.fetch(Request(site.wild("reset"), pause=0.1))

    answer = asyncio.run(fetch_both())
    assert answer.fault.code == "broken-off"
    first, second = (seen.at for seen in world.requests(site.host) if "reset" in seen.target)
    assert 0.1 <= second - first < 1
    assert answer.seconds < second - first
