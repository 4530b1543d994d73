"""Turn a passage's text into what a claim is held against: its sentences, their terms, numbers and names."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from knowledge.words import Span, sentences
from support_bot.answering.checking.facts import (
    Clause,
    Facts,
    clauses_in,
    comparable,
    is_cjk,
    names_in,
    squeezed,
)
from support_bot.answering.checking.numbers import Number, numbers_in


class Evidence:
    """A passage's text, analysed once so that many claims can be checked against it.

    `context` (title and headings) counts as read, but is never the span that supports a claim.
    """

    def __init__(self, text: str, *, context: str = "") -> None:
        self.text = text
        self.spans: list[Span] = sentences(text)
        parts = [text[span.start : span.end] for span in self.spans]
        self.clauses = [clauses_in(part) for part in parts]
        self.numbers = [numbers_in(part) for part in parts]
        self.asks = [part.endswith(("?", "？")) for part in parts]
        self.sentences_with: dict[str, list[int]] = {}
        for index, clauses in enumerate(self.clauses):
            for term in _terms_of(clauses):
                self.sentences_with.setdefault(term, []).append(index)
        self.context_terms = _terms_of(clauses_in(context))
        self.names = [_comparable_names(part) - self.context_terms for part in parts]
        self.context_numbers = numbers_in(context)
        self.squeezed = squeezed(f"{text}\n{context}")
        self.is_cjk = is_cjk(text)

    def length(self, run: Sequence[int]) -> int:
        """Return the length of a run of sentences, in code points."""
        return self.spans[run[-1]].end - self.spans[run[0]].start

    def knows(self, term: str, indices: Iterable[int] | None = None) -> bool:
        """Whether a term stands in some sentences (None: any), or the context; one without content always does."""
        known = comparable(term)
        if not known or known in self.context_terms:
            return True
        there = self.sentences_with.get(known, [])
        return bool(there) if indices is None else not set(there).isdisjoint(indices)

    def names_another(self, claimed: Facts, index: int) -> bool:
        """Whether a sentence lacks a name of the claim, as the context does, and has a name that the claim lacks.

        `Plan B costs $20` names another than `Plan A costs $20`.
        """
        if self.names[index].issubset(claimed.terms):
            return False
        return not all(self.knows(name, [index]) for name in claimed.names)

    def signs_of(self, claimed: Facts, indices: Sequence[int]) -> int:
        """Return how many terms of a claim's names, and of its numbers, some sentences hold themselves."""
        named = (self.sentences_with.get(comparable(name), ()) for name in claimed.names)
        held = list(chain.from_iterable(self.numbers[index] for index in indices))
        stated = (number for number in claimed.numbers if any(map(number.agrees_with, held)))
        return sum(not set(there).isdisjoint(indices) for there in named) + sum(1 for _ in stated)

    def mentions(self, claimed: Facts) -> bool:
        """Whether every name, number and literal of a text stands somewhere in the passage or context."""
        return (
            all(map(self.knows, claimed.names))
            and all(map(self.holds, claimed.literals))
            and all(map(self.states, claimed.numbers))
        )

    def states(self, claimed: Number, indices: Iterable[int] | None = None) -> bool:
        """Whether some sentences (None: any), or the context, hold a number."""
        held = self.numbers if indices is None else [self.numbers[index] for index in indices]
        return any(map(claimed.agrees_with, chain(self.context_numbers, *held)))

    def holds(self, literal: str) -> bool:
        """Whether a squeezed string stands in the text or context, not as part of a longer Latin word."""
        return re.search(rf"(?<![a-z0-9_]){re.escape(literal)}(?![a-z0-9_])", self.squeezed) is not None


def _comparable_names(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(comparable, names_in(text))))


def _terms_of(clauses: Iterable[Clause]) -> frozenset[str]:
    return frozenset().union(*(clause.terms for clause in clauses))
