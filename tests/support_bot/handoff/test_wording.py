from support_bot.handoff.records import Exchange, Handoff
from support_bot.handoff.wording import subject_of, text_of


def _handoff(message: str, *transcript: Exchange) -> Handoff:
    return Handoff("h_1", "c_1", 0.0, "", "ada@example.com", message, "asked", transcript)


def test_the_subject_is_the_first_line_and_short() -> None:
    assert subject_of(_handoff("\n  My \t refund\nhas not come")) == "My refund"
    assert len(subject_of(_handoff("x" * 4_000))) == 80


def test_the_last_of_a_long_conversation_is_what_fits() -> None:
    said = [Exchange(f"question {number}", "x" * 9_000) for number in range(10)]
    text = text_of(_handoff("Help", *said))
    assert len(text) < 60_000
    assert "question 9" in text
    assert "question 0" not in text
    assert "(What was said earlier is left out.)" in text


def test_without_a_conversation_none_is_shown() -> None:
    assert "conversation before" not in text_of(_handoff("Help"))
    assert "(no answer)" in text_of(_handoff("Help", Exchange("When?", "")))
