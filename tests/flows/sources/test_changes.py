"""What is changed: of the file that is the truth, or of one that adds."""

from dataclasses import replace

import pytest

from flows.sources.changes import (
    Changes,
    find_source,
    list_differences,
    plan_change,
    plan_import,
    plan_removal,
    plan_sync,
)
from tasks.errors import UsageError
from tasks.live import Kind, Source

A = Source("a", Kind.FEED, "https://a.example/rss")
B = Source("b", Kind.HOME, "https://b.example/")
C = Source("c", Kind.SITEMAP, "https://c.example/sitemap.xml")


def test_a_sync_adds_changes_and_removes_and_then_does_nothing():
    faster = replace(B, every=600)
    changes = plan_sync([A, B], [faster, C])
    assert changes == Changes(added=(C,), changed=((B, faster),), removed=(A,), same=0)
    assert changes.put == (C, faster)
    again = plan_sync([faster, C], [faster, C])
    assert again == Changes(same=2)
    assert not again


def test_a_nameless_entry_keeps_the_name_that_its_address_has():
    nameless = replace(A, name="", every=60)
    assert plan_sync([A], [nameless]).changed == ((A, replace(A, every=60)),)


def test_an_import_adds_what_is_new_and_leaves_the_rest():
    assert plan_import([A], [replace(A, name="other", every=5), C]) == Changes(added=(C,), same=1)
    with pytest.raises(UsageError, match=r"The name A is taken: https://a\.example/rss"):
        plan_import([A], [replace(C, name="A")])


def test_an_address_belongs_to_one_source():
    with pytest.raises(UsageError, match="the address of a already"):
        plan_change([A, B], B, replace(B, url=A.url))
    assert plan_change([A, B], B, B) == Changes(same=1)
    assert plan_change([A, B], B, replace(B, pace=2.0)).put == (replace(B, pace=2.0),)


def test_sources_are_found_by_name_or_address():
    assert find_source([A, B], "b") is B
    assert find_source([A, B], A.url) is A
    with pytest.raises(UsageError, match="Did you mean post"):
        find_source([replace(A, name="post-news"), B], "post-nws")
    assert plan_removal([A, B, C], ["c", A.url, "c"]).removed == (C, A)


def test_differences_are_told_as_they_are_written():
    new = replace(A, every=5400, enabled=False, revisits=(), outlet="Aldvik Post")
    assert list_differences(A, new) == [
        ("outlet", "default", "Aldvik Post"),
        ("every", "default", "1h30m"),
        ("revisits", "default", "never"),
        ("enabled", "on", "off"),
    ]
