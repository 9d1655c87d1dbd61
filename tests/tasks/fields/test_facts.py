"""Language, outlet, section, tags, standfirst, captions, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.captions import finish_caption, list_captions, read_credit
from tasks.fields.languages import find_language, find_other_language, guess_language
from tasks.fields.outlets import find_outlet, find_site
from tasks.fields.sections import find_section, find_tags, read_path_section
from tasks.fields.standfirsts import find_standfirst
from tasks.fields.words import count_words
from tasks.model import Caption
from tests.tasks.fields.pages import FIXED, jsonld, make_page, make_text_page, wrap

SAMPLES = {
    "en": "The bridge was closed for nine years, and the council said "
    "that it would be open to all.",
    "de": "Die Brücke war neun Jahre lang gesperrt und ist nun wieder "
    "für den Verkehr offen, wie die Stadt sagt.",
    "fr": "Le pont était fermé depuis neuf ans et il est de nouveau "
    "ouvert à la circulation dans les deux sens.",
    "es": "El puente estuvo cerrado durante nueve años y ahora los "
    "vecinos de la ciudad lo cruzan de nuevo.",
    "pt": "A ponte ficou fechada por nove anos e agora os moradores da "
    "cidade não pagam para passar.",
    "it": "Il ponte è rimasto chiuso per nove anni e ora gli abitanti "
    "della città lo attraversano di nuovo.",
    "nl": "De brug was negen jaar dicht en is nu weer open voor het "
    "verkeer, zegt de gemeente van de stad.",
    "tr": "Köprü dokuz yıl kapalı kaldı ve şimdi trafik için yeniden "
    "açıldı, bu da halk için çok önemli oldu.",
    "pl": "Most był zamknięty przez dziewięć lat, a teraz jest znowu "
    "otwarty dla ruchu i nie ma opłat, jak mówi miasto.",
    "ru": "Мост был закрыт девять лет, и теперь он снова открыт для "
    "движения, как сообщили в городе.",
    "ar": "كان الجسر مغلقا في المدينة منذ تسع سنوات وقال المجلس إن "
    "الطريق مفتوح من الآن إلى جميع السكان",
    "zh": "这座桥关闭了九年，现在重新向公众开放。",
    "ja": "橋は九年間閉鎖されていたが、ようやく再開した。",
    "ko": "다리는 구 년 동안 폐쇄되었다가 이제 다시 열렸다.",
    "th": "สะพานปิดมาเก้าปีและตอนนี้เปิดอีกครั้ง",
    "el": "Η γέφυρα ήταν κλειστή για εννέα χρόνια και τώρα άνοιξε.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_language_of_a_text(language):
    assert guess_language(SAMPLES[language])[0] == language


def test_declared_language_must_be_borne_out():
    borne_out = make_page(wrap(lang="de-AT"), [("body", SAMPLES["de"])])
    assert (find_language(borne_out)[0].value, find_language(borne_out)[0].rule) == (
        "de",
        "html.lang",
    )
    template = make_page(wrap(lang="en"), [("body", SAMPLES["de"])])
    assert find_language(template)[0].value == "de"
    empty = make_page(wrap(lang="pt-BR"))
    assert find_language(empty)[0].value == "pt"


def test_text_declares_nothing():
    assert find_language(make_text_page(("body", SAMPLES["fr"])))[0].value == "fr"
    assert find_language(make_text_page(("body", "12.5"))) == []


def test_confidence_grows_with_what_bears_it_out():
    long = make_page(wrap(lang="de"), [("body", SAMPLES["de"])] * 5)
    short = make_page(wrap(lang="de"), [("body", SAMPLES["de"])])
    undeclared = make_text_page(("body", SAMPLES["de"]))
    unread = make_page(wrap(lang="de"), [("body", "12.5")])
    pages = (long, short, undeclared, unread)
    sure = [find_language(page)[0].confidence for page in pages]
    assert sure == sorted(sure, reverse=True)
    assert len(set(sure)) == len(sure)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ("de de fr fr", "fr"),
        ("zh zh en en", "en"),
        ("en en en ko ko", "ko"),
        ("de de de de de de de de fr", None),
        ("de de de de de de de de de de de de de fr fr", None),
        ("de de de fr", None),
        ("de de de", None),
        ("en", None),
    ],
)
def test_a_second_language_is_a_fifth_of_the_text(languages, expected):
    names = languages.split()
    lines = [("body", f"{SAMPLES[name]} {SAMPLES[name]} {SAMPLES[name]}") for name in names]
    found = find_other_language(make_text_page(*lines), {"language": names[0]})
    assert (found[0].value if found else None) == expected


def test_names_in_han_make_no_japanese_text_chinese():
    names = (
        "東京都新宿区市議会議員団幹事長山田太郎氏、大阪府堺市長鈴木花子氏、名古屋市長佐藤次郎氏、"
    )
    lines = [("body", SAMPLES["ja"] * 3), ("body", names * 4), ("body", names * 4)]
    assert find_other_language(make_text_page(*lines), {"language": "ja"}) == []


@FIXED
@given(st.text(max_size=60))
def test_no_text_breaks_the_guess(text):
    guess_language(text, frozenset({"en"}))


def test_outlet_and_site():
    head = '<meta property="og:site_name" content="The Example Times">'
    page = make_page(wrap(head), url="https://www.example.com/a")
    assert find_outlet(page)[0].value == "The Example Times"
    assert find_site(page)[0].value == "example.com"
    named = make_page(wrap(head), source="Given Name")
    assert find_outlet(named)[0].value == "Given Name"
    bare = make_page(wrap(), url="https://www.example.com/a")
    assert find_outlet(bare)[0].value == "example.com"
    assert find_outlet(make_text_page(("body", "x"))) == []


def test_section_and_tags():
    head = jsonld(
        '{"@type": "NewsArticle", "headline": "H", "articleSection": ["City", "News"],'
        '"keywords": "bridge, Bridge , council,"}'
    )
    page = make_page(wrap(head + '<meta name="keywords" content="seo">'))
    assert find_section(page)[0].value == "City"
    assert [f.value for f in find_tags(page)] == [("bridge", "council"), ("seo",)]


@pytest.mark.parametrize(
    ("crumbs", "section"),
    [
        (["Home", "Politics", "A bridge opens"], "Politics"),
        (["Startseite", "Politik"], "Politik"),
        (["Example", "example.com", "Kultur", "A bridge opens"], "Kultur"),
        (["Gospodarka"], "Gospodarka"),
        (["Home", "A bridge opens"], None),
        (["Home"], None),
        ([], None),
    ],
)
def test_the_section_of_a_trail(crumbs, section):
    items = ", ".join(f'{{"@type": "ListItem", "name": "{name}"}}' for name in crumbs)
    head = jsonld(f'{{"@type": "BreadcrumbList", "itemListElement": [{items}]}}')
    found = find_section(make_page(wrap(head, "<h1>A bridge opens</h1>")))
    assert (found[0].value if found else None) == section


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("https://example.com/politik/ausland/a-1", "politik"),
        ("https://example.com/de/2024/08/sport/a-1", "sport"),
        ("https://example.com/artikel/a-1", None),
        ("https://example.com/sport", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_the_section_of_an_address(url, folder):
    assert read_path_section(url) == folder


@pytest.mark.parametrize(
    ("meta", "tags"),
    [
        ({"article:tag": "bridge", "news_keywords": "bridge, council"}, ("bridge", "council")),
        ({"article:tag": "bridge", "news_keywords": "road, council"}, ("bridge",)),
        (
            {"article:tag": "bridge council road works", "keywords": "bridge, road"},
            ("bridge", "road"),
        ),
        ({"keywords": "bridge council road works"}, ("bridge council road works",)),
        ({"og:site_name": "Example Post", "keywords": "Example Post, bridge"}, ("bridge",)),
        ({"keywords": "橋、市議会"}, ("橋", "市議会")),
        ({"keywords": " , ;"}, None),
    ],
)
def test_lists_of_tags(meta, tags):
    head = "".join(f'<meta property="{name}" content="{raw}">' for name, raw in meta.items())
    found = find_tags(make_page(wrap(head)))
    assert (found[0].value if found else None) == tags


def test_a_word_of_the_system_is_no_section():
    head = '<meta property="article:section" content="Uncategorized">'
    assert find_section(make_page(wrap(head))) == []


def test_a_standfirst_is_printed_outside_the_body():
    told = "Nine years of detours come to an end."
    head = f'<meta property="og:description" content="{told}">'
    assert find_standfirst(make_page(wrap(head))) == []
    assert find_standfirst(make_page(wrap(head), [("body", told)])) == []
    beside = find_standfirst(make_page(wrap(head), [("boilerplate", told)]))
    assert [(f.value, f.rule) for f in beside] == [(told, "meta.og:description")]
    lined = make_page(wrap(head), [("standfirst", "Detours end after nine years.")])
    assert find_standfirst(lined)[0].value == "Detours end after nine years."


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("AP Photo/Jane Doe", ("Jane Doe", "AP")),
        ("AA Photo", (None, "AA")),
        ("Photo: Jane Doe/Reuters", ("Jane Doe", "Reuters")),
        ("Foto: Max Muster/dpa", ("Max Muster", "dpa")),
        ("Jane Doe/AFP via Getty Images", ("Jane Doe", "AFP")),
        ("Getty Images", (None, "Getty Images")),
        ("Jane Doe", ("Jane Doe", None)),
        ("© Jane Doe", ("Jane Doe", None)),
        ("Handout", (None, None)),
    ],
)
def test_credits(credit, expected):
    photographer, agency = read_credit(credit)
    assert (photographer, agency) == (expected[0], expected[1]) or (
        expected[1] == "Getty Images" and (photographer, agency) == (None, "Getty Images")
    )


def test_captions_are_finished_once_each():
    raw = Caption(
        "The bridge on Monday. (AP Photo/Jane Doe)", image_url="https://example.com/i.jpg"
    )
    page = make_page(wrap())
    page = type(page)(**{**{f: getattr(page, f) for f in page.__slots__}, "captions": (raw, raw)})
    (caption,) = list_captions(page)
    assert caption.text == "The bridge on Monday."
    assert (caption.credit, caption.photographer, caption.agency) == (
        "AP Photo/Jane Doe",
        "Jane Doe",
        "AP",
    )


def test_a_caption_without_a_credit_stays():
    bare = Caption("The bridge on Monday.")
    assert finish_caption(bare) == bare


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two", 2),
        ("one – two", 2),
        ("don't stop", 2),
        ("ein Fluß", 2),
        ("桥梁开放", 2),
        ("桥梁 open", 2),
    ],
)
def test_word_counts(text, words):
    assert count_words(text) == words
