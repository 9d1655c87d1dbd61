import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.media import sniff
from tasks.model import Fault, Media, Stage

PROSE = (
    "The council met on Tuesday to talk about the bridge.\n\n"
    "It will be closed until May, the mayor said. Traffic is led over the dam.\n"
)


def zip_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", PROSE)
    return buffer.getvalue()


HTML = {
    "doctype": "<!DOCTYPE html><title>x</title><p>Hello",
    "old doctype": '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "x">\n<html><body>Hello',
    "html in capitals": "<HTML><BODY>Hello</BODY></HTML>",
    "xhtml": '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="x"/>',
    "xhtml without doctype": '<?xml version="1.0"?>\n<!-- made by hand --><html><p>x</p></html>',
    "comment first": "\n\n<!-- saved from url=(0014)about -->\n<html><body>Hi</body></html>",
    "fragment": f"<div><p>{PROSE}</p></div>",
    "fragment of paragraphs": f"<p>{PROSE}</p>\n<p>{PROSE}</p>",
    "unclosed paragraphs": f"<p>{PROSE}<p>{PROSE}<p>{PROSE}",
    "heading first": f"<h1>Bridge closed</h1>{PROSE}",
    "prose with breaks": "One line of it<br>a second line<br/>a third<br />and <b>a fourth</b><br>",
    "text, then blocks": "Bridge<p>Closed until May.</p><p>Traffic goes</p><ul><li>dam</li></ul>",
    "warning before doctype": "Warning: line 3\n<!DOCTYPE html>\n<html><head><title>x</title>"
    "</head><body><p>Hello there</p><p>Again</p></body></html>",
    "custom root": "<app-root><div><p>Hello</p><p>again</p></div></app-root>",
    "deep": "<div>" * 50_000,
    "much white space": "\n" * 200_000 + "<html><body><p>x</p></body></html>",
}
TEXT = {
    "prose": PROSE,
    "prose that mentions a tag": "Use <p> for paragraphs and <br> for breaks, he said. " + PROSE,
    "prose that begins with a tag": "<p> is the tag for paragraphs. " + PROSE,
    "prose with a few inline tags": f"{PROSE * 5} <b>Bold</b>, <a href='x'>a link</a>. {PROSE * 5}",
    "code sample in prose": f"{PROSE * 3}\n    <html><body>\n{PROSE * 3}",
    "bracket first": "[Reuters] " + PROSE,
    "bracketed footnote": "[1] See the report. " + PROSE,
    "brace first": "{sic} " + PROSE,
    "less-than": "a < b and b > c. " + PROSE,
    "escaped": "&lt;html&gt; is how it begins. " + PROSE,
    "bmw": "BMW stellt ein neues Werk vor. MZ auch. " + PROSE,
    "one word": "Hello",
}
FAULTY = {
    "rss": ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "not-html"),
    "rss without declaration": (
        '<rss version="2.0"><channel><title>x</title></channel></rss>',
        "not-html",
    ),
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "not-html"),
    "rdf": ('<rdf:RDF xmlns:rdf="x"><item>x</item></rdf:RDF>', "not-html"),
    "sitemap": ('<urlset xmlns="x"><url/></urlset>', "not-html"),
    "svg": ('<svg xmlns="x"><text>Hello</text></svg>', "not-html"),
    "other xml": ('<?xml version="1.0"?>\n<book><p>x</p></book>', "not-html"),
    "json": (json.dumps({"title": "x", "body": PROSE}), "not-html"),
    "json list": (json.dumps([{"title": "x"}]), "not-html"),
    "json list with html": (json.dumps([{"html": f"<p>{PROSE}</p>" * 4}] * 3), "not-html"),
    "json lines": ('{"a": 1}\n{"a": 2}\n', "not-html"),
    "empty json": ("{}", "not-html"),
    "addresses": ("https://post.example/1\r\n\r\nhttps://post.example/2?a=b\r\n", "not-html"),
    "rtf": (r"{\rtf1\ansi Hello}", "not-html"),
    "warc": ("WARC/1.0\r\nWARC-Type: response\r\n\r\n", "not-html"),
    "nothing": ("", "empty-file"),
    "white space": (" \r\n\t\u00a0" * 9, "empty-file"),
    "a lot of white space": (" \n" * 300_000, "empty-file"),
    "nuls": ("\0" * 5000, "empty-file"),
}
BINARY = {
    "pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type/Catalog>>",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a\x01\0\x01\0",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0",
    "zip": zip_bytes(),
    "gzip": gzip.compress(PROSE.encode()),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(64),
    "exe": b"MZ\x90\0\x03\0\0\0\x04",
    "controls": bytes(range(256)) * 20,
    "half nuls": (PROSE.encode() + bytes(len(PROSE))) * 3 + b"end",
    "wide bom before rubbish": b"\xff\xfe" + bytes([0, 0xD8, 0, 0xDC, 1, 0]) * 200,
}


@pytest.mark.parametrize("page", HTML.values(), ids=HTML)
@pytest.mark.parametrize("content_type", [None, "text/plain; charset=utf-8"])
def test_html_is_known_by_its_markup(page, content_type):
    assert sniff(page.encode(), content_type) is Media.HTML


@pytest.mark.parametrize("page", TEXT.values(), ids=TEXT)
@pytest.mark.parametrize("content_type", [None, "text/html"])
def test_text_is_what_markup_does_not_carry(page, content_type):
    assert sniff(page.encode(), content_type) is Media.TEXT


@pytest.mark.parametrize("page, code", FAULTY.values(), ids=FAULTY)
def test_what_is_no_page_is_a_fault(page, code):
    fault = sniff(page.encode(), "text/html")
    assert isinstance(fault, Fault)
    assert (fault.stage, fault.code) == (Stage.EDIT, code)
    assert fault.message


@pytest.mark.parametrize("content", BINARY.values(), ids=BINARY)
def test_binary_is_a_fault_whatever_the_header_says(content):
    fault = sniff(content, "text/html")
    assert isinstance(fault, Fault)
    assert fault.code == "binary"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("page, media", [(HTML["doctype"] * 3, Media.HTML), (PROSE, Media.TEXT)])
def test_wide_characters_are_not_binary(codec, page, media):
    assert sniff(page.encode(codec), None) is media


@pytest.mark.parametrize("page, media", [(HTML["fragment"], Media.HTML), (PROSE, Media.TEXT)])
def test_a_few_nuls_do_not_make_it_binary(page, media):
    holed = page.replace("e", "\0").encode()
    assert sniff(holed, None) is media
    assert sniff(page.encode() + bytes(4096), None) is media


@pytest.mark.parametrize("codec", ["cp1251", "shift_jis", "iso2022_jp", "gb18030", "koi8_r"])
def test_old_charsets_are_text(codec):
    text = {"cp1251": "Мост закрыт", "koi8_r": "Мост закрыт"}.get(codec, "橋は五月まで閉鎖")
    assert sniff((text * 20).encode(codec), None) is Media.TEXT


def test_a_script_served_as_one_is_no_page():
    fault = sniff(b"var a = 1;\nfunction f() { return a; }", "application/javascript")
    assert isinstance(fault, Fault)
    assert fault.code == "not-html"


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<html>",
        "<!--",
        "-->",
        "{",
        '"',
        "[",
        "\0",
        "\ufeff",
        "<?xml",
        "é",
        " ",
        "a\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.lists(PIECES, max_size=60).map(lambda p: "".join(p).encode()))
def test_it_never_raises(content):
    result = sniff(content, None)
    assert isinstance(result, Media | Fault)
