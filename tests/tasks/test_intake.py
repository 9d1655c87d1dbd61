from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.identity import hash_content, make_id
from tasks.intake import InFlight, Recent, describe, take_in
from tasks.model import Capture, Fault, Place, Stage

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass
class Memory:
    """A warehouse that only remembers documents."""

    by_uri: dict[str, Recent] = field(default_factory=dict)
    by_hash: dict[str, list[Recent]] = field(default_factory=dict)


def capture(uri, content=b"text", **more):
    return Capture(uri=uri, content=content, fetched_at=NOW, **more)


def take(captures, known=None, flight=None):
    hashes = [hash_content(c.content) for c in captures]
    return take_in(captures, hashes, known or Memory(), flight or InFlight())


def remember(taken, flight, number=1):
    for recent in taken.recents:
        flight.add(number, recent)


def test_new_bytes_are_fresh():
    taken = take([capture("file:///a", b"one"), capture("file:///b", b"two")])
    assert [d.uri for d in taken.documents] == ["file:///a", "file:///b"]
    assert taken.contents[taken.documents[1].id] == b"two"
    assert (taken.unchanged, taken.problems) == (0, Counter())


def test_the_same_bytes_at_the_same_uri_change_nothing():
    flight = InFlight()
    remember(take([capture("file:///a")], flight=flight), flight)
    again = take([capture("file:///a")], flight=flight)
    assert (again.documents, again.unchanged) == ((), 1)


def test_a_known_problem_stays_one():
    document = describe(capture("file:///a"))
    recent = Recent(document.id, document.uri, document.sha256, None, None, 1, "no-text")
    taken = take([capture("file:///a")], Memory({"file:///a": recent}))
    assert (taken.documents, taken.unchanged, taken.problems) == ((), 0, Counter({"no-text": 1}))


def test_there_and_back_again_is_three_documents():
    flight, documents = InFlight(), []
    for number, content in enumerate([b"A", b"B", b"A"]):
        taken = take([capture("https://x.example/", content)], flight=flight)
        remember(taken, flight, number)
        documents += taken.documents
    assert len({d.id for d in documents}) == 3
    assert [d.duplicate_of for d in documents] == [None, None, None]


def test_the_same_bytes_elsewhere_are_a_duplicate_that_shares_the_place():
    flight = InFlight()
    first = take([capture("file:///a")], flight=flight)
    place = Place("x.warc.gz", 10, 20)
    flight.add(1, replace(first.recents[0], place=place))
    second = take([capture("file:///b"), capture("file:///c")], flight=flight)
    assert {d.duplicate_of for d in second.documents} == {first.documents[0].id}
    assert {d.place for d in second.documents} == {place}
    assert second.contents == {}


def test_the_same_bytes_for_another_url_are_edited_again_and_kept_once():
    flight = InFlight()
    first = take([capture("file:///a", url="https://x.example/1")], flight=flight)
    place = Place("x.warc.gz", 10, 20)
    flight.add(1, replace(first.recents[0], place=place))
    other = take([capture("file:///b", url="https://x.example/2")], flight=flight)
    assert other.documents[0].duplicate_of is None
    assert other.documents[0].place == place


@pytest.mark.parametrize(
    "second",
    [
        capture("file:///b", b""),
        capture("file:///b", b"", fault=Fault(Stage.DISCOVER, "truncated-gzip", "cut")),
    ],
)
def test_what_could_not_be_read_is_no_duplicate(second):
    first = capture("file:///a", b"", fault=Fault(Stage.DISCOVER, "manifest-row", "broken"))
    assert [d.duplicate_of for d in take([first, second]).documents] == [None, None]


def test_duplicates_within_one_batch():
    documents = take([capture("file:///a"), capture("file:///b")]).documents
    assert documents[1].duplicate_of == documents[0].id


def test_a_loaded_batch_is_forgotten():
    flight = InFlight()
    remember(take([capture("file:///a"), capture("file:///b")]), flight, 1)
    remember(take([capture("file:///a", b"newer")], flight=flight), flight, 2)
    flight.drop(1)
    assert list(flight.by_uri) == ["file:///a"]
    assert list(flight.by_hash) == [hash_content(b"newer")]
    flight.drop(2)
    assert (flight.by_uri, flight.by_hash, flight.batches) == ({}, {}, {})


def test_ids_depend_on_every_part_and_their_order():
    ids = {make_id("a", "b"), make_id("b", "a"), make_id("ab"), make_id("a", "b", "")}
    assert len(ids) == 4
    assert all(len(i) == 12 and i == i.lower() for i in ids)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([b"1", b"2", b"3"])), max_size=20),
    st.lists(st.integers(1, 5), min_size=1, max_size=20),
)
def test_batching_does_not_matter(inputs, sizes):
    """However the input is cut, the same documents come out, and each input is counted once."""

    def run(cuts):
        flight, ids, unchanged, rest, number = InFlight(), [], 0, list(inputs), 0
        while rest:
            size = cuts[number % len(cuts)]
            batch, rest, number = rest[:size], rest[size:], number + 1
            taken = take([capture(f"file:///{u}", c) for u, c in batch], flight=flight)
            remember(taken, flight, number)
            ids += [(d.id, d.duplicate_of) for d in taken.documents]
            unchanged += taken.unchanged
        assert len(ids) + unchanged == len(inputs)
        return ids

    assert run(sizes) == run([len(inputs) or 1])
