"""Boxes, prompts and polls in the text; texts that only their class names; long beginnings."""

from tasks.model import KEPT, Label
from tasks.text.body import join_body

from .pages import PARAGRAPHS, html_page

WRAPPED = "".join(f'<div class="text"><p>{text}</p></div>' for text in PARAGRAPHS)
HEAD = "<html><head><title>The crane of Brennick</title></head><body>"


def article(inside: str) -> str:
    return f"{HEAD}<article><h1>The crane of Brennick</h1>{inside}</article></body></html>"


def find_rule(page, start: str) -> tuple[Label, str]:
    (line,) = [line for line in page.lines if line.text.startswith(start)]
    return line.label, line.rule


def test_what_stands_under_a_prompt_in_its_box_goes_with_it():
    prompt = (
        '<div class="element"><div><h3>Follow our channel</h3></div>'
        "<div><p>Stories and pictures every morning, and you learn first what happens in the "
        "port.</p></div></div>"
    )
    page = html_page(article(WRAPPED + prompt))
    assert join_body(page).split("\n\n") == list(PARAGRAPHS)
    assert find_rule(page, "Stories and pictures") == (Label.PROMO, "html.prompt")


def test_a_question_with_answers_to_choose_from_is_a_poll():
    poll = (
        '<div class="element"><div><p>Should the town keep its old harbour crane where it is '
        "today?</p></div><div><label>Yes, at any cost.</label><label>No.</label></div></div>"
    )
    page = html_page(article(WRAPPED + poll + f"<p>{PARAGRAPHS[0][:80]} again.</p>"))
    assert find_rule(page, "Should the town") == (Label.PROMO, "html.poll")


def test_a_question_in_the_text_is_none():
    question = "<div class='text'><p>Should the town keep its old harbour crane, then?</p></div>"
    page = html_page(article(WRAPPED + question + WRAPPED.replace("crane", "lift")))
    assert "Should the town keep" in join_body(page)


def test_a_box_with_a_heading_goes_where_a_quarter_of_the_text_is_elsewhere():
    lead = (
        "<div class='lead'><p>The crane has been the sign of the town for ninety years.</p></div>"
    )
    box = (
        "<div class='box'><h3>The crane in numbers</h3><p>It is forty metres high and weighs "
        "ninety tonnes, of which the footing is a third, the port authority said.</p></div>"
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = html_page(article(f"{lead}<div class='body'>{text}{box}</div>"))
    assert find_rule(page, "It is forty metres") == (Label.BOILERPLATE, "html.box")
    assert PARAGRAPHS[-1] in join_body(page)


ELSEWHERE = (
    "The crane has been the sign of the town for ninety years, and no map of the coast is without "
    "it.",
    "Those who come in from the sea know by its arm how the wind stands over the basins.",
)


def make_parted(above: str = "", below: str = "") -> list[str]:
    """The kept lines of a page a fifth of which is not in the part that holds the text."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = html_page(
        article(f"<div class='lead'>{above}</div><div class='body'>{text}</div><div>{below}</div>")
    )
    return [line.text for line in page.lines if line.label in KEPT]


def test_a_heading_above_the_part_that_holds_most_of_the_text_drops_nothing():
    kept = make_parted(above=f"<h3>A sign</h3><p>{ELSEWHERE[0]}</p><p>{ELSEWHERE[1]}</p>")
    assert {*ELSEWHERE, *PARAGRAPHS} <= {*kept}


def test_what_follows_most_of_the_text_stays_unless_a_heading_opens_it():
    below = f"<p>{ELSEWHERE[0]}</p><p>{ELSEWHERE[1]}</p>"
    assert {*ELSEWHERE, *PARAGRAPHS} <= {*make_parted(below=below)}
    headed = make_parted(below=f"<h3>A sign of the coast</h3>{below}")
    assert {*PARAGRAPHS} <= {*headed} and not {*ELSEWHERE} & {*headed}


def test_a_smaller_part_with_chapters_of_its_own_stays():
    lead = (
        "<div class='lead'><p>The crane has been the sign of the town for ninety years.</p></div>"
    )
    answers = "".join(
        f"<h3>{asked} does the crane swing?</h3><p>The port authority answered that it swings as "
        f"it did {n} years ago, on the same bearings.</p>"
        for n, asked in enumerate(("How", "When", "Why"), 11)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
    page = html_page(article(f"{lead}<div class='body'>{text}<div>{answers}</div></div>"))
    assert "it did 12 years ago" in join_body(page)


def test_a_page_without_prose_keeps_what_its_class_calls_the_text():
    items = "".join(f"<p>Setting {n} of the crane: slow</p>" for n in range(8))
    inside = (
        f'<nav><div class="entry-content">{items}<p><a href="/2">Settings of the lift</a></p>'
        '<div class="share">Share this</div></div></nav>'
    )
    page = html_page(article(inside))
    assert [line.text for line in page.lines if line.label in KEPT] == [
        f"Setting {n} of the crane: slow" for n in range(8)
    ]


def test_a_beginning_of_seventy_words_is_no_standfirst():
    long = " ".join(["The crane at the quay has seen nine mayors come and go."] * 7)
    text = "".join(f"<p class='text'>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = html_page(article(f"<p class='excerpt'>{long}</p><div>{text}</div>"))
    assert find_rule(page, "The crane at the quay")[0] is Label.BODY


def test_a_file_to_load_is_no_text():
    line = "<p>Report of the port authority 2025PDF | 38 KB | not free of barriers</p>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = html_page(article(f"<div>{text}{line}</div>"))
    assert find_rule(page, "Report of the port") == (Label.NAVIGATION, "line.download")
