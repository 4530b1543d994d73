import pytest

from support_bot.answering.phrases import NO_ANSWER, SOURCES_HEADING, Language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I set RUNAPI_KEY?", "en"),
        ("如何設定 RUNAPI_KEY？", "zh-Hant"),
        ("如何设置 RUNAPI_KEY？", "zh-Hans"),
        ("密碼", "zh-Hant"),
        ("¿Cómo?", "en"),
        ("パスワードを忘れました", "en"),
        ("", "en"),
    ],
)
def test_the_askers_language_is_told_by_its_script(text: str, language: Language) -> None:
    assert language_of(text) == language


def test_every_phrase_is_there_in_every_language() -> None:
    assert NO_ANSWER.keys() == SOURCES_HEADING.keys() == {"en", "zh-Hant", "zh-Hans"}
