from dataclasses import replace

import pytest

from support_bot.api.links import link
from tests.knowledge.passages import passage


@pytest.mark.parametrize(
    ("url", "anchor", "address"),
    [
        ("", "part", "http://here/sources/d?start=3&end=7#cited"),
        ("https://help.example/a", "part", "https://help.example/a#part"),
        ("https://help.example/a#own", "part", "https://help.example/a#own"),
        ("/help/a", "", "http://here/help/a"),
    ],
)
def test_a_link_leads_to_the_passage(url: str, anchor: str, address: str) -> None:
    cited = replace(passage("Text."), url=url, anchor=anchor)
    assert link(cited, start=3, end=7, base_url="http://here") == address


@pytest.mark.parametrize(
    ("url", "page", "address"),
    [
        ("https://help.example/guide.PDF?v=2", 3, "https://help.example/guide.PDF?v=2#page=3"),
        ("/guide.pdf", 1, "http://here/guide.pdf#page=1"),
        ("/guide.pdf", 0, "http://here/guide.pdf"),
        ("/guide", 3, "http://here/guide"),
        ("", 3, "http://here/sources/d?start=0&end=4#cited"),
    ],
)
def test_a_link_to_a_pdf_opens_the_page(url: str, page: int, address: str) -> None:
    cited = replace(passage("Text."), url=url, page=page)
    assert link(cited, start=0, end=4, base_url="http://here") == address
