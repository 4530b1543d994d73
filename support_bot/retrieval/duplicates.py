"""Turn hits into those that say something new: of passages that repeat each other the best one stays."""

from collections.abc import Sequence
from itertools import pairwise

from knowledge.search import Hit
from knowledge.words import terms

_ALIKE = 0.7  # the share of their words in a row, of those in either, that two passages have in common


def distinct(hits: Sequence[Hit], *, count: int) -> list[Hit]:
    """Return the first so many hits that repeat no better one, such as the same note under two articles."""
    kept: list[Hit] = []
    known: list[frozenset[tuple[str, str]]] = []
    for hit in hits:
        if len(kept) == count:
            break
        pairs = frozenset(pairwise(terms(hit.passage.text)))
        if any(_overlap(pairs, other) >= _ALIKE for other in known):
            continue
        kept.append(hit)
        known.append(pairs)
    return kept


def _overlap(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
