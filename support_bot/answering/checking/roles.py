"""Tell whether a passage says of another what a claim says of somebody or something.

Terms that stand in a passage may stand in other roles there: `Only admins can invite. Members can view.` has all the
words of `Only members can invite`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.facts import Facts, has_content
from support_bot.answering.checking.slots import Slot
from support_bot.answering.checking.wording import BOUNDS, COMMON_VERBS, comparable, spelled_terms

_NO_NAME = re.compile(r"\w+(?:ed|ly|ing)", re.IGNORECASE)  # `Compared to`, `Usually,`
_NO_VERBS = frozenset(
    "a all an any each every her his in it its my our that the their them these this those to your".split()
)
_PRONOUN = r"(?:[Yy]ou|[Ww]e|[Tt]hey)(?:['’]\w+)?"
_BACK = 2  # sentences before a window, in which a pronoun's name may stand


def says_it_of_another(claimed: Facts, evidence: Evidence) -> bool:
    """Whether the passage says of another what the claim says of an opening word that the passage lacks."""
    subject = claimed.subject
    if not subject or all(map(evidence.knows, spelled_terms(subject.word))):
        return False
    following = r"\s+".join(map(re.escape, subject.following))
    other = re.search(rf"\b(?:([A-Z][\w.-]*)(?:['’]s)?|{_PRONOUN})\s+{following}", evidence.text)
    return other is not None and (other[1] is None or has_content(other[1]))


def stands_apart(claimed: Facts, sentences: Sequence[int], evidence: Evidence) -> bool:
    """Whether a name or a role of the claim has another holder in the sentences that say the rest of the claim."""
    near = range(max(0, sentences[0] - _BACK), sentences[-1] + 1)
    named = claimed.names | _opening_name(claimed, evidence)
    if not all(evidence.knows(name, near) for name in named):
        return True
    if any(_is_filled_otherwise(slot, sentences, claimed, evidence) for slot in claimed.slots):
        return True
    joined = claimed.joined
    return joined is not None and not any(
        joined.stands_in(clause.terms) for clause in chain.from_iterable(evidence.clauses)
    )


def _opening_name(claimed: Facts, evidence: Evidence) -> frozenset[str]:
    """Return the terms of the word that opens a claim, if the passage writes it in capitals only, as it does a name."""
    subject = claimed.subject
    if not subject or re.search(rf"\b{re.escape(subject.word.lower())}\b", evidence.text):
        return frozenset()
    if _NO_NAME.fullmatch(subject.word) or subject.following[0] in _NO_VERBS:
        return frozenset()  # `Restart your device`: no name that does something
    return frozenset(filter(comparable, spelled_terms(subject.word))) - BOUNDS - COMMON_VERBS


def _is_filled_otherwise(slot: Slot, sentences: Sequence[int], claimed: Facts, evidence: Evidence) -> bool:
    others = [other for index in sentences for other in evidence.slots[index]]
    if any(other.displaces(slot) for other in (*others, *_exclusive(claimed, evidence))):
        return not any(other.fills(slot) for other in others)
    return False


def _exclusive(claimed: Facts, evidence: Evidence) -> Iterator[Slot]:
    """Yield what alone can do what a claim is about, by a sentence anywhere that says nothing else of it."""
    for slots, terms in zip(evidence.slots, evidence.terms, strict=True):
        yield from (slot for slot in slots if slot.is_exclusive and terms - {slot.word, slot.kind} <= {*claimed.terms})
