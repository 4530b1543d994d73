import pytest

from support_bot.answering.substance import amount, language, substance


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How do I export my data?", "en"),
        ("Wie exportiere ich meine Daten?", "de"),
        ("Comment exporter mes données ?", "fr"),
        ("¿Cómo exporto mis datos?", "es"),
        ("Export data", "en"),
        ("如何匯出資料？", "en"),
    ],
)
def test_function_words_tell_the_language(text: str, name: str) -> None:
    assert language(text) == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do I export my data to Plan-B?", ["export", "data", "Plan-B"]),
        ("Wie exportiere ich meine Daten?", ["exportiere", "Daten"]),
        ("Est-ce que je peux l'annuler ?", ["annuler"]),
        ("¿Qué pasa con los adjuntos?", ["adjuntos"]),
        ("為什麼信用卡被扣款兩次？", ["信用卡被扣款", "次"]),
        ("That doesn't work!", []),
    ],
)
def test_words_of_substance_stand_as_they_were_written(text: str, words: list[str]) -> None:
    assert substance(text) == words


def test_two_chinese_characters_count_as_a_word() -> None:
    assert amount("可以關閉 PDF 嗎？") == 2
    assert amount("手機上可以嗎？") == 1
