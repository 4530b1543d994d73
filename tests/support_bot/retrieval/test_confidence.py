import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from knowledge.search import Background, Hit, Leader
from knowledge.settings import BUNDLED_MODEL, MULTILINGUAL_MODEL
from support_bot.retrieval.confidence import (
    SHIPPED,
    CalibrationUnusable,
    Coefficients,
    confidence,
    evidence_of,
    probability,
    read_calibration,
    shipped,
)
from support_bot.settings import SupportBotSettings
from tests.knowledge.passages import passage

_COSINES = st.floats(-1, 1)
_SHARES = st.floats(0, 1)
_BACKGROUND = Background(cosine=0.2, bm25=3.0, leaders=(Leader("another", 4.0),))


def hit(cosine: float | None, coverage: float, bm25: float = 6.0) -> Hit:
    found = passage("A passage.")
    return Hit(
        found,
        1.0,
        cosine=cosine,
        bm25=bm25,
        coverage=coverage,
        titled=0.0,
        is_across=False,
        preference=0.0,
        background=_BACKGROUND,
    )


def odds(cosine: float | None, coverage: float, bm25: float = 6.0) -> float:
    return SHIPPED.log_odds(hit(cosine, coverage, bm25))


def documents(*log_odds: float) -> list[Document]:
    return [Document(page_content="A passage.", metadata={"log_odds": value}) for value in log_odds]


def test_a_retriever_that_gives_no_odds_leaves_it_unknown() -> None:
    assert confidence([Document(page_content="A passage.", metadata={"source": "elsewhere"})]) is None


def test_no_passage_answers_nothing() -> None:
    assert confidence([]) == 0.0


def test_the_best_passage_speaks_for_all_wherever_it_ranks() -> None:
    assert confidence(documents(-2.0, 1.5, -1.0)) == pytest.approx(1 / (1 + math.exp(-1.5)))


@given(cosine=st.none() | _COSINES, coverage=_SHARES, bm25=st.floats(0, 200))
def test_odds_make_a_probability(cosine: float | None, coverage: float, bm25: float) -> None:
    assert 0 < probability(odds(cosine, coverage, bm25)) < 1


@given(cosine=_COSINES, nearer=_COSINES, coverage=_SHARES)
def test_a_nearer_passage_is_never_trusted_less(cosine: float, nearer: float, coverage: float) -> None:
    low, high = sorted((cosine, nearer))

    assert odds(low, coverage) <= odds(high, coverage)


@given(cosine=st.none() | _COSINES, coverage=_SHARES, more=_SHARES, bm25=st.floats(0, 100), better=st.floats(0, 100))
def test_a_passage_with_more_of_the_question_is_never_trusted_less(
    cosine: float | None, coverage: float, more: float, bm25: float, better: float
) -> None:
    low, high = sorted((coverage, more))
    few, many = sorted((bm25, better))

    assert odds(cosine, low, few) <= odds(cosine, high, many)


def test_a_question_that_the_model_speaks_is_judged_by_meaning_and_words_above_their_background() -> None:
    evidence = evidence_of(hit(0.5, 0.6, bm25=7.0))

    assert evidence == pytest.approx((0.5, 0.6, 0.3, math.log(2), 0.0, math.log(8 / 5)))
    assert odds(0.5, 0.6, 7.0) == pytest.approx(SHIPPED.by_meaning.log_odds(evidence))


def test_a_question_in_another_script_is_judged_by_words_alone() -> None:
    assert evidence_of(hit(None, 0.6, bm25=7.0)) == pytest.approx((0.0, 0.6, 0.0, math.log(2), 0.0, math.log(8 / 5)))
    assert odds(None, 0.6, 7.0) == pytest.approx(SHIPPED.by_words.log_odds(evidence_of(hit(None, 0.6, bm25=7.0))))


def test_a_passage_in_another_script_is_judged_by_meaning_alone_where_the_model_finds_one_by_the_other() -> None:
    multilingual = shipped(MULTILINGUAL_MODEL)
    far, near = (replace(hit(cosine, 0.0, bm25=0.0), is_across=True) for cosine in (0.77, 0.84))
    assert probability(multilingual.log_odds(far)) < SupportBotSettings().min_confidence
    assert probability(multilingual.log_odds(near)) > SupportBotSettings().min_confidence
    assert multilingual.log_odds(near) > multilingual.log_odds(replace(near, is_across=False))
    assert SHIPPED.log_odds(near) == SHIPPED.log_odds(replace(near, is_across=False))


@pytest.mark.parametrize(("cosine", "coverage"), [(0.7, 0.8), (None, 0.7)])
def test_a_passage_that_matches_well_passes_the_threshold(cosine: float | None, coverage: float) -> None:
    assert probability(odds(cosine, coverage, bm25=9.0)) > SupportBotSettings().min_confidence


@pytest.mark.parametrize(("cosine", "coverage"), [(0.15, 0.0), (0.3, 0.1), (None, 0.1)])
def test_a_passage_that_hardly_matches_does_not(cosine: float | None, coverage: float) -> None:
    assert probability(odds(cosine, coverage, bm25=3.0)) < SupportBotSettings().min_confidence


def test_a_passage_that_leads_before_other_articles_or_whose_title_is_asked_for_is_trusted_more() -> None:
    plain = hit(0.4, 0.5)
    own = Leader(plain.passage.document_id, plain.bm25)

    def behind(*leaders: Leader) -> Hit:
        return replace(plain, background=replace(_BACKGROUND, leaders=leaders))

    leads, rivalled = behind(own, own, Leader("another", 1.0)), behind(own, Leader("another", 6.0))
    assert evidence_of(leads).bm25_lead == pytest.approx(math.log(7 / 2))
    assert evidence_of(rivalled).bm25_lead == 0
    assert evidence_of(behind(own)).bm25_lead == 0  # nothing to compare it with
    assert SHIPPED.log_odds(leads) > SHIPPED.log_odds(rivalled)
    assert SHIPPED.log_odds(replace(plain, titled=1.0)) > SHIPPED.log_odds(plain)


def test_a_calibration_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    SHIPPED.write(tmp_path / "calibration.json")

    assert read_calibration(tmp_path / "calibration.json") == SHIPPED
    assert SupportBotSettings(calibration=str(tmp_path / "calibration.json")).calibration


def test_a_calibration_from_before_titles_and_leads_counted_is_read_without_them(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    slopes = {"cosine": 1.0, "coverage": 2.0, "cosine_lift": 3.0, "bm25_lift": 4.0, "constant": -5.0}
    file.write_text(json.dumps({"by_meaning": slopes, "by_words": slopes}), encoding="utf-8")

    assert read_calibration(file).by_meaning == Coefficients(**slopes, titled=0.0, bm25_lead=0.0)


@pytest.mark.parametrize("content", ["", "{}", '{"by_meaning": {"cosine": "x"}}', None])
def test_a_file_that_is_no_calibration_is_refused_with_the_remedy(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "calibration.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(CalibrationUnusable, match="eval abstention --fit"):
        read_calibration(file)
    with pytest.raises(ValueError, match="cannot be read as a calibration"):
        SupportBotSettings(calibration=str(file))


def test_coefficients_weigh_each_score() -> None:
    weighed = Coefficients(cosine=1.0, coverage=2.0, cosine_lift=3.0, bm25_lift=4.0, constant=-5.0)

    assert weighed.log_odds(evidence_of(hit(0.5, 0.5, bm25=7.0))) == pytest.approx(
        0.5 + 1.0 + 0.9 + 4 * math.log(2) - 5
    )


def test_the_multilingual_models_cosines_have_a_fit_of_their_own() -> None:
    near_for_one, far_for_the_other = hit(0.8, 0.2), hit(0.8, 0.2)
    assert shipped(BUNDLED_MODEL).log_odds(near_for_one) > shipped(MULTILINGUAL_MODEL).log_odds(far_for_the_other)
