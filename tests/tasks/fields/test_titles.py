"""Titles: what several sources say together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fields.titles.claims import clean_title, list_claims, list_printed
from tasks.fields.titles.facts import NONE, list_facts, load_weights, rate, read_address, survey
from tasks.fields.titles.titles import choose_printing, find_title
from tests.tasks.fields.pages import FIXED, jsonld, make_page, make_text_page, wrap

SEO, SHOWN = "Harbour bridge news: what we know today", "Bridge opens after nine years"
OTHER = "Nobody expected this bridge to open"


def headline(text, kind="NewsArticle"):
    return jsonld(f'{{"@type": "{kind}", "headline": "{text}"}}')


def og(text):
    return f'<meta property="og:title" content="{text}">'


def title_of(head="", body="", **options):
    found = find_title(make_page(wrap(head, body), **options))
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>Bridge opens | Example</title>", "", "Bridge opens"),
        ("<title>Bridge opens - example.com</title>", "", "Bridge opens"),
        ("<title>Example News – Bridge opens after nine years</title>"
         '<meta property="og:site_name" content="Example News">',
         "", SHOWN),
        ("<title>Bridge opens after nine years | City | The Paper</title>",
         f"<h1>{SHOWN}</h1>", SHOWN),
        (og("Bridge opens after nine years - The Paper"), f"<h1>{SHOWN}</h1>", SHOWN),
        ("<title>Bridge opens</title>", "<h1>Example</h1>", "Bridge opens"),
        (og(SHOWN), f"<h1>Traffic: {SHOWN}</h1>", SHOWN),
        (og("Tom &amp;amp; Ann wed"), "", "Tom & Ann wed"),
        (og("The &lt;em&gt;Marrow&lt;/em&gt; Line"), "", "The Marrow Line"),
        (og("Why 3 &lt; 4 and 5 &gt; 4"), "", "Why 3 < 4 and 5 > 4"),
        (og("Brücken\xaderöffnung\u200b am\xa0Montag"), "", "Brückeneröffnung am Montag"),
        ("<title>港の橋が開通\u3000９年ぶり：Example</title>", "", "港の橋が開通 ９年ぶり"),
        # Another article's headline, a section's h1, the teasers' h1.
        (headline(SHOWN) + og(SHOWN) + headline(OTHER), "", SHOWN),
        (og(SHOWN), f"<h1>News</h1><h1>{SHOWN}</h1><h1>{OTHER}</h1>", SHOWN),
        # What two of the trusted sources say against the third.
        (headline(SEO) + og(SHOWN) + f"<title>{SEO}</title>", f"<h1>{SHOWN}</h1>", SHOWN),
        (headline(SHOWN) + og(OTHER), f"<h1>{SHOWN}</h1>", SHOWN),
        (headline(f"Harbour: {SHOWN}") + og(f"Harbour: {SHOWN}"), f"<h1>{SHOWN}</h1>",
         f"Harbour: {SHOWN}"),
        # The site's name in a headline; a page that is called what its site is called.
        (og("Example of a bridge that opens late"), "<h1>Example</h1>",
         "Example of a bridge that opens late"),
        ("<title>Example</title>", "<h1>Example</h1>", "Example"),
        ("<title>Bridge opens after nine years (The Example)</title>", "", SHOWN),
        ("<title>Bridge opens (at last)</title>", "", "Bridge opens (at last)"),
        # Cut off by its source, with marks or within a word.
        (headline("Bridge opens after nine…") + "<title>x</title>", f"<h1>{SHOWN}</h1>", SHOWN),
        (headline("Bridge opens after nine ye"), f"<h1>{SHOWN}</h1>", SHOWN),
        (headline("Bridge opens after nine"), "", "Bridge opens after nine"),
        # Marks that every source has are the title's own.
        (headline(f"{SHOWN} …") + f"<title>{SHOWN} … or not at all</title>", "", f"{SHOWN} …"),
        # What a heading holds beside the headline.
        (og("Traffic"), f'<h1><span class="overline">Traffic</span> {SHOWN}</h1>', SHOWN),
        ("", f"<h1><time>2 May 2024</time> {SHOWN} <small>A report</small></h1>", SHOWN),
        ("", f'<h1><span class="sr-only">Headline:</span> {SHOWN}</h1>', SHOWN),
        ("", "<h1>Bridge <em>opens</em> after nine years</h1>", SHOWN),
        ("", '<h1><span class="label">News</span></h1>', "News"),
        ("", "<h1><ruby>橋<rt>はし</rt></ruby>が開通</h1>", "橋が開通"),
        ("<title>   </title>", "<h1> </h1>", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_title(head, body, expected):
    assert title_of(head, body) == expected


@pytest.mark.parametrize(
    ("head", "lines", "expected"),
    [
        # The h1 is for search engines, readers see the h2 below it.
        (headline(SHOWN) + og(SEO) + f"<title>{SEO}</title>",
         [("title", SEO, "h1"), ("repeat", SHOWN, "h2"), ("body", "It did.", "p")], SHOWN),
        (headline(SEO) + og(SHOWN),
         [("title", SEO, "h1"), ("repeat", SHOWN, "h2"), ("body", "It did.", "p")], SHOWN),
        # Further down it is a teaser.
        (headline(SEO) + og(SEO),
         [("title", SEO, "h1"), *[("navigation", "More", "p")] * 3, ("related", OTHER, "h2"),
          ("body", "It did.", "p")], SEO),
        # The h1 is the logo.
        (f"<title>{SHOWN} | The Harbour Post</title>",
         [("title", "The Harbour Post", "h1"), ("navigation", "Menu", "p"),
          ("repeat", SHOWN, "h2"), ("body", "It did.", "p")], SHOWN),
        # No JSON-LD: what stands above the article, against what search engines are told.
        (og(SEO) + f"<title>{SEO}</title>",
         [("title", SHOWN, "h1"), ("body", "It did.", "p")], SHOWN),
        (f"<title>{SHOWN} | Ships | Forum</title>",
         [("title", SHOWN, "h2"), ("body", "It did.", "p")], SHOWN),
    ],
)  # fmt: skip
def test_a_title_printed_above_the_article(head, lines, expected):
    body = "".join(f"<h1>{text}</h1>" for _, text, tag in lines if tag == "h1")
    assert title_of(head, body, lines=lines) == expected


def test_two_that_agree_beat_one():
    head = og("You will not believe this bridge") + headline(SHOWN)
    assert title_of(head, f"<h1>{SHOWN}</h1>") == SHOWN


def test_the_words_of_the_address_speak_for_a_title():
    head = headline(SHOWN) + og(OTHER)
    assert title_of(head, url="https://example.com/bridge-opens-after-nine-years-1.html") == SHOWN
    assert title_of(head, url="https://example.com/nobody-expected-this-bridge-to-open") == OTHER


def test_losing_candidates_follow_with_less_confidence():
    page = make_page(wrap(og("One"), "<h1>Two words here</h1>"))
    found = find_title(page)
    assert {f.value for f in found} == {"One", "Two words here"}
    assert found[0].confidence > found[1].confidence > 0


def test_confidence_falls_with_each_source_that_disagrees():
    heads = [headline(SHOWN) + og(SHOWN), headline(SHOWN), headline(SHOWN) + og(OTHER)]
    pages = [make_page(wrap(head, f"<h1>{SHOWN}</h1>")) for head in heads]
    sure = [next(f.confidence for f in find_title(p) if f.value == SHOWN) for p in pages]
    assert sure[0] > sure[1] > sure[2]


def test_an_archived_page_is_of_the_site_within():
    page = "https://web.archive.org/web/20200101000000/http://www.harbourpost.org/2020/bridge/"
    assert title_of("<title>Bridge opens | HarbourPost</title>", url=page) == "Bridge opens"
    last = "<title>Bridge opens | Harbourpost Weekend Pages</title>"
    assert title_of(last, url=page) == "Bridge opens"


@pytest.mark.parametrize(
    ("printings", "expected"),
    [
        ([("html.h1", "Harbour : Bridge opens"), ("html.title", "Harbour: Bridge opens")],
         "Harbour: Bridge opens"),
        ([("html.h1", "BRIDGE OPENS"), ("html.title", "Bridge opens")], "Bridge opens"),
        ([("meta.og:title", "Bridge Opens To All"), ("html.title", "Bridge Opens to All"),
          ("line.h2", "Bridge Opens to All")], "Bridge Opens to All"),
        ([("html.h1", "Le pont : une ouverture")], "Le pont : une ouverture"),
    ],
)  # fmt: skip
def test_the_printing_that_is_taken(printings, expected):
    heads = {
        "html.title": "<title>{}</title>",
        "meta.og:title": '<meta property="og:title" content="{}">',
    }
    head = "".join(heads[rule].format(text) for rule, text in printings if rule in heads)
    body = "".join(f"<h1>{text}</h1>" for rule, text in printings if rule == "html.h1")
    lines = [("title", text, "h2") for rule, text in printings if rule == "line.h2"]
    page = make_page(wrap(head, body), lines)
    assert choose_printing(list_claims(page, list_printed(page))).text == expected


def test_every_fact_has_a_weight_and_every_weight_a_fact():
    pages = [
        (headline(SHOWN) + headline(OTHER) + og(SHOWN) + f"<title>{SHOWN} now</title>",
         f"<h1>{SHOWN}</h1><h1>{SEO}</h1><h1>{'long ' * 40}</h1>", []),
        (jsonld('{"@type": "Article", "name": "Bridge", "alternativeHeadline": "The bridge"}')
         + '<meta name="twitter:title" content="Harbour: Bridge opens after nine years">'
         + '<meta name="title" content="Bridge"><meta name="parsely-title" content="Bridge">'
         + f'<title>{SHOWN} - Post</title>', "<h1>Post</h1>",
         [("title", SHOWN, "h2"), ("body", "It did.", "p")]),
        (og(SHOWN), f"<h1>{SEO}</h1>", [("title", SEO, "h1"), ("title", SHOWN, "h2")]),
        ("", f"<h1><small>Traffic</small> {SHOWN}</h1>", []),
    ]  # fmt: skip
    seen = {NONE}
    for head, body, lines in pages:
        page = make_page(wrap(head, body), lines, url="https://example.com/bridge-opens-after")
        printed = list_printed(page)
        groups = {}
        for claim in list_claims(page, printed):
            groups.setdefault(claim.key, []).append(claim)
        around = survey(page, groups, printed)
        for key in groups:
            seen.update(list_facts(key, around))
        assert 0.9 < sum(rate(page, groups, printed).values()) < 1
    assert seen == set(load_weights())


def test_words_of_an_address():
    assert read_address("https://example.com/a/gruene-spitze-gegen-alle-123.html") == {
        "grune", "spitze", "gegen", "alle",
    }  # fmt: skip
    assert read_address("https://example.com/news/12345") == frozenset()
    assert read_address("") == frozenset()


@FIXED
@given(st.text(), st.text(), st.text())
def test_no_text_breaks_the_title(told, tagged, shown):
    page = make_page(lines=[("title", shown, "h1"), ("body", told, "p")])
    structured = page.structured.__class__(
        jsonld=({"@type": "Article", "headline": told},),
        article={"@type": "Article", "headline": told},
        meta={"og:title": (shown,)},
        title_tag=tagged,
        h1=(shown,),
    )
    page = page.__class__(
        page.media, page.text, page.lines, page.fetched_at, url=told, structured=structured
    )
    found = find_title(page)
    assert all(f.value == " ".join(f.value.split()) and 0 <= f.confidence <= 1 for f in found)
    assert clean_title(clean_title(told)) == clean_title(told) or "&" in told


def test_a_text_has_the_line_labelled_title_or_none():
    found = find_title(make_text_page(("title", "Bridge opens"), ("body", "It did.")))
    assert [(f.value, f.span) for f in found] == [("Bridge opens", (0, 12))]
    assert find_title(make_text_page(("body", "It did."))) == []
