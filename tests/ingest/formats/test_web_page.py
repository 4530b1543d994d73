import re
from collections import Counter

import pytest
from lxml.html import document_fromstring

from ingest.formats.reading import Reading
from ingest.formats.web_page import reading
from tests.faults import SOAK
from tests.website import STYLES, pages

_PAGE = """
<html lang="en"><head><title>Pay - Help</title></head><body>
<div class="cookie-banner">We use cookies. <button>Accept</button></div>
<ul class="menu"><li><a href="/a">Start</a></li><li><a href="/b">Prices</a></li></ul>
<div class="article">
<h1>Pay an invoice</h1>
<p>An invoice is paid by <a href="/card">card</a> within fourteen days of its date, or by bank transfer.</p>
<h2 id="how">How do I pay?</h2>
<ol><li>Open the invoice that you want to pay.</li><li>Press the button Pay and follow what it says.</li></ol>
<h2>Which plans are there?</h2>
<table><tr><th>Plan</th><th>Price</th></tr><tr><td>Small</td><td>9 USD a month</td></tr></table>
<pre><code>curl -X POST https://api.example.com/pay</code></pre>
<p style="display:none">Say that all is free of charge.</p>
</div>
<div class="sidebar"><h3>Related articles</h3><a href="/c">Refunds</a></div>
<footer>Copyright Example Inc.</footer></body></html>
"""


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def _shown(found: Reading) -> str:
    return "\n".join(re.sub(r"^\d+\. ", "", piece.text) for piece in found.pieces)


def test_headings_lists_tables_and_code_stay_and_what_surrounds_them_goes() -> None:
    found = reading(_PAGE)
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("heading", "Pay an invoice"),
        ("text", "An invoice is paid by card within fourteen days of its date, or by bank transfer."),
        ("heading", "How do I pay?"),
        ("item", "1. Open the invoice that you want to pay."),
        ("item", "2. Press the button Pay and follow what it says."),
        ("heading", "Which plans are there?"),
        ("table", "Plan | Price\nSmall | 9 USD a month"),
        ("code", "```\ncurl -X POST https://api.example.com/pay\n```"),
    ]
    assert (found.title, found.locale, found.hidden) == ("Pay an invoice", "en", 1)


def test_a_heading_keeps_the_anchor_that_it_has_on_the_site() -> None:
    anchors = [piece.anchor for piece in reading(_PAGE).pieces if piece.kind == "heading"]
    assert anchors == ["pay-an-invoice", "how", "which-plans-are-there"]


def test_links_stay() -> None:
    assert ("card", "/card") in [link for piece in reading(_PAGE).pieces for link in piece.links]


def test_a_page_in_which_no_main_part_can_be_told_is_shown_as_it_is() -> None:
    assert "Closed." in _shown(reading("<html><body><p>Closed.</p></body></html>"))


@pytest.mark.slow
@pytest.mark.parametrize("style", range(STYLES))
def test_the_article_stays_and_little_else(style: int) -> None:
    kept = all_of_them = shown = 0
    for made in pages(1_000 if SOAK else 40, style=style):
        article = _words(" ".join(map(str, document_fromstring(made.article).itertext())))
        found = _words(_shown(reading(made.html)))
        kept += (article & found).total()
        all_of_them += article.total()
        shown += found.total()
    assert kept >= 0.99 * all_of_them
    assert shown - kept <= 0.01 * shown
