"""Decide whether a passage's words support a claim, and which words.

A claim is supported by one to three consecutive sentences of a passage that hold enough of its content terms, all its
numbers and its polarity, where the passage (or its headings) has all its names and literal strings. A sentence that
names another thing instead supports nothing. Words are compared, not meanings: an unlisted synonym counts as missing,
an unlisted opposite is not seen. Where claim and passage differ in language, only numbers, names and polarity are
compared.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple

from knowledge.words import terms
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import Clause, Facts, facts, has_content, is_cjk

Failure = Literal["fabricated", "misattributed", "stitched", "number_mismatch", "negated"]

_WINDOW = 3  # sentences or lines
_ENOUGH = 0.4  # of a claim's content terms, the context's included
_OF_ITS_OWN = 0.25  # of them in the window itself
_ENOUGH_OF_A_CLAUSE = 0.3  # of a clause of three terms or more, anywhere in the passage
_CLAUSE = 3
_NEAR_COPY = 0.7  # of a claim's terms, in one sentence
_COPIED = 3  # terms; what shares fewer is no copy
_ADDED = 0.2  # of the terms of a long near copy may be new; measured
_LONG = 8  # terms
_MARGIN = 0.1  # a window this much below the best is tried too
_TRANSLATED = 0.5  # the score's limit where only numbers and names can be compared
_NAMES_ALONE = 2  # without a number, where only numbers and names can be compared


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a passage supports a claim: `failure` is None when it does.

    `score` is 0 to 1. `start` and `end` are code points of the passage's text: the sentences that come nearest to the
    claim, equal when none comes near. `translated` says that claim and passage differ in language, so that of the
    words only numbers and names could be compared.
    """

    failure: Failure | None
    score: float
    start: int
    end: int
    translated: bool = False


_NOTHING = Support("fabricated", 0.0, 0, 0)
_UNREADABLE = Support("fabricated", 0.0, 0, 0, translated=True)


class _Window(NamedTuple):
    """The sentences of a run that add a term; the first and the last of the run do."""

    sentences: Sequence[int]
    covered: int  # of the claim's terms, in the sentences and the context
    stated: int  # of them, in the sentences that are statements; what a question names is not stated


def check(claim: str, evidence: Evidence) -> Support:
    """Return whether a passage supports a claim, and the sentences that come nearest to it."""
    claimed = facts(claim)
    if claimed.is_cjk != evidence.is_cjk:
        return _check_across_languages(claimed, evidence)

    windows = _windows(claimed, evidence)
    if not windows:
        return _NOTHING
    lowest = windows[0].covered - _MARGIN * len(claimed.terms)
    candidates = [window for window in windows if window.covered >= lowest]
    if _invents(claimed, evidence):
        return _support("fabricated", candidates[0], len(claimed.terms), evidence)
    failures = [_failure(claimed, window, evidence) for window in candidates]
    chosen = failures.index(None) if None in failures else 0
    return _support(failures[chosen], candidates[chosen], len(claimed.terms), evidence)


def check_code(code: str, evidence: Evidence) -> Support:
    """Return whether every line of a piece of code stands in a passage, white space aside."""
    lines = [line.split() for line in code.splitlines() if line.strip()]
    patterns = (r"\s+".join(map(re.escape, words)) for words in lines)
    found = [re.search(rf"(?<![\w/.-]){pattern}(?![\w/.-])", evidence.text) for pattern in patterns]
    there = [match.span() for match in found if match]
    if not there:
        return _NOTHING
    failure: Failure | None = None if len(there) == len(lines) else "fabricated"
    return Support(failure, len(there) / len(lines), min(there)[0], max(end for _, end in there))


def _support(failure: Failure | None, window: _Window, wanted: int, evidence: Evidence) -> Support:
    start, end = evidence.spans[window.sentences[0]].start, evidence.spans[window.sentences[-1]].end
    return Support(failure, window.covered / wanted, start, end)


def _windows(claimed: Facts, evidence: Evidence) -> list[_Window]:
    """Return the windows in which each end adds a wanted term, best first. A set bit is a term that is there."""
    there = [0] * len(evidence.spans)
    in_context = 0
    for bit, term in enumerate(claimed.terms):
        in_context |= (term in evidence.context_terms) << bit
        for index in evidence.sentences_with.get(term, ()):
            there[index] |= 1 << bit
    there = [0 if bits and evidence.names_another(claimed, index) else bits for index, bits in enumerate(there)]

    windows: list[_Window] = []
    for first, last in _runs(len(there)):
        cover = _cover(range(first, last + 1), there=there, asks=evidence.asks) if there[first] and there[last] else []
        if cover and cover[0] == first and cover[-1] == last:
            stated = _union(there[index] for index in cover if not evidence.asks[index])
            covered = _union(there[index] for index in cover) | in_context
            windows.append(_Window(cover, covered.bit_count(), stated.bit_count()))
    return sorted(windows, key=lambda found: (-found.covered, -found.stated, evidence.length(found.sentences)))


def _cover(indices: Iterable[int], *, there: Sequence[int], asks: Sequence[bool]) -> list[int]:
    """Return the sentences that add terms, the richest taken first: one that adds none must not lend its numbers."""
    cover: list[int] = []
    taken = 0
    for index in sorted(indices, key=lambda index: (asks[index], -there[index].bit_count())):
        if there[index] & ~taken:
            taken |= there[index]
            cover.append(index)
    return sorted(cover)


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """Return the first and last of each run of one to three sentences, the shortest runs first."""
    for length in range(_WINDOW):
        yield from ((first, first + length) for first in range(count - length))


def _invents(claimed: Facts, evidence: Evidence) -> bool:
    """Whether a name, a literal, the subject or most of a clause stands nowhere in the passage."""
    if not all(map(evidence.knows, claimed.names)) or not all(map(evidence.holds, claimed.literals)):
        return True
    if _changes_the_subject(claimed, evidence) or _adds_to_a_copy(claimed, evidence):
        return True
    known = evidence.sentences_with.keys() | evidence.context_terms
    return any(
        len(clause.terms & known) < _ENOUGH_OF_A_CLAUSE * len(clause.terms)
        for clause in claimed.clauses
        if len(clause.terms) >= _CLAUSE
    )


def _adds_to_a_copy(claimed: Facts, evidence: Evidence) -> bool:
    """Whether a claim repeats one sentence and slips in terms that stand nowhere in the passage."""
    if claimed.is_cjk:
        return False  # another order of the same words makes new pairs of characters
    wanted = len(claimed.terms)
    added = wanted - sum(map(evidence.knows, claimed.terms))
    if added <= (_ADDED * wanted if wanted >= _LONG else 0):
        return False
    shared: Counter[int] = Counter()
    for term in claimed.terms:
        shared.update(evidence.sentences_with.get(term, ()))
    return max(shared.values(), default=0) >= max(_COPIED, _NEAR_COPY * wanted)


def _changes_the_subject(claimed: Facts, evidence: Evidence) -> bool:
    """Whether the passage says of another name what the claim says of an opening word that the passage lacks."""
    subject = claimed.subject
    if not subject or all(map(evidence.knows, terms(subject.word))):
        return False
    following = r"\s+".join(map(re.escape, subject.following))
    other = re.search(rf"\b([A-Z][\w.-]*)(?:['’]s)?\s+{following}", evidence.text)
    return other is not None and has_content(other[1])


def _failure(claimed: Facts, window: _Window, evidence: Evidence) -> Failure | None:
    wanted = len(claimed.terms)
    if window.stated < _OF_ITS_OWN * wanted or not _is_enough(window.covered, wanted):
        found = sum(term in evidence.sentences_with or term in evidence.context_terms for term in claimed.terms)
        return "stitched" if _is_enough(found, wanted) and found > window.covered else "fabricated"

    missing = [number for number in claimed.numbers if not evidence.states(number, window.sentences)]
    if missing:
        elsewhere = all(evidence.states(number) for number in missing)
        return "stitched" if elsewhere else "number_mismatch"
    return "negated" if _contradicts(claimed, _statements(window, evidence)) else None


def _is_enough(found: int, wanted: int) -> bool:
    """Whether enough terms are found; the half keeps a short claim from passing on one word of two."""
    return found == wanted or found - 0.5 >= _ENOUGH * wanted


def _statements(window: _Window, evidence: Evidence) -> list[Clause]:
    return [clause for index in window.sentences if not evidence.asks[index] for clause in evidence.clauses[index]]


def _contradicts(claimed: Facts, stated: Sequence[Clause]) -> bool:
    """Whether a clause of the claim denies what the passage's nearest clauses affirm, or affirms what they deny."""
    return any(_contradicts_clause(clause, stated) for clause in claimed.clauses)


def _contradicts_clause(claimed: Clause, stated: Sequence[Clause]) -> bool:
    shared = [len(claimed.terms & clause.terms) for clause in stated]
    most = max(shared, default=0)
    if most < len(claimed.terms) / 2:
        # Nothing comes near: a denial still needs some denial to rest on.
        return claimed.negated and not any(clause.negated for clause in stated)
    near = (clause for clause, count in zip(stated, shared, strict=True) if count * 2 >= most)
    return all(clause.negated != claimed.negated for clause in near)


def _check_across_languages(claimed: Facts, evidence: Evidence) -> Support:
    """Compare what survives translation; one shared name, which may be the product's own, is too little to go by."""
    literals = [literal for literal in claimed.literals if not is_cjk(literal)]
    if not all(map(evidence.knows, claimed.names)) or not all(map(evidence.holds, literals)):
        return _UNREADABLE
    signs = len(claimed.names) + len(claimed.numbers)
    candidates: list[Support] = []
    for first, last in _runs(len(evidence.spans)):
        run = [index for index in range(first, last + 1) if not evidence.asks[index]]
        if found := evidence.signs_of(claimed, run):
            failure = _translated_failure(claimed, run, evidence)
            start, end = evidence.spans[first].start, evidence.spans[last].end
            candidates.append(Support(failure, _TRANSLATED * found / signs, start, end, translated=True))
    return max(candidates, key=lambda support: (not support.failure, support.score), default=_UNREADABLE)


def _translated_failure(claimed: Facts, run: Sequence[int], evidence: Evidence) -> Failure | None:
    if not all(evidence.states(number, run) for number in claimed.numbers):
        return "number_mismatch"
    if not all(evidence.knows(name, run) for name in claimed.names):
        return "stitched"
    if not claimed.numbers and claimed.whole_names < _NAMES_ALONE:
        return "fabricated"
    denies = any(clause.negated for index in run for clause in evidence.clauses[index])
    return "negated" if denies != any(clause.negated for clause in claimed.clauses) else None
