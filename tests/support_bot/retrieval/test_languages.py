import pytest

from support_bot.retrieval.languages import language_asked_in


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I change my password?", "en"),
        ("my code never arrives", "en"),
        ("Don't you deliver to Spain?", "en"),
        ("¿Cómo cambio mi contraseña?", "es"),
        ("No recibí el código", "es"),
        ("¿Venden barcos?", "es"),
        ("Comment changer mon mot de passe ?", "fr"),
        ("Je n'ai pas reçu le code", "fr"),
        ("Wie ändere ich mein Passwort?", "de"),
        ("Come posso cambiare la mia password?", "it"),
        ("Como faço para mudar a minha senha?", "pt"),
        ("Hoe kan ik mijn wachtwoord wijzigen?", "nl"),
        ("如何設定 RUNAPI_KEY？", "zh-Hant"),
        ("如何设定 RUNAPI_KEY？", "zh-Hans"),
        ("パスワードを忘れました", "ja"),
        ("비밀번호를 잊어버렸어요", "ko"),
    ],
)
def test_a_question_tells_its_language_whatever_the_locale(question: str, language: str) -> None:
    assert {language_asked_in(question, locale=locale) for locale in ("", "en-GB", "zh-Hant")} == {language}


def test_where_no_word_tells_the_locale_does() -> None:
    assert language_asked_in("passport photo") == ""
    assert language_asked_in("passport photo", locale="en-GB") == "en"
    assert language_asked_in("foto pasaporte", locale="es_MX") == "es"
    assert language_asked_in("Passfoto hochladen", locale="sv") == "sv"


def test_a_locale_in_another_script_than_the_question_tells_nothing() -> None:
    assert language_asked_in("passport photo", locale="zh-Hant") == ""


@pytest.mark.parametrize(
    ("locale", "language"),
    [("", "zh"), ("zh", "zh"), ("en", "zh"), ("zh-Hant", "zh-Hant"), ("zh_TW", "zh-Hant"), ("zh-CN", "zh-Hans")],
)
def test_where_no_character_tells_the_script_the_locale_does(locale: str, language: str) -> None:
    assert language_asked_in("如何退出", locale=locale) == language


def test_between_languages_that_share_the_words_the_locale_decides_if_it_is_one_of_them() -> None:
    assert language_asked_in("problemas de acceso") == ""
    assert language_asked_in("problemas de acceso", locale="es") == "es"
    assert language_asked_in("problemas de acceso", locale="en") == ""


@pytest.mark.parametrize("question", ["", "?", "🙂", "12345"])
def test_what_has_no_words_has_no_language(question: str) -> None:
    assert language_asked_in(question) == ""
