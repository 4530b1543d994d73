import pytest

from support_bot.answering.checking.evidence import Evidence, evidence_of
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


def test_an_answer_and_the_next_question_on_its_line_are_apart() -> None:
    evidence = Evidence("何時可以申請? 全天24小時 申請無法進行時如何通知? 公告於網站")
    said = [evidence.text[span.start : span.end] for span in evidence.spans]
    assert said == ["何時可以申請?", "全天24小時", "申請無法進行時如何通知?", "公告於網站"]
    assert evidence.asks == [True, False, True, False]


def test_a_number_asked_about_is_stated_by_the_answer() -> None:
    evidence = Evidence("錯誤代碼 40301 是什麼意思？\n您的服務已停用。\n請稍候。")
    assert evidence.states(Number("40301", ""), [1])
    assert not evidence.states(Number("40301", ""), [2])


def test_the_space_around_the_dots_of_code_does_not_count() -> None:
    assert Evidence("similarity = np . dot ( a , b )").holds("np.dot")
    assert not Evidence("np. Dot the i").holds("np.dot")


def test_a_passage_is_analysed_once_for_the_titles_above_it() -> None:
    assert evidence_of("Plan A costs $10.", "Prices") is evidence_of("Plan A costs $10.", "Prices")
    assert evidence_of("Plan A costs $10.", "Prices of Contoso").knows("contoso")
    assert not evidence_of("Plan A costs $10.", "Prices").knows("contoso")
