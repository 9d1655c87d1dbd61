"""Which repeated lines are learned as template, and which stay because a story needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tasks.model import Imprint, Label, SiteLine, SitePage
from tasks.text.repetition import (
    REMEMBERED,
    cut_windows,
    find_telling_words,
    find_words,
    learn_lines,
)
from tasks.text.template import hash_line
from tests.world.sites import APP, BACKGROUND, PROMPT, STORIES, list_paragraphs

START = datetime(2026, 5, 1, tzinfo=UTC)
SITE = "valley-herald.example"


class Site:
    """Articles of one site as the warehouse remembers them."""

    def __init__(self) -> None:
        self.pages: list[SitePage] = []
        self.bodies: dict[str, str] = {}
        self.asked: list[str] = []

    def add(
        self, number: int, lines: list[str] | None = None, *, title: str = "", headings=()
    ) -> None:
        lines = list_paragraphs(number) if lines is None else lines
        name = f"a{len(self.pages)}"
        topic = "\n".join([title or STORIES[number % len(STORIES)][0], *lines[:2]])
        hashes = tuple(hash_line(line) for line in lines)
        imprint = Imprint(hashes, tuple(map(hash_line, headings)), topic)
        seen = START + timedelta(hours=len(self.pages))
        self.pages.append(SitePage(name, True, seen, imprint))
        self.bodies[name] = "\n\n".join(lines)

    def read(self, ids):
        self.asked += ids
        return {name: self.bodies[name] for name in ids}

    def learn(self, known=()) -> dict[str, SiteLine]:
        found = learn_lines(SITE, self.pages, known, self.read)
        return {line.text: line for line in found}

    def verdict(self, text: str) -> str:
        line = self.learn()[text]
        assert (line.label is Label.REPEAT) == (line.verdict == "template")
        assert line.label in (None, Label.REPEAT)
        return line.verdict


def with_line(number: int, text: str, place: int = -1) -> list[str]:
    lines = list_paragraphs(number)
    lines.insert(place if place >= 0 else len(lines), text)
    return lines


def make_site(count: int, text: str, every: int = 2, place: int = -1) -> Site:
    """Unrelated articles, every so many of them with a line."""
    site = Site()
    for number in range(count):
        site.add(number, with_line(number, text, place) if number % every == 0 else None)
    return site


def test_a_prompt_below_unrelated_articles_is_template():
    line = make_site(10, PROMPT).learn()[PROMPT]
    assert (line.verdict, line.label) == ("template", Label.REPEAT)
    assert (line.pages_seen, line.stories) == (5, 5)
    assert line.first_article_id == "a0"
    assert (line.first_seen_at, line.last_seen_at) == (START, START + timedelta(hours=8))


def test_a_prompt_that_opens_the_articles_is_template():
    # It is a first paragraph then, and must not count as what the articles are about.
    assert make_site(10, PROMPT, place=0).verdict(PROMPT) == "template"


def test_a_line_without_a_full_stop_is_template():
    assert make_site(10, APP, place=1).verdict(APP) == "template"


def test_three_articles_are_too_few():
    assert make_site(6, PROMPT).verdict(PROMPT) == "few"
    assert PROMPT not in make_site(4, PROMPT).learn()


def test_a_line_on_few_of_the_pages_stays():
    site = make_site(24, PROMPT, every=6)
    assert site.verdict(PROMPT) == "seldom"


def test_the_share_counts_from_the_first_page_that_has_the_line():
    site = Site()
    for number in range(48):
        site.add(number, with_line(number, PROMPT) if number >= 40 else None)
    assert site.verdict(PROMPT) == "template"


def test_in_the_midst_of_long_articles_it_takes_more():
    def make(count: int) -> Site:
        site = Site()
        for number in range(count):
            lines = list_paragraphs(number) + list_paragraphs(number + 100)
            site.add(number, [*lines[:4], PROMPT, *lines[4:]] if number % 2 == 0 else lines)
        return site

    assert make(12).verdict(PROMPT) == "amidst"
    assert make(16).verdict(PROMPT) == "template"


def test_background_in_follow_ups_stays():
    titles = (
        "Norland recalls its envoy", "Trawler crew is freed in Estmark",
        "Fishing fleet stays in port", "Norland and Estmark talk again",
        "Markets shrug at Estmark threat", "Coastguard of Norland doubles patrols",
    )  # fmt: skip
    site = Site()
    for number in range(18):
        if number % 3 == 0:
            site.add(number, with_line(number, BACKGROUND), title=titles[number // 3])
        else:
            site.add(number)
    assert site.verdict(BACKGROUND) == "own-words"


def test_background_that_names_nothing_of_its_articles_stays():
    # The articles share a word with each other that the rest of the site has not.
    text = "It was the third time in a decade that both sides had failed to agree."
    leads = ("Talks on cod", "Minister blames cod", "Prices of cod", "A tax on cod", "Cod wars")
    site = Site()
    for number in range(15):
        lines = list_paragraphs(number)
        if number % 3 == 0:
            lines[0] += f" {leads[number // 3]} quotas filled the front pages of Estmark today."
            lines.append(text)
        site.add(number, lines)
    assert site.verdict(text) == "related"


def test_titles_that_share_a_word_are_one_story():
    text = "Counting goes on until the small hours and results will follow at once."
    site = Site()
    for number in range(10):
        title = STORIES[number][0] if number % 2 else f"Election: {STORIES[number][0]}"
        site.add(number, with_line(number, text) if number % 2 == 0 else None, title=title)
    assert site.verdict(text) == "related"


def test_updates_of_one_article_count_once():
    site = Site()
    for number in range(12):
        if number % 2:
            site.add(number)
        else:  # the same paragraphs under other addresses, with one more each time
            lines = [*list_paragraphs(0), *(f"Update number {n} at noon." for n in range(number))]
            site.add(number, [*lines, PROMPT], title=STORIES[number][0])
    assert site.verdict(PROMPT) == "related"
    assert all(line.label is None for line in site.learn().values())


def test_a_reprint_pair_is_not_noted():
    site = make_site(12, "", every=99)
    site.add(3)
    assert site.learn() == {}


@pytest.mark.parametrize(
    "quote",
    [
        "“We will not give up before the last boat is home,” the harbour master said.",
        'The mayor said: "I have nothing to add to what I told the council in May."',
        "« Nous ne dirons rien de plus avant la fin de cette enquête », a dit le maire.",
        "「私たちは最後まであきらめません」と港長は述べた。",
    ],
)
def test_a_recurring_quote_is_never_noted(quote):
    assert make_site(16, quote, every=1).learn() == {}


def test_short_lines_headings_and_questions_need_a_template_line_beside_them():
    heading = "More from this newspaper every day"
    site = Site()
    for number in range(10):
        lines = [*list_paragraphs(number), heading, PROMPT]
        site.add(number, lines if number % 2 else None, headings=[heading])
    assert site.verdict(heading) == "template"
    for text in ("What comes next", "How could that happen to so many?"):
        assert make_site(16, text, every=1, place=3).verdict(text) == "short"
    alone = Site()
    for number in range(16):
        alone.add(number, with_line(number, heading, 2), headings=[heading])
    assert alone.verdict(heading) == "short"


def test_the_sites_own_name_in_its_articles_does_not_matter():
    text = "The Valley Herald is owned by its readers and printed in the valley."
    site = Site()
    for number in range(12):
        lines = with_line(number, text) if number % 2 else list_paragraphs(number)
        lines[0] += " Police told the Herald that the valley was calm."
        site.add(number, lines)
    assert site.verdict(text) == "template"


def test_learning_in_steps_counts_every_page_once():
    site = make_site(10, PROMPT)
    first = site.learn()[PROMPT]
    site.pages = [page._replace(fresh=False) for page in site.pages]
    assert site.learn([first]) == {}
    site.add(10, with_line(10, PROMPT))
    again = site.learn([first])[PROMPT]
    assert again.pages_seen == first.pages_seen + 1
    assert (again.label, again.first_article_id) == (Label.REPEAT, "a0")
    assert again.last_seen_at == START + timedelta(hours=10)


def test_template_that_turns_out_to_belong_to_a_story_is_one_no_more():
    text = "The fishing museum and its smokehouse stay closed on Mondays."
    site = make_site(16, text)
    first = site.learn()[text]
    assert first.label is Label.REPEAT
    site.pages = [page._replace(fresh=False) for page in site.pages]
    for number in range(16, 24):
        lines = with_line(number, text)
        site.add(number, lines, title=f"Fishing and the {STORIES[number][0].split()[0]}")
    line = site.learn([first])[text]
    assert (line.label, line.verdict) == (None, "own-words")


def test_a_line_that_no_body_has_any_more_is_not_noted():
    site = make_site(10, PROMPT)
    site.bodies = dict.fromkeys(site.bodies, "Something else by now.")
    assert site.learn() == {}


def test_many_fresh_pages_are_looked_at_in_windows():
    pages = [
        SitePage(f"a{n}", n >= 50, START, Imprint((n,), (), "")) for n in range(REMEMBERED * 3)
    ]
    windows = list(cut_windows(pages))
    assert [sum(page.fresh for page in window) for window in windows] == [200, 200, 150]
    assert [len(window) for window in windows] == [250, 400, 350]
    fresh = [page.article_id for window in windows for page in window if page.fresh]
    assert fresh == [page.article_id for page in pages[50:]]
    assert list(cut_windows(page._replace(fresh=False) for page in pages)) == []


def test_words_that_carry_meaning():
    assert find_words("The Minister of 2024 and his war", "x.example") == {"minister"}
    assert find_words("新しい東京の地図", "x.example") == {"東京", "地図"}
    assert find_words("قال الوزير إن", "x.example") == {"الوزير", "قال"}
    assert find_words("Valley ferries", SITE) == {"ferries"}
    line = "When will the ministry tell Oslo more?"
    assert find_telling_words(line, "x.example") == {"ministry", "oslo"}
    assert find_telling_words("新しい東京", "x.example") == {"東京"}
