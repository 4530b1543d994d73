"""Turn a text into its content terms, in the forms in which a claim's and a passage's are compared.

Folded are spelling, inflection, derivation, and words that help pages and answers exchange freely.
"""

import re
from functools import lru_cache

from knowledge.stop_words import FUNCTION_CHARACTERS, carries_meaning
from knowledge.words import normalised, stem, terms
from support_bot.answering.checking.vocabulary import (
    AMERICAN,
    BOUNDING,
    CONTRARIES,
    DENIALS,
    ENDINGS,
    FILLERS,
    MONTHS,
    PREFIXES,
    SAME,
)

_PREFIXED = re.compile(rf"\b({'|'.join(PREFIXES)})-(?=[a-z])")
_AMERICAN = [(re.compile(pattern), replacement) for pattern, replacement in AMERICAN]
_VOWEL = re.compile("[aeiouy]")
_SHORTEST_ROOT = 4  # letters


def content_in(text: str) -> list[str]:
    """Return the content terms of a text in reading order."""
    return list(filter(None, map(canonical, spelled_terms(text))))


def spelled_terms(text: str) -> list[str]:
    """Return the terms of a text, whatever their content, with one spelling for each word."""
    text = _PREFIXED.sub(r"\1", normalised(text))
    for pattern, replacement in _AMERICAN:
        text = pattern.sub(replacement, text)
    return terms(text)


def is_juncture(term: str) -> bool:
    """Whether a pair of characters has one without content, so that it may only be where two words meet: 的玉."""
    return not term.isascii() and not FUNCTION_CHARACTERS.isdisjoint(term)


@lru_cache(maxsize=65_536)
def canonical(term: str) -> str:
    """Return the form that a term shares with those that say the same, "" for one without content."""
    if term.isdecimal() or term in _FILLERS or not carries_meaning(term):
        return ""
    return _SAME.get(root := _root(term), root)


def comparable(term: str) -> str:
    """Return the canonical form of a term, or of what it says the opposite of."""
    return OPPOSITES.get(form := canonical(term), form)


def _root(term: str) -> str:
    """Return a stem without the endings that make other kinds of words of it, and without the plural of letters."""
    if not term.isascii() or not term.isalpha():
        return term
    if not _VOWEL.search(term):
        return term.removesuffix("s")  # `LLMs`
    ending = next((e for e in ENDINGS if term.endswith(e) and len(term) - len(e) >= _SHORTEST_ROOT), "")
    return term.removesuffix(ending)


_FILLERS = frozenset(map(stem, [*FILLERS, *MONTHS]))
_SAME = {_root(stem(word)): _root(stem(line.split()[0])) for line in SAME for word in line.split()}


def _stated(word: str) -> str:
    return canonical(stem(word)) or _root(stem(word))  # `include` says nothing, but `exclude` does


OPPOSITES = {_stated(second): _stated(first) for first, second in (pair.split("/") for pair in (*DENIALS, *CONTRARIES))}
"""By canonical form, the form that it says the opposite of."""

DENIED = frozenset(_stated(pair.split("/")[0]) for pair in DENIALS)
"""Canonical forms that some word denies as a `not` does."""

BOUNDS = frozenset(map(_stated, BOUNDING))
"""Canonical forms of words that bound a number."""

CONTRARY = frozenset(_stated(pair.split("/")[0]) for pair in CONTRARIES)
"""Canonical forms of words that have a contrary."""

COMMON_VERBS = frozenset(_SAME.values())
"""Words that open a sentence in capitals and are no names."""
