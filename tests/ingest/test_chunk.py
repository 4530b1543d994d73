import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from ingest.chunk import embedded_text, passages, passages_of
from knowledge.documents import Block, BlockKind, DocumentMetadata, Link
from knowledge.words import word_count


def _document(
    *blocks: tuple[BlockKind, str] | tuple[BlockKind, str, int], title: str = "Title", pages: tuple[int, ...] = ()
) -> Document:
    text, placed = "", list[Block]()
    for (kind, content, *depth), page in zip(blocks, pages or (0,) * len(blocks), strict=True):
        text += "\n\n" if text else ""
        place = Block(
            kind=kind,
            start=len(text),
            end=len(text) + len(content),
            depth=(depth or [1])[0],
            anchor=content.lower(),
            page=page,
        )
        placed.append(place)
        text += content
    metadata = DocumentMetadata(
        source="kb/a.md",
        version="1",
        title=title,
        url="",
        locale="en",
        product="",
        audience="public",
        updated="",
        blocks=placed,
        flags={},
    )
    return Document(id="d", page_content=text, metadata=dict(metadata))


def test_a_list_of_other_articles_is_no_passage() -> None:
    related = _document(
        ("text", "Press the button."),
        ("heading", "Related articles", 2),
        ("item", "Reset my PIN"),
        ("item", "Close my account?"),
        title="Lock my account",
    )
    others = [_document(("text", "A text."), title=title) for title in ("Reset my  pin?", "“Close my account”", "!")]
    assert [passage.text for passage in passages_of([related, *others], words=100)] == [
        "Press the button.",
        *["A text."] * 3,
    ]


@pytest.mark.parametrize(
    ("address", "is_passage"),
    [
        ("/pin", False),
        ("pin.html#reset", False),
        ("#pin", False),
        ("https://help.example/pin/", False),
        ("https://other.example/pin", True),
        ("/files/form.pdf", True),
        ("mailto:pin@help.example", True),
        ("http://[", True),
    ],
)
def test_a_list_of_links_to_its_own_site_is_no_passage(address: str, is_passage: bool) -> None:
    document = _document(
        ("text", "Press it."), ("heading", "See also", 2), ("item", "- My PIN"), ("item", "2. The PIN")
    )
    document.metadata["url"] = "https://help.example/lock"
    for block in document.metadata["blocks"][2:]:
        block["links"] = [Link(start=block["end"] - 6, end=block["end"], url=address)]
    document.metadata["blocks"][3]["links"][0]["start"] -= 1
    assert [passage.text for passage in passages_of([document], words=100)][1:] == (
        ["- My PIN\n\n2. The PIN"] if is_passage else []
    )


def test_a_list_that_says_more_than_its_links_is_a_passage() -> None:
    document = _document(("item", "- My PIN"), ("item", "- My PIN, if I forgot it"))
    document.metadata["blocks"][0]["links"] = [Link(start=2, end=8, url="/pin")]
    document.metadata["blocks"][1]["links"] = [Link(start=12, end=18, url="/pin")]
    assert len(passages_of([document], words=100)) == 1


def test_a_line_that_an_article_says_of_itself_stays() -> None:
    [only] = passages_of([_document(("text", "Reset my PIN"), title="Reset my PIN")], words=100)
    assert only.text == "Reset my PIN"


def test_a_passage_is_a_section_under_its_heading_path() -> None:
    found = passages(
        _document(
            ("heading", "Title", 1),
            ("text", "Intro."),
            ("heading", "Install", 2),
            ("heading", "On a server", 3),
            ("text", "Run it."),
            ("heading", "Use", 2),
            ("text", "Open it."),
        ),
        words=160,
    )
    assert [(one.headings, one.text) for one in found] == [
        ((), "Intro."),
        (("Install", "On a server"), "Run it."),
        (("Use",), "Open it."),
    ]
    assert found[1].anchor == "on a server"
    assert found[1].section == "Install > On a server"
    assert found[0].section == "Title"


def test_offsets_point_into_the_stored_text() -> None:
    document = _document(("text", "😀 eins."), ("heading", "Zwei"), ("text", "二二二。"))
    for found in passages(document, words=160):
        assert document.page_content[found.start : found.end] == found.text


def test_what_is_embedded_names_title_and_headings_once() -> None:
    found = passages(_document(("heading", "Install"), ("text", "Run it.")), words=160)[0]
    assert embedded_text(found) == "Title\nInstall\nRun it."


def test_a_long_section_is_cut_between_blocks() -> None:
    paragraphs: list[tuple[BlockKind, str]] = [("text", f"Paragraph {number}. " + "word " * 40) for number in range(8)]
    found = passages(_document(*paragraphs), words=100)
    assert len(found) == 4
    assert all(one.text.startswith("Paragraph") for one in found)


def test_a_list_stays_whole_with_the_line_that_introduces_it() -> None:
    steps: list[tuple[BlockKind, str]] = [
        ("item", f"{number}. Do the thing number {number}.") for number in range(1, 11)
    ]
    found = passages(_document(("text", "word " * 70), ("text", "Do this:"), *steps), words=80)
    assert [one.text.startswith("Do this:") for one in found] == [False, True]
    assert found[1].text.endswith("number 10.")


def test_a_list_that_is_far_too_long_is_cut_between_items() -> None:
    steps: list[tuple[BlockKind, str]] = [("item", f"- item {number} " + "word " * 30) for number in range(10)]
    found = passages(_document(*steps), words=80)
    assert len(found) > 1
    assert all(one.text.startswith("- item") for one in found)


@pytest.mark.parametrize(
    "text", ["One sentence of words. " * 100, "沒有空格的一句話。" * 100, "x" * 20_000, "長" * 2_000]
)
def test_a_block_that_is_too_long_is_cut_and_nothing_is_lost(text: str) -> None:
    document = _document(("text", text.strip()))
    found = passages(document, words=100)
    assert len(found) > 1 or word_count(text) <= 100
    assert all(word_count(one.text) <= 110 for one in found)
    kept = "".join(one.text for one in found)
    assert kept.replace(" ", "") == text.replace(" ", "")


def test_a_document_of_headings_alone_is_one_passage() -> None:
    assert [one.text for one in passages(_document(("heading", "A"), ("heading", "B")), words=160)] == ["A\n\nB"]


def test_a_passage_tells_the_page_on_which_it_begins() -> None:
    found = passages(
        _document(("heading", "A"), ("text", "One."), ("text", "Two."), ("text", "Three."), pages=(1, 1, 1, 2)),
        words=160,
    )
    assert [(one.page, one.text) for one in found] == [(1, "One.\n\nTwo."), (2, "Three.")]


def test_a_list_stays_whole_over_the_end_of_a_page() -> None:
    document = _document(("text", "Do this:"), ("item", "1. Open it."), ("item", "2. Close it."), pages=(1, 1, 2))
    assert [(one.page, one.text) for one in passages(document, words=160)] == [
        (1, "Do this:\n\n1. Open it.\n\n2. Close it.")
    ]


@given(
    blocks=st.lists(
        st.tuples(
            st.sampled_from(["heading", "text", "item", "code", "table"]),
            st.text(alphabet="ab 。.\n字", min_size=1).filter(str.strip),
            st.integers(1, 4),
        ),
        min_size=1,
    ),
    words=st.integers(1, 30),
)
def test_passages_never_overlap_and_hold_every_block(blocks: list[tuple[BlockKind, str, int]], words: int) -> None:
    document = _document(*blocks)
    found = passages(document, words=words)
    end = 0
    for one in found:
        assert one.start >= end
        end = one.end
    held = "".join(one.text for one in found)
    for kind, content, _ in blocks:
        if kind != "heading":
            assert set(content.split()) <= set(held.split()) or "".join(content.split()) in "".join(held.split())


def test_where_a_table_is_cut_its_header_row_goes_with_each_part() -> None:
    rows = [f"Plan {number} | It costs ${number}. A month. | yes" for number in range(40)]
    table = "\n".join(("Plan | Price | Trial", *rows))
    found = passages(_document(("heading", "Title", 1), ("heading", "Prices", 2), ("table", table)), words=60)
    assert len(found) > 2
    assert found[0].headings == ("Prices",)
    assert {passage.headings for passage in found[1:]} == {("Prices", "Plan | Price | Trial")}
    assert "\n".join(passage.text for passage in found) == table  # cut between rows, never inside one
