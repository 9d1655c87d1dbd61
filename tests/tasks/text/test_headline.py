"""The headline of a plain text, sought when its body is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model import KEPT, Label
from tasks.text.headline import list_words
from tasks.text.label import label_by_rules
from tasks.text.revision import label_texts, revise_all

from .pages import PARAGRAPHS, text_page, texts

TITLE = "Brennick to lose its harbour crane"
MENU = ("Skip to content", "Menu", "News", "Sport", "Weather", "Culture", "Subscribe", "Log in")
MORE = ("Related", "Ferry fares to rise in spring", "More from Culture", "Contact us", "© The Post")
GERMAN = (
    "Der alte Kran am Hafen von Brennick wird im Herbst abgebaut, wie die Stadt am Dienstag sagte.",
    "Er hat seit 1931 Kohle und Holz gehoben und stand seit Jahren still, weil Teile fehlten.",
    "Ein Verein wollte den Kran retten und hatte dafür vier Jahre lang Geld gesammelt.",
    "Die Stadt will an seiner Stelle einen Platz mit Bäumen und einem kleinen Café bauen.",
)
TURKISH = (
    "Brennick limanındaki eski vinç sonbaharda sökülecek, belediye salı günü bunu duyurdu.",
    "Vinç 1931 yılından beri kömür ve kereste kaldırıyordu ve yıllardır çalışmıyordu.",
    "Bir dernek vinci kurtarmak istedi ve bunun için dört yıl boyunca para topladı.",
    "Belediye onun yerine ağaçlı bir meydan ve küçük bir kahve yapmak istiyor.",
)
JAPANESE = (
    "ブレニック市は火曜日、港にある古いクレーンを秋に解体すると発表した。部品が足りず、何年も動いていなかった。",
    "このクレーンは1931年から石炭や木材を運び、港の目印として市民に長く親しまれてきた。",
    "保存を求める団体が四年にわたって寄付を集めたが、修理に必要な金額には届かなかった。",
    "市は跡地に木を植えた広場と小さな喫茶店をつくる計画で、来年の春に工事を始める。",
)


def scrape(above, body=PARAGRAPHS):
    return "\n".join((*MENU, *above, *body, *MORE))


def title_of(above, body=PARAGRAPHS):
    return texts(text_page(scrape(above, body)), Label.TITLE)


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ((TITLE, "By Ada Quell", "Mar 4, 2025 9:15 AM"), PARAGRAPHS),
        (("Culture", TITLE, "By Ada Quell", "Mar 4, 2025"), PARAGRAPHS),
        # A path that ends with the title, and what search engines are told.
        (("HomeCulture" + TITLE, TITLE, "By Ada Quell", "Mar 4, 2025"), PARAGRAPHS),
        # The standfirst is longer, has the same words, and stands nearer.
        ((TITLE, "The harbour crane of Brennick, idle since its last engineer left, will be taken "
          "down in autumn", "By Ada Quell", "Mar 4, 2025"), PARAGRAPHS),
        # No byline and no date.
        ((TITLE,), PARAGRAPHS),
        # Buttons below the title.
        ((TITLE, "Share", "Save", "Listen", "3 min read", "Mar 4, 2025"), PARAGRAPHS),
        (("Kultur", "Brennick baut den alten Kran am Hafen ab", "Von Ada Quell", "4. März 2025"),
         GERMAN),
        (("Kültür", "Brennick limanındaki eski vinç sökülüyor", "Ada Quell", "4 Mart 2025"),
         TURKISH),
        (("文化", "ブレニック港の古いクレーン、秋に解体へ", "2025年3月4日 9時15分"), JAPANESE),
    ],
)  # fmt: skip
def test_the_headline_is_found(above, body):
    wanted = next(line for line in above if line == TITLE or "Kran" in line or "vinç" in line
                  or "クレーン" in line)  # fmt: skip
    assert title_of(above, body) == [wanted]


def test_another_story_above_is_no_headline():
    above = ("Most read", "Ferry fares to rise in spring", "Mar 3, 2025", TITLE, "By Ada Quell")
    assert title_of(above) == [TITLE]


def test_a_text_without_a_headline_has_none():
    assert title_of(()) == []


def test_the_headline_changes_nothing_of_the_body():
    for above in ((TITLE, "By Ada Quell"), ("Culture", TITLE), (), ("Share", "Save")):
        lines = scrape(above).split("\n")
        before, _ = revise_all(*label_by_rules(lines))
        after = label_texts(lines)
        assert [v for v in before if v[0] in KEPT] == [v for v in after if v[0] in KEPT]


def test_there_is_one_headline_and_its_copies_are_repeats():
    above = (TITLE, "Share", TITLE, "By Ada Quell", "Mar 4, 2025")
    page = text_page(scrape(above))
    assert texts(page, Label.TITLE) == [TITLE]
    assert texts(page, Label.REPEAT, Label.IMAGE_ALT) == [TITLE]


def test_words_are_compared_by_their_beginnings():
    assert list_words("The Harbour, the harbours' crane") == ["harbou", "harbou", "crane"]
    assert list_words("港の古い橋") == ["港の", "の古", "古い", "い橋"]


LINES = st.sampled_from((*MENU, TITLE, *PARAGRAPHS, "By Ada Quell", "Mar 4, 2025", "???", "12 34"))


@given(st.lists(LINES | st.text(min_size=1, max_size=60), max_size=60))
def test_no_text_has_two_headlines(lines):
    verdicts = label_texts([line for line in lines if line.strip()])
    assert sum(label is Label.TITLE for label, _ in verdicts) <= 1
