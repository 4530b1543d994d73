"""Tell whether a clause denies what it says, and cut a text into its clauses."""

import re

from knowledge.words import normalised

_THAN = r"(?:more|greater|higher|larger|longer|later|older|less|fewer|lower|smaller|shorter|earlier|younger) than"
_THAN_CJK = r"[可得能會会]?(?:超[過过]|[多高大少低小][於于])"
_NEGATION = re.compile(  # not in `no more than 3`, which bounds a number
    rf"\b(?:(?<!if )(?<!or )not\b(?! (?:only|just|{_THAN})\b)"
    rf"|no\b(?! (?:matter|problem|worries|{_THAN})\b)(?!\.? ?\d)"
    r"|never\b|cannot\b|\w{2,12}n't\b"
    r"|without\b|unless\b|neither\b(?:.*\bnor\b)?|nor\b|none\b|nobody\b|nothing\b"
    r"|hardly\b|rarely\b|seldom\b|barely\b|scarcely\b|(?:avoid|refrain)(?:s|ed|ing)?\b|fail(?:s|ed|ing)? to\b)"
    rf"|(?<![差要能好對对])不(?![同僅仅只但過过論论管斷断久少錯错妨好]|可抗力|[動动][產产]|{_THAN_CJK})|[沒没]有?"
    r"|[無无](?![論论線线卡])|未(?![來来滿满])"
    r"|(?<![特分類类性個个識识級级區区辨差])[別别](?![人的名])|[勿毋]|禁止|切忌|拒[絕绝]|避免|很少"
)
_BREAK = re.compile(
    r"(?:[;:()；：（）—–。！？!?，]|,(?!\d))+|\.\s|\s-\s|但是?"
    r"|\s(?=(?:but|because|if|when|who|which|unless|without|although|though|while|otherwise|instead(?! of))\b)",
    re.IGNORECASE,
)
_OPENING_PHRASE = re.compile(
    r"((?:^|[.!?;:]\s+)[\s*_>-]*(?:after|as|at|before|by|during|for|from|in|on|over|since|through|to|under|until|upon|via|with"
    r"|within)\b(?: [^\s,;:]+){1,6}), "
    r"|((?:^|[。！？；：])\s*(?:[^，。！？；：]{1,12}[後后前時时內内中]|[在自從从對对][^，。！？；：]{1,10}))，",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether a clause denies what it says: two denials affirm."""
    return sum(1 for _ in _NEGATION.finditer(normalised(text))) % 2 == 1


def without_cjk_denials(text: str) -> str:
    """Return a text without the Chinese words that deny: they are compared as polarity."""
    return _NEGATION.sub(lambda word: word[0] if word[0].isascii() else " ", text)


def clause_texts(text: str) -> list[str]:
    """Return the texts of the clauses. A phrase that opens a sentence (`After a year, ...`) is none."""
    return _BREAK.split(_with_opening_phrases_joined(text))


def clause_around(text: str, start: int, end: int) -> str:
    """Return the text of the clause that has these characters."""
    joined = _with_opening_phrases_joined(text)
    begin = max((found.end() for found in _BREAK.finditer(joined, 0, start)), default=0)
    following = _BREAK.search(joined, end)
    return joined[begin : following.start() if following else len(joined)]


def _with_opening_phrases_joined(text: str) -> str:
    """Return a text of the same length without the commas behind opening phrases that deny nothing."""

    def joined(found: re.Match[str]) -> str:
        phrase = found[1] or found[2]
        return found[0] if denies(phrase) else phrase + " " * (len(found[0]) - len(phrase))

    return _OPENING_PHRASE.sub(joined, text)
