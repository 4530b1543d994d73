"""Decide whether a passage's words support a claim, and which words.

A claim is supported by up to four sentences near each other in a passage that cover enough of its content terms and
hold all its numbers and its polarity, where the passage (or its headings) has all its names and literal strings. A
sentence that names another thing instead supports nothing. Words are compared, not meanings: an unlisted synonym counts
as missing, an unlisted opposite is not seen, and of who did what to whom only names, the subjects of auxiliaries, how
far a statement reaches and what a near copy has in another's place are looked at. So of 26 English statements that
somebody made wrong with the passages' own words, 12 are shown. Where claim and passage differ in language, only
numbers, names and polarity are compared.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from support_bot.answering.checking.coverage import Window, runs, windows
from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import Clause, Facts, facts, is_cjk
from support_bot.answering.checking.pairs import mixes_up, parts_in
from support_bot.answering.checking.roles import says_it_of_another, stands_apart
from support_bot.answering.checking.scope import scope_of
from support_bot.answering.checking.wording import BOUNDS

Failure = Literal["fabricated", "misattributed", "stitched", "number_mismatch", "negated"]

_ENOUGH = 0.5  # of the score; it must be more
_LEAST = 0.4  # of the claim
_OF_ITS_OWN = 0.25  # of the claim in the window itself, not the headings
_BORROWED = 0.2  # of the claim, in a sentence of another passage
_ENOUGH_OF_A_CLAUSE = 0.3  # of a clause of three terms or more, anywhere in the passage
_CLAUSE = 3
_NEAR_COPY = 0.7  # of a claim's terms, in one sentence
_REPLACED = 2  # terms that a paraphrase may have for each that it leaves out
_UNNOTICED = 0.12  # of a claim's terms: words of its own that do not make it another claim
_COPIED = 3  # terms; what shares fewer is no copy
_NEAREST = 0.7  # of the terms that the nearest clause shares
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


def check(claim: str, evidence: Evidence, *, others: Sequence[Evidence] = ()) -> Support:
    """Return whether a passage supports a claim, and the sentences that come nearest to it.

    `others` are the other passages that the answer was written from.
    """
    claimed = facts(claim)
    if claimed.is_cjk != evidence.is_cjk:
        return _check_across_languages(claimed, evidence)

    if quoted := evidence.quoted(claim):
        return Support(None, 1.0, *quoted)
    candidates = windows(claimed, evidence, others=others)
    if not candidates:
        return _NOTHING
    if _invents(claimed, evidence, others):
        return _support("fabricated", candidates[0], evidence)
    if any(order.conflicts_with(evidence.orders) for order in claimed.orders):
        return _support("negated", candidates[0], evidence)
    failures = [_failure(claimed, window, evidence) for window in candidates]
    chosen = failures.index(None) if None in failures else 0
    return _support(failures[chosen], candidates[chosen], evidence)


def check_code(code: str, evidence: Evidence) -> Support:
    """Return whether every line of a piece of code stands in a passage, white space aside."""
    lines = [line.split() for line in code.splitlines() if line.strip()]
    patterns = (r"\s+".join(map(re.escape, words)) for words in lines)
    found = (re.finditer(rf"(?<![\w/.-]){pattern}(?![\w/.-])", evidence.text) for pattern in patterns)
    stated = [
        next((match.span() for match in places if not evidence.is_ordered_at(match.start())), None) for places in found
    ]
    there = [span for span in stated if span]
    if not there:
        return _NOTHING
    failure: Failure | None = None if len(there) == len(lines) else "fabricated"
    return Support(failure, len(there) / len(lines), min(there)[0], max(end for _, end in there))


def _support(failure: Failure | None, window: Window, evidence: Evidence) -> Support:
    start, end = evidence.spans[window.sentences[0]].start, evidence.spans[window.sentences[-1]].end
    return Support(failure, window.score, start, end)


def _invents(claimed: Facts, evidence: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether a name, a literal or the subject stands nowhere in the passage, or a copy of it has more."""
    if not all(map(evidence.knows, claimed.names)) or not all(map(evidence.holds, claimed.literals)):
        return True
    return says_it_of_another(claimed, evidence) or _adds_to_a_copy(claimed, evidence, others)


def _adds_to_a_copy(claimed: Facts, evidence: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether a claim repeats a sentence and slips in more that no passage says than it leaves out."""
    if claimed.is_cjk:
        return False  # another order of the same words makes new pairs of characters
    wanted = frozenset(claimed.terms) - BOUNDS  # those of a number are compared with it
    added = sum(not any(each.knows(term) for each in (evidence, *others)) for term in wanted)
    copied = max(_COPIED, _NEAR_COPY * len(wanted))
    if added <= _UNNOTICED * len(wanted):
        return False
    return any(len(wanted & terms) >= copied and _REPLACED * len(terms - wanted) < added for terms in evidence.terms)


def _failure(claimed: Facts, window: Window, evidence: Evidence) -> Failure | None:
    if not _says_enough(claimed, window, evidence):
        return "stitched" if _is_elsewhere(window, evidence) else "fabricated"

    missing = [number for number in claimed.numbers if not evidence.states(number, window.sentences)]
    if missing:
        elsewhere = all(evidence.states(number) for number in missing)
        return "stitched" if elsewhere else "number_mismatch"
    if evidence.counts_otherwise(claimed, window.sentences):
        return "number_mismatch"
    if _contradicts(claimed, _statements(window, evidence), asked=_asked(window, evidence)):
        return "negated"
    if claimed.scope.exceeds([scope_of(evidence.sentence(index)) for index in window.sentences]):
        return "fabricated"
    is_mixed = _mixes_up(claimed, window, evidence) or stands_apart(claimed, window.sentences, evidence)
    return "stitched" if is_mixed else None


def _mixes_up(claimed: Facts, window: Window, evidence: Evidence) -> bool:
    near = range(max(0, window.sentences[0] - 1), min(len(evidence.spans), window.sentences[-1] + 2))
    parts = [part for index in near for part in parts_in(evidence.sentence(index))]
    return mixes_up(claimed, parts, known=evidence.context_terms)


def _says_enough(claimed: Facts, window: Window, evidence: Evidence) -> bool:
    """Whether a window says so much of a claim, and its passage of each clause, that it may say all of it."""
    if window.score <= _ENOUGH or window.shares.covered < _LEAST or window.stated < _OF_ITS_OWN:
        return False
    return all(
        sum(map(evidence.knows, clause.terms)) >= _ENOUGH_OF_A_CLAUSE * len(clause.terms)
        for clause in claimed.clauses
        if len(clause.terms) >= _CLAUSE
    )


def _is_elsewhere(window: Window, evidence: Evidence) -> bool:
    """Whether most of what the window lacks of the claim stands in other sentences, of this passage or another."""
    known = sum(map(evidence.knows, window.lacking))
    return window.shares.elsewhere > _BORROWED or known * 2 > len(window.lacking)


def _statements(window: Window, evidence: Evidence) -> list[Clause]:
    return [clause for index in window.sentences for clause in evidence.clauses[index]]


def _asked(window: Window, evidence: Evidence) -> Sequence[Clause]:
    """Return the clauses of the question that a window answers, if one stands before it."""
    before = window.sentences[0] - 1
    return evidence.clauses[before] if before >= 0 and evidence.asks[before] else ()


def _contradicts(claimed: Facts, stated: Sequence[Clause], *, asked: Sequence[Clause]) -> bool:
    """Whether a clause of the claim denies what the passage's nearest clauses affirm, or affirms what they deny.

    What is asked (`What if it cannot be read?`) neither affirms nor denies, but a denial may repeat it.
    """
    known = frozenset(chain.from_iterable(clause.terms for clause in stated))
    return any(_contradicts_clause(clause, stated, asked=asked, known=known) for clause in claimed.clauses)


def _contradicts_clause(
    claimed: Clause, stated: Sequence[Clause], *, asked: Sequence[Clause], known: AbstractSet[str]
) -> bool:
    shared = [len(set(claimed.terms) & set(clause.terms)) for clause in stated]
    most = max(shared, default=0)
    if most < len(claimed.terms) / 2:
        # Nothing comes near: a denial still needs some denial of the same to rest on.
        denied = (clause.terms for clause in (*stated, *asked) if clause.negated)
        return claimed.negated and all(map(frozenset(claimed.terms).isdisjoint, denied))
    near = (clause for clause, count in zip(stated, shared, strict=True) if count >= _NEAREST * most)
    return all(claimed.denies(clause, known=known) for clause in near)


def _check_across_languages(claimed: Facts, evidence: Evidence) -> Support:
    """Compare what survives translation; one shared name, which may be the product's own, is too little to go by."""
    literals = [literal for literal in claimed.literals if not is_cjk(literal)]
    if not all(map(evidence.knows, claimed.names)) or not all(map(evidence.holds, literals)):
        return _UNREADABLE
    signs = len(claimed.names) + len(claimed.numbers)
    candidates: list[Support] = []
    for whole in runs(len(evidence.spans)):
        run = [index for index in whole if not evidence.is_silent[index]]
        if found := evidence.signs_of(claimed, run):
            failure = _translated_failure(claimed, run, evidence)
            start, end = evidence.spans[whole[0]].start, evidence.spans[whole[-1]].end
            candidates.append(Support(failure, _TRANSLATED * found / signs, start, end, translated=True))
    return max(candidates, key=lambda support: (not support.failure, support.score), default=_UNREADABLE)


def _translated_failure(claimed: Facts, run: Sequence[int], evidence: Evidence) -> Failure | None:
    if not all(evidence.states(number, run) for number in claimed.numbers):
        return "number_mismatch"
    if not all(evidence.knows(name, run) for name in claimed.names):
        return "stitched"
    if not claimed.numbers and claimed.whole_names < _NAMES_ALONE:
        return "fabricated"
    denies = any(_is_denial(clause) for index in run for clause in evidence.clauses[index])
    return "negated" if denies != any(map(_is_denial, claimed.clauses)) else None


def _is_denial(clause: Clause) -> bool:
    return clause.negated != (len(clause.opposed) % 2 == 1)
