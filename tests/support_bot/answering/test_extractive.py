import re
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.words import word_count
from support_bot.answering.extractive import extractive_answer
from tests.knowledge.passages import passage

_STEPS = passage(
    "Your own articles are read from a folder. To add them, do this:\n1. Write a Markdown file.\n2. Run the reindex.\n"
    "```\npython -m ingest run kb\n```\n3. Ask a question.\n\nNothing else is needed.",
    title="Add articles",
)
_PRICES = passage("A token has a price. The price of input is 0.60 dollars.\n\nOutput costs 2.00 dollars.")


def _unmarked(answer: str) -> str:
    return re.sub(r" \[\d+\]", "", answer)


def test_the_sentence_that_answers_is_quoted_with_its_mark() -> None:
    answer = extractive_answer("What is the price of input?", [_STEPS, _PRICES])
    assert "The price of input is 0.60 dollars. [2]" in answer
    assert "[1]" not in answer


def test_steps_are_quoted_whole_with_the_line_that_introduces_them_and_their_code() -> None:
    answer = extractive_answer("How do I write a Markdown file and add it?", [_STEPS, _PRICES])
    assert "To add them, do this:" in answer
    assert [f"{number}. " in answer for number in (1, 2, 3)] == [True] * 3
    assert "python -m ingest run kb" in answer


def test_chinese_is_cut_at_its_own_marks() -> None:
    before, after = "首頁每天早上都有新的公告。" * 8, "發票會在每個月的月初另外寄出。" * 8
    found = extractive_answer("密碼怎麼改？", [passage(f"{before}密碼在設定頁面更改。{after}")])
    assert "密碼在設定頁面更改。 [1]" in found
    assert len(found) < len(before + after)


def test_a_passages_own_questions_are_not_quoted() -> None:
    assert extractive_answer("Forgot it?", [passage("Did you forget it? Then reset it.")]) == "Then reset it. [1]"


def test_sentences_of_one_line_stay_on_one_line_and_a_table_stays_whole() -> None:
    found = extractive_answer("price", [passage("A price is low. Two prices rise.\n\nPlan | Price\nFree | 0")])
    assert found == "A price is low. [1] Two prices rise. [1]\n\nPlan | Price [1]\nFree | 0 [1]"


def test_an_answer_that_shares_no_word_with_the_question_is_the_best_passages_beginning() -> None:
    assert extractive_answer("Credentials forgotten?", [_PRICES]).startswith("A token has a price. [1]")


def test_without_passages_there_is_nothing_to_say() -> None:
    assert extractive_answer("How?", []) == ""


@example(question="", texts=["1```1"])
@example(question="1", texts=["```1\n1```1```\n```"])
@given(question=st.text(max_size=80), texts=st.lists(st.text(alphabet="ab 。.\n-1`字:", max_size=300), max_size=6))
def test_every_line_is_the_passages_own(question: str, texts: list[str]) -> None:
    answer = _unmarked(extractive_answer(question, [passage(text) for text in texts]))
    for line in filter(str.strip, answer.split("\n")):
        assert any("".join(line.split()) in "".join(text.split()) for text in texts)


def test_it_is_short() -> None:
    long = passage(" ".join(f"The price of item {n} is {n} dollars." for n in range(100)))
    assert word_count(_unmarked(extractive_answer("What is the price of each item in dollars?", [long] * 4))) <= 90


def test_a_how_to_is_answered_by_the_articles_procedure() -> None:
    intro = replace(passage("One command adds your articles. Articles are added again at will."), document_id="d")
    steps = replace(passage("1. Write a file.\n2. Run the reindex."), document_id="d")
    other = passage("1. Call us.\n2. Wait.", id_="e-0")
    assert "1. Write a file. [3]\n2. Run the reindex. [3]" in extractive_answer(
        "How do I add articles?", [intro, other, steps]
    )
    assert "[3]" not in extractive_answer("What adds articles?", [intro, other, steps])


def test_a_listing_that_was_cut_does_not_swallow_what_follows() -> None:
    cut = passage("  make demo\n```\n\nThe demo asks three questions.")
    assert extractive_answer("What does the demo ask?", [cut]).endswith("The demo asks three questions. [1]")
    assert "```" not in extractive_answer("What does the demo ask?", [cut])


def test_the_questions_own_language_is_quoted_where_there_is_a_choice() -> None:
    english, chinese = passage("Refunds of a password take days."), passage("密碼在設定頁面更改。", id_="zh-0")
    assert extractive_answer("密碼怎麼改？", [english, chinese]) == "密碼在設定頁面更改。 [2]"
    assert extractive_answer("How do I change a password?", [english, chinese]).endswith("[1]")
    assert extractive_answer("密碼怎麼改？", [english]).endswith("[1]")


def test_words_that_come_with_the_question_tell_what_to_quote() -> None:
    found = extractive_answer(
        "How long is the warranty?",
        [
            passage("The warranty lasts two years. Batteries are covered for six months. Our shop opens on Monday."),
            passage("Two years of warranty; batteries have six months.", id_="other-0"),
        ],
    )
    assert "Batteries are covered for six months." in found
    assert "Monday" not in found


def test_headings_are_not_quoted() -> None:
    assert extractive_answer("What is billing?", [passage("Billing\n\nBilling is monthly.", title="Billing")]) == (
        "Billing is monthly. [1]"
    )


def test_what_is_longer_than_an_answer_is_quoted_alone() -> None:
    table = "\n".join(f"Plan {n} | Price of plan number {n} in all countries" for n in range(12))
    found = extractive_answer("What is the price of plan number 7?", [passage(f"{table}\n\nIt rains.")])
    assert found.count("\n") == 11


def test_a_procedure_is_quoted_whole_however_long_with_the_sentence_before_it() -> None:
    steps = "\n".join(f"{n}. Press the button with the number {n} on your own device and wait." for n in range(1, 12))
    changed = passage(f"Follow these steps to change your phone number.\n\n{steps}")
    answer = extractive_answer("How do I change my phone number?", [changed, _PRICES])
    assert _unmarked(answer) == changed.text


def test_of_an_articles_procedures_the_one_asked_for_is_quoted_and_else_its_first() -> None:
    wait = "Wait. " * 50
    removing = passage(f"1. {wait}\n2. Choose “Remove”.")
    adding = passage(f"1. {wait}\n2. Choose “Add”.")
    passages = [
        replace(removing, document_id="seats", headings=("Remove a seat",), start=100),
        replace(adding, document_id="seats", headings=("Add a seat",), start=0),
    ]
    assert "Remove" in extractive_answer("How do I remove a seat?", passages)
    for question in ("How do I add a seat?", "How do I change a seat?"):
        assert extractive_answer(question, passages).endswith("\n2. Choose “Add”. [2]")


def test_steps_that_are_explained_between_them_stay_one_procedure() -> None:
    text = (
        "1. Open the list.\n\nIt is long.\n\n2. Choose a seat.\n\n  - Any will do.\n\n3. Press the button.\n\nThanks."
    )
    marked = extractive_answer("How do I change a seat?", [passage(text)])
    assert marked.startswith("1. Open the list. [1]\n\nIt is long. [1]\n\n2. Choose a seat. [1]")
    assert "3. Press the button. [1]" in marked


def test_a_step_torn_from_the_others_is_not_quoted() -> None:
    answer = extractive_answer("How do I remove a seat?", [passage("Seats cost money.\n\n4. Remove the seat.")])
    assert answer == "Seats cost money. [1]"


def test_steps_after_a_list_are_not_that_lists_last_items() -> None:
    closed = passage("If you leave:\n- You lose your points\n1. Open your account.\n2. Press Leave the club.")
    answer = extractive_answer("How do I leave the club?", [closed])
    assert "1. Open your account. [1]\n2. Press Leave the club. [1]" in answer
    assert "points [1]\n1." not in answer


def test_links_to_articles_that_are_called_by_a_question_are_not_quoted() -> None:
    linked = passage("Read more:\n- How do I change my phone number?\n- How do I leave?\n\nThe number changes at once.")
    assert _unmarked(extractive_answer("When does my number change?", [linked])) == "The number changes at once."
