import re

import pytest
from langchain_core.documents import Document

from knowledge.documents import Block, BlockKind, Link
from support_bot.api.pages.document import document_page

Part = tuple[BlockKind, str, int]  # and its depth


def written(*parts: Part, title: str = "Plans", updated: str = "", page: int = 0) -> Document:
    """Return a document of these parts, stored as an import stores them."""
    text, blocks = "", list[Block]()
    for kind, content, depth in parts:
        text += "\n\n" if text else ""
        end = len(text) + len(content)
        blocks.append(Block(kind=kind, start=len(text), end=end, depth=depth, anchor="", page=page))
        text += content
    return Document(
        text, metadata={"title": title, "locale": "en", "updated": updated, "url": "", "blocks": blocks, "source": ""}
    )


def shown(document: Document, cited: str = "") -> str:
    """Return what the page has in place of the document, these words of it cited."""
    start = document.page_content.index(cited)
    page = document_page(document, start=start, end=start + len(cited), site_title="Acme Help")
    return page.partition("<main")[2]


def marked(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)


def test_the_title_stands_once() -> None:
    assert shown(written(("heading", "Plans", 1), ("text", "Two.", 0))).count("Plans") == 1
    assert "<h1>Plans</h1>" in shown(written(("text", "Two.", 0)))


def test_headings_lie_below_the_title() -> None:
    word = shown(written(("heading", "Plans", 1), ("heading", "Small", 1), ("heading", "Seats", 2)))
    markdown = shown(written(("heading", "Plans", 1), ("heading", "Small", 2), ("heading", "Seats", 3)))
    for page in (word, markdown):
        assert "<h2>Small</h2>" in page
        assert "<h3>Seats</h3>" in page


def test_a_listing_has_no_fences() -> None:
    page = shown(written(("code", "```\nrun --x\n```", 0)), cited="--x")
    assert '<pre tabindex="0"><code>run <mark id="cited">--x</mark></code></pre>' in page
    assert "```" not in page


@pytest.mark.parametrize("listing", ["```\n```", "``", "```\nno end", "plain\ntext", ""])
def test_a_listing_that_is_not_fenced_stays_as_it_is(listing: str) -> None:
    assert "<pre" in shown(written(("text", "Before.", 0), ("code", listing, 0)))


def test_a_table_has_rows_and_cells() -> None:
    page = shown(written(("table", "Plan | Seats\nSmall | 3\nTeam | 25", 0)), cited="Small | 3")
    assert '<thead><tr><th scope="col">Plan</th><th scope="col">Seats</th></tr></thead>' in page
    assert "<tr><td>Team</td><td>25</td></tr>" in page
    assert marked(page) == ["Small", "3"]
    assert page.count('id="cited"') == 1


def test_a_table_whose_cells_cannot_be_told_apart_keeps_its_lines() -> None:
    assert "<pre" in shown(written(("table", "Plan | Seats\na | b | c", 0)))


def test_lists_nest_and_keep_their_numbers() -> None:
    page = shown(
        written(
            ("item", "1. Open it.", 1),
            ("item", "  - On a phone", 2),
            ("item", "  - At a desk", 2),
            ("item", "2. Go.", 1),
        ),
        cited="At a desk",
    )
    assert re.sub(r"\s*\n\s*", "", page.partition("<ol>")[2]).startswith(
        '<li value="1">Open it.<ul><li>On a phone</li><li><mark id="cited">At a desk</mark></li></ul></li>'
        '<li value="2">Go.</li></ol>'
    )


def test_a_list_goes_on_after_a_listing() -> None:
    page = shown(written(("item", "1. Run it:", 1), ("code", "```\nrun\n```", 0), ("item", "2. Look.", 1)))
    assert page.index('<li value="1">') < page.index("<pre") < page.index('<li value="2">')


def test_the_date_is_written_out() -> None:
    assert '<time datetime="2026-03-03">Updated 3 Mar 2026</time>' in shown(
        written(("text", "Two.", 0), updated="2026-03-03")
    )
    assert "更新於 2026年3月3日" in shown(written(("text", "兩種方案，設定之後生效。", 0), updated="2026-03-03"))
    assert "<time" not in shown(written(("text", "Two.", 0), updated="soon"))


def test_an_article_that_could_not_be_brought_up_to_date_says_since_when() -> None:
    stale = written(("text", "Two.", 0))
    assert "brought up to date" not in shown(stale)
    stale.metadata["stale_since"] = "2026-11-25T03:00:00+00:00"
    assert '<time datetime="2026-11-25">Could not be brought up to date since 25 Nov 2026</time>' in shown(stale)


def test_a_line_leads_to_the_cited_words_where_there_are_any() -> None:
    document = written(("text", "There are two plans.", 0))
    assert '<a href="#cited">Go to the words that the answer cites</a>' in shown(document, cited="two plans")
    assert "#cited" not in shown(document)


def test_words_that_run_over_two_blocks_are_marked_in_both() -> None:
    page = shown(written(("text", "There are two.", 0), ("text", "Choose one.", 0)), cited="two.\n\nChoose")
    assert marked(page) == ["two.", "Choose"]
    assert page.count('id="cited"') == 1


@pytest.mark.parametrize("kind", ["heading", "text", "item", "code", "table"])
@pytest.mark.parametrize("cited", ["", "<b>"])
def test_text_is_never_markup(kind: BlockKind, cited: str) -> None:
    hostile = "<b>\"'&<script>alert(1)</script>"
    page = shown(written((kind, hostile, 1), title=hostile), cited=cited)
    assert "<script" not in page
    assert "<b>" not in page


def test_a_heading_cannot_take_the_mark_s_place() -> None:
    document = written(("heading", "Cited", 2), ("text", "Words.", 0))
    document.metadata["blocks"][0]["anchor"] = "cited"
    assert shown(document, cited="Words").count('id="cited"') == 1


def linked(text: str, *links: tuple[str, str]) -> Document:
    """Return a document of one paragraph in which these words lead to these addresses."""
    document = written(("text", text, 0))
    document.metadata["blocks"][0]["links"] = [
        Link(start=text.index(words), end=text.index(words) + len(words), url=url) for words, url in links
    ]
    return document


def test_links_lead_where_the_article_s_do() -> None:
    article = linked("Read the plans, ask us.", ("the plans", "/plans"), ("ask us", "mailto:a@b.example"))
    article.metadata["url"] = "https://help.example/seats"
    assert (
        '<p>Read <a href="https://help.example/plans" rel="noopener nofollow">the plans</a>, '
        '<a href="mailto:a@b.example" rel="noopener nofollow">ask us</a>.</p>'
    ) in shown(article)


def test_cited_words_are_marked_in_and_beside_a_link() -> None:
    page = shown(linked("Read the plans first.", ("the plans", "https://a.example/?b&c")), cited="plans first")
    assert '<a href="https://a.example/?b&amp;c" rel="noopener nofollow">the <mark id="cited">plans</mark></a>' in page
    assert marked(page) == ["plans", " first"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,a",
        "/plans",
        "http://[",
    ],
)
def test_what_leads_to_no_page_is_no_link(url: str) -> None:
    page = shown(linked("Read the plans.", ("the plans", url)))
    assert "<a" not in page
    assert "<p>Read the plans.</p>" in page


def test_pages_are_told_where_they_begin() -> None:
    assert '<p class="page">Page 2</p>' in shown(written(("text", "Two.", 0), ("text", "Three.", 0), page=2))
