"""Turn a question, and the locale of who asks it, into the language in which articles suit the asker best.

The script tells Chinese, Japanese and Korean apart, and Traditional from Simplified Chinese; elsewhere the words that
carry no subject tell the language.
"""

import re

from knowledge.passage import primary_language
from knowledge.words import chinese_script, cjk_share

_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CJK = ("zh", "ja", "ko")
_MOSTLY_CJK = 0.3  # names of products in a Chinese question are Latin
_TRADITIONAL = re.compile("hant|tw|hk|mo", re.IGNORECASE)
_SIMPLIFIED = re.compile("hans|cn|sg|my", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|[¿¡]")

# A word may stand with several languages: it then says nothing between them.
_FUNCTION_WORDS = {
    "en": frozenset(
        "a about after all an and any are as at be been before but by can cannot could did do does for from get had "
        "has have how i if in is it its may me much must my need no not of on or our should so than that the there "
        "these they this to want was we were what when where which who why will with without won would you your".split()
    ),
    "es": frozenset(
        "¿ ¡ a al algo como cómo con cual cuál cuándo cuando cuánto cuántos de del desde donde dónde el ella en es "
        "esta está estas este esto fue ha hacer hago hay he la las lo los me mi mis muy nada ni no nos o para pero "
        "por porque puede puedo qué que quién quiero se si sí sin son soy su sus también te tengo tiene un una unos y "
        "ya yo".split()
    ),
    "fr": frozenset(
        "a ai après au aux avec avez avoir ce ces cet cette comment dans de des dois du elle en est et être fait "
        "faire il ils j je l la le les leur ma mais me mes moi mon n ne nos notre nous on ou où par pas peut peux "
        "plus pour pourquoi puis qu quand que quel quelle quels qui quoi sa sans se ses si sont suis sur un une vos "
        "votre vous à ça".split()
    ),
    "de": frozenset(
        "aber als am an auch auf aus bei bin bis das dass dem den der des die dies diese doch du ein eine einem einen "
        "einer er es für gibt habe haben hat ich ihr im in ist ja kann kein keine können man mein meine meinen mich "
        "mir mit muss nach nicht noch nur oder ohne sein sich sie sind so um und uns unter vom von vor wann war warum "
        "was wenn werden wer wie wir wird wo wurde zu zum zur über".split()
    ),
    "it": frozenset(
        "a ai al alla anche c che chi ci come con cosa da dal del della delle devo di dopo dove e è fare gli ha hai "
        "ho i il in io l la le lo ma mi mia mie mio nel nella no non o per perché più posso può quale quali quando "
        "quanto questa questo se senza si sono su sua sul tra un una uno vi".split()
    ),
    "pt": frozenset(
        "a ao aos as até com como da das de do dos e é ela ele em eu existe fazer foi há isso já mais mas me meu meus "
        "minha minhas muito na não nas nem no nos o onde os ou para pela pelo por porque posso pode qual quando "
        "quanto que quem quero se sem ser seu sua são também te tem tenho um uma você vocês à às".split()
    ),
    "nl": frozenset(
        "aan als bij dan dat de deze die dit doe doen door dus een en er geen had heb hebben heeft het hij hoe ik in "
        "is je kan kunnen maar mag met mijn moet na naar niet nog of om ook op over te tot u uit uw van veel voor "
        "waar waarom wanneer wat we welke wie wil wij word wordt worden ze zich zijn zo zonder".split()
    ),
}


def language_asked_in(question: str, *, locale: str = "") -> str:
    """Return the language of the question, "" where nothing tells; the locale decides where the words do not.

    Chinese comes with its script where that is known: `zh-Hant`, `zh-Hans`.
    """
    if cjk_share(question) >= _MOSTLY_CJK:
        return "ko" if _HANGUL.search(question) else "ja" if _KANA.search(question) else _chinese(question, locale)
    words = _WORD.findall(question.lower())
    counts = {language: sum(word in known for word in words) for language, known in _FUNCTION_WORDS.items()}
    most = max(counts.values())
    likely = [language for language, count in counts.items() if count == most]
    if len(likely) == 1:
        return likely[0]
    own = primary_language(locale)
    return own if own not in _CJK and (most == 0 or own in likely) else ""


def _chinese(question: str, locale: str) -> str:
    of_locale = primary_language(locale) == "zh"
    script = chinese_script(question)
    if not script and of_locale:
        script = "Hant" if _TRADITIONAL.search(locale) else "Hans" if _SIMPLIFIED.search(locale) else ""
    return f"zh-{script}" if script else "zh"
