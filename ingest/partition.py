"""Turn a source's bytes into a document: its text as a reader sees it, and where each block of it stands.

This is the one module that knows unstructured.
"""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from langchain_core.documents import Document

from ingest.changes import version
from ingest.errors import SourceError
from ingest.front_matter import FrontMatter, split
from ingest.page import Page, page
from ingest.sources.source import Source
from knowledge.audience import Audience, narrower
from knowledge.documents import Block, BlockKind, DocumentMetadata

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

_KINDS: dict[str, BlockKind] = {"Title": "heading", "ListItem": "item", "CodeSnippet": "code", "Table": "table"}
_LEFT_OUT = {"Image", "PageBreak"}
_NUMBERED = re.compile(r"\d+\. ")


def document(source: Source) -> Document:
    """Return the document of a source. Raises SourceError when it cannot be read or holds no text."""
    front_matter, body = split(_decoded(source.read()))
    shown = page(body, media_type=source.media_type)
    text, blocks = _text_and_blocks(shown)
    if not text.strip():
        raise SourceError("no_text", "it holds no text; write some or leave the file out")
    metadata = DocumentMetadata(
        source=source.location,
        version=version(source),
        title=front_matter.title or _first_heading(text, blocks) or shown.title or _stem(source.location),
        url=front_matter.url,
        locale=front_matter.locale or shown.locale,
        audience=_audience(source, front_matter),
        updated=front_matter.updated,
        blocks=blocks,
    )
    return Document(id=source.id, page_content=text, metadata=dict(metadata))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("undecodable", f"byte {error.start} is not UTF-8; save the file as UTF-8") from error


def _text_and_blocks(shown: Page) -> tuple[str, list[Block]]:
    text = ""
    blocks: list[Block] = []
    anchors = iter(shown.anchors)
    for element in _elements(shown.html):
        name = type(element).__name__
        content = _content(element, name=name)
        if name in _LEFT_OUT or not content.strip():
            continue
        kind = _KINDS.get(name, "text")
        if text:
            text += "\n" if kind == "item" and blocks[-1]["kind"] == "item" else "\n\n"
        depth = (element.metadata.category_depth or 0) + (1 if kind == "heading" else 0)
        blocks.append(
            Block(
                kind=kind,
                start=len(text),
                end=len(text) + len(content),
                depth=max(depth, 1) if kind in ("heading", "item") else 0,
                anchor=next(anchors, "") if kind == "heading" else "",
            )
        )
        text += content
    return text, blocks


def _content(element: "Element", *, name: str) -> str:
    if name == "ListItem":
        nested = "  " * max((element.metadata.category_depth or 1) - 1, 0)
        return nested + (element.text if _NUMBERED.match(element.text) else f"- {element.text}")
    if name == "Table" and element.metadata.text_as_html:
        return "\n".join(_rows(element.metadata.text_as_html))
    if name == "CodeSnippet":
        return f"```\n{element.text}\n```"  # as Markdown has it, so that code is told from prose wherever the text goes
    return str(element.text)


def _rows(table: str) -> Iterator[str]:
    from lxml.html import fragment_fromstring

    for row in fragment_fromstring(table).iter("tr"):
        yield " | ".join(_cell(cell.text_content()) for cell in row.iter("td", "th"))


def _cell(text: str) -> str:
    # unstructured sets a cell's parts apart by spaces, also before a comma.
    return re.sub(r" (?=[,.;:!?)])", "", " ".join(text.split()))


def _elements(markup: str) -> "list[Element]":
    return _partitioner()(text=markup, languages=[""])


@cache
def _partitioner() -> "Callable[..., list[Element]]":
    """Import unstructured so that it neither calls home nor fetches a language model.

    Its labels for Markdown and HTML come from the mark-up; the language model that it would download at first use only
    tells prose from other text, a difference that we do not make. An empty pipeline takes that model's place.
    """
    os.environ["DO_NOT_TRACK"] = "1"  # noqa: TID251 - read when the library is imported
    os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"  # noqa: TID251
    import spacy
    import unstructured.nlp.tokenize as tokenize
    from unstructured.partition.html import partition_html

    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: blank  # type: ignore[assignment]
    return partition_html


def _first_heading(text: str, blocks: list[Block]) -> str:
    return next((text[block["start"] : block["end"]] for block in blocks if block["kind"] == "heading"), "")


def _stem(location: str) -> str:
    name = location.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ")


def _audience(source: Source, front_matter: FrontMatter) -> Audience:
    return narrower(source.audience, front_matter.audience or source.audience)
