import dataclasses
from pathlib import Path

import pytest

from knowledge.search import Background, Hit
from support_bot.evaluation.abstention import case, case_as_asked, case_without_answer, questions_in
from support_bot.evaluation.datasets import Query
from support_bot.evaluation.errors import DatasetError
from support_bot.retrieval.confidence import evidence_of
from tests.knowledge.passages import passage

_QUERY = Query("q1", "Where?", {"a0": 1})


def hit(number: int) -> Hit:
    """The hit of article `a<number>`, the less alike the higher the number."""
    found = dataclasses.replace(
        passage(f"Passage {number} says what no other one says."), source=f"corpus.jsonl#a{number}"
    )
    return Hit(
        found, 1.0, 1 - number / 100, 50.0 - number, 0.5, 0.0, False, 0.0, Background(cosine=0.1, bm25=1.0, leaders=())
    )


def test_a_question_whose_article_is_among_the_first_five_is_answerable() -> None:
    (found,) = case_as_asked(_QUERY, [hit(1), hit(0)])

    assert (found.kind, found.by_meaning, len(found.hits)) == ("answerable", True, 2)


def test_one_that_misses_its_article_has_no_answer_and_one_in_between_is_no_case() -> None:
    others = [hit(n) for n in range(1, 20)]

    assert [found.kind for found in case_as_asked(_QUERY, others)] == ["near"]
    assert list(case_as_asked(_QUERY, [*others[:7], hit(0)])) == []


def test_without_its_articles_a_question_is_near_and_has_a_background_of_its_own() -> None:
    hits = [hit(n) for n in range(40)]
    (found,) = case_without_answer(_QUERY, hits)

    # Of 39 left the first 20 stand before a background of those from the 21st to the 39th.
    assert found.kind == "near"
    evidence = evidence_of(found.hits[0])
    assert evidence.cosine == pytest.approx(0.99)
    assert evidence.cosine_lift == pytest.approx(0.99 - (1 - 30 / 100))
    assert [leader.bm25 for leader in found.hits[0].background.leaders] == [49, 48, 47, 46, 45]


def test_a_case_has_the_passages_that_an_answer_would_draw_on_none_of_which_repeats_another() -> None:
    (found,) = case("far", [hit(0), hit(0), *(hit(n) for n in range(1, 40))])

    assert list(found.hits) == [hit(n) for n in range(8)]


def test_what_finds_nothing_is_no_case() -> None:
    assert list(case("far", [])) == []
    assert list(case_without_answer(_QUERY, [hit(0)])) == []


def test_questions_are_read_line_by_line_or_refused_with_the_files_name(tmp_path: Path) -> None:
    (tmp_path / "far.jsonl").write_text('{"text": "Who won?"}\n\n{"text": "Where?", "id": 3}\n', encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text('{"question": "Who won?"}\n', encoding="utf-8")

    assert questions_in(tmp_path / "far.jsonl") == ["Who won?", "Where?"]
    for name in ("bad.jsonl", "none.jsonl"):
        with pytest.raises(DatasetError, match=name):
            questions_in(tmp_path / name)
