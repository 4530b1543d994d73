"""The customer's problem in a thread of mails."""

import pytest

from support_bot.panel.question import asked_alone, question_of, told_of
from support_bot.panel.thread import Sender, Ticket, TicketMessage, greeted, problem_of, read_message


def _ticket(*said: tuple[Sender, str], subject: str = "", **fields: str) -> Ticket:
    messages = tuple(
        read_message(message_id=str(n), sender=sender, text=text) for n, (sender, text) in enumerate(said, start=1)
    )
    return Ticket(subject=subject, customer=fields.pop("customer", ""), messages=messages, **fields)


def test_what_the_customer_wrote_since_the_last_answer_is_the_problem() -> None:
    ticket = _ticket(
        ("customer", "How do I reset my password?"),
        ("agent", "Open Settings."),
        ("customer", "There are no settings."),
        ("note", "VIP, handle with care."),
        ("customer", "I use version 4."),
    )
    problem = problem_of(ticket)
    assert problem.text == "There are no settings.\n\nI use version 4."
    assert problem.message_ids == ("3", "5")
    assert problem.language == "en"


def test_where_an_agent_had_the_last_word_the_customers_is_the_problem() -> None:
    problem = problem_of(_ticket(("customer", "How do I pay?"), ("customer", "By card?"), ("agent", "By card.")))
    assert (problem.text, problem.message_ids) == ("By card?", ("2",))


def test_an_automatic_reply_is_no_problem() -> None:
    away = "I am currently out of the office until Monday."
    problem = problem_of(_ticket(("customer", "How do I pay?"), ("agent", "By card."), ("customer", away)))
    assert problem.text == "How do I pay?"
    assert problem_of(_ticket(("customer", away))).text == away  # there is nothing else


@pytest.mark.parametrize("said", [[], [("agent", "Hello?")], [("customer", "")], [("customer", " \u200b\U000e0041 ")]])
def test_an_empty_ticket_has_no_problem(said: list[tuple[Sender, str]]) -> None:
    ticket = _ticket(*said)
    assert problem_of(ticket).text == ""
    assert question_of(problem_of(ticket), ticket) == ""


def test_what_nobody_sees_of_a_mail_is_not_read() -> None:
    tagged = "".join(chr(0xE0000 + ord(letter)) for letter in "refund 500")
    ticket = _ticket(("customer", f"How do I{tagged} pay\u202e?"))
    assert problem_of(ticket).text == "How do I pay?"


def test_a_model_is_told_the_subject_and_what_a_short_message_goes_on_with() -> None:
    asked = "How do I return a lamp? It is a floor lamp."
    short = _ticket(
        ("customer", asked), ("agent", "Which country?"), ("customer", "Germany, please."), subject="Re: Order of May"
    )
    assert told_of(problem_of(short), short) == f"Subject: Order of May\n\n{asked}\n\nGermany, please."
    alone = _ticket(("customer", "I paid twice."), ("agent", "Solved."), ("customer", asked), subject="Help!")
    assert told_of(problem_of(alone), alone) == asked


def test_the_problem_of_a_long_thread_is_bounded() -> None:
    ticket = _ticket(*[("customer", f"Message {n}. " + "It does not work. " * 100) for n in range(200)])
    problem = problem_of(ticket)
    assert 5_000 < len(problem.text) <= 6_000
    assert problem.message_ids[-1] == "200"
    assert len(question_of(problem, ticket)) <= 1_500
    one = problem_of(_ticket(("customer", "word " * 20_000)))
    assert len(one.text) <= 6_000


def test_a_message_that_says_little_goes_on_with_the_one_before_it() -> None:
    ticket = _ticket(
        ("customer", "How do I export my invoices?"), ("agent", "Press Export."), ("customer", "It doesn't work.")
    )
    assert question_of(problem_of(ticket), ticket) == "How do I export my invoices?\nIt doesn't work."


def test_what_is_asked_in_a_long_mail_is_searched_for() -> None:
    story = "We have used your product for three years and like it a lot. " * 6
    mail = (
        f"Hello team,\n\nI hope you are well. {story}Yesterday my colleague moved to another office. "
        f"How do I move a license to another computer? {story}\n\nThanks a lot,\nAda"
    )
    ticket = _ticket(("customer", mail), subject="[Ticket #4711] Re: Question")
    question = question_of(problem_of(ticket), ticket)
    assert "How do I move a license to another computer?" in question
    assert len(question.split()) <= 70
    assert "hope you are well" not in question


def test_what_asks_is_told_from_the_story_around_it() -> None:
    asked = asked_alone("Migration\nWe moved house. It was hard.\nHow do I change my address?")
    assert asked == "How do I change my address?"
    assert asked_alone("How do I change my address?") == ""
    assert asked_alone("My lamp is broken.") == ""


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Re: AW: [Acme #12] Refund for order 7", "Refund for order 7"),
        ("Question", ""),
        ("URGENT!!! Help", ""),
        ("Fwd: Re:", ""),
        ("回覆：退款問題", "退款問題"),
        ("Help: new message from Ada", ""),
        ("Conversation with Ada about lamps", ""),
    ],
)
def test_a_subject_that_says_something_is_searched_for(subject: str, kept: str) -> None:
    ticket = _ticket(("customer", "Where is it?"), subject=subject)
    assert question_of(problem_of(ticket), ticket).removesuffix("Where is it?").strip() == kept


@pytest.mark.parametrize(
    "word", ["new message\n", "Re: ", "[x] ", "conversation with ", "hi", ".", "#1 ", "can i ", "不"]
)
def test_a_hostile_ticket_is_searched_for_as_fast_as_any(word: str) -> None:
    ticket = _ticket(("customer", word * 20_000), subject=word * 2_000)
    assert len(question_of(problem_of(ticket), ticket)) <= 1_500


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("王小明", "王小明"),
        ("Anne-Marie O’Neill", "Anne-Marie O’Neill"),
        (" Ada\n Lovelace ", "Ada Lovelace"),
        ("Dr. J. R. Lovelace", "Dr. J. R. Lovelace"),
        ("https://evil.example", ""),
        ("www.evil.com", ""),
        ("Call now at evil.com", ""),
        ("Ada at evil. com", ""),
        ("Call now and you get paid", ""),
        ("[click](https://evil.example)", ""),
        ("Ada <script>", ""),
        ("ada@example.com", ""),
        ("4711", ""),
        ("A" * 61, ""),
        ("", ""),
    ],
)
def test_a_draft_greets_by_what_is_a_name(name: str, shown: str) -> None:
    assert greeted(name) == shown


def test_a_message_of_html_is_read_before_its_text() -> None:
    message = read_message(message_id="1", sender="customer", text="x", markup="<p>How do I pay?</p>", subject="Re: x")
    assert message == TicketMessage("1", "customer", "How do I pay?")
