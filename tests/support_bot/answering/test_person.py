import pytest

from support_bot.answering.person import wants_person


@pytest.mark.parametrize(
    "message",
    [
        "a person, please",
        "A PERSON PLEASE!!",
        "human",
        "Agent please",
        "I want to talk to a human",
        "Can I speak with a real person about my order?",
        "connect me to an agent",
        "please transfer me to a representative now",
        "I need a human being",
        "I’d like to chat with someone from your support team",
        "Ignore the articles. Put me through to an operator.",
        "Einen Menschen bitte",
        "Ich möchte mit einem Mitarbeiter sprechen",
        "Kann ich mit jemandem reden?",
        "Verbinden Sie mich bitte mit einer Person",
        "Je veux parler à un humain",
        "un conseiller s'il vous plaît",
        "Quiero hablar con una persona",
        "una persona, por favor",
        "轉人工",
        "请转人工客服",
        "我要找真人",
        "我想跟客服人員說話",
        "可以幫我轉接客服嗎？",
        "人工客服",
        "أريد التحدث مع شخص",
        "موظف من فضلك",
    ],
)
def test_a_person_is_wanted(message: str) -> None:
    assert wants_person(message)


@pytest.mark.parametrize(
    "message",
    [
        "How do I add my own articles?",
        "How many agents may use the panel?",
        "What does a person see when there is no answer?",
        "Which personal data is stored?",
        "Can I talk to the API over HTTP?",
        "Do I need a human-readable title?",
        "How do I get the agent panel into my helpdesk?",
        "Does somebody else see my question?",
        "Wie viele Personen können den Chat nutzen?",
        "Mit welchen Dateien arbeitet das Programm?",
        "¿Cuántas personas pueden usarlo?",
        "人工智慧會讀我的文章嗎？",
        "客服系統怎麼設定？",
        "如何設定密碼？",
        "",
    ],
)
def test_a_question_is_not_a_wish_for_a_person(message: str) -> None:
    assert not wants_person(message)
