"""Turn a PDF's bytes into a reading: the lines of its text layer, put together page by page.

This is the one module that knows pypdfium2.
"""

import math
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from ingest.errors import SourceError
from ingest.formats.layout import Line, pieces_of
from ingest.formats.reading import Reading, first_heading, iso_date, sensible_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfiumError, PdfTextPage

_SMALLEST = 1.0  # points: letters below it are not there to be read
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHEN_AT_LINE_END = {0x02: "\u00ad", 0xFFFE: "\u00ad"}  # PDFium's own marks for one, in place of the line's end
_LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_NOT_TEXT = {code: None for code in (*range(32), 0x7F, 0xFEFF, 0xFFFD, 0xFFFF)}
_CLEANED = {**_NOT_TEXT, **_LIGATURES, **_HYPHEN_AT_LINE_END}


def reading(content: bytes) -> Reading:
    """Return what a PDF holds. Raises SourceError when it is encrypted, damaged, or has no text layer."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(content) as document:
            written = [_lines_of_page(document, index) for index in range(len(document))]
            properties = document.get_metadata_dict()
    except PdfiumError as error:
        raise _source_error(error) from error
    pages = [[line for line in lines if not _is_too_small(line)] for lines in written]
    if not any(character.isalnum() for lines in pages for line in lines for character in line.text):
        detail = "it has no text layer, as a scan has none; run text recognition (OCR) over it, or leave it out"
        raise SourceError("no_text", detail)
    pieces = pieces_of(pages)
    return Reading(
        pieces,
        title=sensible_title(properties.get("Title")) or first_heading(pieces),
        updated=iso_date(properties.get("ModDate") or properties.get("CreationDate") or ""),
        hidden=sum(map(len, written)) - sum(map(len, pages)),
    )


def _is_too_small(line: Line) -> bool:
    return 0 < line.size < _SMALLEST  # some files give no size at all


def _source_error(error: "PdfiumError") -> SourceError:
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
        return SourceError("encrypted", "it asks for a password; save it without one")
    return SourceError("damaged", f"{error} Open it in a PDF reader and print it to a new PDF")


def _lines_of_page(document: "PdfDocument", index: int) -> list[Line]:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        return list(_lines(text, page=index + 1))


def _lines(text: "PdfTextPage", *, page: int) -> Iterator[Line]:
    """Yield the lines in the order in which the file has them, which nearly always is that of reading."""
    from pypdfium2.raw import FPDFText_GetUnicode

    codes = (FPDFText_GetUnicode(text, index) for index in range(text.count_chars()))
    characters = "".join(chr(code) if code <= sys.maxunicode else "\ufffd" for code in codes)
    for line in _LINE.finditer(characters):
        seen = [line.start() + at for at, character in enumerate(line[0]) if not character.isspace()]
        cleaned = " ".join(_cleaned(line[0]).split())
        if not cleaned:
            continue
        left, bottom, _, _ = text.get_charbox(seen[0], loose=True)
        _, _, right, _ = text.get_charbox(seen[-1], loose=True)
        yield Line(cleaned, page=page, left=left, right=right, bottom=bottom, size=_usual_size(text, seen))


def _cleaned(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")  # PDFium gives surrogates one by one
    return whole.translate(_CLEANED)


def _usual_size(text: "PdfTextPage", seen: Sequence[int]) -> float:
    return sorted(_size(text, index) for index in (seen[0], seen[len(seen) // 2], seen[-1]))[1]


def _size(text: "PdfTextPage", index: int) -> float:
    """Return the size in points at which a letter is shown: its font's, as scaled by the page."""
    from pypdfium2.raw import FS_MATRIX, FPDFText_GetFontSize, FPDFText_GetMatrix

    matrix = FS_MATRIX()
    scale = math.hypot(matrix.c, matrix.d) if FPDFText_GetMatrix(text, index, matrix) else 1.0
    return float(round(FPDFText_GetFontSize(text, index) * scale, 1))
