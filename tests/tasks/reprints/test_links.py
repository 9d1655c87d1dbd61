import random

import numpy as np
import pytest

from bench.invented import KINDS, Press
from tasks.reprints.candidates import FIRST, HOLDERS, find_candidates, index_batch
from tasks.reprints.kinship import Kinship
from tasks.reprints.links import Entrant, group_articles, link, link_articles
from tasks.reprints.shingles import make_shingles
from tasks.reprints.signatures import make_signature
from tests.tasks.reprints.texts import TEXTS


@pytest.fixture(scope="module")
def articles():
    """Articles 100 to 899, and the earlier ones that reprints among them were made of."""
    press = Press(3)
    made = [press.make_article(number) for number in range(900)]
    return [a for a in made if a.number >= 100 or a.number % 3 == 0]


def enter(article):
    shingles = make_shingles(article.body)
    entrant = Entrant(article.number, shingles, article.outlet, article.day)
    return entrant, make_signature(shingles)


def feed(entrants, size):
    """All links of articles fed in batches, and how often earlier ones were read."""
    known, links = {}, []
    signatures = {}
    for start in range(0, len(entrants), size):
        batch = entrants[start : start + size]
        index = index_batch(list(signatures), list(signatures.values()))
        links += link_articles(batch, index, lambda n: {number: known[number] for number in n})
        known.update({entrant.number: entrant for entrant, _ in batch})
        signatures.update({entrant.number: signature for entrant, signature in batch})
    return sorted(links, key=lambda one: (one.a, one.b))


def test_any_order_and_any_batches_give_the_same_links(articles):
    entrants = [enter(article) for article in articles]
    links = feed(entrants, len(entrants))
    assert len(links) > 40
    for seed, size in ((1, 50), (2, 7), (3, 333)):
        shuffled = list(entrants)
        random.Random(seed).shuffle(shuffled)
        assert feed(shuffled, size) == links


def test_planted_reprints_are_found_and_nothing_else(articles):
    families = {article.number: article.family for article in articles}
    links = feed([enter(article) for article in articles], 100)
    wrong = [one for one in links if families[one.a] != families[one.b]]
    assert len(wrong) <= 0.01 * len(links), wrong
    linked = {number for one in links for number in (one.a, one.b)}
    present = [a for a in articles if a.kind and a.family in families]
    assert {a.kind for a in present} == set(KINDS)
    long = [a for a in present if make_shingles(a.body).tokens >= 120]
    assert len(long) > 40
    assert len([a for a in long if a.number in linked]) >= 0.98 * len(long)


def test_a_link_is_the_same_whichever_article_is_named_first(articles):
    made = {article.number: enter(article)[0] for article in articles}
    reprints = [a for a in articles if a.kind and a.family in made][:12]
    for article in reprints:
        one, other = made[article.family], made[article.number]
        assert link(one, other) == link(other, one)
        assert link(other, one).a == article.family


def test_the_same_article_at_one_outlet_is_an_alias(articles):
    families = {article.number: article for article in articles}
    links = feed([enter(article) for article in articles], 100)
    whole = [a for a in articles if a.kind == KINDS[0] and a.family in families]
    pairs = {(one.a, one.b): one.kinship for one in links}
    assert whole
    assert all(pairs[a.family, a.number] is Kinship.ALIAS for a in whole)


def test_four_hundred_copies_are_one_group():
    """More than a key leads to."""
    shingles = make_shingles(TEXTS["en"])
    signature = make_signature(shingles)
    copies = [(Entrant(number, shingles, f"outlet {number}"), signature) for number in range(400)]
    groups = group_articles((one.a, one.b) for one in feed(copies, 200))
    assert groups == dict.fromkeys(range(400), 0)


def test_a_key_leads_to_its_first_holders_only():
    signature = make_signature(TEXTS["en"])
    index = index_batch(list(range(90, 0, -1)), [signature] * 90)
    rows = index.look_up(signature.keys)
    assert sorted(set(rows.holders.tolist())) == list(range(1, HOLDERS + 1))
    assert len(rows.keys) == HOLDERS * len(signature.keys)
    found = find_candidates([signature], index)
    assert [(c.holder, c.keys) for c in found] == [
        (n + 1, len(signature.keys)) for n in range(FIRST)
    ]
    assert min(c.share for c in found) > 0.99


def test_nobody_is_a_candidate_without_keys():
    empty = make_signature("")
    index = index_batch([1, 2], [make_signature(TEXTS["en"]), empty])
    assert find_candidates([empty], index) == []
    assert find_candidates([], index) == []
    assert find_candidates([make_signature(TEXTS["de"])], index) == []
    assert find_candidates([make_signature(TEXTS["de"])], index_batch([], [])) == []


def test_an_article_that_cannot_be_read_is_not_compared():
    shingles = make_shingles(TEXTS["en"])
    index = index_batch([1], [make_signature(shingles)])
    new = [(Entrant(2, shingles), make_signature(shingles))]
    assert link_articles(new, index, lambda _: {}) == []


def test_groups_do_not_depend_on_the_order_of_pairs():
    pairs = [(5, 9), (2, 3), (9, 12), (3, 5), (20, 21)]
    groups = {5: 2, 9: 2, 2: 2, 3: 2, 12: 2, 20: 20, 21: 20}
    for seed in range(10):
        random.Random(seed).shuffle(pairs)
        assert group_articles((b, a) if seed % 2 else (a, b) for a, b in pairs) == groups


def test_an_estimate_is_near_the_share():
    press = Press(5)
    body = next(b for n in range(1, 99) if len((b := press.make_article(n).body).split()) > 400)
    half = body[: len(body) // 2]
    index = index_batch([1], [make_signature(body)])
    (found,) = find_candidates([make_signature(half)], index)
    assert found.share == pytest.approx(1.0, abs=0.35)
    assert np.all(make_signature(half).keys[:-1] < make_signature(half).keys[1:])


@pytest.mark.parametrize("size", [1, 9, 60])
def test_copies_of_two_cuts_are_one_group(size):
    """Each has more copies of its own kind than it is compared with."""
    whole = TEXTS["en"]
    cut = "\n\n".join(whole.split("\n\n")[:3])
    made = [make_shingles(text) for text in (whole, cut)]
    copies = [
        (Entrant(n, made[n % 2], f"outlet {n}"), make_signature(made[n % 2])) for n in range(60)
    ]
    random.Random(4).shuffle(copies)
    groups = group_articles((one.a, one.b) for one in feed(copies, size))
    assert groups == dict.fromkeys(range(60), 0)
