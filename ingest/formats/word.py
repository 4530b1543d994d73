"""Turn a Word file's bytes into a reading: headings, paragraphs, lists and tables, without headers, footers and notes.

This is the one module that knows python-docx.
"""

import dataclasses
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.formats.elements import word_pieces
from ingest.formats.package import whole
from ingest.formats.reading import Piece, Reading, first_heading, runs_on, sensible_title

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

# A size is given in half points.
_IS_HIDDEN = "w:rPr/w:vanish[not(@w:val='0' or @w:val='false' or @w:val='off')] or w:rPr/w:sz[@w:val <= 2]"
_REMEDY = "open it in Word and save it as a Word document (.docx)"


def reading(content: bytes) -> Reading:
    """Return what a Word file holds. Raises SourceError when it is encrypted, damaged, or far larger than it looks."""
    import docx

    with whole(content, kind="Word file", remedy=_REMEDY):
        document = docx.Document(BytesIO(content))
        title, updated = _properties(document)
        hidden = _hidden_runs(document)
        pieces = _with_true_pages(_whole_paragraphs(word_pieces(_without(hidden, document, content))), document)
    return Reading(pieces, title=title or first_heading(pieces), updated=updated, hidden=len(hidden))


def _hidden_runs(document: "Document") -> "list[BaseOxmlElement]":
    """Return the runs of text that Word hides, or that are too small to be seen."""
    return [
        run
        for run in document.element.xpath("./w:body//w:r[w:rPr/w:vanish or w:rPr/w:sz]")
        if run.xpath("string(.)").strip() and run.xpath(_IS_HIDDEN)
    ]


def _without(hidden: "Sequence[BaseOxmlElement]", document: "Document", content: bytes) -> bytes:
    if not hidden:
        return content
    for run in hidden:
        if (paragraph := run.getparent()) is not None:
            paragraph.remove(run)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def _properties(document: "Document") -> tuple[str, str]:
    from docx.opc.constants import RELATIONSHIP_TYPE

    # Asked for the properties of a file that has none, python-docx makes some up.
    if all(each.reltype != RELATIONSHIP_TYPE.CORE_PROPERTIES for each in document.part.package.rels.values()):
        return "", ""
    given = document.core_properties
    return sensible_title(given.title), given.modified.date().isoformat() if given.modified else ""


def _with_true_pages(pieces: tuple[Piece, ...], document: "Document") -> tuple[Piece, ...]:
    """Return the pieces, without pages if a table runs over a page's end: which page follows it is not known then."""
    if not document.element.xpath("./w:body/w:tbl//w:lastRenderedPageBreak"):
        return pieces
    return tuple(dataclasses.replace(piece, page=0) for piece in pieces)


def _whole_paragraphs(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces, those joined again that a page's end cuts in two."""
    whole: list[Piece] = []
    for piece in pieces:
        before = whole[-1] if whole else piece
        across = before.kind == piece.kind == "text" and before.page < piece.page
        if across and runs_on(before.text, piece.text):
            whole[-1] = dataclasses.replace(before, text=f"{before.text.rstrip()} {piece.text.lstrip()}")
            continue
        whole.append(piece)
    return tuple(whole)
