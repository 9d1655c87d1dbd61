"""The settings of a source, as options and TOML give them."""

from pathlib import Path

import pytest

from flows.sources.settings import SettingInvalid, change_source, make_source, print_settings
from tasks.live import Kind, Source

HERE = Path("/srv/desk")
URL = "https://post.example/feed"
FULL = Source(
    "post",
    Kind.FEED,
    URL,
    outlet="Aldvik Post",
    zone="Europe/Oslo",
    language="no",
    every=600,
    pace=0.5,
    most=200,
    revisits=(3600, 86_400),
    enabled=False,
)


def test_settings_make_a_source():
    values = {
        "name": "post",
        "url": URL,
        "outlet": " Aldvik  Post ",
        "zone": "Europe/Oslo",
        "language": "no-NO",
        "every": "10m",
        "pace": 0.5,
        "max_pages": "200",
        "revisits": "1d, 1h",
        "enabled": False,
    }
    assert make_source(values, HERE) == FULL


def test_what_is_written_makes_the_same_source():
    assert make_source(print_settings(FULL), HERE) == FULL
    bare = Source("", Kind.FEED, URL)
    assert make_source({"url": URL}, HERE) == bare
    assert print_settings(bare) == {"name": "", "url": URL, "kind": "feed"}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("name", "", "letters"),
        ("name", "a b", "letters"),
        ("name", "-x", "letters"),
        ("name", "x" * 81, "letters"),
        ("kind", "blog", "feed, sitemap"),
        ("url", "ftp://post.example/", "http"),
        ("outlet", 3, "no text"),
        ("zone", "Europe/Olso", "Europe/Oslo"),
        ("zone", "../etc/passwd", "IANA"),
        ("zone", "CEST+7", "IANA"),
        ("language", "english", "ISO 639-1"),
        ("language", "xx", "ISO 639-1"),
        ("every", "soon", "10m"),
        ("every", 0, "too short"),
        ("every", "2000d", "too long"),
        ("every", [], "duration"),
        ("pace", "2h", "1h"),
        ("pace", -1, "duration"),
        ("max_pages", 0, "from 1"),
        ("max_pages", "many", "from 1"),
        ("max_pages", True, "from 1"),
        ("revisits", "0", "age of 0"),
        ("revisits", 3600, "1h,1d,1w"),
        ("revisits", ["x"], "10m"),
        ("enabled", "yes", "true nor false"),
        ("evry", "10m", "Did you mean every"),
        ("nonsense", 1, "max_pages"),
    ],
)
def test_what_cannot_be_is_told_with_its_setting(key, value, said):
    with pytest.raises(SettingInvalid) as caught:
        make_source({"url": URL, key: value}, HERE)
    assert said in str(caught.value)
    assert key in str(caught.value)


def test_an_address_is_needed():
    with pytest.raises(SettingInvalid, match="url"):
        make_source({"name": "post"}, HERE)


def test_settings_are_changed_and_taken_back():
    changed = change_source(FULL, {"every": "1h", "enabled": True, "revisits": "never"}, HERE)
    assert (changed.every, changed.enabled, changed.revisits) == (3600, True, ())
    assert (changed.outlet, changed.pace) == (FULL.outlet, FULL.pace)
    cleared = change_source(
        FULL,
        {"every": "auto", "pace": "default", "outlet": "", "zone": "", "language": "",
         "max_pages": "", "revisits": ""},
        HERE,
    )  # fmt: skip
    assert cleared == Source("post", Kind.FEED, URL, enabled=False)


def test_another_address_is_judged_anew_unless_the_kind_was_chosen():
    moved = change_source(FULL, {"url": "https://post.example/sitemap.xml"}, HERE)
    assert moved.kind is Kind.SITEMAP
    chosen = make_source({"name": "x", "url": "https://post.example/latest", "kind": "feed"}, HERE)
    assert change_source(chosen, {"url": "https://post.example/newest"}, HERE).kind is Kind.FEED
