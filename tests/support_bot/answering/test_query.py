import pytest

from support_bot.answering.query import Question, QuestionRefused, Turn, question


def test_a_question_is_what_was_typed_without_what_cannot_be_seen() -> None:
    assert question("  How\x00 do\r\n I?\x07 ") == Question("How do\n I?")
    assert question("How?", locale="pt-BR", product="Lamp") == Question("How?", locale="pt-BR", product="Lamp")


def test_the_last_turns_are_kept_and_the_first_forgotten_six_at_a_time() -> None:
    history = [Turn("user", str(number)) for number in range(30)]
    kept = [len(question("And?", history=history[:count]).history) for count in range(0, 24, 2)]
    assert kept == [0, 2, 4, 6, 8, 10, 6, 8, 10, 6, 8, 10]
    assert question("And?", history=history).history == tuple(history[-6:])


def test_a_long_history_is_cut_at_its_oldest_turn() -> None:
    history = [Turn("user", "a" * 5_500), Turn("assistant", "b" * 5_500), Turn("user", "c")]
    assert [turn.text[0] for turn in question("And?", history=history).history] == ["b", "c"]


@pytest.mark.parametrize("typed", ["", " \n\t", "\x00"])
def test_an_empty_question_is_refused(typed: str) -> None:
    with pytest.raises(QuestionRefused, match=r"is empty\. Write what"):
        question(typed)


def test_a_long_question_is_refused_with_its_length_and_the_limit() -> None:
    with pytest.raises(QuestionRefused, match=r"has 2,001 characters; at most 2,000"):
        question("x" * 2_001)
    assert question("長" * 2_000).text == "長" * 2_000
