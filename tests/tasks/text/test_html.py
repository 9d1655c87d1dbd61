import pytest

from tasks.fields.structured import read_structured
from tasks.model import KEPT, Caption, Fault, Label, Limits, Link, Stage
from tasks.text.blocks import label_blocks
from tasks.text.body import join_body, list_headings
from tasks.text.dom import collect_blocks
from tasks.text.html import parse_html, read_html
from tasks.text.witness import read_witness

from .pages import ARTICLE, NOW, PARAGRAPHS, html_page, texts


def test_the_body_is_the_article_and_nothing_else():
    one, two, three, four = PARAGRAPHS
    quote = "I will miss it when I come home from the sea."
    page = html_page(ARTICLE)
    assert join_body(page).split("\n\n") == [one, two, "Built in 1931", three, quote, four]
    assert [(h.text, h.level) for h in list_headings(page)] == [("Built in 1931", 3)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Brennick to lose its harbour crane", Label.TITLE),
        ("Engineers say that the footing of 1931 cannot be saved.", Label.STANDFIRST),
        ("By Ada Quell", Label.BYLINE),
        ("READ MORE: Tram line to the port is two years late", Label.RELATED),
        ("Sign up for our newsletter to get stories like this in your inbox.", Label.PROMO),
        ("Ada Quell has written about the coast for the Post since 2011.", Label.BIO),
        ("Ferry fares to rise in May", Label.RELATED),
    ],
)
def test_what_is_removed_has_a_label_and_a_rule(text, label):
    (line,) = [line for line in html_page(ARTICLE).lines if line.text == text]
    assert line.label is label
    assert line.rule


def test_lines_lie_in_the_page_text():
    page = html_page(ARTICLE)
    assert [line.number for line in page.lines] == list(range(len(page.lines)))
    assert all(page.text[line.start : line.end] == line.text for line in page.lines)
    assert page.text == "\n".join(line.text for line in page.lines)


def test_captions_are_harvested_with_credit_image_and_alt():
    assert html_page(ARTICLE).captions == (
        Caption(
            "The crane in 2019.",
            "Photo: Tomas Reed/Brennick Post",
            image_url="https://post.example/img/crane.jpg",
            alt="A crane at dusk",
        ),
    )


def test_links_of_the_body_are_absolute_and_others_are_left_out():
    text = ARTICLE.replace("on Tuesday", 'on <a href="/port#now">Tuesday</a>')
    assert html_page(text).body_links == (Link("https://post.example/port#now", "Tuesday"),)


def test_the_same_page_always_gives_the_same_result():
    pages = [html_page(ARTICLE) for _ in range(3)]
    assert pages[0] == pages[1] == pages[2]


def test_a_live_blog_keeps_every_post():
    posts = "".join(
        f'<div class="post post-{n}"><h3>Update {n}</h3><p>At {n} o’clock the tide had reached the '
        f"second step of the market, and stallholders were told to carry their goods away.</p>"
        f"<p>Nobody was hurt, a spokesman said at {n} o’clock.</p></div>"
        for n in range(1, 13)
    )
    body = join_body(html_page(f"<body><main><h1>Flood live</h1>{posts}</main></body>"))
    assert all(f"At {n} o’clock" in body and f"Update {n}\n" in body for n in range(1, 13))


def test_rows_of_a_table_are_lines():
    rows = "".join(f"<tr><td>{n}</td><td>Runner {n}</td><td>{n}:07</td></tr>" for n in range(2, 9))
    page = html_page(ARTICLE.replace("<h3>Built", f"<table>{rows}</table><h3>Built"))
    assert "4 Runner 4 4:07" in [line.text for line in page.lines]


def test_breaks_make_paragraphs():
    text = "<br><br>".join(PARAGRAPHS)
    page = html_page(f"<body><div><h1>Brennick</h1><div>{text}</div></div></body>")
    assert texts(page, Label.BODY) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="latin-1"?><html><p>Käse ist ein Satz.</p></html>',
        "<p>Käse\0 ist ein Satz.</p>",
        '<meta charset="shift_jis"><p>Kä&shy;se  ist\nein Satz.</p>',
        "<p>K\u00ad\u00e4se ist ein\u200b Satz.",
    ],
)
def test_odd_encodings_and_marks_do_no_harm(text):
    assert [line.text for line in html_page(text).lines] == ["Käse ist ein Satz."]


@pytest.mark.parametrize("text", ["", " \n ", "<!-- nothing -->"])
def test_no_element_is_a_fault(text):
    fault = read_html(text, url=None, fetched_at=NOW, source=None, limits=Limits())
    assert isinstance(fault, Fault)
    assert (fault.stage, fault.code) == (Stage.EDIT, "no-markup")


@pytest.mark.parametrize(("depth", "limit"), [(100_000, 2_000), (400, 300)])
def test_deep_nesting_is_a_fault_and_no_crash(depth, limit):
    text = "<body>" + "<div>" * depth + "<p>Deep.</p>" + "</div>" * depth
    fault = read_html(text, url=None, fetched_at=NOW, source=None, limits=Limits(nesting=limit))
    assert isinstance(fault, Fault)
    assert fault.code == "nesting-too-deep"


def test_nesting_below_the_limit_is_read():
    text = "<body>" + "<div>" * 1_500 + "<p>Deep down there is a sentence.</p>" + "</div>" * 1_500
    assert join_body(html_page(text)) == "Deep down there is a sentence."


@pytest.mark.parametrize(
    "body",
    [
        "الميناء القديم سيغلق في أبريل بعد أن وجد المهندسون أن قاعدة الرافعة تحركت.",
        "港口管理局周二表示，布伦尼克的旧起重机将于四月拆除，此前工程师发现其基座移动了十一厘米。",
        "港湾局は火曜日、古いクレーンを四月に撤去すると発表した。",
        "항만청은 오래된 크레인을 4월에 철거한다고 화요일 밝혔다.",
        "Портовый кран в Бренике снимут в апреле: инженеры нашли, что его опора сдвинулась.",
    ],
)
def test_other_scripts_are_read(body):
    page = html_page(f"<body><nav><a href=/>X</a></nav><article><h1>B</h1><p>{body}</p></article>")
    assert texts(page, *KEPT) == [body]


def test_a_kicker_above_the_first_paragraph_is_no_heading():
    kicker = '<div class="story-body"><h4>The end of a landmark</h4>'
    page = html_page(ARTICLE.replace('<div class="story-body">', kicker))
    assert {line.text: line.rule for line in page.lines}["The end of a landmark"] == (
        "html.short-first"
    )
    assert texts(page, Label.HEADING) == ["Built in 1931"]


def rules_of(page):
    return {line.text: line.rule for line in page.lines}


def test_marks_that_part_the_text_stay_in_it():
    page = html_page(ARTICLE.replace("<h3>Built in 1931</h3>", "<p>* * *</p>"))
    assert rules_of(page)["* * *"] == "html.separator"
    outside = html_page(ARTICLE.replace("<aside>", "<aside><p>* * *</p>"))
    assert rules_of(outside)["* * *"] == "line.symbols"


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        ('<div class="subheadline">Built in 1931</div>', True),
        ("<div>When was it built?</div>", True),
        ("<div>The crane, via the port</div>", False),
    ],
)
def test_a_line_in_a_box_of_its_own_among_paragraphs(box, kept):
    """The engine, which throws some such boxes away, is spoken for here."""
    page = "<article><h1>Crane</h1><p>{}</p>{}<p>{}</p></article>"
    tree = parse_html(page.format(PARAGRAPHS[0], box, PARAGRAPHS[1]))
    engine, nothing = read_witness("\n".join(PARAGRAPHS)), read_witness("")
    blocks = collect_blocks(tree)
    labels = [label for label, _ in label_blocks(blocks, engine, nothing, read_structured(tree))]
    assert (labels[2] in KEPT) is kept


def test_a_note_on_the_author_is_known_by_the_name_told_to_machines():
    note = "Ada Quell lives by the sea and has covered the port for many years."
    prompt = "Sign up for our newsletter to get stories like this in your inbox."
    plain = ARTICLE.replace(prompt, note)
    author = '"author":{"@type":"Person","name":"Ada Quell"},"headline":'
    told = plain.replace('"headline":', author)
    assert rules_of(html_page(told))[note] == "html.bio-author"
    assert "html.bio-author" not in rules_of(html_page(plain)).values()


SUMMARIES = "".join(
    f'<div class="t"><h4><a href="/{n}">A ferry of line {n} was sold</a></h4><p>{text}</p></div>'
    for n, text in enumerate(
        (
            "The ship will be rebuilt in a yard up north, its new owner said on Monday.",
            "The ship had been out of service since the storm that hit the coast in May.",
        )
    )
)


def test_summaries_of_other_stories_below_the_text_are_related():
    page = html_page(ARTICLE.replace("</article>", f"<section>{SUMMARIES}</section></article>"))
    assert not any("The ship" in text for text in texts(page, *KEPT))
    assert texts(page, Label.BODY)[-1] == PARAGRAPHS[-1]


def test_a_pulled_quote_is_a_repeat_and_another_quote_is_not():
    pulled = "It has stood on the town's stamps, mugs and football shirts ever since."
    box = f"<blockquote><p>{pulled}</p></blockquote><p>Ivo Marlen</p>"
    page = html_page(ARTICLE.replace("<h3>Built", f"{box}<h3>Built"))
    rules = rules_of(page)
    assert rules[pulled] == "html.pull-quote"
    assert rules["Ivo Marlen"] == "html.pull-quote-speaker"
    assert "I will miss it when I come home from the sea." in texts(page, Label.QUOTE)


def test_key_points_above_the_byline_are_no_body():
    point = "The crane will be taken down in April"
    listed = f'<ul><li>{point}</li></ul><div class="byline">'
    assert (
        rules_of(html_page(ARTICLE.replace('<div class="byline">', listed)))[point] != "html.body"
    )
    later = ARTICLE.replace("<h3>Built in 1931</h3>", f"<ul><li>{point}</li></ul>")
    assert point in texts(html_page(later), Label.LIST_ITEM)


def test_a_standfirst_may_begin_with_a_place():
    told = "Engineers say that the footing of 1931 cannot be saved."
    page = html_page(ARTICLE.replace(f'"deck">{told}', f'"x">Brennick. {told}'))
    assert rules_of(page)[f"Brennick. {told}"] == "html.standfirst-told"
