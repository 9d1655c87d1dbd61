"""Captions of invented pages, one cause a test: where a caption stands, and what is none."""

import pytest

from tasks.model import Caption, Label
from tasks.text.body import join_body

from .pages import PARAGRAPHS, html_page, texts

PAGE = (
    "<html><body><article><h1>Brennick to lose its harbour crane</h1>{}{}{}</article></body></html>"
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def read(markup, after="", head=""):
    page = html_page(f"<head>{head}</head>" + PAGE.format(markup, STORY, after))
    assert join_body(page).split("\n\n")[-len(PARAGRAPHS) :] == list(PARAGRAPHS)
    return page


def pairs(page):
    return [(caption.text, caption.credit) for caption in page.captions]


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        # the credit beside the figcaption, known by its words
        (
            '<figure><img src="a.jpg"><figcaption>The crane at dusk.</figcaption>'
            '<p class="x7">© Brennick Post/Tomas Reed</p></figure>',
            "The crane at dusk.",
            "© Brennick Post/Tomas Reed",
        ),
        (
            '<figure><img src="a.jpg"><figcaption>The crane at dusk.</figcaption>'
            "<footer>Screenshots Chirper/Snapbox</footer></figure>",
            "The crane at dusk.",
            "Screenshots Chirper/Snapbox",
        ),
        # the credit before the caption
        (
            '<figure><div><img src="a.jpg"><div class="q">© Getty Images</div></div>'
            "<figcaption>The crane at dusk</figcaption></figure>",
            "The crane at dusk",
            "© Getty Images",
        ),
        # a figure without a figcaption
        (
            '<figure><img src="a.jpg"><p>The wall at low water in 1931.</p></figure>',
            "The wall at low water in 1931.",
            None,
        ),
        # nothing but a credit, in whatever element
        ('<figure><img src="a.jpg"><p>© Tomas Reed</p></figure>', None, "© Tomas Reed"),
        (
            '<figure><img src="a.jpg"><figcaption>Image via Getty Images</figcaption></figure>',
            None,
            "Image via Getty Images",
        ),
        (
            '<div><img src="a.jpg"><span class="gallery-credit">Shutterstock</span></div>',
            None,
            "Shutterstock",
        ),
        # the word before the credit's element belongs to it
        (
            '<figure><img src="a.jpg"><figcaption>The wall at low water • Photo: '
            '<i class="credit">Getty</i></figcaption></figure>',
            "The wall at low water",
            "Photo: Getty",
        ),
        # a box without any class for it: one image, few words, a credit at the end
        (
            '<div class="w9"><span><img src="a.jpg"></span><p>Pictured right, Ivo Marlen.</p>'
            "<p>Image: Tomas Reed</p></div>",
            "Pictured right, Ivo Marlen.",
            "Image: Tomas Reed",
        ),
        # a caption class, the image not in the same box, words for screen readers
        (
            '<div><img src="a.jpg"></div><div><div class="image-caption"><span class="sr-only">'
            "Image:</span> The wall at low water (Photo: Tomas Reed)</div></div>",
            "The wall at low water",
            "Photo: Tomas Reed",
        ),
        # the same caption in full and cut off, the credit beside them
        (
            '<div><img src="a.jpg"><div class="caption"><div class="caption-full">The crane.</div>'
            '<div class="caption-truncated">The crane.</div><span class="credit">Tomas Reed</span>'
            "</div></div>",
            "The crane.",
            "Tomas Reed",
        ),
        # names alone are a credit, unless the alt text says them
        (
            '<figure><img src="a.jpg" alt="Nele Harm"><figcaption>Nele Harm / AP</figcaption>'
            "</figure>",
            "Nele Harm",
            "AP",
        ),
        (
            '<figure><img src="a.jpg" alt="Crane"><figcaption>Tomas Reed / AP</figcaption>'
            "</figure>",
            None,
            "Tomas Reed / AP",
        ),
        # an image that a script loads, with a copy for readers without scripts
        (
            '<div><a data-src="a.jpg"></a><noscript><img src="a.jpg"></noscript></div>'
            '<div class="caption">The crane. <span class="copyright">Source: T. Reed</span></div>',
            "The crane.",
            "Source: T. Reed",
        ),
    ],
)
def test_a_caption_is_found_with_its_credit_and_kept_out_of_the_body(markup, caption, credit):
    page = read(markup)
    assert pairs(page) == [(caption, credit)]
    assert caption is None or caption not in join_body(page)
    assert credit is None or credit not in join_body(page).split("\n\n")


@pytest.mark.parametrize(
    "markup",
    [
        # teasers: the caption is a link, or the card has a linked headline
        '<a href="/ferry"><figure><img src="b.jpg"><h2>Ferry fares rise in May</h2></figure></a>',
        '<div><img src="b.jpg"><div class="media__caption"><a href="/ferry">Ferry fares to rise</a>'
        "</div></div>",
        '<li><figure><img src="b.jpg"><figcaption>A ferry. Photo: Ada Quell</figcaption></figure>'
        '<h3><a href="/ferry">Ferry fares to rise in May</a></h3></li>',
        '<div><a href="/ferry"><img src="b.jpg"></a><p class="copyright">Ada Quell/AP</p></div>',
        # a player whose headline leads to its page
        '<figure><img src="b.jpg"><figcaption>Audio 03:07 <h3><a href="/listen">How the crane was '
        "built in 1931</a></h3></figcaption></figure>",
        # class words far from any image
        '<ul><li class="caption">Politics</li><li class="text-caption">Always enabled</li></ul>',
        # the site's copyright, an author's card, an icon, a time
        '<div><img src="logo.png"><p>© 2025 The Brennick Post</p></div>',
        '<div class="author-box"><img src="ada.jpg"><p class="credit">Ada Quell, editor</p></div>',
        '<div><img src="i.svg"><span class="caption">Open the menu here</span></div>',
        '<figure><img src="b.jpg"><span>01:48</span></figure>',
    ],
)
def test_what_is_no_caption_of_the_article(markup):
    assert pairs(read("", after=markup)) == []


def test_a_link_to_the_picture_itself_makes_no_teaser():
    markup = (
        '<a href="/img/crane-large.jpg"><figure><img src="/img/crane.jpg"><figcaption>The crane in '
        "2019.</figcaption></figure></a>"
    )
    assert pairs(read(markup)) == [("The crane in 2019.", None)]


def test_one_box_of_text_and_image_is_no_caption():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:2])
    markup = f'<div class="TextAndImage__Text"><img src="a.jpg"><h2>A landmark</h2>{text}</div>'
    page = read(markup)
    assert page.captions == ()
    assert all(paragraph in join_body(page) for paragraph in PARAGRAPHS[:2])


def test_what_machines_are_told_counts_only_where_no_caption_is_printed():
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Q","image":'
        '{"@type":"ImageObject","url":"https://post.example/b.jpg","caption":"The old crane"}}'
        "</script>"
    )
    told = Caption("The old crane", image_url="https://post.example/b.jpg")
    assert read("", head=head).captions == (told,)
    printed = '<figure><img src="a.jpg"><figcaption>The crane.</figcaption></figure>'
    assert pairs(read(printed, head=head)) == [("The crane.", None)]


def test_each_image_of_a_gallery_has_its_caption_and_a_repeated_one_counts_once():
    figure = (
        '<figure><img src="{0}.jpg"><figcaption>Crane {0}. <small>Photo: Ada Quell</small>'
        "</figcaption></figure>"
    )
    page = read("".join(figure.format(n) for n in (1, 2, 3, 2)))
    assert pairs(page) == [(f"Crane {n}.", "Photo: Ada Quell") for n in (1, 2, 3)]
    assert [caption.image_url for caption in page.captions] == [
        f"https://post.example/news/{n}.jpg" for n in (1, 2, 3)
    ]


def test_a_caption_outside_of_figures_is_labelled_as_one():
    page = read('<div><img src="a.jpg"><p>The crane by day.</p><p>Photo: Tomas Reed</p></div>')
    assert texts(page, Label.CAPTION) == ["The crane by day.", "Photo: Tomas Reed"]
