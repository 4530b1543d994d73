"""Tell which internal passage a claim takes words from that nothing public says."""

from collections.abc import Iterable, Mapping

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import facts
from support_bot.answering.checking.wording import comparable, is_juncture
from support_bot.answering.support import Support


def internal_words(
    claim: str, *, internal: Mapping[int, Evidence], public: Iterable[Evidence]
) -> tuple[int, Support] | None:
    """Return the internal passage with the most of a claim's words that no public one has, and its sentence with them.

    Such a claim may be supported by a public passage for the most part; the rest of it is internal all the same.
    """
    known = list(public)
    own = [term for term in facts(claim).terms if _is_a_word(term) and not any(each.knows(term) for each in known)]
    taken = {position: [term for term in own if each.knows(term)] for position, each in internal.items()}
    position = max(taken, key=lambda each: len(taken[each]), default=None)
    if position is None or not taken[position]:
        return None
    evidence, words = internal[position], frozenset(map(comparable, taken[position]))
    nearest = max(range(len(evidence.spans)), key=lambda index: len(words & evidence.terms[index]))
    return position, Support(None, len(taken[position]) / len(own), *evidence.spans[nearest])


def _is_a_word(term: str) -> bool:
    """Whether a term tells where a claim comes from: single characters and junctures stand in any Chinese text."""
    return term.isascii() or (len(term) > 1 and not is_juncture(term))
