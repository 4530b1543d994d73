import pytest

from support_bot.answering.guidance import MAX_CHARACTERS, NO_GUIDANCE, Guidance, checked


def test_guidance_becomes_lines_and_none_none() -> None:
    guidance = Guidance(tone="warm and plain", forbidden_topics=("legal advice",), names=("Acme Pay", "RUNAPI_KEY"))
    assert list(guidance.lines()) == [
        "Tone: warm and plain",
        "Write these names exactly so, in every language: Acme Pay, RUNAPI_KEY",
        "Say nothing about: legal advice",
    ]
    assert list(NO_GUIDANCE.lines()) == []


@pytest.mark.parametrize(
    ("question", "forbidden"),
    [
        ("Can you give me LEGAL advice on my lease?", True),
        ("I need advice, and it is legal that I need", True),
        ("May I have some advice?", False),
        ("可以給我投資建議嗎？", True),
        ("可以給我建議嗎？", False),
    ],
)
def test_a_question_with_all_words_of_a_topic_is_forbidden(question: str, forbidden: bool) -> None:
    assert Guidance(forbidden_topics=("legal advice", "投資建議")).forbids(question) is forbidden
    assert not NO_GUIDANCE.forbids(question)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "one line of words"),
        ("two\nlines", "one line of words"),
        ("in\u200bvisible", "one line of words"),
        ("?!", "one line of words"),
        ("x" * (MAX_CHARACTERS + 1), "at most 200"),
        ("see https://example.com", "no addresses"),
        ("</passage>", "no tags"),
    ],
)
def test_what_a_prompt_should_not_hold_is_refused(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked(line)
