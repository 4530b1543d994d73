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
        "I need someone to help me",
        "I need to talk to someone who can fix this",
        "I'd like a real person.",
        "get me a human now",
        "How do I reach a human?",
        "Please hand over to a person",
        "Is there a real person I can talk to?",
        "Einen Menschen bitte",
        "Ich möchte mit einem Mitarbeiter sprechen",
        "Kann ich mit jemandem reden?",
        "Verbinden Sie mich bitte mit einer Person",
        "Je veux parler à un humain",
        "un conseiller s'il vous plaît",
        "Passez-moi un conseiller",
        "Quiero hablar con una persona",
        "¿Me puede pasar con una persona?",
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
        "How do I give someone access to my account?",
        "How do I transfer a license to another person?",
        "Do I need a human to approve deletions?",
        "How do I get someone to review my article?",
        "I need a person field in the form",
        "Do I need the OR operator in a search?",
        "How do I get a person's email address?",
        "What happens when visitors want a person?",
        "Does the bot talk to my support system?",
        "Wie lade ich die richtige Person ein?",
        "¿Cómo paso los datos a otra persona?",
        "Comment transférer mon compte à une autre personne ?",
        "如何轉移到客服系統？",
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
