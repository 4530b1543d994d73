"""Turn a sentence into the facts that a support check compares: terms, polarity, numbers, names and literal strings."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from knowledge.stop_words import carries_meaning
from knowledge.words import cjk_share, normalised, terms
from support_bot.answering.checking.numbers import Number, numbers_in
from support_bot.answering.checking.vocabulary import FILLERS, NOT_NAMES, OPPOSITE, SAME

_CJK_TEXT = 0.3  # Chinese help pages with English labels stay above, English ones with Chinese names below

_NEGATION = re.compile(
    r"\b(?:not\b(?! (?:only|just)\b)|no\b(?! (?:matter|problem|worries)\b)(?!\.? ?\d)|never\b|cannot\b|\w{2,12}n't\b"
    r"|without\b|unless\b|neither\b|nor\b|none\b|nobody\b|nothing\b"
    r"|hardly\b|rarely\b|seldom\b|barely\b|scarcely\b|(?:avoid|refrain)(?:s|ed|ing)?\b|fail(?:s|ed|ing)? to\b)"
    r"|(?<![差要能好對对])不(?![同僅仅只但過过論论管斷断久少錯错妨好])|[沒没]有?|[無无](?![論论線线])|未(?![來来])"
    r"|(?<![特分類类性個个識识級级區区辨差])[別别](?![人的名])|[勿毋]|禁止|切忌|拒[絕绝]|避免|很少"
)
_COMMON_VERBS = frozenset(SAME.values())
_CLAUSE_BREAK = re.compile(
    r"[,;:()，；：（）—–。！？!?]+|\.\s|但是?"
    r"|\s(?=(?:but|because|if|when|unless|without|although|though|while|otherwise|instead)\b)",
    re.IGNORECASE,
)

_NAME = re.compile(r"(?<![\w@./\\-])[A-Z][\w'’]*(?:-\w+)*")
_LIKE_A_STOP_WORD = re.compile(  # `Plan A`, `the US`: without their capitals they would say nothing
    r"(?<![A-Z] )(?<![A-Za-z0-9_.$])(?:(?:US|IT)(?! [A-Z]{2})|(?:(?<=\w )A|A(?! ?[a-z]))(?! [A-Z]))"
    r"(?![A-Za-z0-9_$]|\.\w)"
)
_ACRONYM = re.compile(r"[A-Z]\w*[A-Z0-9]")
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9]+|[A-Z](?![A-Za-z0-9]))")
_WORD_OR_SIGN = re.compile(r"[A-Za-z0-9_.-]+|[^\sA-Za-z0-9_.-]")
_OPENING = re.compile(r"(?:^|[.!?:;。！？：；|(（\"“]\s?|\d[.)]\s)[\s*_>#|\"“‘'-]*$")
_SUBJECT = re.compile(r"[^\w]*([A-Z][\w-]*)(?:['’]s)?\s+(\S+)\s+([\w'’]+)")
_BEFORE = 24  # characters that tell whether a capitalised word opens a sentence

_ADDRESS_END = r"[^\s<>()\[\]（）「」，。；.,;:!?*_'\"”]"
_LITERALS = (
    re.compile(r"`+([^`]+)`+"),
    re.compile(r"[“\"]([^“”\"]{2,80})[”\"]"),
    re.compile(r"(?<!\w)['‘]([^'‘’]{2,80})['’](?!\w)"),
    re.compile(r"[「『《]([^」』》]{1,80})[」』》]"),
    re.compile(rf"((?:https?://|www\.)[^\s<>()\[\]（）「」，。；]+{_ADDRESS_END})"),
    re.compile(r"(?<![\w.+-])([\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"),
    re.compile(r"(?<![\w/.])((?:~|\.{1,2})?/[\w.-]+(?:/[\w.-]*)*|[A-Za-z]:\\\S+|--[a-z][\w-]+)"),
    re.compile(r"(?<![\w/.@-])([A-Za-z]\w*_\w+|[a-z]+[A-Z]\w*|[A-Za-z]\w*(?:\.[A-Za-z]\w+)+)(?![\w@])"),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """The content terms of a clause and whether it denies them."""

    terms: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A capitalised word that opens a sentence, perhaps a name, and the two words after it."""

    word: str
    following: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a claim asserts, in forms that can be compared."""

    terms: tuple[str, ...]
    clauses: tuple[Clause, ...]
    numbers: tuple[Number, ...]
    names: frozenset[str]  # as `terms` gives them, those like a stop word in capitals
    whole_names: int  # names in a row (`Acme Cloud`) counted as one
    literals: frozenset[str]  # quoted strings, code, addresses and paths, as `squeezed` gives them
    subject: Subject | None
    is_cjk: bool


@lru_cache(maxsize=256)
def facts(claim: str) -> Facts:
    """Return the facts of a claim."""
    clauses = clauses_in(claim)
    names = names_in(claim)
    return Facts(
        terms=tuple(sorted(frozenset().union(*(clause.terms for clause in clauses)))),
        clauses=clauses,
        numbers=tuple(number for number in numbers_in(claim) if not number.is_an_article),
        names=names,
        whole_names=_whole_names(claim, names),
        literals=literals_in(claim),
        subject=subject_of(claim),
        is_cjk=is_cjk(claim),
    )


def is_cjk(text: str) -> bool:
    """Whether a text is written in Chinese, Japanese or Korean, be it with Latin names in it."""
    return cjk_share(text) > _CJK_TEXT


def squeezed(text: str) -> str:
    """Fold case, width and white space."""
    return " ".join(normalised(text).split())


def comparable(term: str) -> str:
    """Return the form of a term in `Clause.terms`, "" for one without content."""
    canonical = _canonical(term)
    return OPPOSITE.get(canonical, canonical)


def has_content(word: str) -> bool:
    """Whether a word is more than a function word or a number."""
    return any(map(_canonical, terms(word)))


@lru_cache(maxsize=65_536)
def _canonical(term: str) -> str:
    if term.isdecimal() or term in FILLERS or not carries_meaning(term):
        return ""
    return SAME.get(term, term)


def clauses_in(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text that have content; what has none (`, not at all`) turns the one before."""
    found: list[Clause] = []
    for part in _CLAUSE_BREAK.split(text):
        turns = sum(1 for _ in _NEGATION.finditer(normalised(part)))
        content = set(_LIKE_A_STOP_WORD.findall(part))
        for term in filter(None, map(_canonical, terms(part))):
            turns += term in OPPOSITE
            content.add(OPPOSITE.get(term, term))
        if content:
            found.append(Clause(frozenset(content), negated=turns % 2 == 1))
        elif found and turns % 2 == 1:
            found[-1] = Clause(found[-1].terms, not found[-1].negated)
    return tuple(found)


def names_in(text: str) -> frozenset[str]:
    """Return the terms of a text's proper names: capitalised words that do not merely open a sentence.

    An opening word counts when another capitalised word follows it at once and it is no common verb (`Open Settings`).
    A letter by itself counts (`Plan A`), the pronoun and the article do not. Among CJK characters each Latin word is a
    name.
    """
    found = set(_LIKE_A_STOP_WORD.findall(text))
    for match in _NAME.finditer(text):
        opens = _OPENING.search(text, max(0, match.start() - _BEFORE), match.start())
        if opens and not _ACRONYM.match(match[0]) and not _begins_a_name(text, match):
            continue
        found.update(terms(match[0]))
    if is_cjk(text):
        for word in _LATIN_WORD.findall(text):
            found.update(terms(word))
    return frozenset(found - NOT_NAMES)


def _begins_a_name(text: str, opening: re.Match[str]) -> bool:
    follower = _NAME.match(text, opening.end() + 1)
    return (
        follower is not None
        and has_content(opening[0])
        and not _COMMON_VERBS.issuperset(map(_canonical, terms(opening[0])))
    )


def _whole_names(text: str, names: frozenset[str]) -> int:
    runs = groupby(_WORD_OR_SIGN.findall(text), key=lambda word: not names.isdisjoint(terms(word)))
    return len({tuple(run) for is_name, run in runs if is_name})


def literals_in(text: str) -> frozenset[str]:
    """Return what a text gives word for word: quoted strings, code, addresses, paths, identifiers."""
    found = (match[1] for pattern in _LITERALS for match in pattern.finditer(text))
    return frozenset(literal for match in found if (literal := squeezed(match).strip(".,;:!?。，；：！？ ")))


def subject_of(text: str) -> Subject | None:
    """Return the capitalised content word that opens a text, if one does and two words follow."""
    match = _SUBJECT.match(text)
    if not match or not has_content(match[1]):
        return None
    return Subject(match[1], (match[2], match[3]))
