"""Turn the lines of printed pages into headings, paragraphs and list items, as their places and sizes tell them apart.

A PDF knows letters and where they stand, and nothing of this. What is guessed is guessed so that a wrong guess costs
little: lines that repeat are left out only if most pages have them, and a heading needs larger letters.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

from ingest.formats.reading import Piece, ends_sentence, runs_on

_FEWEST_PAGES = 3  # before what repeats on them can be told from what is said twice
_EDGE_LINES = 2  # at a page's top and bottom, where headers and footers stand
_SAME_SIZE = 0.14  # of the text's, up or down: code in it is often set a little smaller
_LARGER = 1.15  # a heading's letters against the text's
_LONGEST_HEADING = 120  # characters
_DEEPEST_HEADING = 6
_USUAL_LEADING = 1.2  # from line to line, in sizes of the letters
_LOOSER = 1.35  # between paragraphs, against the leading
_SHORT = 0.75  # of the column's width: a line that ends before it would have had room for another word
_INDENT = 0.6  # in sizes of the letters

_BULLET = re.compile(r"[•▪■◦●○‣⁃∙·–—*☐☑□▢✓✔\uf0a7\uf0b7-]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_LETTER = re.compile(r"[a-z][.)]\s+(?=\S)")
_CUT_WORD = re.compile(r"([\w-]*\w)[-\u2010\u00ad]$")
_COMPOUND = re.compile(r"\w+(?:[-\u2010]\w+)+")
_NO_SPACE = re.compile(r"[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uffef]")  # Chinese and Japanese


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; lengths in points from the page's lower left."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float  # of most of its letters


@dataclass(frozen=True, slots=True)
class _Typography:
    """What is usual in a document."""

    size: float  # of the letters of its text
    leading: float  # from line to line, in sizes
    headings: tuple[float, ...]  # sizes of larger letters, the largest first
    compounds: frozenset[str]  # words with a hyphen inside a line, which keep it at a line's end


def pieces_of(pages: Sequence[Sequence[Line]]) -> tuple[Piece, ...]:
    """Return the pieces of pages in reading order, each with the page on which it begins."""
    lines = list(_without_running_lines(pages))
    if not lines:
        return ()
    typography = _typography(lines)
    return tuple(_pieces(list(_groups(lines, typography)), typography))


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """Yield the lines without the headers and footers that more than half of the pages have."""
    edges = [_edges(lines) for lines in pages]
    counts = Counter(key for keys in edges for key in set(keys.values()))
    for lines, keys in zip(pages, edges, strict=True):
        for line in lines:
            repeated = counts[keys[line]] if line in keys else 0
            if len(pages) < _FEWEST_PAGES or repeated * 2 <= len(pages):
                yield line


def _edges(lines: Sequence[Line]) -> dict[Line, tuple[str, str]]:
    """Return what the lines at a page's edges say, whatever the page's number is."""
    upwards = sorted(lines, key=lambda line: line.bottom)
    bottom = {line: ("bottom", _unnumbered(line)) for line in upwards[:_EDGE_LINES]}
    return bottom | {line: ("top", _unnumbered(line)) for line in upwards[_EDGE_LINES:][-_EDGE_LINES:]}


def _unnumbered(line: Line) -> str:
    if re.fullmatch(r"\W*\d+\W*", line.text):
        return "#"
    return re.sub(rf"(?<!\d){line.page}(?!\d)", "#", line.text, count=1)  # of "Page 3 of 3" too, only the first


def _typography(lines: Sequence[Line]) -> _Typography:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    size = sizes.most_common(1)[0][0]
    steps = [_step(before, line) for before, line in pairwise(lines) if before.size == line.size]
    usual = [step for step in steps if 0.8 <= step <= 3]
    return _Typography(
        size=size,
        leading=quantiles(usual, n=4, method="inclusive")[0] if len(usual) > 1 else _USUAL_LEADING,
        headings=tuple(sorted((each for each in sizes if each >= size * _LARGER), reverse=True)),
        compounds=frozenset(found.lower() for line in lines for found in _COMPOUND.findall(line.text)),
    )


def _step(before: Line, line: Line) -> float:
    """Return how far the line stands below the one before, in sizes of its letters."""
    if before.page != line.page:
        return 0.0
    return (before.bottom - line.bottom) / (line.size or 1.0)


def _groups(lines: Sequence[Line], typography: _Typography) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group, line, typography):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _goes_on(group: Sequence[Line], line: Line, typography: _Typography) -> bool:
    last = group[-1]
    if abs(last.size - line.size) > _SAME_SIZE * typography.size or _marker(line.text):
        return False
    if last.page != line.page or line.bottom > last.bottom + line.size:  # a new page or column
        return runs_on(last.text, line.text)
    if _step(last, line) > typography.leading * _LOOSER:
        return False
    return not (ends_sentence(last.text) and (_is_short(last, group, line) or _is_indented(line, group)))


def _is_short(last: Line, group: Sequence[Line], line: Line) -> bool:
    column = [*group, line]
    left, right = min(each.left for each in column), max(each.right for each in column)
    return last.right - left < _SHORT * (right - left)


def _is_indented(line: Line, group: Sequence[Line]) -> bool:
    return line.left > group[-1].left + _INDENT * line.size and not _marker(group[0].text)


def _marker(text: str) -> str:
    """Return what begins a list item, "" when nothing does."""
    found = _BULLET.match(text) or _NUMBER.match(text) or _LETTER.match(text)
    return found[0] if found else ""


def _pieces(groups: Sequence[Sequence[Line]], typography: _Typography) -> Iterator[Piece]:
    lefts: list[float] = []  # of the list's items, the outermost first
    for group in groups:
        first, text = group[0], _joined(group, typography)
        if _is_heading(first, text, typography):
            depth = min(typography.headings.index(first.size) + 1, _DEEPEST_HEADING)
            yield Piece("heading", text, depth=depth, page=first.page)
        elif _marker(text):
            lefts = [left for left in lefts if left < first.left - _INDENT * first.size] + [first.left]
            yield Piece("item", "  " * (len(lefts) - 1) + _item(text), depth=len(lefts), page=first.page)
            continue
        else:
            yield Piece("text", text, page=first.page)
        lefts = []


def _is_heading(first: Line, text: str, typography: _Typography) -> bool:
    if first.size not in typography.headings or len(text) > _LONGEST_HEADING:
        return False
    return any(character.isalpha() for character in text) and not text.endswith((".", ",", ";", "。", "，", "；"))


def _item(text: str) -> str:
    """Return a list item as Markdown has it."""
    number = _NUMBER.match(text)
    if number:
        return f"{number[1]}. {text[number.end() :]}"
    bullet = _BULLET.match(text)
    return f"- {text[bullet.end() :] if bullet else text}"


def _joined(group: Sequence[Line], typography: _Typography) -> str:
    text = group[0].text
    for line in group[1:]:
        text = _continued(text, line.text, compounds=typography.compounds)
    return text.replace("\u00ad", "")  # a soft hyphen inside a line


def _continued(text: str, line: str, *, compounds: frozenset[str]) -> str:
    cut = _CUT_WORD.search(text)
    if cut is None:
        return f"{text}{line}" if _NO_SPACE.match(text[-1]) and _NO_SPACE.match(line) else f"{text} {line}"
    rest = re.match(r"\w*", line)
    whole = f"{cut[1]}-{rest[0] if rest else ''}".lower()
    keeps_hyphen = not line[0].islower() or "-" in cut[1] or whole in compounds
    return f"{text[:-1]}-{line}" if keeps_hyphen else f"{text[:-1]}{line}"
