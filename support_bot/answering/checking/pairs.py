"""Tell whether a claim gives a name the number or literal of another.

`Basic has 100 GB` has the words of `Basic has 5 GB, Team has 100 GB`, and no sentence more.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from support_bot.answering.checking.facts import Facts, literals_in
from support_bot.answering.checking.numbers import Number, numbers_in
from support_bot.answering.checking.wording import comparable, content_in

_APART = re.compile(r"[;；。\n]|\.(?:\s|$)|\b(?:whereas|while)\b")
_BESIDE = re.compile(r",(?!\d)|，|\b(?:and|or|but)\b")
_MOST = 3  # terms of another that a part has in a name's place


class Part(NamedTuple):
    """A piece of a sentence with the numbers and literals that it gives to something."""

    terms: frozenset[str]
    numbers: tuple[Number, ...]
    literals: frozenset[str]

    def has(self, given: Number | str) -> bool:
        """Whether it has a number or literal."""
        if isinstance(given, str):
            return given in self.literals
        return any(map(given.agrees_with, self.numbers))

    def has_another(self, given: Number | str, claimed: Facts) -> bool:
        """Whether it has one of the same kind in its place, which a claim lacks."""
        if isinstance(given, str):
            return bool(self.literals) and self.literals.isdisjoint(claimed.literals)
        alike = [number for number in self.numbers if (number.unit, number.kind) == (given.unit, given.kind)]
        return bool(alike) and not any(number.agrees_with(own) for number in alike for own in claimed.numbers)


@lru_cache(maxsize=4_096)
def parts_in(text: str) -> tuple[Part, ...]:
    """Return the parts of a text; what gives nothing belongs to the part behind it: `on Linux, it is in /var`."""
    found = []
    for stretch in _APART.split(text):
        begun = ""
        for piece in _BESIDE.split(stretch):
            begun += f" {piece}"
            numbers = tuple(number for number in numbers_in(piece) if not number.is_an_article)
            literals = literals_in(piece)
            if numbers or literals:
                found.append(Part(frozenset(map(comparable, content_in(begun))), numbers, literals))
                begun = ""
    return tuple(found)


def mixes_up(claimed: Facts, parts: Sequence[Part], *, known: AbstractSet[str]) -> bool:
    """Whether a name of the claim has another number or literal in these parts, and another name the claim's.

    What all of the passage is about (`known`) has none of its own, and a number without a unit may be of anything.
    """
    names = frozenset(map(comparable, claimed.names)) - known
    given: list[Number | str] = [*(number for number in claimed.numbers if number.unit), *claimed.literals]
    holders = {each: [part for part in parts if part.has(each)] for each in given}
    owned = {name: [part for part in parts if name in part.terms] for name in names}
    return any(
        _is_anothers(name, each, claimed, own=owned[name], holders=holders[each]) for name in names for each in holders
    )


def _is_anothers(
    name: str, given: Number | str, claimed: Facts, *, own: Sequence[Part], holders: Sequence[Part]
) -> bool:
    if not own or not holders or not all(part.has_another(given, claimed) for part in own):
        return False
    known = frozenset(map(comparable, claimed.terms)).union(*(part.terms for part in own))
    return all(name not in part.terms and 0 < len(part.terms - known) <= _MOST for part in holders)
