import pytest

from support_bot.answering.checking.coverage import CHARACTERS, WORDS, Coefficients, Shares, windows
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts

LAMPS = Evidence("Blue lamps glow at night. Nobody knows why. Red bells ring at noon.")


def test_a_window_holds_the_sentences_that_add_a_term() -> None:
    assert windows(facts("Blue lamps glow."), LAMPS)[0].sentences == [0]
    assert windows(facts("Blue lamps glow and red bells ring."), LAMPS)[0].sentences == [0, 2]


def test_what_a_window_lacks_of_the_claim_is_told() -> None:
    [window, *_] = windows(facts("Blue lamps glow and green birds sing."), LAMPS)
    assert window.lacking == {"green", "bird", "sing"}


def test_a_hole_weighs_more_than_gaps() -> None:
    gaps = windows(facts("Blue birds glow, red foxes ring."), LAMPS)[0]
    hole = windows(facts("Blue lamps glow by moonlight, singing sadly."), LAMPS)[0]
    assert gaps.shares.covered >= 0.5
    assert gaps.score > hole.score


def test_what_few_passages_have_weighs_more() -> None:
    claim = facts("Blue lamps glow.")
    everywhere = windows(claim, Evidence("Lamps glow."), others=[Evidence("Lamps."), Evidence("Blue lamps.")])[0]
    nowhere = windows(claim, Evidence("Lamps glow."), others=[Evidence("Lamps."), Evidence("Lamps.")])[0]
    assert nowhere.shares.covered < everywhere.shares.covered


def test_the_half_that_another_passage_says_better_is_told() -> None:
    claim = facts("Blue lamps glow at night while green birds sing.")
    assert windows(claim, LAMPS)[0].shares.elsewhere == 0
    assert windows(claim, LAMPS, others=[Evidence("Green birds sing.")])[0].shares.elsewhere > 0.4


def test_a_question_is_the_topic_of_the_sentence_after_it_and_states_nothing() -> None:
    evidence = Evidence("Is delivery of parcels free? Members pay nothing.")
    [window] = windows(facts("Delivery of parcels is free for members."), evidence)
    assert window.sentences == [1]
    assert window.shares.covered > window.stated > 0


def test_a_sentence_that_names_another_is_in_no_window() -> None:
    assert not windows(facts("Plan A is cheap."), Evidence("Plan B is cheap."))


def test_where_two_covered_chinese_words_meet_is_no_word() -> None:
    evidence = Evidence("速度滑冰男子比賽中，王大明獲得金牌。")
    [window, *_] = windows(facts("男子速度滑冰金牌王大明獲得。"), evidence)
    assert window.shares.covered == 1
    [window, *_] = windows(facts("男子速度滑冰金牌林小華獲得。"), evidence)
    assert {"林小", "小华"} <= window.lacking


@pytest.mark.parametrize("coefficients", [WORDS, CHARACTERS])
def test_the_score_is_a_probability_that_grows_with_what_is_covered(coefficients: Coefficients) -> None:
    none, half, all_ = (coefficients.probability(Shares(share, share, 0)) for share in (0, 0.5, 1))
    assert 0 <= none < 0.5 < half < all_ <= 1
