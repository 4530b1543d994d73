"""Turn a source's bytes into a document: its text as a reader sees it, and where each block of it stands."""

from collections.abc import Sequence

from langchain_core.documents import Document

from ingest.changes import version
from ingest.errors import SourceError
from ingest.formats import pdf, word
from ingest.formats.elements import html_pieces
from ingest.formats.page import page
from ingest.formats.reading import Piece, Reading, first_heading
from ingest.front_matter import FrontMatter, label, split
from ingest.sources.source import PDF, WORD, Source
from knowledge.audience import Audience, narrower
from knowledge.documents import Block, DocumentMetadata


def document(source: Source) -> Document:
    """Return the document of a source. Raises SourceError when it cannot be read or holds no text."""
    front_matter, reading = _read(source)
    text, blocks = _text_and_blocks(reading.pieces)
    if not text.strip():
        raise SourceError("no_text", "it holds no text; write some or leave the file out")
    metadata = DocumentMetadata(
        source=source.location,
        version=version(source),
        title=front_matter.title or reading.title or _stem(source.location),
        url=front_matter.url,
        locale=front_matter.locale or reading.locale,
        audience=_audience(source, front_matter),
        updated=front_matter.updated or reading.updated,
        blocks=blocks,
    )
    return Document(id=source.id, page_content=text, metadata=dict(metadata))


def _read(source: Source) -> tuple[FrontMatter, Reading]:
    content = source.read()
    if source.media_type == PDF:
        return label(source.label), pdf.reading(content)
    if source.media_type == WORD:
        return label(source.label), word.reading(content)
    front_matter, body = split(_decoded(content))
    shown = page(body, media_type=source.media_type)
    pieces = html_pieces(shown.html, anchors=shown.anchors)
    return front_matter, Reading(pieces, title=first_heading(pieces) or shown.title, locale=shown.locale)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("undecodable", f"byte {error.start} is not UTF-8; save the file as UTF-8") from error


def _text_and_blocks(pieces: Sequence[Piece]) -> tuple[str, list[Block]]:
    text = ""
    blocks: list[Block] = []
    for piece in pieces:
        if text:
            text += "\n" if piece.kind == "item" and blocks[-1]["kind"] == "item" else "\n\n"
        blocks.append(
            Block(
                kind=piece.kind,
                start=len(text),
                end=len(text) + len(piece.text),
                depth=piece.depth,
                anchor=piece.anchor,
                page=piece.page,
            )
        )
        text += piece.text
    return text, blocks


def _stem(location: str) -> str:
    name = location.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ")


def _audience(source: Source, front_matter: FrontMatter) -> Audience:
    return narrower(source.audience, front_matter.audience or source.audience)
