import pytest

from support_bot.answering.checking.polarity import clause_texts, denies, without_cjk_denials


@pytest.mark.parametrize("text", ["You cannot go.", "Never go.", "Go without it.", "不可以", "尚未開放"])
def test_a_denial_is_known(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "no more than 3",
        "not only here",
        "It is not impossible, not at all.",
        "不超過3個",
        "未滿18歲",
        "不斷",
        "無卡提款",
        "不可抗力",
    ],
)
def test_what_merely_has_the_word_denies_nothing(text: str) -> None:
    assert not denies(text)


def test_a_phrase_that_opens_a_sentence_is_no_clause() -> None:
    assert [part.split() for part in clause_texts("After purchase, cards cannot go, but you can.") if part.strip()] == [
        ["After", "purchase", "cards", "cannot", "go"],
        ["but", "you", "can."],
    ]
    assert clause_texts("購買後，無法退款")[0].split() == ["購買後", "無法退款"]
    assert len(clause_texts("In case it does not open, wait.")) == 2
    assert len(clause_texts("Do not write - they may delay you.")) == 2


def test_what_is_said_of_somebody_in_passing_is_a_clause_of_its_own() -> None:
    assert [denies(part) for part in clause_texts("Guests who have not paid are removed.")] == [False, True]
    assert [denies(part) for part in clause_texts("Do not remove guests who have paid.")] == [True, False]


def test_chinese_denials_are_no_words() -> None:
    assert without_cjk_denials("禮物卡無法退款, not at all").split() == ["禮物卡", "法退款,", "not", "at", "all"]
