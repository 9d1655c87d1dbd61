"""Who must pay, and whether the text stops for them; how long it takes to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.paywalls import find_paywalled, find_truncated, read_flag, read_wall
from tasks.fields.readings import measure_seconds
from tasks.lexicon.lines import load_examples
from tests.tasks.fields.pages import FIXED, jsonld, make_page, make_text_page, wrap

BODY = ("body", "The bridge was closed for nine years and is open again for everybody.")


def claim(**facts):
    told = ", ".join(f'"{name}": {value}' for name, value in facts.items())
    return jsonld(f'{{"@type": "NewsArticle", "headline": "H", {told}}}')


@pytest.mark.parametrize(
    ("head", "paid"),
    [
        (claim(isAccessibleForFree="false"), True),
        (claim(isAccessibleForFree='"False"'), True),
        (claim(isAccessibleForFree='"http://schema.org/False"'), True),
        (claim(isAccessibleForFree="true"), False),
        (claim(isAccessibleForFree='"maybe"'), None),
        (claim(hasPart='{"@type": "WebPageElement", "isAccessibleForFree": false}'), True),
        (claim(hasPart='[{"isAccessibleForFree": "False"}]'), True),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ('<meta property="article:content_tier" content="metered">', None),
        ('<meta name="isPremium" content="true">', True),
        ("", None),
    ],
)
def test_what_the_page_says_of_itself(head, paid):
    found = find_paywalled(make_page(wrap(head), [BODY]))
    assert (found[0].value if found else None) is paid


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to continue reading",
        "This article is for subscribers only.",
        "Weiterlesen mit Beispiel+",
        "Dieser Artikel ist nur für Abonnenten zugänglich",
        "Article réservé aux abonnés",
        "Suscríbete para seguir leyendo",
        "Conteúdo exclusivo para assinantes",
        "Contenuto riservato agli abbonati",
        "Dit artikel is alleen voor abonnees",
        "Bu içerik abonelere özeldir",
        "Treść tylko dla prenumeratorów",
        "Материал доступен только подписчикам",
        "هذا المحتوى للمشتركين فقط",
        "订阅后阅读全文",
        "この記事は有料会員限定です",
        "이 기사는 유료 회원만 볼 수 있습니다",
        "Denne saken er for abonnenter",
    ],
)
def test_walls_in_many_languages(line):
    assert read_wall(line) == "wall"
    page = make_text_page(BODY, ("promo", line))
    assert find_paywalled(page)[0].value is True
    assert find_truncated(page, {"word_count": 13})[0].value is True


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to our newsletter",
        "Weiterlesen: So geht es weiter",
        "Read more",
        "Abonnez-vous à notre lettre",
        "Suscríbete a nuestro boletín",
        "Log in",
        "",
    ],
)
def test_other_prompts_are_none(line):
    assert read_wall(line) is None


def test_examples_of_the_lexicon():
    assert all(read_wall(line) for line in load_examples("paywalls.tsv", "hit"))
    assert not any(read_wall(line) for line in load_examples("paywalls.tsv", "miss"))


def test_a_wall_far_below_belongs_to_others():
    far = make_text_page(
        BODY, *[("related", "More")] * 10, ("promo", "Subscribe to continue reading")
    )
    assert find_paywalled(far) == []


def test_what_the_page_says_outweighs_a_line():
    page = make_page(
        wrap(claim(isAccessibleForFree="true")), [BODY, ("promo", "Subscribe to continue reading")]
    )
    assert [f.value for f in find_paywalled(page)] == [False, True]


@pytest.mark.parametrize(
    ("words", "claimed", "paid", "expected"),
    [
        (100, 800, True, True),
        (100, 800, None, None),
        (780, 800, None, False),
        (780, 800, True, False),
        (30, 0, True, True),
        (300, 0, True, None),
    ],
)
def test_the_words_that_the_page_claims(words, claimed, paid, expected):
    page = make_page(wrap(claim(wordCount=str(claimed))), [BODY])
    found = find_truncated(page, {"word_count": words, "paywalled": paid})
    assert (found[0].value if found else None) is expected


@pytest.mark.parametrize(
    ("last", "paid", "expected"),
    [
        ("The council had said that the bridge […]", None, True),
        ("The council had said that the bridge …", True, True),
        ("The council had said that the bridge …", None, None),
        ("The council had said it.", True, None),
    ],
)
def test_a_text_that_breaks_off(last, paid, expected):
    page = make_text_page(BODY, ("body", last))
    found = find_truncated(page, {"word_count": 300, "paywalled": paid})
    assert (found[0].value if found else None) is expected


@FIXED
@given(st.text(max_size=120))
def test_no_text_breaks_them(text):
    read_wall(text)
    read_flag(text)
    measure_seconds(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("word " * 238, 60),
        ("слово " * 119, 30),
        ("字" * 266, 60),
        ("かな" * 186, 60),
        ("字" * 133 + " word" * 119, 60),
    ],
)
def test_reading_time(text, seconds):
    assert measure_seconds(text) == pytest.approx(seconds, abs=1)
