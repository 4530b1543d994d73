from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import lexical
from knowledge.lexical import Lexical
from tests.knowledge.passages import passage

_PASSAGES = [
    passage("Open the settings and choose a new password.", id_="password-0", title="Change your password"),
    passage("Invoices are sent on the first day of each month.", id_="invoice-0", title="Invoices"),
    passage("在設定頁面可以更改密碼。", id_="密碼-0", title="更改密碼"),
    passage("發票於每月一日寄出。", id_="發票-0", title="發票"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    folder = tmp_path_factory.mktemp("words") / "lexical"
    lexical.build(folder, passages=_PASSAGES)
    return Lexical.open(folder)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("changing passwords", "password-0"),
        ("INVOICE", "invoice-0"),
        ("怎麼改密碼", "密碼-0"),
        ("發票什麼時候寄", "發票-0"),
        ("ＩＮＶＯＩＣＥＳ", "invoice-0"),
    ],
)
def test_the_passage_with_the_asked_words_comes_first(index: Lexical, question: str, found: str) -> None:
    assert next(iter(index.best(question, count=4))) == found


def test_the_scores_of_given_passages_are_those_of_the_search(index: Lexical) -> None:
    best = index.best("change the password or the invoices", count=4)
    assert index.scores("change the password or the invoices", ids=["invoice-0", "發票-0"]) == {
        "invoice-0": pytest.approx(best["invoice-0"])
    }


def test_nothing_is_scored_for_no_passages(index: Lexical) -> None:
    assert index.scores("password", ids=[]) == {}


def test_a_terms_frequency_counts_passages(index: Lexical) -> None:
    assert len(index) == 4
    assert index.document_frequency("invoic") == 1
    assert index.document_frequency("nowhere") == 0


@given(question=st.text(max_size=200))
def test_no_question_is_a_query_language(index: Lexical, question: str) -> None:
    assert set(index.best(question, count=4)) <= {passage.id for passage in _PASSAGES}


@pytest.mark.parametrize("question", ["", "?!…", "body:password AND (", "*", '"unclosed', "a " * 5_000, "\x00"])
def test_hostile_questions_find_or_find_nothing(index: Lexical, question: str) -> None:
    index.best(question, count=4)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    lexical.build(tmp_path / "lexical", passages=[])
    assert Lexical.open(tmp_path / "lexical").best("password", count=4) == {}
