import pytest

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts
from support_bot.answering.checking.numbers import Number

EVIDENCE = Evidence("Plan A costs $10. Plan B costs $20.\nCan I pay in Lisbon?", context="Prices of Contoso in 2024")


def test_a_name_is_known_where_it_stands_and_everywhere_when_the_title_has_it() -> None:
    assert EVIDENCE.knows("A")
    assert EVIDENCE.knows("A", [0])
    assert not EVIDENCE.knows("A", [1, 2])
    assert EVIDENCE.knows("contoso", [2])
    assert not EVIDENCE.knows("madrid")


def test_a_word_without_content_is_always_known() -> None:
    assert EVIDENCE.knows("the", [2])


def test_a_number_is_stated_where_it_stands_and_everywhere_when_the_title_has_it() -> None:
    assert EVIDENCE.states(Number("20", "$"))
    assert EVIDENCE.states(Number("20", "$"), [1])
    assert not EVIDENCE.states(Number("20", "$"), [0])
    assert EVIDENCE.states(Number("2024", ""), [0])


@pytest.mark.parametrize(
    ("claim", "index", "names_another"),
    [
        ("Plan A costs $20.", 1, True),
        ("Plan A costs $20.", 0, False),
        ("Plans of type A and B cost money.", 0, False),
        ("Both plans of Contoso cost money.", 1, False),
    ],
)
def test_a_sentence_with_another_name_than_the_claims_names_another(
    claim: str, index: int, names_another: bool
) -> None:
    assert EVIDENCE.names_another(facts(claim), index) is names_another


def test_signs_are_counted_in_the_sentences_themselves() -> None:
    assert EVIDENCE.signs_of(facts("方案 A 每月 $10"), [0]) == 2
    assert EVIDENCE.signs_of(facts("方案 A 每月 $10"), [1]) == 0
    assert EVIDENCE.signs_of(facts("Contoso 在 2024 年"), [0, 1, 2]) == 0
