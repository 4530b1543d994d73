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


def test_the_other_script_is_the_same_language(index: Lexical) -> None:
    assert next(iter(index.best("设定页面更改密码", count=4))) == "密碼-0"


def test_a_chinese_word_is_found_where_its_characters_stand_apart(tmp_path: Path) -> None:
    apart = [passage("押金會在七天內退還。", id_="押金-0", title=""), passage("退租要提前。", id_="退租-0", title="")]
    lexical.build(tmp_path / "lexical", passages=apart)

    assert next(iter(Lexical.open(tmp_path / "lexical").best("還押", count=2))) == "押金-0"


def test_words_that_the_question_joins_count_for_more_where_they_stand_together(tmp_path: Path) -> None:
    together = passage("We pack the gift card in a box for free.", id_="together-0", title="")
    apart = passage("We pack the gift in a box with a free card.", id_="apart-0", title="")
    lexical.build(tmp_path / "lexical", passages=[apart, together])
    found = Lexical.open(tmp_path / "lexical").best("gift card", count=2)

    assert found["together-0"] > found["apart-0"]


def test_a_heading_counts_for_more_than_the_text_below_it(tmp_path: Path) -> None:
    named = passage("Call us at any time.", id_="named-0", title="Refunds")
    other = passage("Refunds call us at any time.", id_="other-0", title="")
    lexical.build(tmp_path / "lexical", passages=[other, named])
    found = Lexical.open(tmp_path / "lexical").best("refunds", count=2)

    assert found["named-0"] > found["other-0"]


def test_of_very_many_terms_the_rarest_are_searched_for(tmp_path: Path) -> None:
    common = [passage(" ".join(f"word{n}" for n in range(200)), id_=f"common-{n}", title="") for n in range(3)]
    lexical.build(tmp_path / "lexical", passages=[*common, passage("A kangaroo.", id_="rare-0", title="")])
    question = " ".join(f"word{n}" for n in range(200)) + " kangaroo"

    assert "rare-0" in Lexical.open(tmp_path / "lexical").best(question, count=4)


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
