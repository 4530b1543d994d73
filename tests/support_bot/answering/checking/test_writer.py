from collections.abc import Sequence
from dataclasses import replace

import pytest

from support_bot.answering.checking.attribution import Judged
from support_bot.answering.checking.claims import Kind, Piece
from support_bot.answering.checking.writer import AnswerWriter
from support_bot.answering.events import AnswerEvent, Citation, Delta, NumberedPassage, Sources
from support_bot.answering.support import Support
from tests.knowledge.passages import passage

FIRST = replace(passage("Lamps glow. Bells ring.", id_="first-0"), start=40, end=63)
SECOND = passage("Lamps glow. Bells ring.", id_="second-0")
GLOW = Support(None, 1.0, 0, 11)


def claim(
    text: str,
    *positions: int,
    support: Support = GLOW,
    kind: Kind = "sentence",
    marker: str = "",
    line: int = 0,
    is_apart: bool = False,
    is_spaced: bool = True,
) -> Judged:
    piece = Piece(kind, text, (), marker, line, is_apart, is_spaced, "")
    return Judged(piece, supports=tuple((position, support) for position in positions))


def written(*claims: Judged) -> tuple[AnswerWriter, list[AnswerEvent]]:
    writer = AnswerWriter([FIRST, SECOND])
    return writer, [event for each in claims for event in writer.written(each)]


def text_of(*claims: Judged) -> str:
    return written(*claims)[0].text


def test_the_source_comes_first_then_the_text_then_the_citation() -> None:
    _, events = written(claim("Lamps glow.", 1))
    assert events == [
        Sources((NumberedPassage(1, SECOND),)),
        Delta("Lamps glow. [1]"),
        Citation(1, SECOND, answer_start=0, answer_end=11, source_start=0, source_end=11, quote="Lamps glow."),
    ]


def test_a_source_is_named_once_and_numbered_by_its_first_citation() -> None:
    writer, events = written(claim("A.", 1), claim("B.", 0, 1), claim("C.", 0))
    named = [source for event in events if isinstance(event, Sources) for source in event.sources]
    assert named == [NumberedPassage(1, SECOND), NumberedPassage(2, FIRST)]
    assert writer.text == "A. [1] B. [2][1] C. [2]"


def test_offsets_count_the_whole_answer_and_the_whole_document() -> None:
    ring = Support(None, 1.0, 12, 23)
    writer, _ = written(claim("Lamps glow.", 0), claim("Bells ring.", 0, support=ring, marker="- ", line=1))
    citation = writer.citations[1]
    assert writer.text[citation.answer_start : citation.answer_end] == "Bells ring."
    assert (citation.source_start, citation.source_end, citation.quote) == (52, 63, "Bells ring.")


@pytest.mark.parametrize("translated", [True, False])
def test_a_translated_claim_is_not_verified(translated: bool) -> None:
    writer, _ = written(claim("燈會亮。", 0, support=replace(GLOW, translated=translated)))
    assert [citation.verified for citation in writer.citations] == [not translated]


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ([claim("A.", 0), claim("B.", 0, is_spaced=False)], "A. [1] B. [1]"),
        ([claim("甲。", 0), claim("乙。", 0, is_spaced=False)], "甲。[1]乙。[1]"),
        ([claim("A.", 0), claim("B.", 0, line=1)], "A. [1]\nB. [1]"),
        ([claim("A.", 0), claim("B.", 0, line=1, is_apart=True)], "A. [1]\n\nB. [1]"),
        ([claim("A.", 0, marker="- "), claim("B.", 0, marker="- ")], "- A. [1] B. [1]"),
        ([claim("**甲。**", 0)], "**甲。**[1]"),
        ([claim("Hello!")], "Hello!"),
        ([claim("| Pro | $20 |", 0, kind="row")], "| Pro | $20 [1] |"),
        ([claim("```\nrun\n```", 0, kind="code")], "```\nrun\n```\n[1]"),
    ],
)
def test_spaces_and_marks_stand_where_a_reader_expects_them(claims: Sequence[Judged], text: str) -> None:
    assert text_of(*claims) == text


def test_paragraphs_stay_apart_when_what_stood_between_them_is_left_out() -> None:
    writer = AnswerWriter([FIRST, SECOND])
    list(writer.written(claim("A.", 0)))
    writer.pass_over(claim("B.", line=2, is_apart=True).piece)
    list(writer.written(claim("C.", 0, line=3)))
    assert writer.text == "A. [1]\n\nC. [1]"
