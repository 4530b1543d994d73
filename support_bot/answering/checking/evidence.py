"""Turn a passage's text into what a claim is held against: its sentences, their terms, numbers and names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from knowledge.words import Span, sentences
from support_bot.answering.checking.facts import (
    Clause,
    Facts,
    clauses_in,
    is_cjk,
    names_in,
    squeezed,
    with_joined_initials,
)
from support_bot.answering.checking.numbers import Number, numbers_in, periods_in
from support_bot.answering.checking.orders import orders_in
from support_bot.answering.checking.polarity import clause_texts
from support_bot.answering.checking.slots import slots_in
from support_bot.answering.checking.swaps import Order, order_of
from support_bot.answering.checking.wording import comparable

_QUESTION_AFTER = re.compile(r"(.*[\u4e00-\u9fff」』》）])\s+(?=[\u4e00-\u9fff「『《（]\S*[?？]\Z)", re.DOTALL)
_SPACED_DOT = re.compile(r"(?<=\w) \. (?=\w)")
_SIGNS = re.compile(r"^\s*\d+[.)]|[\s*_|\-•]")  # that two writings of one sentence may differ in


class Evidence:
    """A passage's text, analysed once so that many claims can be checked against it.

    `context` (title and headings) counts as read, but is never the span that supports a claim. Silent are the sentences
    that state nothing, since they ask or order.
    """

    def __init__(self, text: str, *, context: str = "") -> None:
        self.text = text
        self.spans: list[Span] = list(_apart(text, sentences(text)))
        parts = [with_joined_initials(text[span.start : span.end]) for span in self.spans]
        self.clauses = [clauses_in(part) for part in parts]
        self.terms = [_terms_of(clauses) for clauses in self.clauses]
        self.numbers = _read_with_dates([numbers_in(part) for part in parts], self.terms)
        self.periods = [periods_in(part) for part in parts]
        self.asks = [part.endswith(("?", "？")) for part in parts]
        self._orders = orders_in(parts)
        self.is_silent = [asks or orders for asks, orders in zip(self.asks, self._orders, strict=True)]
        self.sentences_with: dict[str, list[int]] = {}
        for index, terms in enumerate(self.terms):
            for term in terms:
                self.sentences_with.setdefault(term, []).append(index)
        self.context_terms = _terms_of(clauses_in(context))
        self.names = [_comparable_names(part) - self.context_terms for part in parts]
        self.context_numbers = numbers_in(context)
        self.squeezed = squeezed(f"{text}\n{context}")
        self.is_cjk = is_cjk(text)
        self.slots = [() if self.is_cjk else slots_in(part) for part in parts]
        self._said = [_SIGNS.sub("", squeezed(part)) for part in parts]
        self._words = "".join(self._said)

    def quoted(self, claim: str) -> Span | None:
        """Return where a claim stands word for word, as whole sentences that are statements; None where it does not."""
        words = _SIGNS.sub("", squeezed(claim))
        if not words or words not in self._words:
            return None
        for first in range(len(self.spans)):
            rest = words
            for last in range(first, len(self.spans)):
                if self.is_silent[last] or not self._said[last] or not rest.startswith(self._said[last]):
                    break
                rest = rest.removeprefix(self._said[last])
                if not rest:
                    return Span(self.spans[first].start, self.spans[last].end)
        return None

    @cached_property
    def orders(self) -> list[Order]:
        """Return the orders of all clauses."""
        parts = (with_joined_initials(self.text[span.start : span.end]) for span in self.spans)
        return [order_of(clause) for part in parts for clause in clause_texts(part)]

    def is_ordered_at(self, place: int) -> bool:
        """Whether the sentence at a code point is an order to a model, or follows one."""
        return any(
            orders and span.start <= place < span.end for orders, span in zip(self._orders, self.spans, strict=True)
        )

    def sentence(self, index: int) -> str:
        """Return the text of a sentence."""
        return self.text[self.spans[index].start : self.spans[index].end]

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
        """Whether a sentence lacks half the claim's names, as the context does, and has a name that the claim lacks.

        `Plan B costs $20` names another than `Plan A costs $20`.
        """
        if self.names[index].issubset(claimed.terms):
            return False
        lacking = sum(not self.knows(name, [index]) for name in claimed.names)
        return lacking > 0 and lacking * 2 >= len(claimed.names)

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

    def states(self, claimed: Number, indices: Sequence[int] | None = None) -> bool:
        """Whether some sentences (None: any), or the context, hold a number.

        A year or the number of a thing (`Opus 3`) may also stand elsewhere, where these have no other for the same.
        """
        held = list(
            chain.from_iterable(self.numbers if indices is None else (self.numbers[index] for index in indices))
        )
        if indices and indices[0] and self.asks[indices[0] - 1]:
            held += self.numbers[indices[0] - 1]  # a question tells what the sentence after it is about
        if any(map(claimed.agrees_with, chain(self.context_numbers, held))):
            return True
        if indices is None or not claimed.kind or any(number.kind == claimed.kind for number in held):
            return False
        return self.states(claimed)

    def counts_otherwise(self, claimed: Facts, indices: Sequence[int]) -> bool:
        """Whether some sentences count by the month, say, and not by the year as a claim does."""
        stated = frozenset(chain.from_iterable(self.periods[index] for index in indices))
        return bool(stated) and not claimed.periods <= stated

    def holds(self, literal: str) -> bool:
        """Whether a squeezed string stands in the text or context, not as part of a longer Latin word."""
        pattern = rf"(?<![a-z0-9_]){re.escape(literal)}(?![a-z0-9_])"
        return any(re.search(pattern, text) for text in (self.squeezed, self._unspaced))

    @cached_property
    def _unspaced(self) -> str:
        """Return the text without the space that pages of code have around dots: `client . messages . create`."""
        return _SPACED_DOT.sub(".", self.squeezed)


@lru_cache(maxsize=256)
def evidence_of(text: str, context: str) -> Evidence:
    """Return what claims are held against, analysed once for all answers of late that were written from it."""
    return Evidence(text, context=context)


def _read_with_dates(
    numbers: Sequence[tuple[Number, ...]], terms: Sequence[frozenset[str]]
) -> list[tuple[Number, ...]]:
    """Return the numbers of each sentence, with those of a line before it that has nothing else, as a date."""
    before: list[tuple[Number, ...]] = [
        (),
        *(own if not words else () for own, words in zip(numbers, terms, strict=True)),
    ]
    return [own + bare for own, bare in zip(numbers, before[: len(numbers)], strict=True)]


def _apart(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans, an answer and the next question on its line apart, as in Chinese 24小時 如何通知?"""
    for span in spans:
        question = _QUESTION_AFTER.match(text, span.start, span.end)
        if question:
            yield Span(span.start, question.end(1))
        yield Span(question.end() if question else span.start, span.end)


def _comparable_names(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(comparable, names_in(text))))


def _terms_of(clauses: Iterable[Clause]) -> frozenset[str]:
    return frozenset(chain.from_iterable(clause.terms for clause in clauses))
