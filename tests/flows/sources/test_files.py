"""Files of sources, read and written."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.files import read_file, read_toml, write_toml
from flows.sources.settings import KEYS, SettingInvalid
from tasks.errors import SourceNotFound, SourceUnreadable
from tasks.live import Kind, Source

TOML = """
[defaults]
language = "en"
every = "10m"

[[source]]
name = "post"
url = "https://post.example/feed"

[[source]]
url = "inbox"
kind = "inbox"
every = "1m"
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_toml_is_read_over_its_defaults(tmp_path):
    first, second = read_file(write(tmp_path, "sources.toml", TOML))
    assert first == Source("post", Kind.FEED, "https://post.example/feed", language="en", every=600)
    assert (second.url, second.every) == (str(tmp_path / "inbox"), 60)


def test_every_fault_is_told_with_file_line_and_name(tmp_path):
    path = write(tmp_path, "sources.toml", TOML + '\n[[source]]\nname = "b"\nurl = "x y"\nzone=3\n')
    with pytest.raises(SettingInvalid) as caught:
        read_file(path)
    assert f"{path}, line 14, source b: url:" in str(caught.value)
    text = '[[source]]\nname="a b"\nurl="https://a.example/"\n[[source]]\nurl="https://b.example/"\nevry=1'
    with pytest.raises(SettingInvalid) as caught:
        read_file(write(tmp_path, "two.toml", text))
    first, second = str(caught.value).splitlines()
    assert "line 1, source a b: name:" in first
    assert "line 4, source https://b.example/: evry" in second


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]", "line 1"),
        ("[source]\nurl = 'https://a.example/'", "two brackets"),
        ("[[sources]]\nurl = 'https://a.example/'", "sources is not known"),
        ("[defaults]\nurl = 'https://a.example/'", "neither name nor url"),
        ("source = [1]", "two brackets"),
        ("[[source]]\nname='a'\nurl='https://a.example/'\n"
         "[[source]]\nname='A'\nurl='https://b.example/'", "line 4, source A: the name A is also"),
        ("[[source]]\nurl='https://a.example/#x'\n[[source]]\nurl='https://A.example'",
         "the address https://a.example/ is also"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_where(text, said, tmp_path):
    path = write(tmp_path, "sources.toml", text)
    with pytest.raises(SettingInvalid) as caught:
        read_file(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_lines_are_addresses(tmp_path):
    text = "\ufeff# outlets\nhttps://a.example/rss\n\n  https://b.example/\nhttps://A.example/rss\n"
    found = read_file(write(tmp_path, "list.txt", text))
    assert [(s.url, s.kind) for s in found] == [
        ("https://a.example/rss", Kind.FEED),
        ("https://b.example/", Kind.HOME),
    ]
    with pytest.raises(SettingInvalid, match=r"list\.txt, line 2: url"):
        read_file(write(tmp_path, "list.txt", "https://a.example/\nb.example\n"))


def test_no_file_and_no_text(tmp_path):
    with pytest.raises(SourceNotFound):
        read_file(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"a = 1\n\xff")
    with pytest.raises(SourceUnreadable, match="line 2"):
        read_file(tmp_path / "bad.toml")


names = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(
    lambda text: " ".join(text.split()) or None
)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    st.lists(
        st.builds(
            Source,
            name=names,
            kind=st.sampled_from([Kind.FEED, Kind.SITEMAP, Kind.HOME]),
            url=names.map(lambda name: f"https://{name.strip('.-')}.example/"),
            outlet=texts,
            zone=st.sampled_from([None, "Europe/Oslo"]),
            every=st.none() | st.integers(1, 86_400),
            pace=st.none() | st.sampled_from([0, 0.25, 2, 90]),
            most=st.none() | st.integers(1, 1000),
            revisits=st.none() | st.just(()) | st.just((60, 3600)),
            enabled=st.booleans(),
        ),
        unique_by=(lambda source: source.name, lambda source: source.url),
        max_size=4,
    )
)
def test_toml_that_is_written_reads_as_the_same(sources):
    assert read_toml(write_toml(sources).encode(), Path("sources.toml")) == sources


DOCS = Path(__file__).parents[3] / "docs" / "sources.md"


def test_the_example_in_the_docs_is_what_it_says(tmp_path):
    text = DOCS.read_text("utf-8")
    [example] = re.findall(r"^```toml\n(.+?)^```$", text, re.MULTILINE | re.DOTALL)
    post, tidende, sandholm, inbox = read_file(write(tmp_path, "sources.toml", example))
    assert post == Source(
        "post", Kind.FEED, "https://post.example/rss", "Aldvik Post", "Europe/Oslo", "no", 300,
        revisits=(3600, 86_400, 604_800),
    )  # fmt: skip
    assert (tidende.kind, tidende.most, tidende.pace) == (Kind.SITEMAP, 100, 2.0)
    assert (sandholm.kind, sandholm.language, sandholm.enabled) == (Kind.HOME, "en", False)
    assert (inbox.url, inbox.kind, inbox.revisits) == (str(tmp_path / "inbox"), Kind.INBOX, ())


def test_the_docs_name_every_setting_and_kind():
    rows = re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert set(rows) == {*KEYS, *Kind}
