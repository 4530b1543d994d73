"""Turn judged pieces into the answer's text: its spacing, its citation marks, and the offsets of its claims."""

from collections.abc import Iterator, Sequence

from knowledge.passage import Passage
from knowledge.words import cjk_share
from support_bot.answering.checking.attribution import Judged
from support_bot.answering.checking.claims import Piece
from support_bot.answering.events import AnswerEvent, Citation, Delta, NumberedPassage, Sources

_CJK_PUNCTUATION = frozenset("。！？：；，、」』）…")
_CLOSING = "*_\"'”’)"


class AnswerWriter:
    """Writes an answer piece by piece and numbers the passages by their first citation."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.citations: list[Citation] = []
        self._passages = passages
        self._numbers: dict[int, int] = {}  # of the passages cited so far, by position
        self._parts: list[str] = []
        self._length = 0
        self._line = -1  # of the last piece written
        self._is_apart = False  # a blank line stood before what was passed over
        self._ends_in_mark = False

    @property
    def text(self) -> str:
        """All text written so far."""
        return "".join(self._parts)

    def pass_over(self, piece: Piece) -> None:
        """Leave a piece out, but keep the paragraphs around it apart."""
        self._is_apart = self._is_apart or piece.is_apart

    def written(self, judged: Judged) -> Iterator[AnswerEvent]:
        """Return the events of a piece: the sources it is the first to cite, its text, its citations."""
        piece = judged.piece
        body, tail = _body_and_tail(piece)
        new = [position for position, _ in judged.supports if position not in self._numbers]
        for position in new:
            self._numbers[position] = len(self._numbers) + 1
        if new:
            yield Sources(tuple(NumberedPassage(self._numbers[n], self._passages[n]) for n in new))

        opening = self._gap(piece) + (piece.marker if piece.line != self._line else "")
        marks = "".join(f"[{self._numbers[position]}]" for position, _ in judged.supports)
        start = self._length + len(opening)
        text = opening + body + (_before_marks(piece) + marks if marks else "") + tail
        self._parts.append(text)
        self._length += len(text)
        self._line, self._is_apart, self._ends_in_mark = piece.line, False, bool(marks)
        yield Delta(text)
        yield from self._cited(judged, start, start + len(body))

    def _gap(self, piece: Piece) -> str:
        if not self._parts:
            return ""
        if piece.line != self._line:
            return "\n\n" if piece.is_apart or self._is_apart else "\n"
        return " " if piece.is_spaced or (self._ends_in_mark and piece.text[:1].isascii()) else ""

    def _cited(self, judged: Judged, answer_start: int, answer_end: int) -> Iterator[Citation]:
        for position, support in judged.supports:
            passage = self._passages[position]
            citation = Citation(
                n=self._numbers[position],
                passage=passage,
                answer_start=answer_start,
                answer_end=answer_end,
                source_start=passage.start + support.start,
                source_end=passage.start + support.end,
                quote=passage.text[support.start : support.end],
                verified=not support.translated,
            )
            self.citations.append(citation)
            yield citation


def _body_and_tail(piece: Piece) -> tuple[str, str]:
    """Return the claim, and what must stand after its marks: a table row's last bar."""
    if piece.kind == "row" and piece.text.endswith("|"):
        return piece.text[:-1].rstrip(), " |"
    return piece.text, ""


def _before_marks(piece: Piece) -> str:
    if piece.kind == "code":
        return "\n"  # a closing fence stands alone on its line
    last = piece.text.rstrip(_CLOSING)[-1:]
    return "" if last in _CJK_PUNCTUATION or cjk_share(last) else " "
