import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from support_bot.retrieval.confidence import BY_MEANING, BY_WORDS, confidence
from support_bot.settings import SupportBotSettings

_COSINES = st.floats(-1, 1)
_SHARES = st.floats(0, 1)


def found(cosine: float | None, coverage: float) -> Document:
    return Document(page_content="A passage.", metadata={"cosine": cosine, "coverage": coverage})


def probability(*documents: Document) -> float:
    known = confidence(documents)
    assert known is not None
    return known


def test_a_retriever_that_gives_no_scores_leaves_it_unknown() -> None:
    assert confidence([Document(page_content="A passage.", metadata={"source": "elsewhere"})]) is None


def test_no_passage_answers_nothing() -> None:
    assert confidence([]) == 0.0


@given(documents=st.lists(st.builds(found, st.none() | _COSINES, _SHARES), min_size=1, max_size=8))
def test_it_is_a_probability(documents: list[Document]) -> None:
    assert 0 < probability(*documents) < 1


@given(cosine=_COSINES, nearer=_COSINES, coverage=_SHARES)
def test_a_nearer_passage_is_never_trusted_less(cosine: float, nearer: float, coverage: float) -> None:
    low, high = sorted((cosine, nearer))

    assert probability(found(low, coverage)) <= probability(found(high, coverage))


@given(cosine=st.none() | _COSINES, coverage=_SHARES, more=_SHARES)
def test_a_passage_with_more_of_the_question_is_never_trusted_less(
    cosine: float | None, coverage: float, more: float
) -> None:
    low, high = sorted((coverage, more))

    assert probability(found(cosine, low)) <= probability(found(cosine, high))


def test_the_best_passage_speaks_for_all_wherever_it_ranks() -> None:
    best = found(0.8, 0.9)

    assert probability(found(0.2, 0.0), best, found(0.3, 0.1)) == probability(best)


def test_nearness_in_one_passage_and_words_in_another_do_not_add_up() -> None:
    assert probability(found(0.7, 0.1), found(0.1, 0.9)) < probability(found(0.7, 0.9))


def test_a_question_that_the_model_speaks_is_judged_by_meaning_and_words() -> None:
    odds = BY_MEANING.cosine * 0.5 + BY_MEANING.coverage * 0.6 + BY_MEANING.constant

    assert probability(found(0.5, 0.6)) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_a_question_in_another_script_is_judged_by_words_alone() -> None:
    odds = BY_WORDS.coverage * 0.6 + BY_WORDS.constant

    assert BY_WORDS.cosine == 0.0
    assert probability(found(None, 0.6)) == pytest.approx(1 / (1 + math.exp(-odds)))


@pytest.mark.parametrize("document", [found(0.7, 0.8), found(None, 0.7)])
def test_a_passage_that_matches_well_passes_the_threshold(document: Document) -> None:
    assert probability(document) > SupportBotSettings().min_confidence


@pytest.mark.parametrize("document", [found(0.15, 0.0), found(0.3, 0.1), found(None, 0.1)])
def test_a_passage_that_hardly_matches_does_not(document: Document) -> None:
    assert probability(document) < SupportBotSettings().min_confidence
