"""Turn HTML and Word files into pieces by way of unstructured's elements.

This is the one module that knows unstructured.
"""

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.formats.reading import Piece
from knowledge.documents import BlockKind

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

_KINDS: dict[str, BlockKind] = {"Title": "heading", "ListItem": "item", "CodeSnippet": "code", "Table": "table"}
_LEFT_OUT = {"Image", "PageBreak"}
_FRAME = {"Header", "Footer"}  # of each page of a Word file
_NUMBERED = re.compile(r"(?:\d+\.)+ ")


def html_pieces(markup: str, *, anchors: Sequence[str]) -> tuple[Piece, ...]:
    """Return the pieces of a page; the anchors are those of its headings, in order."""
    prepare()
    from unstructured.partition.html import partition_html

    return tuple(_pieces(partition_html(text=markup, languages=[""]), anchors=anchors, outermost=1))


def word_pieces(content: bytes) -> tuple[Piece, ...]:
    """Return the pieces of a Word file; they have pages if Word has left marks where its pages end."""
    prepare()
    from unstructured.partition.docx import partition_docx

    elements = partition_docx(file=BytesIO(content), languages=[""])
    seen = [element for element in elements if type(element).__name__ not in _FRAME]
    return tuple(_pieces(seen, anchors=(), outermost=0))


def _pieces(elements: "Sequence[Element]", *, anchors: Sequence[str], outermost: int) -> Iterator[Piece]:
    """Yield the pieces of elements; `outermost` is how the format counts an outermost list item's depth."""
    unused, page = iter(anchors), 0
    for element in elements:
        name = type(element).__name__
        kind = _KINDS.get(name, "text")
        depth = _depth(element, kind=kind, outermost=outermost)
        text = _text(element, name=name, depth=depth)
        if name in _LEFT_OUT or not text.strip():
            continue
        page = element.metadata.page_number or page
        anchor = next(unused, "") if kind == "heading" else ""
        yield Piece(kind, text, depth=depth, anchor=anchor, page=page, links=tuple(_links(element)))


def _links(element: "Element") -> Iterator[tuple[str, str]]:
    for words, address in zip(element.metadata.link_texts or (), element.metadata.link_urls or (), strict=False):
        if words and address:
            yield words, address


def _depth(element: "Element", *, kind: BlockKind, outermost: int) -> int:
    depth = element.metadata.category_depth or 0
    if kind == "heading":
        return depth + 1
    return max(depth - outermost, 0) + 1 if kind == "item" else 0


def _text(element: "Element", *, name: str, depth: int) -> str:
    if name == "ListItem":
        nested = "  " * (depth - 1)
        return nested + (element.text if _NUMBERED.match(element.text) else f"- {element.text}")
    if name == "Table" and element.metadata.text_as_html:
        return "\n".join(_rows(element.metadata.text_as_html))
    if name == "CodeSnippet":
        return f"```\n{element.text}\n```"  # as Markdown has it, so that code is told from prose wherever the text goes
    return str(element.text).strip()


def _rows(table: str) -> Iterator[str]:
    from lxml.html import fragment_fromstring

    for row in fragment_fromstring(table).iter("tr"):
        cells = [_cell(cell.text_content()) for cell in row.iter("td", "th")]
        if any(cells):
            yield " | ".join(cells)


def _cell(text: str) -> str:
    # unstructured sets a cell's parts apart by spaces, also before a comma.
    return re.sub(r" (?=[,.;:!?)])", "", " ".join(text.split()))


@cache
def prepare() -> None:
    """Import unstructured, which takes seconds, and keep it from calling home and from fetching a language model.

    Its labels come from the mark-up; the language model that it would download at first use only tells prose from other
    text, a difference that we do not make. An empty pipeline takes that model's place.
    """
    os.environ["DO_NOT_TRACK"] = "1"  # noqa: TID251 - read when the library is imported
    os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"  # noqa: TID251
    import spacy
    import unstructured.nlp.tokenize as tokenize

    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: blank  # type: ignore[assignment]
    from unstructured.partition.docx import partition_docx  # noqa: F401
    from unstructured.partition.html import partition_html  # noqa: F401
