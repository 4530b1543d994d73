"""Turn a sentence into the facts that a support check compares: terms, polarity, numbers, names and literal strings."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby

from knowledge.words import cjk_share, normalised, simplified
from support_bot.answering.checking.bounds import without_cjk_bounds
from support_bot.answering.checking.numbers import Number, numbers_in, periods_in
from support_bot.answering.checking.polarity import clause_texts, denies, without_cjk_denials
from support_bot.answering.checking.scope import Scope, scope_of
from support_bot.answering.checking.slots import Joined, Slot, joined_in, slots_in
from support_bot.answering.checking.swaps import Order, order_of
from support_bot.answering.checking.vocabulary import MONTHS, NOT_NAMES
from support_bot.answering.checking.wording import (
    COMMON_VERBS,
    CONTRARY,
    DENIED,
    OPPOSITES,
    canonical,
    content_in,
    spelled_terms,
)

_CJK_TEXT = 0.3  # Chinese help pages with English labels stay above, English ones with Chinese names below

_NAME = re.compile(r"(?<![\w@./\\-])[A-Z][A-Za-zÀ-ɏ0-9_'’]*(?:-[A-Za-zÀ-ɏ0-9]+)*")
_LIKE_A_STOP_WORD = re.compile(  # `Plan A`, `the US`: without their capitals they would say nothing
    r"(?<![A-Z] )(?<![A-Za-z0-9_.$])(?:(?:US|IT)(?! [A-Z]{2})|(?:(?<=\w )A|A(?! ?[a-z]))(?! [A-Z]))"
    r"(?![A-Za-z0-9_$]|\.\w)"
)
_ACRONYM = re.compile(r"[A-Z]\w*[A-Z0-9]")
_NOT_NAMES = NOT_NAMES.union(*map(spelled_terms, MONTHS))
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9]+|[A-Z](?![A-Za-z0-9]))")
_WORD_OR_SIGN = re.compile(r"[A-Za-z0-9_.-]+|[^\sA-Za-z0-9_.-]")
_OPENING = re.compile(r"(?:^|[.!?:;。！？：；|(（\"“]\s?|\d[.)]\s)[\s*_>#|\"“‘'-]*$")
_SUBJECT = re.compile(r"[^\w]*(?!\w+ing\b)([A-Z][\w-]*)(?:['’]s)?\s+(\S+)\s+([\w'’]+)")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,4}(?=[\s,;:)]|$)")
_TRANSITION = re.compile(
    r"^(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|overall|therefore|thus|moreover|furthermore"
    r"|in addition|in short|in summary|as a result|in other words|to summari[sz]e), ",
    re.IGNORECASE,
)
_NEEDS = re.compile(r"\s*(?:without|unless)\b", re.IGNORECASE)
_BESIDE = 2  # content terms before and after a contrary
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
    re.compile(r"(?<![\w/.@-])((?:[A-Za-z0-9]+-)+[A-Za-z0-9]+(?:\.[A-Za-z][\w-]+)+)(?![\w@])"),  # `my-site.com`
)


@dataclass(frozen=True, slots=True)
class Clause:
    """The content terms of a clause, in reading order, and whether it denies them.

    A term stands for its opposite too: `opposed` are those that are there as the opposite.
    """

    terms: tuple[str, ...]
    negated: bool
    opposed: frozenset[str] = frozenset()

    def denies(self, other: "Clause", *, known: AbstractSet[str]) -> bool:
        """Whether it says of the same terms what another clause denies, or denies what that says.

        An opposite turns what is said where the other clause has its term; a denial also where no known term is it.
        """
        turned = sum(self._shares(term, other) or (term in DENIED and term not in known) for term in self.opposed)
        turned += sum(other._shares(term, self) for term in other.opposed)
        return (self.negated != other.negated) != (turned % 2 == 1)

    def _shares(self, term: str, other: "Clause") -> bool:
        """Whether both clauses have a term: a contrary with a word beside it, as in `more errors`."""
        if term not in other.terms:
            return False
        return term not in CONTRARY or not self._beside(term).isdisjoint(other._beside(term))

    def _beside(self, term: str) -> frozenset[str]:
        place = self.terms.index(term)
        return frozenset(self.terms[max(0, place - _BESIDE) : place + _BESIDE + 1]) - {term}


@dataclass(frozen=True, slots=True)
class Subject:
    """A capitalised word that opens a sentence, perhaps a name, and the two words after it."""

    word: str
    following: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a claim asserts, in forms that can be compared."""

    terms: tuple[str, ...]  # of content, in reading order
    clauses: tuple[Clause, ...]
    numbers: tuple[Number, ...]
    periods: frozenset[str]  # as `month` of `$20 a month`
    names: frozenset[str]  # as `spelled_terms` gives them, those like a stop word in capitals
    whole_names: int  # names in a row (`Acme Cloud`) counted as one
    literals: frozenset[str]  # quoted strings, code, addresses and paths, as `squeezed` gives them
    subject: Subject | None
    scope: Scope
    slots: tuple[Slot, ...]  # of a claim in Latin letters
    orders: tuple[Order, ...]  # of its clauses, of a claim in Latin letters
    joined: Joined | None  # of a claim in Chinese
    is_cjk: bool


@lru_cache(maxsize=256)
def facts(claim: str) -> Facts:
    """Return the facts of a claim."""
    claim = _TRANSITION.sub("", with_joined_initials(claim))
    clauses = clauses_in(claim)
    names = names_in(claim)
    return Facts(
        terms=tuple(dict.fromkeys(chain.from_iterable(clause.terms for clause in clauses))),
        clauses=clauses,
        numbers=tuple(number for number in numbers_in(claim) if not number.is_an_article),
        periods=periods_in(claim),
        names=names,
        whole_names=_whole_names(claim, names),
        literals=literals_in(claim),
        subject=subject_of(claim),
        scope=scope_of(claim),
        slots=() if is_cjk(claim) else slots_in(claim),
        orders=() if is_cjk(claim) else tuple(map(order_of, clause_texts(claim))),
        joined=joined_in(claim) if is_cjk(claim) else None,
        is_cjk=is_cjk(claim),
    )


def is_cjk(text: str) -> bool:
    """Whether a text is written in Chinese, Japanese or Korean, be it with Latin names in it."""
    return cjk_share(text) > _CJK_TEXT


def squeezed(text: str) -> str:
    """Fold case, width, white space and script."""
    return " ".join(simplified(normalised(text)).split())


def with_joined_initials(text: str) -> str:
    """Return a text with `US` for `U.S.`, which is the same name."""
    return _INITIALS.sub(lambda initials: initials[0].replace(".", ""), text)


def has_content(word: str) -> bool:
    """Whether a word is more than a function word or a number."""
    return bool(content_in(word))


def clauses_in(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text that have content; what has none (`, not at all`) turns the one before."""
    found: list[Clause] = []
    for part in clause_texts(text):
        negated = denies(part) and not any(number.bound for number in numbers_in(part))  # which it turned
        content = content_in(without_cjk_denials(without_cjk_bounds(part)))
        if found and found[-1].negated and _NEEDS.match(part):
            negated = False  # `not without` is only with
        if comparable := [OPPOSITES.get(term, term) for term in content] + _LIKE_A_STOP_WORD.findall(part):
            opposed = frozenset(OPPOSITES[term] for term in content if term in OPPOSITES)
            found.append(Clause(tuple(dict.fromkeys(comparable)), negated, opposed))
        elif found and negated:
            found[-1] = replace(found[-1], negated=not found[-1].negated)
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
        found.update(filter(canonical, spelled_terms(match[0])))
    if is_cjk(text):
        for word in _LATIN_WORD.findall(text):
            found.update(filter(canonical, spelled_terms(word)))
    return frozenset(found - _NOT_NAMES)


def _begins_a_name(text: str, opening: re.Match[str]) -> bool:
    follower = _NAME.match(text, opening.end() + 1)
    return (
        follower is not None
        and has_content(opening[0])
        and not COMMON_VERBS.issuperset(map(canonical, spelled_terms(opening[0])))
    )


def _whole_names(text: str, names: frozenset[str]) -> int:
    runs = groupby(_WORD_OR_SIGN.findall(text), key=lambda word: not names.isdisjoint(spelled_terms(word)))
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
