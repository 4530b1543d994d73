"""Turn a stream of a model's Markdown into pieces that can be checked: sentences, headings, table rows, code blocks.

Pieces come in groups that stand or fall together: a numbered procedure is one group, else each piece is its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.words import ends_sentence

Kind = Literal["sentence", "heading", "header", "row", "code"]

LONGEST = 2_000  # code points of a sentence, and with it the work for each: a longer one is cut there

_NUMBER_LIST = r"\^?\s?[1-9]\d{0,2}(?:\s?[,，、;-]\s?\d{1,3}){0,9}\s?"
_MARK = rf"(?:\[{_NUMBER_LIST}\](?!\()|【{_NUMBER_LIST}(?:†[^【】]{{0,24}})?】)"
_UNFINISHED_MARK = re.compile(r"\[\^?[\s\d,，、;-]{0,64}|【[^【】]{0,90}")
_SHOWN_MARK = re.compile(rf"`[^`]+`|[ \t]*(?P<mark>{_MARK}|\[{_NUMBER_LIST}\]\([^()\s]*\))")
_INDEXED = re.compile(r"(?<![A-Za-z0-9_])(?:[A-Za-z]|[A-Za-z]*_\w*|[a-z]+[A-Z]\w*)$")  # `[1]` after it is code
_IDENTIFIER = 40  # code points of one, at most
_END = re.compile(rf"(?P<stop>[.!?…。！？]++)[\"'”’」』)）\]*_]*+(?P<marks>(?:\s*+{_MARK})*+)(?P<space>\s*+)")
_CJK_STOP = re.compile(r"[。！？]")
_MARKED = re.compile(rf"[ \t]*{_MARK}[ \t]*\Z")
_LONGEST_MARK = 128  # code points
_PAIRS = re.compile(r"\*+|[\"_`“”「」『』()（）\[\]]")

_STEP = (
    r"\d{1,3}[.)][ \t]+|\d{1,2}[、．][ \t]*|[（(]\d{1,2}[)）][ \t]*|[一二三四五六七八九十]{1,3}、[ \t]*"
    r"|(?:Step|步驟|步骤)[ \t]*[\d一二三四五六七八九十]{1,3}[ \t]*[.:：、][ \t]*"
    r"|\*\*(?:Step|步驟|步骤)[ \t]*[\d一二三四五六七八九十]{1,3}[.:：]?\*\*[.:：]?[ \t]*"
)
_MARKER = re.compile(
    rf"[ \t]*(?:>[ \t]?)*(?:(?P<heading>#{{1,6}}[ \t]+)|(?P<step>{_STEP})|(?P<bullet>[-*+•][ \t]+))?(?=\S)"
)
_WHOLE_LINE = re.compile(r"[ \t]*(?:\||#{1,6}[ \t]|`{3}|~{3})")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){2,}$")
_DEFINITION = re.compile(r"[ \t]*\[[^\]]+\]:[ \t]*<?\S*(?:://|www\.)")
_DIVIDER = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
_BOLD_LINE = re.compile(r"\*\*[^*]+\*\*[:：]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer that is shown or withheld as one."""

    kind: Kind
    text: str  # without marker and citation marks
    cited: tuple[int, ...]  # the numbers of its citation marks, as written
    marker: str  # what opens its line: indentation, `- `, `2. `, `## `
    line: int  # pieces of one line share it
    is_apart: bool  # a blank line stands before its line
    is_spaced: bool  # white space stands before it on its line
    step: str  # the ordinal that opens its line, "" when it is no step of a procedure


Group = tuple[Piece, ...]


class ClaimSplitter:
    """Split a stream of Markdown; how the text is cut into feeds makes no difference."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._procedure: list[Piece] = []

    def feed(self, text: str) -> list[Group]:
        """Return the groups that the text completes."""
        return list(self._grouped(self._lines.feed(text)))

    def flush(self) -> list[Group]:
        """Return what the end of the text completes."""
        groups = list(self._grouped(self._lines.flush()))
        return [*groups, *self._ended_procedure()]

    def _grouped(self, pieces: Iterable[Piece]) -> Iterator[Group]:
        for piece in pieces:
            if self._procedure and _goes_on(self._procedure[-1], piece):
                self._procedure.append(piece)
                continue
            yield from self._ended_procedure()
            if piece.step:
                self._procedure.append(piece)
            else:
                yield (piece,)

    def _ended_procedure(self) -> list[Group]:
        ended, self._procedure = tuple(self._procedure), []
        return [ended] if ended else []


def _goes_on(last: Piece, piece: Piece) -> bool:
    """Whether a piece belongs to the procedure of which another was the last so far."""
    if piece.line == last.line or piece.step or piece.kind == "code" or piece.marker[:1].isspace():
        return True
    return piece.kind != "heading" and (not piece.is_apart or piece.marker.strip() in {"-", "*", "+", "•"})


class _Lines:
    """Cuts text into pieces, line by line and within a line sentence by sentence."""

    def __init__(self) -> None:
        self._buffer = ""  # of the current line what is not yet cut
        self._searched = 0  # code points of the buffer in which no sentence ends
        self._line = 0
        self._has_begun = False  # whether a piece of the current line has been cut
        self._marker = self._step = ""  # of the current line
        self._is_spaced = False
        self._is_apart = False
        self._code: list[str] = []  # the lines of an open code block
        self._first_row: Piece | None = None  # a header if a divider follows
        self._last_row = -2  # the line of the last table row

    def feed(self, text: str) -> Iterator[Piece]:
        *ended, rest = text.split("\n")
        for line in ended:
            self._buffer += line
            yield from self._pieces(line_ends=True)
            yield from self._next_line()
        self._buffer += rest
        yield from self._pieces(line_ends=False)

    def flush(self) -> Iterator[Piece]:
        yield from self._pieces(line_ends=True)
        if self._code:
            self._code.append(_fence(self._code[0]))
            yield self._code_block()
        yield from self._released_row()

    def _next_line(self) -> Iterator[Piece]:
        if not self._has_begun and self._code:
            self._code.append("")
        elif not self._has_begun:
            yield from self._released_row()
            self._is_apart = True
        self._line += 1
        self._has_begun = self._is_spaced = False
        self._marker = self._step = ""

    def _pieces(self, *, line_ends: bool) -> Iterator[Piece]:
        start = 0
        while view := self._buffer[start : start + LONGEST]:
            is_all = line_ends and len(view) < LONGEST
            end = self._sentence_end(view, is_all=is_all)
            if end is None and not is_all and len(view) < LONGEST:
                break
            raw = view[:end]  # all of it when no sentence ends
            start += len(raw)
            self._searched = 0
            yield from self._cut(raw, is_whole_line=is_all and len(raw) == len(view) and not self._has_begun)
        self._buffer = self._buffer[start:]

    def _sentence_end(self, view: str, *, is_all: bool) -> int | None:
        """Return where the first sentence and its marks end; None while no text read so far ends it for certain."""
        if not self._has_begun and (self._code or _WHOLE_LINE.match(view)):
            return None
        marker = _MARKER.match(view) if not self._has_begun else None
        opening = marker.end() if marker else 0
        for found in _END.finditer(view, self._searched):
            if found.start() >= opening and _is_closed_by_a_mark(view, opening, found.start()):
                return found.start() + 1
            if not is_all and _is_unfinished(view[found.end() :]):
                self._searched = found.start()
                return None
            if found.start() >= opening and _ends(found, view):
                return found.end()
        self._searched = len(view)
        return None

    def _cut(self, raw: str, *, is_whole_line: bool) -> Iterator[Piece]:
        if self._code:
            yield from self._code_line(raw)
        elif is_whole_line and _FENCE.match(raw):
            yield from self._released_row()
            self._code.append(raw)
        elif is_whole_line and raw.lstrip().startswith("|"):
            yield from self._row(raw)
        elif not self._has_begun and (_RULE.match(raw) or _DEFINITION.match(raw)):
            self._is_apart = True
        elif raw.strip():
            yield from self._released_row()
            yield from self._sentence(raw, is_whole_line=is_whole_line)
        self._has_begun = self._has_begun or bool(raw.strip())
        self._is_spaced = raw[-1:].isspace()

    def _sentence(self, raw: str, *, is_whole_line: bool) -> Iterator[Piece]:
        marker = None if self._has_begun else _MARKER.match(raw)
        if marker:
            self._marker, self._step = marker[0], (marker["step"] or "").strip()
        text, cited = _without_marks(raw[marker.end() if marker else 0 :])
        self._is_spaced = self._is_spaced or (self._has_begun and raw[:1].isspace())
        if text:
            is_heading = marker and (marker["heading"] or (is_whole_line and _BOLD_LINE.fullmatch(text)))
            yield self._piece("heading" if is_heading else "sentence", text, cited)

    def _row(self, raw: str) -> Iterator[Piece]:
        is_divider = _DIVIDER.match(raw) is not None
        text, cited = _without_marks(raw)
        if self._first_row and is_divider:
            header, self._first_row = replace(self._first_row, kind="header"), None
            yield replace(header, text=f"{header.text}\n{text}")
        elif self._last_row != self._line - 1:
            yield from self._released_row()
            self._first_row = self._piece("row", text, cited)
        elif not is_divider:
            yield from self._released_row()
            yield self._piece("row", text, cited)
        self._last_row = self._line

    def _released_row(self) -> list[Piece]:
        row, self._first_row = self._first_row, None
        return [row] if row else []

    def _code_line(self, raw: str) -> Iterator[Piece]:
        self._code.append(raw)
        fence = _fence(self._code[0])
        closing, _ = _without_marks(raw)  # models put the mark of a listing behind its last fence
        if closing.startswith(fence) and not closing.strip(fence[0]):
            self._code[-1] = closing
            yield self._code_block()

    def _code_block(self) -> Piece:
        code, self._code = "\n".join(self._code), []
        return self._piece("code", code, ())

    def _piece(self, kind: Kind, text: str, cited: tuple[int, ...]) -> Piece:
        is_apart, self._is_apart = self._is_apart, False
        return Piece(kind, text, cited, self._marker, self._line, is_apart, self._is_spaced, self._step)


def _fence(opening: str) -> str:
    fence = _FENCE.match(opening)
    return fence[1] if fence else "```"


def _is_unfinished(rest: str) -> bool:
    """Whether what follows a full stop may still become a citation mark, or the stop's own next character."""
    return not rest or _UNFINISHED_MARK.fullmatch(rest) is not None


def _is_closed_by_a_mark(view: str, start: int, stop: int) -> bool:
    """Whether a full stop behind a citation mark ends a sentence whatever follows: `Open it [1].`, nothing left open.

    Such a sentence can be shown at once; a mark after it belongs to the next.
    """
    mark = _MARKED.search(view, max(start, stop - _LONGEST_MARK), stop)
    if not mark or (mark[0][0] == "[" and _INDEXED.search(view, max(0, mark.start() - _IDENTIFIER), mark.start())):
        return False
    signs = [sign[0] for sign in _PAIRS.findall(view, start, mark.start())]
    return all(signs.count(sign) % 2 == 0 for sign in '"*_`') and all(
        signs.count(opening) <= signs.count(closing) for opening, closing in ("“”", "「」", "『』", "()", "（）", "[]")
    )


def _ends(found: re.Match[str], view: str) -> bool:
    if view.count("`", 0, found.start()) % 2:
        return False
    if _CJK_STOP.search(found["stop"]):
        return True
    is_followed = found["marks"] or found["space"] or found.end() == len(view)
    return bool(is_followed) and ends_sentence(view, 0, found.end("stop"))


def _without_marks(raw: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without its citation marks, and the numbers that they cite."""
    cited: list[int] = []

    def kept(found: re.Match[str]) -> str:
        mark = found["mark"]
        if not mark or (found[0] == mark and _INDEXED.search(raw, max(0, found.start() - _IDENTIFIER), found.start())):
            return found[0]
        cited.extend(map(int, re.findall(r"\d+", re.sub(r"†.*|\(.*", "", mark))))
        return ""

    return _SHOWN_MARK.sub(kept, raw).strip(), tuple(dict.fromkeys(cited))
