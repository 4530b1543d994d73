"""Turn a supported claim into ones that its passages do not support, each wrong in a way that has a name."""

import re

from knowledge.stop_words import content_terms
from knowledge.words import cjk_share, sentences, word_count

_AMOUNT = re.compile(r"(?<![\w.-])\d+(?:[.,:]\d+)*(?![\w)-])|\d+(?:\.\d+)?(?=\s?[%％萬万億亿元天日個个年月人])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w.]*[a-z](?: [A-Z][\w.]*[a-z])*")
_STRANGER = "Quillmark"  # nobody's name
_DENIAL = re.compile(
    r"\b(?:is|are|do|does|can|will|should|must|may)( not)\b|\bcan(not)\b|(?<![要能好對对])(不)(?![同僅仅])"
)
_AUXILIARY = re.compile(r"\b(?:can|is|are|will|was|were|should|must|may|does|do)\b")
_CJK_AUXILIARY = re.compile("可以|能夠|能够|需要|必須|必须|[會会是能可]")
_SUBJECT = re.compile(r"\b(?:you|we|they|it|this|that|which)\b (?=[a-z])")
_BREAK = re.compile(r"[,;:](?= )|[，；：、]| (?=(?:and|or|but|when|if|because|while|which|to|by|for|with) )")
_WORDS = 5  # of a half, at least
_LONGEST = 400  # code points of a sentence that is halved
_NEW = 3  # content terms of a half that the other half's text lacks, and half of them


def with_other_number(claim: str) -> str | None:
    """Return the claim with its last amount changed, None when it has none in digits."""
    amounts = list(_AMOUNT.finditer(claim))
    if not amounts:
        return None
    last = amounts[-1].end() - 1
    return claim[:last] + str((int(claim[last]) + 3) % 10) + claim[last + 1 :]


def with_other_name(claim: str) -> str | None:
    """Return the claim with a name that nobody has in the place of its first one, None when it has none."""
    name = _NAME.search(claim)
    return claim[: name.start()] + _STRANGER + claim[name.end() :] if name else None


def denied(claim: str) -> str | None:
    """Return the claim denied, or without its denial; None when there is no simple place for a `not`."""
    if denial := _DENIAL.search(claim):
        start, end = next(denial.span(group) for group in (1, 2, 3) if denial[group])
        return claim[:start] + claim[end:]
    if cjk_share(claim) > 0:
        auxiliary = _CJK_AUXILIARY.search(claim)
        return claim[: auxiliary.start()] + "不" + claim[auxiliary.start() :] if auxiliary else None
    if place := _AUXILIARY.search(claim):
        return claim[: place.end()] + " not" + claim[place.end() :]
    subject = _SUBJECT.search(claim)
    return claim[: subject.end()] + "never " + claim[subject.end() :] if subject else None


def stitched(claim: str, *, own: str, elsewhere: str) -> str | None:
    """Return the claim's first half with the second half of a sentence of elsewhere, None where halves are wanting.

    Each half says something that the other's text does not: what both texts say would be no corruption.
    """
    halves = _halves(claim)
    if not halves or not _is_new(halves[0], elsewhere):
        return None
    others = (_halves(elsewhere[start:end]) for start, end in sentences(elsewhere))
    other = next((found for found in others if found and _is_new(found[1], own)), None)
    return halves[0] + other[1] if other else None


def _halves(sentence: str) -> tuple[str, str] | None:
    """Return what stands before and after the break nearest to the middle."""
    breaks = [found.start() for found in _BREAK.finditer(sentence)]
    if not breaks or len(sentence) > _LONGEST:
        return None
    middle = min(breaks, key=lambda at: abs(at - len(sentence) / 2))
    head, tail = sentence[:middle], sentence[middle:]
    return (head, tail) if min(word_count(head), word_count(tail)) >= _WORDS else None


def _is_new(half: str, text: str) -> bool:
    said = set(content_terms(half))
    new = said - set(content_terms(text))
    return len(new) >= _NEW and len(new) * 2 >= len(said)
