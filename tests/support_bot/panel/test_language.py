"""The language of a customer's mail, and how a reply in it begins."""

import pytest

from support_bot.panel.language import greeting, language_of_mail

_MAILS = {
    "en": "Hello, how do I change the address of my order? I can not find it in the settings.",
    "de": "Guten Tag, wie kann ich die Adresse meiner Bestellung ändern? Ich finde sie nicht.",
    "fr": "Bonjour, comment changer l'adresse de ma commande ? Je ne la trouve pas dans les réglages.",
    "es": "Hola, ¿cómo puedo cambiar la dirección de mi pedido? No la encuentro.",
    "it": "Buongiorno, come posso cambiare l'indirizzo del mio ordine? Non lo trovo.",
    "pt": "Olá, como posso mudar o endereço do meu pedido? Não está nas configurações.",
    "nl": "Hallo, hoe kan ik het adres van mijn bestelling wijzigen? Ik vind het niet.",
    "zh-Hant": "您好，請問如何變更訂單的地址？我找不到設定。",
    "zh-Hans": "您好，请问如何更改订单的地址？我找不到设置。",
    "ja": "こんにちは、注文の住所を変更するにはどうすればよいですか？",
    "ko": "안녕하세요, 주문 주소를 어떻게 변경하나요?",
    "ar": "مرحبًا، كيف يمكنني تغيير عنوان طلبي؟",
}


@pytest.mark.parametrize("language", _MAILS)
def test_a_mails_language_is_told(language: str) -> None:
    assert language_of_mail(_MAILS[language]) == language
    assert greeting("", language=language)
    assert "Ada" in greeting("Ada", language=language)


@pytest.mark.parametrize("text", ["", "4711", "ERR_CONNECTION_RESET", "Proszę o fakturę za zamówienie"])
def test_a_language_that_is_not_known_is_not_guessed(text: str) -> None:
    assert language_of_mail(text) == ""
    assert greeting("Ada", language="") == ""
