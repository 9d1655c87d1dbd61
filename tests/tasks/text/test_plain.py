import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model import KEPT, Caption, Label
from tasks.text.body import join_body, list_headings

from .pages import PARAGRAPHS, SCRAPE, text_page, texts

PIECES = st.sampled_from(
    (
        *("\n", "\r\n", "\r", " ", "\t", "\u2028", "\x0b", "\u00a0", "\ufeff"),
        *("date 2024-08-13", "By Ann Lee", "(AP Photo)", "Short", "©", "漢字。"),
        "A sentence of some length stands here, and it ends.",
    )
)


def covers(text):
    page = text_page(text)
    assert "".join(line.text for line in page.lines) == text
    assert all(text[line.start : line.end] == line.text for line in page.lines)
    assert [line.number for line in page.lines] == list(range(len(page.lines)))
    assert all((line.label is Label.BLANK) == (not line.text.strip()) for line in page.lines)


@given(st.text(max_size=400))
def test_lines_cover_any_text(text):
    covers(text)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_lines_cover_texts_that_look_like_scrapes(text):
    covers(text)


@given(st.integers(5, 40), st.integers(2, 6))
def test_lines_cover_wrapped_texts(width, count):
    line = ("word " * width)[:60].strip()
    covers("\n\n".join(["\n".join([line] * 4) + "\nend."] * count))


def test_a_scrape_comes_out_clean():
    page = text_page(SCRAPE)
    assert texts(page, Label.BODY) == list(PARAGRAPHS)
    assert [heading.text for heading in list_headings(page)] == ["A landmark since 1931"]
    title = "Brennick to lose its harbour crane"
    assert page.captions == (
        Caption("The crane at dusk, seen from the fish market.", "Post Photo", alt=title),
        Caption("Ivo Marlen on the quay", "AP Photo", alt=title),
    )
    removed = {line.text: line.label for line in page.lines if line.label not in KEPT}
    assert removed["Skip to content"] is Label.NAVIGATION
    assert removed["By Ada Quell"] is Label.BYLINE
    assert removed["Mar 4, 2025 9:15 AM"] is Label.DATE_LINE
    assert removed["Last Updated:  Mar 4, 2025 11:02 AM"] is Label.DATE_LINE
    assert texts(page, Label.TITLE) == [title]
    assert texts(page, Label.IMAGE_ALT) == [title]


@pytest.mark.parametrize(
    "lead", ["date 2025-03-04 ", " date: 2025-03-04 ", "2025-03-04T09:15:00Z "]
)
def test_a_leading_date_is_a_line_of_its_own(lead):
    page = text_page(lead + "\n\n".join(PARAGRAPHS))
    assert texts(page, *KEPT) == list(PARAGRAPHS)
    assert texts(page, Label.DATE_LINE) == [lead.strip()]


def test_a_date_inside_a_sentence_stays():
    text = "2025 was dry. On 2025-03-04 the first rain fell on the fields behind the old harbour."
    assert texts(text_page(text), *KEPT) == [text]


def test_a_comment_section_and_related_stories_are_removed():
    tail = (
        "12 Comments\n\nJoe says:\n\nI saw that crane every morning of my life.\n\n"
        "Anna says:\n\nGood riddance, it was an ugly thing and dangerous as well.\n\n"
        "Leave a Reply\n\nRelated\n\nFerry fares to rise in May\n\nSchool wins prize"
    )
    page = text_page("\n\n".join(PARAGRAPHS) + "\n\n" + tail)
    assert texts(page, *KEPT) == list(PARAGRAPHS)


def test_hard_wrapped_text_keeps_its_paragraphs():
    import textwrap

    text = "\n\n".join(textwrap.fill(paragraph, 68) for paragraph in PARAGRAPHS)
    assert join_body(text_page(text)) == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge is shut.",
        "The bridge is shut. It will open on Friday.",
        "A bridge in Brennick has been shut after a barge struck one of its piers.\n"
        "Nobody was hurt.\nPolice said the captain had been breathalysed.",
        "Most na rzece zamknięto.",
        "桥梁已关闭。",
    ],
)
def test_short_texts_are_body_whole(text):
    assert texts(text_page(text), *KEPT) == text.split("\n")


def test_title_and_short_story():
    page = text_page("Bridge shut in Brennick\nA barge struck one of its piers on Monday morning.")
    assert texts(page, Label.TITLE) == ["Bridge shut in Brennick"]
    assert texts(page, *KEPT) == ["A barge struck one of its piers on Monday morning."]


GERMAN = """Zum Inhalt springen
Startseite
Anmelden

Brennick verliert seinen Hafenkran

Von Ada Quell
4. März 2025, 09:15 Uhr

Der alte Hafenkran von Brennick wird im April abgebaut, teilte die Hafenverwaltung am Dienstag mit.

Lesen Sie auch: Straßenbahn zum Hafen kommt zwei Jahre später

„Wir haben alles geprüft“, sagte Hafenchef Ivo Marlen. „Nichts davon hätte gereicht.“

Der Kran bei Nacht. Foto: Tomas Reed/dpa

Gebaut wurde der Kran 1931, die letzte Last hob er vor fast vierzig Jahren aus einem Schiff.

Newsletter abonnieren
Kommentare
"""
TURKISH = """Ana Sayfa
Gündem

Brennick liman vincini kaybediyor
Haber: Ada Quell
04 Mart 2025 - 09:15

Brennick'teki eski liman vinci nisan ayında sökülecek, liman idaresi salı günü bunu duyurdu.

Liman müdürü Ivo Marlen, vinci kurtarmanın her yolunu denediklerini ama bulamadıklarını söyledi.

İlgili Haberler
Feribot ücretleri mayısta artıyor
"""
CHINESE = """首页
新闻

布伦尼克将失去港口起重机
记者 王小明
2025年3月4日 09:15

港口管理局周二表示，布伦尼克的旧起重机将于四月拆除，此前工程师发现其基座移动了十一厘米。

港口负责人说，他们研究了所有保留它的办法，但没有一种能让行人再次安全地从下面走过。

相关新闻
渡轮票价五月上调
"""


@pytest.mark.parametrize(
    ("text", "title", "byline", "paragraphs"),
    [
        (GERMAN, "Brennick verliert seinen Hafenkran", "Von Ada Quell", 3),
        (TURKISH, "Brennick liman vincini kaybediyor", "Haber: Ada Quell", 2),
        (CHINESE, "布伦尼克将失去港口起重机", "记者 王小明", 2),
    ],
)
def test_scrapes_in_other_languages(text, title, byline, paragraphs):
    page = text_page(text)
    assert texts(page, Label.TITLE) == [title]
    assert texts(page, Label.BYLINE) == [byline]
    assert len(texts(page, Label.DATE_LINE)) == 1
    assert len(texts(page, *KEPT)) == paragraphs


def test_a_german_caption_gives_up_its_credit():
    assert text_page(GERMAN).captions == (Caption("Der Kran bei Nacht.", "Foto: Tomas Reed/dpa"),)


FOLLOWS = "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Why does the harbour crane have to go now?\nBy Ada Quell", "Why does the harbour crane"),
        ("Tomas Reed Hill\nBrennick to lose its harbour crane\nBy Ada Quell", "Brennick to lose"),
        (
            "Brennick to lose its harbour crane\nThe footing is gone, engineers say\nBy Ada Quell",
            "Brennick to lose",
        ),
    ],
    ids=["a question", "a name beside it", "a standfirst below it"],
)
def test_the_title_is_no_name_and_no_standfirst(head, title):
    page = text_page(f"Skip to content\n{head}\n{FOLLOWS}")
    [found] = texts(page, Label.TITLE)
    assert found.startswith(title)
    assert texts(page, Label.BODY) == list(PARAGRAPHS)


def test_sign_offs_below_a_text():
    page = text_page(
        f"Brennick to lose its harbour crane\n{FOLLOWS}\nAdditional reporting by T. Reed."
    )
    assert [line.text for line in page.lines if line.rule == "text.sign-off"] == [
        "Additional reporting by T. Reed."
    ]
    assert page.captions == ()


def test_of_two_likely_lines_the_upper_is_the_headline():
    title = "Brennick to lose its harbour crane"
    standfirst = "Engineers say the footing of 1931 cannot be saved"
    head = [title, standfirst, "By Ada Quell", "Mar 4, 2025 9:15 AM"]
    page = text_page("\n\n".join(["Home", "Coast", *head, *PARAGRAPHS]))
    assert texts(page, Label.TITLE) == [title]


def test_marks_that_part_a_text_stay_in_it():
    page = text_page(SCRAPE.replace("A landmark since 1931", "* * *"))
    assert "* * *" in texts(page, Label.BODY)


def test_a_note_on_the_author_is_known_by_the_byline():
    note = "Ada Quell has written about the coast for the Post since 2011."
    page = text_page(SCRAPE.replace("Last Updated:", f"{note}\n\nLast Updated:"))
    assert {line.text: line.rule for line in page.lines}[note] == "text.bio-author"
