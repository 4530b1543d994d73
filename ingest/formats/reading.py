"""What a file of any format is made into before its text is put together."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.documents import BlockKind

_NO_TITLE = re.compile(
    r"(?i)untitled.*|\(anonymous\)|(word )?document ?\d*|(powerpoint )?presentation ?\d*|microsoft \w+ - .*"
    r"|\S+\.(docx?|dotx?|rtf|odt|pages|tex|dvi|indd|qxd|pptx?|xlsx?|html?|pdf)"
)
_DATE = re.compile(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")
_LONGEST_TITLE = 200
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "。", "！", "？", "：")
_CLOSING = "\"'”’)]」』）*"


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of which it is not yet known where in the document's text it stands."""

    kind: BlockKind
    text: str
    depth: int = 0  # a heading's level or a list item's nesting, from 1; 0 for the others
    anchor: str = ""  # a heading's, "" when it has none
    page: int = 0  # on which it begins, from 1; 0 when the format has no pages
    links: tuple[tuple[str, str], ...] = ()  # the words and the address of each, in reading order


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's text as a reader sees it, and what the file says of itself; "" where it says nothing."""

    pieces: tuple[Piece, ...]
    title: str
    locale: str = ""
    updated: str = ""  # an ISO date
    hidden: int = 0  # parts that were left out because no reader sees them


def first_heading(pieces: Sequence[Piece]) -> str:
    """Return the text of the first heading, "" when there is none."""
    return next((piece.text for piece in pieces if piece.kind == "heading"), "")


def table(rows: Iterable[Sequence[str]]) -> Piece:
    """Return a table's piece: a line a row, of which the first is the header."""
    lines = (" | ".join(" ".join(cell.split()) for cell in row) for row in rows)
    return Piece("table", "\n".join(line for line in lines if line.strip(" |")))


def sensible_title(given: str | None) -> str:
    """Return the title in a file's properties, "" for one that a program made up, such as `Microsoft Word - a.doc`."""
    title = " ".join((given or "").split())
    if not any(c.isalpha() for c in title) or "\ufffd" in title or len(title) > _LONGEST_TITLE:
        return ""
    return "" if _NO_TITLE.fullmatch(title) else title


def iso_date(given: str) -> str:
    """Return the ISO date that a file's properties give, "" for none that the calendar knows."""
    found = _DATE.match(given)
    try:
        return datetime.date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def runs_on(before: str, after: str) -> bool:
    """Whether a paragraph that a page's end cuts in two goes on: the one part has no end, the other no beginning."""
    return not ends_sentence(before) and after[:1].islower()


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, or as a line does that introduces a list."""
    return text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)
