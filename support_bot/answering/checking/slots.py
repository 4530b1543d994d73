"""Turn a text into its subject slots: the words before an auxiliary, each of which another word could stand for."""

import re
from typing import NamedTuple

from knowledge.words import normalised, stem
from support_bot.answering.checking.wording import comparable

_AUXILIARIES = "can|cannot|can't|could|may|might|must|should|shall|will|won't|is|are|isn't|aren't|has|have|needs?|gets?"
_SUBJECT = re.compile(
    r"(?:(?:^|[.!?;:,|]|\b(only|all|the|each|every|no|if|when|that))\s+|^)"
    rf"[*_\"]*([a-z][a-z-]+)[*_\"]* ({_AUXILIARIES}) (?:not )?([a-z-]+)"
)


class Slot(NamedTuple):
    """A content word before an auxiliary, the word before it, and the words behind it."""

    word: str
    before: str
    after: tuple[str, str]

    def fills(self, other: "Slot") -> bool:
        """Whether it is the same word in the same place."""
        return self.word == other.word and self.after == other.after

    def displaces(self, other: "Slot") -> bool:
        """Whether it is another word in the same place."""
        return self.word != other.word and self.after == other.after and self.before == other.before


def slots_in(text: str) -> tuple[Slot, ...]:
    """Return the slots of a text in Latin letters."""
    found = (
        Slot(comparable(stem(match[2])), match[1] or "", (match[3], stem(match[4])))
        for match in _SUBJECT.finditer(normalised(text))
    )
    return tuple(slot for slot in found if slot.word)
