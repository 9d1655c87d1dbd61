import pytest

from tasks.text.credits import split_credit

from .pages import html_page


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("The crane at dusk. (AP Photo/Jane Doe)", "The crane at dusk.", "AP Photo/Jane Doe"),
        ("The crane at dusk [Reuters]", "The crane at dusk", "Reuters"),
        ("The crane at dusk. Photo: Jane Doe", "The crane at dusk.", "Photo: Jane Doe"),
        ("Der Kran bei Nacht. Foto: dpa/Max Muster", "Der Kran bei Nacht.", "Foto: dpa/Max Muster"),
        ("La grue du port. © AFP", "La grue du port.", "© AFP"),
        ("Vinç gece görünüyor. (AA Fotoğrafı)", "Vinç gece görünüyor.", "AA Fotoğrafı"),
        ("夜晚的起重机。（图片：新华社）", "夜晚的起重机。", "图片：新华社"),
        ("夜のクレーン（写真：共同）", "夜のクレーン", "写真：共同"),
        ("A crane (centre) in the harbour of Brennick", None, None),
        ("Ivo Marlen, 54, in 2019 (with his wife)", None, None),
        ("The port said: we will miss it", None, None),
    ],
)
def test_credits_are_split_off(printed, caption, credit):
    assert split_credit(printed) == (caption or printed, credit)


def test_a_bare_name_is_a_credit_only_in_a_caption():
    text = "The crane at dusk, seen from the market. Jane Doe"
    assert split_credit(text) == (text, None)
    assert split_credit(text, in_caption=True) == (
        "The crane at dusk, seen from the market.",
        "Jane Doe",
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<figure><img data-src="/a.jpg" src="data:x"><figcaption>The crane. <span class="credit">'
        "Jane Doe</span></figcaption></figure>",
        '<figure><img src="/a.jpg"><figcaption>The crane.</figcaption><small class="photo-credit">'
        "Jane Doe</small></figure>",
        '<div><img src="/a.jpg"><div class="caption">The crane.</div><div class="credit">Jane Doe'
        "</div></div>",
    ],
)
def test_credits_in_their_own_element(markup):
    (caption,) = html_page(f"<body>{markup}<p>A crane is to go, the port said.</p></body>").captions
    assert (caption.text, caption.credit) == ("The crane.", "Jane Doe")
    assert caption.image_url == "https://post.example/a.jpg"


def test_a_json_ld_caption_is_taken_where_the_page_prints_none():
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Q",'
        '"image":{"@type":"ImageObject",'
        '"url":"https://post.example/b.jpg","caption":"The quay.",'
        '"creditText":"Jane Doe"}}</script>'
    )
    (caption,) = html_page(f"<head>{script}</head><body><p>The port said so.</p></body>").captions
    assert (caption.text, caption.credit) == ("The quay.", "Jane Doe")
    assert caption.image_url == "https://post.example/b.jpg"
