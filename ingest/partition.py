"""Turn a source's bytes into a document: its text as a reader sees it, and where each block of it stands."""

import codecs
import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from langchain_core.documents import Document

from ingest.changes import version
from ingest.errors import SourceError
from ingest.formats import book, mail, pdf, rich, sheets, slides, web_page, word
from ingest.formats.elements import html_pieces
from ingest.formats.page import page
from ingest.formats.reading import Piece, Reading, first_heading
from ingest.front_matter import FrontMatter, label, split
from ingest.likely_secrets import likely_secrets
from ingest.locales import locale_in
from ingest.sources.source import (
    BOOK,
    CSV,
    FRONT_MATTER,
    HTML,
    MESSAGE,
    PDF,
    RICH,
    SHEETS,
    SLIDES,
    WEB_PAGE,
    WORD,
    Source,
)
from knowledge.audience import Audience, narrower
from knowledge.documents import Block, DocumentMetadata, FlagKind, Link
from knowledge.invisible import Seen, visible

_READINGS: Mapping[str, Callable[[bytes], Reading]] = {
    PDF: pdf.reading,
    WORD: word.reading,
    SLIDES: slides.reading,
    SHEETS: sheets.reading,
    CSV: lambda content: sheets.comma_separated(_decoded(content)),
    BOOK: book.reading,
    MESSAGE: mail.reading,
    RICH: rich.reading,
    WEB_PAGE: lambda content: web_page.reading(_decoded(content, is_page=True)),
}
_MOST_CHARACTERS = 10_000_000  # a long book has one million
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})""", re.IGNORECASE)
_HEAD = 4096  # bytes of a page in which it may name its encoding


def document(source: Source) -> Document:
    """Return the document of a source. Raises SourceError when it cannot be read or holds no text."""
    front_matter, reading = _read(source)
    front_matter = front_matter.or_else(label(source.defaults)) if source.defaults else front_matter
    pieces = [(piece, visible(piece.text)) for piece in reading.pieces]
    text, blocks = _text_and_blocks([(piece, seen.text) for piece, seen in pieces if seen.text.strip()])
    if not text.strip():
        raise SourceError("no_text", "it holds no text; write some or leave the file out")
    if len(text) > _MOST_CHARACTERS:
        detail = f"it holds {len(text) / 1e6:.0f} million characters, above the limit of 10 million; split it"
        raise SourceError("too_large", detail)
    title = visible(front_matter.title or reading.title or _stem(source.location))
    metadata = DocumentMetadata(
        source=source.location,
        version=version(source),
        title=title.text,
        url=front_matter.url,
        locale=front_matter.locale or reading.locale or locale_in(source.location),
        product=front_matter.product,
        audience=_audience(source, front_matter),
        updated=front_matter.updated or reading.updated,
        blocks=blocks,
        flags=_flags(reading, text=text, seen=[title, *(seen for _, seen in pieces)]),
    )
    return Document(id=source.id, page_content=text, metadata=dict(metadata))


def _flags(reading: Reading, *, text: str, seen: Sequence[Seen]) -> dict[FlagKind, int]:
    counts: dict[FlagKind, int] = {
        "hidden_text": reading.hidden,
        "invisible_characters": sum(each.dropped for each in seen),
        "likely_secret": len(likely_secrets(text)),
    }
    return {kind: count for kind, count in counts.items() if count}


def _read(source: Source) -> tuple[FrontMatter, Reading]:
    content = source.read()
    if source.media_type not in FRONT_MATTER:
        return label(source.label), _READINGS[source.media_type](content)
    front_matter, body = split(_decoded(content, is_page=source.media_type == HTML))
    shown = page(body, media_type=source.media_type)
    pieces = html_pieces(shown.html, anchors=shown.anchors)
    title = first_heading(pieces) or shown.title
    return front_matter, Reading(pieces, title=title, locale=shown.locale, hidden=shown.hidden)


def _decoded(content: bytes, *, is_page: bool = False) -> str:
    """Return the text of a file: UTF-8, UTF-16 if it begins with its mark, or the encoding that a web page names."""
    named = _CHARSET.search(content[:_HEAD]) if is_page else None
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if named is not None:
            with contextlib.suppress(LookupError, UnicodeDecodeError):
                return content.decode(named[1].decode("ascii"))
        raise SourceError("undecodable", f"byte {error.start} is not UTF-8; save the file as UTF-8") from error


def _text_and_blocks(pieces: Sequence[tuple[Piece, str]]) -> tuple[str, list[Block]]:
    text = ""
    blocks: list[Block] = []
    for piece, seen in pieces:
        if text:
            text += "\n" if piece.kind == "item" and blocks[-1]["kind"] == "item" else "\n\n"
        block = Block(
            kind=piece.kind,
            start=len(text),
            end=len(text) + len(seen),
            depth=piece.depth,
            anchor=piece.anchor,
            page=piece.page,
        )
        if links := list(_links(piece, seen, start=len(text))):
            block["links"] = links
        blocks.append(block)
        text += seen
    return text, blocks


def _links(piece: Piece, text: str, *, start: int) -> Iterator[Link]:
    """Yield the links of a piece whose text begins here; one whose words are not shown is none."""
    end = 0
    for words, address in piece.links:
        shown = visible(words).text
        found = text.find(shown, end)
        if shown and found >= 0:
            end = found + len(shown)
            yield Link(start=start + found, end=start + end, url=address)


def _stem(location: str) -> str:
    name = location.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ")


def _audience(source: Source, front_matter: FrontMatter) -> Audience:
    return narrower(source.audience, front_matter.audience or source.audience)
