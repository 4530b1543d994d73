"""Turn a text into how far it reaches, and tell whether a claim reaches further than the sentences it rests on.

`Only owners can invite`, `all plans`, `it is always free` and `you must` have the words of `Owners can invite`, `some
plans`, `it may be free` and `you can`; `the least used` has those of `the most used`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.words import normalised
from support_bot.answering.checking.wording import comparable, spelled_terms

_ONLY = re.compile(r"\b(?:only|solely|exclusively)\b(?! (?:if|when|once))|只[有能可限]|僅限|仅限")
_LIMITS = re.compile(
    r"\b(?:only|solely|exclusive(?:ly)?|reserved|alone|just|sole|must|needs?|ha(?:ve|s) to|require[sd]?|within|unless"
    r"|except|until|nobody|nothing|never|cannot|not|no|limited|restricted|at most|up to|any of|one|single)\b|n't\b"
    r"|[只僅仅限才除不無无未須须需唯]"
)
_OF = r"(?: of)?(?: (?:the|your|our|their))?"
_ALL = re.compile(rf"\b(?:all|every|each|any){_OF} (\w+)(?: (\w+))?|(?:所有|全部|任何|每[位個个])(?:的)?(\w{{2}})")
_SOME = re.compile(
    rf"\b(?:some|most|many|several|certain|selected|only){_OF} (\w+)(?: (\w+))?"
    r"|(?:只有|僅限|仅限|部[分份]|有些|特定)(?:的)?\w{0,4}?(\w{2})(?=[，。；、\s不可能須须需才提]|$)"
)
_ALWAYS = re.compile(r"\balways\b|總是|总是|一律|永遠|永远")
_AT_TIMES = re.compile(
    r"\b(?:may|might|can|could|often|usually|sometimes|if|unless|when|generally|typically|mostly|normally)\b"
    r"|[可若如]|通常|有時|有时"
)
_GENERAL = re.compile(
    r"\b(?:always|every|each|all|any|must|never|automatically|whenever)\b|[都皆每須须]|一律|自動|自动"
)
_MUST = re.compile(r"(?<!not )\b(?:must|have to|has to|needs? to|required to) (?:be )?(\w+)|(?<!不)必[須须需](\w{2})")
_MAY = re.compile(r"\b(?:can|may|could|might) (?:also |then )?(?:be )?(\w+)|(?<!才)可以?(\w{2})")
_DEMANDS = re.compile(
    r"\b(?:must|have to|has to|needs?|require[sd]?|should|mandatory|necessary|make sure|be sure|ensure|only)\b"
    r"|[須须需請请應应]|務必|务必"
)
_DEGREES = "most/least more/fewer highest/lowest higher/lower maximum/minimum newest/oldest newer/older".split()
_DEGREES += "largest/smallest longest/shortest easiest/hardest".split()
_OPPOSITE = dict(pair for each in _DEGREES for pair in (each.split("/"), each.split("/")[::-1]))
_DEGREE = re.compile(rf"\b({'|'.join(_OPPOSITE)}) (\w+)")


class Scope(NamedTuple):
    """How far a text reaches; words in their comparable forms."""

    is_exclusive: bool  # `only`
    is_limited: bool  # by whatever word
    all_of: frozenset[str]  # of which it means each
    some_of: frozenset[str]
    is_constant: bool  # `always`
    varies: bool  # `usually`, `if`
    is_general: bool  # `each`, `never`
    musts: frozenset[str]  # what must be done
    mays: frozenset[str]  # what can be
    demands: bool
    degrees: frozenset[tuple[str, str]]  # as `most`, `used`

    def exceeds(self, others: Sequence["Scope"]) -> bool:
        """Whether it reaches further than these: of more things or more often than they say, or against a degree."""
        if self.is_exclusive and not any(other.is_limited for other in others):
            return True
        if any(self.all_of & other.some_of for other in others) and not any(other.all_of for other in others):
            return True
        if self.is_constant and any(other.varies for other in others):
            return not any(other.is_general for other in others)
        if any(self.musts & other.mays for other in others) and not any(other.demands for other in others):
            return True
        degrees = frozenset().union(*(other.degrees for other in others))
        return any((_OPPOSITE[degree], word) in degrees for degree, word in self.degrees - degrees)


@lru_cache(maxsize=8_192)
def scope_of(text: str) -> Scope:
    """Return how far a text reaches."""
    text = normalised(text)
    return Scope(
        is_exclusive=_ONLY.search(text) is not None,
        is_limited=_LIMITS.search(text) is not None,
        all_of=_words(_ALL, text),
        some_of=_words(_SOME, text),
        is_constant=_ALWAYS.search(text) is not None,
        varies=_AT_TIMES.search(text) is not None,
        is_general=_GENERAL.search(text) is not None,
        musts=_words(_MUST, text),
        mays=_words(_MAY, text),
        demands=_DEMANDS.search(text) is not None,
        degrees=frozenset((found[1], word) for found in _DEGREE.finditer(text) for word in _comparable(found[2])),
    )


def _words(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    groups = (group for found in pattern.finditer(text) for group in found.groups() if group)
    return frozenset(word for group in groups for word in _comparable(group))


def _comparable(text: str) -> list[str]:
    return list(filter(None, map(comparable, spelled_terms(text))))
