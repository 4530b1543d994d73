"""Keep documents' texts and their passages' places in one SQLite file, and read passages back by id."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NotRequired, TypedDict, cast

from langchain_core.documents import Document

from knowledge.audience import Audience
from knowledge.passage import Passage

BlockKind = Literal["heading", "text", "item", "code", "table"]
FlagKind = Literal["hidden_text", "invisible_characters", "likely_secret"]


class Link(TypedDict):
    """Words that lead somewhere; offsets are code points of the document's text."""

    start: int
    end: int
    url: str  # as the document has it: it may be relative


class Block(TypedDict):
    """A paragraph, heading, list item, code listing or table; offsets are code points of the document's text."""

    kind: BlockKind
    start: int
    end: int
    depth: int  # a heading's level or a list item's nesting, from 1; 0 for the others
    anchor: str  # a heading's fragment in the document's address, "" when it has none
    page: int  # on which it begins, from 1; 0 when the document's format has no pages
    links: NotRequired[list[Link]]


class DocumentMetadata(TypedDict):
    """What a `Document`'s metadata holds. Its `id` is made from the source, its `page_content` is the stored text."""

    source: str
    version: str  # hash of the source's bytes and of the settings that shape the document
    title: str
    url: str  # "" when it has none
    locale: str  # "" when unknown
    product: str  # "" when it is about none in particular
    audience: Audience
    updated: str  # an ISO date, "" when unknown
    blocks: list[Block]
    flags: dict[FlagKind, int]  # how often its text held what its owner should know of
    stale_since: NotRequired[
        str
    ]  # when its source was first found to fail, ISO 8601, UTC; this is its last good version


_SCHEMA = """
CREATE TABLE document (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL, metadata TEXT NOT NULL,
    blocks TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passage (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES document, start INTEGER NOT NULL, end INTEGER NOT NULL,
    headings TEXT NOT NULL, anchor TEXT NOT NULL, page INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX passage_document ON passage (document_id, start);
"""


class Documents:
    """An open file of documents and passages, read by any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, file: Path) -> "Documents":
        """Open a file that `build` wrote."""
        uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def document(self, document_id: str) -> Document | None:
        """Return the document with this id, if there is one."""
        row = self._connection.execute(f"{_DOCUMENTS} WHERE id = ?", (document_id,)).fetchone()
        return None if row is None else _document(row)

    def all(self) -> Iterable[Document]:
        """Yield every document, by id."""
        return map(_document, self._connection.execute(f"{_DOCUMENTS} ORDER BY id"))

    def versions(self) -> dict[str, str]:
        """Return the version of each source."""
        return dict(self._connection.execute("SELECT source, version FROM document").fetchall())

    def lengths(self) -> dict[str, int]:
        """Return the number of characters of each source's text."""
        return dict(self._connection.execute("SELECT source, length(text) FROM document").fetchall())

    def stale(self) -> dict[str, str]:
        """Return since when each source fails whose last good version this is."""
        return dict(self._connection.execute(_STALE).fetchall())

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Return the passages with these ids, in the order of the ids."""
        marks = ",".join("?" * len(ids))
        rows = self._connection.execute(f"{_PASSAGES} WHERE passage.id IN ({marks})", tuple(ids))
        found = {passage.id: passage for passage in map(_passage, rows)}
        return [found[id_] for id_ in ids if id_ in found]

    def all_passages(self) -> Iterable[Passage]:
        """Yield every passage in reading order, document by document."""
        return map(_passage, self._connection.execute(f"{_PASSAGES} ORDER BY document_id, start"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def build(file: Path, *, documents: Iterable[Document], passages: Iterable[Passage]) -> None:
    """Write a new file of documents and their passages."""
    connection = sqlite3.connect(file)
    with connection:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)",
            map(_row, documents),
        )
        connection.executemany(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (p.id, p.document_id, p.start, p.end, json.dumps(p.headings, ensure_ascii=False), p.anchor, p.page)
                for p in passages
            ),
        )
    connection.close()


def metadata_of(document: Document) -> DocumentMetadata:
    """Return a stored document's metadata under its real type."""
    return cast(DocumentMetadata, document.metadata)


_STALE = """
SELECT source, json_extract(metadata, '$.stale_since') AS since FROM document WHERE since != '' ORDER BY source
"""
_DOCUMENTS = "SELECT id, text, metadata, blocks FROM document"
# substr counts code points, as Python does.
_PASSAGES = """
SELECT passage.id, document_id, substr(text, start + 1, end - start), start, end, headings, anchor, page, metadata
FROM passage JOIN document ON document.id = document_id
"""


def _row(document: Document) -> tuple[str | None, str, str, str, str, str]:
    metadata = metadata_of(document)
    # Blocks stand apart, so that reading a passage need not decode those of its whole document.
    blocks = json.dumps(metadata["blocks"])
    rest = json.dumps({name: value for name, value in metadata.items() if name != "blocks"}, ensure_ascii=False)
    return document.id, metadata["source"], metadata["version"], document.page_content, rest, blocks


def _decoded(metadata: str) -> DocumentMetadata:
    """Return a document's metadata without its blocks. An index built before there were products says of none."""
    return cast(DocumentMetadata, {"product": "", **json.loads(metadata)})


def _document(row: tuple[str, str, str, str]) -> Document:
    id_, text, metadata, blocks = row
    return Document(id=id_, page_content=text, metadata={**_decoded(metadata), "blocks": json.loads(blocks)})


def _passage(row: tuple[str, str, str, int, int, str, str, int, str]) -> Passage:
    id_, document_id, text, start, end, headings, anchor, page, encoded = row
    metadata = _decoded(encoded)
    return Passage(
        id=id_,
        document_id=document_id,
        source=metadata["source"],
        title=metadata["title"],
        headings=tuple(json.loads(headings)),
        text=text,
        start=start,
        end=end,
        locale=metadata["locale"],
        product=metadata["product"],
        audience=metadata["audience"],
        updated=metadata["updated"],
        url=metadata["url"],
        anchor=anchor,
        page=page,
        stale_since=metadata.get("stale_since", ""),
    )
