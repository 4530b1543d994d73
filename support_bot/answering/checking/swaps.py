"""Tell whether a clause has things of other clauses in each other's places, or the contrary of one of them.

`Move it from B to A` has the words of `Move it from A to B`, `Members ask admins` those of `Admins ask members`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.words import normalised
from support_bot.answering.checking.vocabulary import ANTONYMS
from support_bot.answering.checking.wording import canonical, spelled_terms

_OBJECT = re.compile(
    r"\b(instead of|rather than|than|from|into|to|by|via|before|after|over)"
    r" ((?:(?:the|an?|your|their|its|our|his|her|this|that|all|any|each) )?[\w'.-]+)"
)
_OTHER_WAY = {"from": ("to", "into"), "to": ("from",), "into": ("from",)}
_MAY_TURN = re.compile(
    r"\b(?:of|by|at|is|are|was|were|be|been|being|who|whose)\b"
)  # `Mail sent by B` for `B sends mail`
_THAN = re.compile(r" (?:rather than|than|over) ")
_COMPARES = re.compile(
    r"\b(?:more|better|best|most|prefer\w*|(?:easi|fast|cheap|saf|simpl|great|larg|high|strong)e(?:r|st))\b"
)
_NEAR = 0.6  # of a clause's terms, in the other
_LEAST = 2  # terms that clauses on the same matter share
_COPIED = 3  # terms that clauses share which say nearly the same
_PREFERRED = 3  # times as many terms that another clause has second than that it has first
_BESIDE = 2  # content terms before and after a contrary


class Order(NamedTuple):
    """The content terms of a clause in reading order, and which of them follow which preposition."""

    terms: tuple[str, ...]
    objects: frozenset[tuple[str, str]]
    may_turn: bool  # other clauses may say the same the other way round
    compares: bool
    surpassed: frozenset[str]  # what it compares with: terms behind `than` that do not stand before it too

    def conflicts_with(self, others: Sequence["Order"]) -> bool:
        """Whether clauses have it the other way round: all that come near to it, or one that has a contrary in it."""
        near = [other for other in others if self._shared(other) >= max(_LEAST, _NEAR * len(self.terms))]
        if near and all(self._exchanges(other) or self._turns_round(other) for other in near):
            return True
        if self.compares and any(self._prefers_what(other) for other in others if other.surpassed):
            return True
        return any(self._says_contrary(term, others) for term in self.terms if term in ANTONYMS_OF) or any(
            self._goes_the_other_way(place, term, others) for place, term in self.objects if place in _OTHER_WAY
        )

    def _prefers_what(self, other: "Order") -> bool:
        """Whether it puts first what the other puts second: `Fewer is better` for `More is better than fewer`."""
        first = frozenset(self.terms) - self.surpassed
        second = len(first & other.surpassed)
        return second >= _COPIED and _PREFERRED * len(first.intersection(other.terms) - other.surpassed) <= second

    def _shared(self, other: "Order") -> int:
        return len(set(self.terms) & set(other.terms))

    def _says_contrary(self, term: str, others: Sequence["Order"]) -> bool:
        """Whether others have its contrary beside the same word, and none has the term there: `download files`."""
        contrary = ANTONYMS_OF[term]
        if contrary in self.terms:
            return False
        turned = any(self._shared(other) >= _LEAST and self._meets(term, other, contrary) for other in others)
        return turned and not any(self._meets(term, other, term) for other in others)

    def _goes_the_other_way(self, place: str, term: str, others: Sequence["Order"]) -> bool:
        """Whether others go to where it comes from, and none comes from there."""
        turned = any(
            (way, term) in other.objects and self._shared(other) >= _COPIED
            for other in others
            for way in _OTHER_WAY[place]
        )
        return turned and not any((place, term) in other.objects for other in others)

    def _meets(self, term: str, other: "Order", there: str) -> bool:
        return there in other.terms and not self._beside(term).isdisjoint(other._beside(there))

    def _beside(self, term: str) -> frozenset[str]:
        place = self.terms.index(term)
        return frozenset(self.terms[max(0, place - _BESIDE) : place + _BESIDE + 1]) - {term}

    def _exchanges(self, other: "Order") -> bool:
        """Whether behind a preposition stands what the other has in another place, which has what stands there."""
        return any(
            place == preposition and theirs in self.terms and (place, theirs) not in self.objects
            for preposition, own in self.objects - other.objects
            if own in other.terms
            for place, theirs in other.objects
        )

    def _turns_round(self, other: "Order") -> bool:
        """Whether three terms in a row stand in a row there, the last first."""
        if self.may_turn or other.may_turn:
            return False
        rows = set(zip(other.terms, other.terms[1:], other.terms[2:], strict=False))
        return any(row[::-1] in rows for row in zip(self.terms, self.terms[1:], self.terms[2:], strict=False))


@lru_cache(maxsize=4_096)
def order_of(clause: str) -> Order:
    """Return the order of a clause in Latin letters."""
    text = normalised(clause)
    objects = ((found[1], term) for found in _OBJECT.finditer(text) for term in _content(found[2]))
    first, *second = _THAN.split(text, maxsplit=1)
    compares = _COMPARES.search(first) is not None
    return Order(
        terms=tuple(dict.fromkeys(_content(text))),
        objects=frozenset(objects),
        may_turn=_MAY_TURN.search(text) is not None,
        compares=compares,
        surpassed=frozenset(_content(" ".join(second))) - frozenset(_content(first)) if compares else frozenset(),
    )


def _content(text: str) -> list[str]:
    return list(filter(None, map(canonical, spelled_terms(text))))


_PAIRS = [tuple(canonical(spelled_terms(word)[0]) for word in pair.split("/")) for pair in ANTONYMS]
ANTONYMS_OF = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
"""By canonical form, the form of its contrary."""
