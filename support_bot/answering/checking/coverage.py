"""Turn a claim and a passage into the sentences that say most of it, and how surely they say all of it.

Terms weigh by their rarity among the passages: what every passage has says little. Three shares make the score: what
the sentences (with title and headings) cover of the claim; what they cover of its worst stretch, since an invented or
borrowed half leaves a hole where a paraphrase leaves gaps; and how much more a sentence of another passage covers of
the claim's beginning or end, since a paraphrase's own words stand nowhere, but those of a borrowed half stand there.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import NamedTuple

from knowledge.stop_words import FUNCTION_CHARACTERS
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import Facts
from support_bot.answering.checking.wording import is_juncture

_RUN = 4  # sentences or lines
_STRETCH = 5  # terms
_CJK_STRETCH = 5  # pairs of characters
_MARGIN = 0.15  # what covers so much less than the best is not looked at
_CANDIDATES = 8
_JUNCTURE = 0.4  # of the weight of a pair of characters
_TAX = 0.03  # of probability, for each sentence: the fewest that say it are quoted

Terms = frozenset[str]


class Shares(NamedTuple):
    """What sentences cover, as shares of a claim's weight."""

    covered: float
    weakest: float  # of the stretch of the claim that they cover least
    elsewhere: float  # the most that a sentence of another passage covers more of the claim's beginning or end


class Window(NamedTuple):
    """The sentences of a run that add a term; the first and the last of the run do."""

    sentences: Sequence[int]
    lacking: Terms  # of the claim
    stated: float  # covered by the sentences alone, the silent excepted: what a question names is not stated
    shares: Shares
    score: float  # the probability that they say the claim


class Coefficients(NamedTuple):
    """A logistic regression: the log odds that sentences with such shares say the claim."""

    covered: float
    weakest: float
    elsewhere: float
    constant: float

    def probability(self, shares: Shares) -> float:
        """Return the probability that sentences with such shares say the claim."""
        weighed = (self.covered * shares.covered, self.weakest * shares.weakest, self.elsewhere * shares.elsewhere)
        return 1 / (1 + math.exp(-sum(weighed, start=self.constant)))


# Fitted to sentences of answers that were judged to be supported, and to corruptions of them.
WORDS = Coefficients(covered=3.6, weakest=6.5, elsewhere=-10.0, constant=-2.0)
CHARACTERS = Coefficients(covered=4.5, weakest=4.5, elsewhere=0.0, constant=-3.2)


def windows(claimed: Facts, evidence: Evidence, *, others: Sequence[Evidence] = ()) -> list[Window]:
    """Return the windows that cover about the most of a claim, the best first. `others` are the other passages."""
    wanted = frozenset(claimed.terms)
    weights = {term: _rarity(term, [evidence, *others]) for term in wanted}
    whole = sum(weights.values())

    def share(terms: AbstractSet[str]) -> float:
        return sum(weights[term] for term in terms) / whole

    there = [terms & wanted for terms in evidence.terms]
    stating = [
        Terms() if evidence.is_silent[index] or evidence.names_another(claimed, index) else terms
        for index, terms in enumerate(there)
    ]
    abroad = {terms & wanted for other in others for terms in other.terms}

    covers: list[tuple[list[int], Terms, Terms]] = []
    for cover in _covers(stating):
        # A question says nothing, but tells what the sentence after it is about, as a heading does.
        asked = there[cover[0] - 1] if cover[0] and evidence.asks[cover[0] - 1] else Terms()
        stated = Terms().union(*(stating[index] for index in cover))
        known = stated | asked | (evidence.context_terms & wanted)
        covers.append((cover, stated, known | _junctures(claimed, known)))
    covers.sort(key=lambda found: (-share(found[2]), evidence.length(found[0])))

    found = []
    for cover, stated, covered in covers[:_CANDIDATES]:
        if share(covered) >= share(covers[0][2]) - _MARGIN:
            elsewhere = max((_gained(claimed, others, covered, weights) for others in abroad), default=0.0) / whole
            shares = Shares(share(covered), _weakest(claimed, covered, weights), elsewhere)
            score = (CHARACTERS if claimed.is_cjk else WORDS).probability(shares)
            found.append(Window(cover, wanted - covered, share(stated), shares, score))
    return sorted(found, key=lambda window: _TAX * len(window.sentences) - window.score)


def _rarity(term: str, passages: Sequence[Evidence]) -> float:
    """Return the weight of a term: less, the more of the passages have it."""
    having = sum(term in passage.sentences_with or term in passage.context_terms for passage in passages)
    rarity = math.log(1 + (len(passages) + 0.5) / (having + 0.5))
    return rarity * _JUNCTURE if is_juncture(term) else rarity


def _junctures(claimed: Facts, covered: Terms) -> Terms:
    """Return the pairs of characters that only stand between two covered ones, or beside one without content."""
    there = {character for term in covered if not term.isascii() for character in term}
    return Terms(
        term
        for term in claimed.terms
        if not term.isascii() and term not in covered and all(c in there or c in FUNCTION_CHARACTERS for c in term)
    )


def runs(count: int) -> Iterator[range]:
    """Yield the runs of one to three consecutive sentences, the shortest first."""
    for length in range(1, _RUN + 1):
        yield from (range(first, first + length) for first in range(count - length + 1))


def _covers(stating: Sequence[Terms]) -> Iterator[list[int]]:
    """Yield of each run the sentences that add terms, where its first and its last do."""
    for run in runs(len(stating)):
        cover = _adding(run, stating) if stating[run[0]] and stating[run[-1]] else []
        if cover and cover[0] == run[0] and cover[-1] == run[-1]:
            yield cover


def _adding(run: Sequence[int], stating: Sequence[Terms]) -> list[int]:
    """Return the sentences that add terms, the richest taken first: one that adds none must not lend its numbers."""
    adding: list[int] = []
    taken = Terms()
    for index in sorted(run, key=lambda index: -len(stating[index])):
        if stating[index] - taken:
            taken |= stating[index]
            adding.append(index)
    return sorted(adding)


def _weakest(claimed: Facts, covered: AbstractSet[str], weights: Mapping[str, float]) -> float:
    """Return what is covered of the stretch of a claim that is covered least."""
    length = min(_CJK_STRETCH if claimed.is_cjk else _STRETCH, len(claimed.terms))
    stretches = [claimed.terms[start : start + length] for start in range(len(claimed.terms) - length + 1)]
    return min(
        sum(weights[term] for term in stretch if term in covered) / sum(weights[term] for term in stretch)
        for stretch in stretches
    )


def _gained(claimed: Facts, others: Terms, covered: Terms, weights: Mapping[str, float]) -> float:
    """Return how much more of a claim's beginning, or of its end, other terms cover."""
    gains = [weights[term] * ((term in others) - (term in covered)) for term in claimed.terms]
    sums = list(accumulate(gains, initial=0.0))
    return max(*sums, sums[-1] - min(sums))
