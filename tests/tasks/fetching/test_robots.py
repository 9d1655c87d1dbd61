from __future__ import annotations

import pytest

from tasks.fetching.robots import Rules, Ruling, name_token

TEXT = """\
User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 3

User-agent: other
Disallow: /

Sitemap: https://post.example/news.xml
"""


def test_a_line_is_named():
    rules = Rules(TEXT, 200, "copydesk")
    assert rules.judge("https://post.example/private/1").reason == "Disallow: /private"
    assert rules.judge("https://post.example/private/open/1").allowed
    assert rules.judge("https://post.example/news").reason == "no rule"
    assert rules.crawl_delay == 3
    assert rules.sitemaps == ("https://post.example/news.xml",)


def test_a_line_of_somebody_else_is_not_named():
    text = "User-agent: other\nDisallow: /private/deep\n\nUser-agent: *\nDisallow: /private\n"
    ruling = Rules(text, 200, "copydesk").judge("https://post.example/private/deep/1")
    assert ruling == Ruling(False, "Disallow: /private")


def test_the_longest_rule_decides():
    text = "User-agent: *\nAllow: /news/\nDisallow: /news/old/\nDisallow: /*.pdf$\n"
    rules = Rules(text, 200, "copydesk")
    assert rules.judge("https://post.example/news/1").allowed
    assert rules.judge("https://post.example/news/old/1").reason == "Disallow: /news/old/"
    assert rules.judge("https://post.example/a.pdf").reason == "Disallow: /*.pdf$"


@pytest.mark.parametrize(
    ("status", "allowed", "reachable"),
    [
        (404, True, True), (403, True, True), (401, True, True), (429, False, False),
        (500, False, False), (503, False, False), (None, False, False),
    ],
)  # fmt: skip
def test_without_a_file_the_status_decides(status, allowed, reachable):
    rules = Rules(None, status, "copydesk")
    assert (rules.judge("https://post.example/").allowed, rules.reachable) == (allowed, reachable)
    assert str(status or "reached") in rules.judge("https://post.example/").reason


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("copydesk/1.0 (+https://post.example)", "copydesk"),
        ("News-Bot", "News-Bot"),
        ("Mozilla/5.0 (compatible)", "Mozilla"),
        ("4ever", "copydesk"),
    ],
)
def test_we_are_known_by_a_token(agent, token):
    assert name_token(agent) == token
