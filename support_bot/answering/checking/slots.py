"""Turn a text into its slots, each of which something else could fill: subjects of auxiliaries, what 是 and 在 join."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from knowledge.words import normalised, stem
from support_bot.answering.checking.wording import comparable, content_in, is_juncture

_AUXILIARIES = "can|cannot|can't|could|may|might|must|should|shall|will|won't|is|are|isn't|aren't|has|have|needs?|gets?"
_SUBJECT = re.compile(
    r"(?:(?:^|[.!?;:,|]|\b(only|all|the|each|every|no|if|when|that))\s+|^)"
    rf"[*_\"]*(?:([a-z][a-z-]+) )??([a-z][a-z-]+)[*_\"]* ({_AUXILIARIES}) (?:not )?(?:also )?([a-z-]+)"
)
_JOINED = re.compile(r"([^，。；：]{4,})[是為为由]([^，。；：是為为由\d]{2,})[。！!]?$")
_HEAD = 2  # pairs of characters before 是
_RANKS = "前副原代"  # 前執行長 is no 執行長


class Joined(NamedTuple):
    """What the last 是, 為 or 由 of a Chinese text joins, as pairs of characters."""

    head: frozenset[str]  # of all that stands before
    noun: frozenset[str]  # of what stands nearest before
    complement: frozenset[str]

    def stands_in(self, clause: Iterable[str]) -> bool:
        """Whether a clause with these terms has both sides, the noun without another rank."""
        there = frozenset(clause)
        if self.noun.isdisjoint(there) or len(self.complement & there) * 2 <= len(self.complement):
            return False
        return not any(self._has_rank_only(term[0], there) for term in self.head & there)

    def _has_rank_only(self, character: str, clause: Iterable[str]) -> bool:
        before = {term[0] for term in clause if term[1:] == character and term not in self.head}
        return bool(before) and before.issubset(_RANKS)


class Slot(NamedTuple):
    """A content word before an auxiliary, the words before it, and those behind it."""

    word: str
    kind: str  # as `write` of `write keys`, "" for any
    before: str
    after: tuple[str, str]

    def fills(self, other: "Slot") -> bool:
        """Whether it is the same word in the same place."""
        return self._is_like(other) and self.after == other.after

    @property
    def is_exclusive(self) -> bool:
        """Whether nothing else can take its place: `only owners can invite`."""
        return self.before == "only"

    def displaces(self, other: "Slot") -> bool:
        """Whether it is another word in the same place, or the only one there."""
        is_alike = self.before == other.before or self.is_exclusive
        return is_alike and not self._is_like(other) and self.after == other.after

    def _is_like(self, other: "Slot") -> bool:
        is_of_a_kind = not self.kind or not other.kind or self.kind == other.kind
        return self.word == other.word and is_of_a_kind


def joined_in(text: str) -> Joined | None:
    """Return what the last 是, 為 or 由 of a text joins."""
    found = _JOINED.search(text)
    if not found:
        return None
    head = content_in(found[1])
    noun = [term for term in head if not is_juncture(term)][-_HEAD:]
    return Joined(frozenset(head), frozenset(noun), frozenset(t for t in content_in(found[2]) if not is_juncture(t)))


def slots_in(text: str) -> tuple[Slot, ...]:
    """Return the slots of a text in Latin letters."""
    found = (
        Slot(
            comparable(stem(match[3])),
            comparable(stem(match[2])) if match[2] else "",
            match[1] or "",
            (match[4], stem(match[5])),
        )
        for match in _SUBJECT.finditer(normalised(text))
    )
    return tuple(slot for slot in found if slot.word)
