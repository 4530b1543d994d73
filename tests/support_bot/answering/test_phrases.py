import pytest

from support_bot.answering.phrases import CLARIFY, HANDOFF, NO_ANSWER, REFUSED, SOURCES_HEADING, Language, language_of
from tests.conftest import ARTICLES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I set RUNAPI_KEY?", "en"),
        ("如何設定 RUNAPI_KEY？", "zh-Hant"),
        ("如何设置 RUNAPI_KEY？", "zh-Hans"),
        ("密碼", "zh-Hant"),
        ("系統會傳送通知嗎？", "zh-Hant"),
        ("客戶關係", "zh-Hant"),
        ("¿Cómo?", "en"),
        ("パスワードを忘れました", "en"),
        ("", "en"),
    ],
)
def test_the_askers_language_is_told_by_its_script(text: str, language: Language) -> None:
    assert language_of(text) == language


def test_every_character_of_a_traditional_article_is_told_as_traditional() -> None:
    written = {character for article in (ARTICLES / "zh-Hant").glob("*.md") for character in article.read_text("utf-8")}
    assert len(written) > 300
    assert {character for character in written if language_of(character) == "zh-Hans"} == set()


def test_every_phrase_is_there_in_every_language() -> None:
    assert NO_ANSWER.keys() == REFUSED.keys() == CLARIFY.keys() == HANDOFF.keys() == SOURCES_HEADING.keys()
    assert NO_ANSWER.keys() == {"en", "zh-Hant", "zh-Hans"}
