"""Turn hits into those that say something new: of passages that repeat each other the best one stays.

Of the very same text under two names, neither answers better, so the one that serves whoever follows the citation
better stays, in the place of the first: the article with an address of its own, which the website shows and keeps; then
the one that more people may read; the one that was updated last; and the one that lies nearest to the top of its
folder, where `refunds.md` lies and `archive/2024/refunds.md` does not. Another language or region is no second name:
the better match stays, and search prefers the asker's language.
"""

from collections.abc import Sequence
from itertools import pairwise

from knowledge.audience import AUDIENCES
from knowledge.passage import Passage
from knowledge.search import Hit
from knowledge.words import terms

_ALIKE = 0.7  # the share of their words in a row, of those in either, that two passages have in common


def distinct(hits: Sequence[Hit], *, count: int) -> list[Hit]:
    """Return the first so many hits that repeat no better one, such as the same note under two articles."""
    kept: list[Hit] = []
    known: list[frozenset[tuple[str, str]]] = []
    for hit in hits:
        pairs = frozenset(pairwise(terms(hit.passage.text)))
        twin = next((row for row, other in enumerate(known) if _overlap(pairs, other) >= _ALIKE), None)
        if twin is None and len(kept) < count:
            kept.append(hit)
            known.append(pairs)
        elif twin is not None and _is_better_name(hit.passage, kept[twin].passage):
            kept[twin] = hit
    return kept


def _overlap(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _is_better_name(one: Passage, other: Passage) -> bool:
    """Whether the one has the same text as the other, in the same language, under a name that is better to cite."""
    if one.locale != other.locale or one.text.split() != other.text.split():
        return False
    if one.updated != other.updated and _standing(one) == _standing(other):
        return one.updated > other.updated
    return (_standing(one), _depth(one)) < (_standing(other), _depth(other))


def _standing(passage: Passage) -> tuple[bool, int]:
    return not passage.url, AUDIENCES.index(passage.audience)


def _depth(passage: Passage) -> tuple[int, int, str]:
    return passage.source.count("/"), len(passage.source), passage.source
