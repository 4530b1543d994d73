"""Turn a message into its words of substance, in English, German, French, Spanish or Chinese.

Which of the languages in Latin letters it is, the function words tell; where they do not, it is English.
"""

import re
from collections.abc import Iterator

from knowledge.stop_words import carries_meaning
from knowledge.words import cjk_share, normalised, stem

_CJK_OR_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_]+(?:[_-][^\W_]+)*")
_FUNCTION_WORDS = {
    "de": frozenset(
        "ab aber alle als am an auch auf aus bei bis bitte da dafür damit danach danke dann das davon dem den "
        "denn der des die doch du ein eine einem einen einer es etwas falls funktioniert für geht genau gibt "
        "habe haben hat ich ihr im in ist ja jetzt kann kannst kein keine klappt können könnt lange man mal "
        "mehr mein meine meinem meinen meiner mich mir mit muss müssen nach nein nicht noch nur oder oft ohne "
        "sehr sein sich sie sind so soll sollte um und uns unser unsere viel viele vom von wann war warum was "
        "welche welcher welches wenn wer werden wie wir wird wo woher wohin zu zum zur".split()
    ),
    "fr": frozenset(
        "a ai alors après au aussi aux avec avez avoir bien c ce cela ces cet cette ci combien comme comment "
        "d dans de des donc du elle elles en est est-ce et être faire fait faut fonctionne il ils j je l la "
        "là le les leur leurs lui m ma mais marche me même merci mes moi mon n ne non nos notre nous on ont "
        "ou où oui par pas peut peut-on peux plus pour pourquoi pouvez puis puis-je qu quand que quel quelle "
        "quelles quels qui quoi s sa sans se ses seulement si son sont sous sur t ta te temps tes toi ton "
        "tout tous très tu un une va vers vos votre vous y ça".split()
    ),
    "es": frozenset(
        "a al algo aquí así bien como con cuando cuál cuáles cuándo cuánta cuánto cuántos cuántas cómo de "
        "debe debo del desde después donde dónde e el ella ellos en entonces es esa ese eso esta este esto "
        "está están fue funciona gracias ha hace hacer hasta hay he la las le les lo los me mi mis muy más ni "
        "no nos nuestra nuestro o pasa para pero por porque pues puede pueden puedo que quién qué se ser si "
        "sin sobre solo son su sus sí también tan te tengo tiene todo todos tu tus tú u un una unas uno unos "
        "y ya yo él".split()
    ),
}
_ENGLISH_SIGNS = frozenset(
    "a and any are at be but can do does for from how i if in is it my no of on only or so that the then there this to "
    "was what when where which who why will with you your".split()
)
_SAYS_LITTLE = frozenset(  # what a follow-up says of the answer before it
    map(
        stem,
        "also available button detail else exactly explain hello hi link long menu much ok okay option page possible "
        "same screen see show sorry step still tab thank thanks work "
        "aren couldn didn doesn don isn ll re shouldn ve wasn won wouldn".split(),
    )
)
_CJK_SAYS_LITTLE = re.compile(
    "為什麼|为什么|可以|是否|需要|如果|如何|多久|多少|適用於?|适用于?"
    "|[怎什甚哪何誰谁么麼嗎吗呢吧啊的了我你您他她它們们這这那個个也都就再又還还只請请會会能要想可是在有沒没不裡里"
    "一二三四五六七八九十兩两第步需如幾几]"
)


def substance(text: str) -> list[str]:
    """Return the words of substance as written; of Chinese its runs of characters of substance."""
    function_words = _FUNCTION_WORDS.get(language(text), frozenset())
    return list(_words(text, function_words))


def amount(text: str) -> int:
    """Return how much substance there is: a word counts as one, and so do two Chinese characters, rounded down."""
    words = substance(text)
    characters = sum(len(word) for word in words if cjk_share(word))
    return characters // 2 + sum(1 for word in words if not cjk_share(word))


def language(text: str) -> str:
    """Return "de", "fr", "es", or "en" for any other."""
    words = re.findall(r"[^\W\d_]+", normalised(text))
    signs = {"en": sum(word in _ENGLISH_SIGNS for word in words)}
    signs |= {name: sum(word in known for word in words) for name, known in _FUNCTION_WORDS.items()}
    return max(signs, key=lambda name: signs[name])


def _words(text: str, function_words: frozenset[str]) -> Iterator[str]:
    for word in _CJK_OR_WORD.findall(text.replace("’", "'")):
        if cjk_share(word):
            yield from _CJK_SAYS_LITTLE.sub(" ", word).split()
        elif not _is_empty(normalised(word), function_words):
            yield word


def _is_empty(word: str, function_words: frozenset[str]) -> bool:
    is_short = len(word) == 1 or word.isdecimal()
    return is_short or word in function_words or not carries_meaning(stem(word)) or stem(word) in _SAYS_LITTLE
