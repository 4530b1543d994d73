import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.words import chinese_script, cjk_share, normalised, sentences, simplified, stem, terms, word_count


def sentences_of(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open Settings. Choose Save!", ["Open Settings.", "Choose Save!"]),
        ("It costs $3.50 a day. Really?", ["It costs $3.50 a day.", "Really?"]),
        ("Use a browser, e.g. Firefox. Then sign in.", ["Use a browser, e.g. Firefox.", "Then sign in."]),
        ("Ask Dr. Lin. He knows.", ["Ask Dr. Lin.", "He knows."]),
        ("He said “Stop.” Then he left.", ["He said “Stop.”", "Then he left."]),
        ("**Save it.** Then close.", ["**Save it.**", "Then close."]),
        ("可以退款。請在三十天內申請！好嗎？", ["可以退款。", "請在三十天內申請！", "好嗎？"]),
        ("他說「可以。」然後離開。", ["他說「可以。」", "然後離開。"]),
        ("one line\nanother line", ["one line", "another line"]),
        ("1. Open Settings.\n2. Save.", ["1. Open Settings.", "2. Save."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


@given(st.text(alphabet="ab. \n!？。1)]*e.g", max_size=60))
def test_sentences_leave_out_nothing_but_space(text: str) -> None:
    assert "".join("".join(sentences_of(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("run", [".", "…", '."', "!*"])
def test_a_run_of_full_stops_without_a_space_is_read_once(run: str) -> None:
    text = run * 400_000 + "a"  # squared, this would take hours
    assert sentences_of(text) == [text]


def test_terms_are_stemmed_words_and_of_cjk_the_characters_and_pairs() -> None:
    assert terms("Refunded orders") == ["refund", "order"]
    assert terms("退款单") == ["退", "款", "单", "退款", "款单"]


def test_traditional_and_simplified_characters_are_the_same_terms() -> None:
    assert terms("設定頁面") == terms("设定页面")
    assert simplified("Settings 設定 123") == "Settings 设定 123"


@pytest.mark.parametrize(
    ("text", "script"),
    [("設定頁面", "Hant"), ("设定页面", "Hans"), ("如何退出", ""), ("Settings", ""), ("设页「設」", "Hans")],
)
def test_characters_tell_the_script_that_they_are_written_in(text: str, script: str) -> None:
    assert chinese_script(text) == script


@given(st.text())
def test_simplifying_keeps_each_character_in_its_place(text: str) -> None:
    assert len(simplified(text)) == len(text)


def test_width_case_and_apostrophes_make_no_difference() -> None:
    assert terms("ＶＩＰ don’t") == terms("vip don't")
    assert normalised("ＡＢＣ１２") == "abc12"


def test_stem_of_a_plural_is_the_stem_of_its_singular() -> None:
    assert stem("refunds") == stem("refund")


@pytest.mark.parametrize(("text", "count"), [("Open the page", 3), ("退款單", 3), ("開啟 Settings", 3), ("", 0)])
def test_word_count_counts_a_cjk_character_as_a_word(text: str, count: int) -> None:
    assert word_count(text) == count


@pytest.mark.parametrize(("text", "share"), [("Open", 0.0), ("退款", 1.0), ("開啟 Settings page", 0.5), ("12 34", 0.0)])
def test_cjk_share_is_of_words(text: str, share: float) -> None:
    assert cjk_share(text) == share
