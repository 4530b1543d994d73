"""Make passages for tests from a few words."""

from langchain_core.documents import Document

from knowledge.audience import Audience
from knowledge.documents import Block, DocumentMetadata
from knowledge.passage import Passage


def passage(text: str, *, id_: str = "d-0", title: str = "Title", audience: Audience = "public") -> Passage:
    """Return the passage that is the whole of its document."""
    return Passage(
        id=id_,
        document_id=id_.split("-")[0],
        source=f"articles/{id_}.md",
        title=title,
        headings=(),
        text=text,
        start=0,
        end=len(text),
        locale="en",
        product="",
        audience=audience,
        updated="2026-11-22",
        url="",
        anchor="",
        page=0,
    )


def document_of(passage: Passage) -> Document:
    """Return the document that has this one passage."""
    block = Block(kind="text", start=passage.start, end=passage.end, depth=0, anchor="", page=0)
    metadata = DocumentMetadata(
        source=passage.source,
        version="1",
        title=passage.title,
        url=passage.url,
        locale=passage.locale,
        product=passage.product,
        audience=passage.audience,
        updated=passage.updated,
        blocks=[block],
        flags={},
    )
    return Document(id=passage.document_id, page_content=passage.text, metadata=dict(metadata))
