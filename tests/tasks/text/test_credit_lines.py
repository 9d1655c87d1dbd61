import pytest

from tasks.model import Caption

from .pages import PARAGRAPHS, html_page, texts

PAGE = """<html><head><title>The crane</title></head><body><article><h1>The crane of Brennick</h1>
{above}<p>{}</p><p>{}</p><p>{}</p><p>{}</p>{below}</article></body></html>"""


def captions(above: str = "", below: str = "") -> tuple[Caption, ...]:
    return html_page(PAGE.format(*PARAGRAPHS, above=above, below=below)).captions


@pytest.mark.parametrize(
    "credit", ["Photo: Tomas Reed/Brennick Post", "Foto: Tomas Reed", "© Tomas Reed / Reuters"]
)
def test_a_paragraph_that_names_a_picture_source_is_a_credit(credit):
    assert captions(below=f"<p>{credit}</p>") == (Caption(None, credit),)


@pytest.mark.parametrize(
    "line", ["Quelle: dpa", "© 2025 Reuters", "© Brennick Post", "Photo shoots are free of charge."]
)
def test_a_source_of_the_text_and_the_notice_of_the_site_are_none(line):
    assert captions(below=f"<p>{line}</p>") == ()


def test_a_credit_below_a_caption_without_one_belongs_to_it():
    figure = (
        '<figure><img src="/crane.jpg"><figcaption>The crane at dusk.</figcaption></figure>'
        "<p>Photo: Tomas Reed</p>"
    )
    (caption,) = captions(above=figure)
    assert (caption.text, caption.credit) == ("The crane at dusk.", "Photo: Tomas Reed")


def test_a_credit_that_a_figure_has_is_not_added_again():
    figure = (
        '<figure><img src="/crane.jpg"><figcaption>The crane at dusk. Photo: Tomas Reed'
        "</figcaption></figure>"
    )
    assert len(captions(above=figure, below="<p>Photo: Tomas Reed</p>")) == 1


def test_a_picture_that_a_style_shows_has_its_credit():
    lead = (
        '<div><div style="background-image: url(/crane.jpg)"></div>'
        '<div class="image-credits">Tomas Reed | Brennick</div></div>'
    )
    assert [caption.credit for caption in captions(above=lead)] == ["Tomas Reed | Brennick"]


def test_the_line_is_no_body():
    page = html_page(PAGE.format(*PARAGRAPHS, above="", below="<p>Foto: Tomas Reed</p>"))
    assert "Foto: Tomas Reed" not in texts(page, *{line.label for line in page.lines[1:5]})
