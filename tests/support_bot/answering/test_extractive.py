import re
from dataclasses import replace

from hypothesis import given
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
    assert extractive_answer("What is the price of input?", [_STEPS, _PRICES]).endswith(
        "The price of input is 0.60 dollars. [2]"
    )


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
    found = extractive_answer("price", [passage("One price. Two prices.\n\nPlan | Price\nFree | 0")])
    assert found == "One price. [1] Two prices. [1]\n\nPlan | Price [1]\nFree | 0 [1]"


def test_an_answer_that_shares_no_word_with_the_question_is_the_best_passages_beginning() -> None:
    assert extractive_answer("Credentials forgotten?", [_PRICES]).startswith("A token has a price. [1]")


def test_without_passages_there_is_nothing_to_say() -> None:
    assert extractive_answer("How?", []) == ""


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
    assert extractive_answer("How do I add articles?", [intro, other, steps]).startswith("1. Write a file. [3]\n2. Run")
    assert "[3]" not in extractive_answer("What adds articles?", [intro, other, steps])


def test_a_listing_that_was_cut_does_not_swallow_what_follows() -> None:
    cut = passage("  make demo\n```\n\nThe demo asks three questions.")
    assert extractive_answer("What does the demo ask?", [cut]).endswith("The demo asks three questions. [1]")
    assert "```" not in extractive_answer("What does the demo ask?", [cut])
