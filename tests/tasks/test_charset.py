import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.charset import Decoded, decode, guess_utf16

GERMAN = "Die Brücke über den Fluß bleibt für Fußgänger geöffnet, sagte der Bürgermeister. " * 4
POLISH = "Most na rzece będzie zamknięty do maja, powiedział burmistrz; ruch przejdzie groblą. " * 4
CZECH = "Most přes řeku bude uzavřen do května, řekl starosta. Úřad o tom jedná již měsíc. " * 4
SPANISH = "El alcalde señaló que el puente estará cerrado hasta el año próximo, según él. " * 4
FRENCH = "Le maire a déclaré que le pont sera fermé jusqu'à l'été ; où ça mène, nul ne sait. " * 4
RUSSIAN = "Мост через реку будет закрыт до мая, сообщил мэр города на заседании совета. " * 4
GREEK = "Η γέφυρα θα μείνει κλειστή μέχρι τον Μάιο, είπε ο δήμαρχος της πόλης. " * 4
TURKISH = (
    "Köprü mayıs ayına kadar kapalı kalacak, dedi belediye başkanı; geçiş için çağrı yaptı. " * 4
)
JAPANESE = "市長は、橋は五月まで閉鎖されると述べた。通行止めは続く見通しである。" * 8
CHINESE = "市长周二表示，这座桥将关闭至五月，交通将绕行大坝。市民对此表示理解。" * 8
KOREAN = "시장은 다리가 오월까지 폐쇄될 것이라고 말했다. 차량은 우회해야 한다. " * 8


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


def look(decoded: Decoded) -> tuple[str, str]:
    return decoded.charset, decoded.charset_from


@pytest.mark.parametrize(
    "bom, codec, name",
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32le"),
    ],
)
def test_a_byte_order_mark_beats_everything(bom, codec, name):
    text = page(GERMAN, '<meta charset="koi8-r">')
    decoded = decode(bom + text.encode(codec), "text/html; charset=shift_jis")
    assert decoded == Decoded(text, name, "bom")


def test_the_http_header_beats_the_meta():
    text = page(RUSSIAN, '<meta charset="koi8-r">')
    decoded = decode(text.encode("cp1251"), 'text/html; charset="windows-1251"')
    assert decoded == Decoded(text, "windows-1251", "http")


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET = windows-1251 />",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<!-- <meta charset='koi8-r'> --><meta charset='cp1251'>",
    ],
)
def test_a_meta_tells(head):
    text = page(RUSSIAN, head)
    assert decode(text.encode("cp1251"), "text/html") == Decoded(text, "windows-1251", "meta")


def test_an_xml_declaration_tells():
    text = '<?xml version="1.0" encoding="ISO-8859-2"?>' + page(POLISH)
    assert look(decode(text.encode("iso8859_2"), None)) == ("iso-8859-2", "meta")


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "ISO_8859-1", "latin1", "us-ascii", "Windows-1252"]
)
def test_latin_1_means_windows_1252(label):
    text = page("“Fluß” – 5 €")
    decoded = decode(text.encode("cp1252"), f"text/html; charset={label}")
    assert decoded == Decoded(text, "windows-1252", "http")


@pytest.mark.parametrize(
    "label, codec, text",
    [
        ("gb2312", "gb18030", CHINESE + "镕"),
        ("x-sjis", "cp932", JAPANESE + "①"),
        ("ks_c_5601-1987", "cp949", KOREAN + "똠"),
        ("iso-8859-9", "cp1254", TURKISH),
        ("big5", "big5hkscs", "市長週二表示，這座橋將關閉至五月。"),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
        ("utf-16", "utf-16-le", page(CHINESE)),
        ("koi8-r", "koi8_r", RUSSIAN),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, codec, text):
    assert decode(text.encode(codec), f"text/html; charset={label}").text == text


def test_an_unknown_label_is_passed_over():
    text = page(GERMAN, '<meta charset="utf-8">')
    assert decode(text.encode(), "text/html; charset=none-such") == Decoded(text, "utf-8", "meta")


def test_utf_16_in_a_meta_that_is_ascii_means_utf_8():
    text = page(GERMAN, '<meta charset="utf-16">')
    assert decode(text.encode(), None) == Decoded(text, "utf-8", "meta")


def test_nothing_declared_and_valid_utf_8():
    assert decode(page(GERMAN).encode(), None) == Decoded(page(GERMAN), "utf-8", "detected")


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "shift_jis", "gbk", "utf-16"])
def test_a_declaration_is_overruled_by_plain_utf_8(declared):
    text = page(GERMAN + CHINESE)
    decoded = decode(text.encode(), f"text/html; charset={declared}")
    assert decoded == Decoded(text, "utf-8", "detected")


@pytest.mark.parametrize("text, codec, name", [
    (GERMAN, "cp1252", "windows-1252"),
    (POLISH, "cp1250", "windows-1250"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (JAPANESE, "cp932", "shift_jis"),
])  # fmt: skip
def test_declared_utf_8_that_is_not_is_overruled(text, codec, name):
    decoded = decode(page(text, '<meta charset="utf-8">').encode(codec), "text/html; charset=utf-8")
    assert look(decoded) == (name, "detected")
    assert text in decoded.text


@pytest.mark.parametrize("text, codec", [
    (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (GREEK, "cp1253"), (JAPANESE, "cp932"),
    (JAPANESE, "euc_jp"), (CHINESE, "gb18030"), (KOREAN, "cp949"),
])  # fmt: skip
def test_latin_1_that_a_server_says_unasked_is_overruled(text, codec):
    decoded = decode(page(text).encode(codec), "text/html; charset=iso-8859-1")
    assert text in decoded.text
    assert decoded.charset_from == "detected"


@pytest.mark.parametrize(
    "text",
    [GERMAN, SPANISH, FRENCH, "Menu \xa0\xa0\xa0\xa0\xa0\xa0 " * 9 + "Fluß", "»»»»»»»» Très " * 9],
)
def test_latin_1_that_is_meant_holds(text):
    content = page(text).encode("cp1252")
    decoded = decode(content, "text/html; charset=iso-8859-1")
    assert decoded.text == page(text)
    assert decoded.charset == "windows-1252"


def test_euc_jp_is_not_read_as_half_width_shift_jis():
    decoded = decode(page(JAPANESE).encode("euc_jp"), "text/html; charset=shift_jis")
    assert decoded == Decoded(page(JAPANESE), "euc-jp", "detected")


@pytest.mark.parametrize("text, codec", [
    (GERMAN, "cp1252"), (SPANISH, "cp1252"), (FRENCH, "cp1252"),
    (POLISH, "cp1250"), (POLISH, "iso8859_2"), (CZECH, "cp1250"), (CZECH, "iso8859_2"),
    (TURKISH, "cp1254"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (GREEK, "cp1253"),
    (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"),
    (CHINESE, "gb18030"), (KOREAN, "cp949"),
])  # fmt: skip
def test_what_nobody_declared_is_detected(text, codec):
    decoded = decode(page(text).encode(codec), None)
    assert decoded.text == page(text)
    assert decoded.charset_from == "detected"


def test_one_broken_byte_does_not_cost_utf_8():
    broken = page(GERMAN, '<meta charset="utf-8">').encode() + b"\xe9 the end"
    decoded = decode(broken, None)
    assert look(decoded) == ("utf-8", "meta")
    assert GERMAN in decoded.text
    assert decoded.text.count("\ufffd") == 1


def test_a_genuine_replacement_character_is_no_error():
    text = page("Caf\ufffd, zur Brücke", '<meta charset="utf-8">')
    assert decode(text.encode(), None) == Decoded(text, "utf-8", "meta")


def test_bytes_that_speak_for_nothing_fall_back():
    decoded = decode(b"one \x81 two \x8d three", None)
    assert look(decoded) == ("windows-1252", "fallback")


def test_nuls_are_removed():
    assert decode(b"a\0b\0\0c", None).text == "abc"
    assert decode(page(GERMAN).replace(" ", " \0").encode(), None).text == page(GERMAN)


@pytest.mark.parametrize("codec, name", [("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")])
def test_utf_16_without_a_mark_is_seen(codec, name):
    text = page(GERMAN)
    assert guess_utf16(text.encode(codec)) == name
    assert decode(text.encode(codec), None) == Decoded(text, name, "detected")


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, JAPANESE, CHINESE, KOREAN])
@pytest.mark.parametrize("codec, name", [("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")])
def test_utf_16_without_a_mark_is_seen_where_few_bytes_are_nul(text, codec, name):
    for whole in (f"第\n\n{text}", page(text)):
        assert decode(whole.encode(codec), None) == Decoded(whole, name, "detected")


@pytest.mark.parametrize("text, codec", [
    (GERMAN, "utf-8"), (GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (JAPANESE, "cp932"),
    (JAPANESE, "utf-8"), (CHINESE, "gb18030"), ("Plain words. " * 20, "ascii"),
])  # fmt: skip
def test_a_stray_nul_makes_no_utf_16(text, codec):
    content = text.encode(codec)
    for at in range(60):
        assert guess_utf16(content[:at] + b"\0" + content[at:] + b"\n\0") is None


def test_ascii_keeps_the_declared_name():
    assert look(decode(b"<p>plain</p>", "text/html; charset=iso-8859-1")) == (
        "windows-1252",
        "http",
    )
    assert look(decode(b"", None)) == ("utf-8", "detected")


def test_utf_8_is_fast_and_needs_no_detector(monkeypatch):
    monkeypatch.setattr("tasks.charset._detect", None)
    content = page(GERMAN * 600).encode()
    best = min(_time_once(content) for _ in range(20))
    assert best < 0.003  # ten times the aim, for busy machines


def _time_once(content: bytes) -> float:
    begun = time.perf_counter()
    decode(content, "text/html; charset=utf-8")
    return time.perf_counter() - begun


CONTENT_TYPES = st.none() | st.sampled_from(
    ["text/html", "text/html; charset=utf-8", "x; charset=utf-16", "x; charset=gbk", "charset=\xff"]
)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("utf-16")), CONTENT_TYPES
)
def test_it_never_raises(content, content_type):
    decoded = decode(content, content_type)
    assert "\0" not in decoded.text
    assert decoded.charset_from in {"bom", "http", "meta", "detected", "fallback"}


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff\x1b"), max_size=200)
)
def test_declared_utf_8_comes_back_as_it_was(text):
    assert decode(text.encode(), "text/html; charset=utf-8").text == text
