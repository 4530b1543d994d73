"""Tell the language of a customer's mail by its frequent words, and greet in it."""

import re
from collections import Counter

from knowledge.words import chinese_script, cjk_share

_SIGNS = {
    "en": "the and is are i my you to of in it not can have with for this that was when how please",
    "de": "der die das und ist ich nicht mein meine sie zu mit für wie wenn auch habe kann bitte es ein eine auf",
    "fr": "le la les et est je mon ma vous pas pour avec que qui dans une un ce mais comment depuis bonjour",
    "es": "el la los y es mi no para con que en una un pero cómo cuando está puedo por favor hola tengo",
    "it": "il la gli e è mio mia non per con che una un ma come quando posso sono ho della buongiorno",
    "pt": "o a os e é meu minha não para com que uma um mas como quando posso está estou olá obrigado",
    "nl": "de het een en is ik mijn niet voor met dat hoe wanneer kan maar ook hebben graag u op",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SIGNS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_KANA, _HANGUL, _ARABIC = (re.compile(letters) for letters in ("[\u3040-\u30ff]", "[\uac00-\ud7af]", "[\u0600-\u06ff]"))
_ENOUGH = 2  # frequent words of a language
_CHINESE = 0.3  # of a text's words, from which on it is in Chinese
_READ = 4_000  # code points, which tell it as well as more

_GREETINGS = {
    "en": ("Hello {name},", "Hello,"),
    "de": ("Guten Tag {name},", "Guten Tag,"),
    "fr": ("Bonjour {name},", "Bonjour,"),
    "es": ("Hola, {name}:", "Hola:"),
    "it": ("Buongiorno {name},", "Buongiorno,"),
    "pt": ("Olá, {name},", "Olá,"),
    "nl": ("Beste {name},", "Hallo,"),
    "zh-Hant": ("{name} 您好：", "您好："),
    "zh-Hans": ("{name} 您好：", "您好："),
    "ja": ("{name} 様", "お客様"),
    "ko": ("{name} 님, 안녕하세요.", "안녕하세요."),
    "ar": ("مرحبًا {name}،", "مرحبًا،"),
}


def language_of_mail(text: str) -> str:
    """Return the language that a mail is written in, as a BCP 47 tag; "" where its words do not tell."""
    read = text[:_READ]
    for letters, language in ((_KANA, "ja"), (_HANGUL, "ko"), (_ARABIC, "ar")):
        if len(letters.findall(read)) > len(read) / 20:
            return language
    if cjk_share(read) > _CHINESE:
        return f"zh-{chinese_script(read) or 'Hant'}"
    said = Counter(_WORD.findall(read.lower()))
    signs = {language: sum(said[word] for word in words) for language, words in _WORDS.items()}
    likeliest = max(signs, key=lambda language: signs[language])
    return likeliest if signs[likeliest] >= _ENOUGH else ""


def greeting(name: str, *, language: str) -> str:
    """Return how a reply begins, "" in a language that we cannot greet in."""
    with_name, without = _GREETINGS.get(language, ("", ""))
    return with_name.replace("{name}", name) if name else without
