"""Turn a rich text file (.rtf) into a reading: its paragraphs, list items and tables.

This is the one module that knows striprtf. Rich text has no headings that a program could tell from large letters.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.errors import SourceError
from ingest.formats.reading import Piece, Reading, table

_START = b"{\\rtf"
_HIDDEN = re.compile(r"\{[^{}]*\\v(?![a-z0-9-])[^{}]*\}")
_BULLET = re.compile(r"^[•·▪◦\uf0b7*-][\t ]+")
_NUMBER = re.compile(r"^(\d{1,3})[.)][\t ]+")


def reading(content: bytes) -> Reading:
    """Return what a rich text file shows. Hidden text is left out and counted."""
    from striprtf.striprtf import rtf_to_text

    if not content.lstrip().startswith(_START):
        raise SourceError("damaged", "it is not rich text; open it in a word processor and save it as .rtf")
    shown, hidden = _HIDDEN.subn("", content.decode("latin-1"))
    lines = rtf_to_text(shown, errors="replace").splitlines()  # type: ignore[no-untyped-call]
    return Reading(tuple(_pieces(lines)), title="", hidden=hidden)


def _pieces(lines: Sequence[str]) -> Iterator[Piece]:
    written = [line.strip() for line in lines if line.strip()]
    for is_row, group in groupby(written, key=lambda line: line.endswith("|")):
        if is_row:
            yield table(line.rstrip("|").split("|") for line in group)
        else:
            yield from map(_piece, group)


def _piece(line: str) -> Piece:
    number, bullet = _NUMBER.match(line), _BULLET.match(line)
    if number:
        return Piece("item", f"{number[1]}. {' '.join(line[number.end() :].split())}", depth=1)
    if bullet:
        return Piece("item", f"- {' '.join(line[bullet.end() :].split())}", depth=1)
    return Piece("text", " ".join(line.split()))
