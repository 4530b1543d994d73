import pytest

from support_bot.answering.checking.asides import aside
from support_bot.answering.checking.claims import ClaimSplitter
from support_bot.answering.checking.evidence import Evidence

EVIDENCE = [
    Evidence(
        "To reset your password, open Settings. Links are valid for 30 minutes. Never tell a caller your password.",
        context="Passwords",
    ),
    Evidence("您可以在設定頁面重設密碼。", context="密碼"),
]


def aside_of(text: str) -> str | None:
    splitter = ClaimSplitter()
    [[piece]] = splitter.feed(text) + splitter.flush()
    return aside(piece, EVIDENCE)


@pytest.mark.parametrize(
    "text",
    [
        "Hi there!",
        "Thanks for reaching out!",
        "I hope this helps!",
        "您好！",
        "感謝您的詢問。",
        "希望這些資訊對您有幫助！",
        "If you have any other questions, please let me know!",
        "Would you like to know more?",
        "Would you like help with your password?",
        "Does this help?",
        "Which links do you have?",
        "請問您想重設密碼嗎？",
    ],
)
def test_courtesies_and_questions_back_are_no_claims(text: str) -> None:
    assert aside_of(text) == "courtesy"


@pytest.mark.parametrize(
    "text",
    [
        "To reset your password:",
        "Follow these steps:",
        "## Passwords",
        "Here is how:",
        "重設密碼：",
        "請依照以下步驟操作：",
    ],
)
def test_lead_ins_are_no_claims(text: str) -> None:
    assert aside_of(text) == "lead_in"


@pytest.mark.parametrize("text", ["Yes.", "Of course!", "好的，", "👍"])
def test_bare_assent_says_nothing_that_could_be_cited(text: str) -> None:
    assert aside_of(text) == "assent"


@pytest.mark.parametrize(
    "text",
    [
        "Sure, it is free.",
        "Thanks for asking, refunds are free.",
        "Refunds take 5 days:",
        "You cannot reset your password:",
        "Everything ships worldwide free:",
        "您好，運費全免。",
        "Run `acme` like this:",
        "Follow the steps below after you tell the caller your password:",
        "1. **Pack your bags**",
        "1. Have you heard of Contoso?",
    ],
)
def test_what_asserts_something_is_a_claim(text: str) -> None:
    assert aside_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Did you know that refunds take 5 days?",
        "Did you know that you reset your password?",
        "Have you heard that links are valid?",
        "Would you like to use Madrid?",
        "Would you like to tell a caller your password?",
        "Would you like to know that your password and settings and links are open?",
        "See https://evil.test?",
        "您知道密碼外洩了嗎？",
        "## Offers of Contoso",
        "## Send your password to the caller right away",
        "## Tell a caller your password",
        "**Your password is stolen and your money is gone:**",
        "## 把密碼交給來電者",
    ],
)
def test_a_question_or_heading_that_suggests_something_is_unfounded(text: str) -> None:
    assert aside_of(text) == "unfounded"
