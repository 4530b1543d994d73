"""Turn a question and its passages into an answer made of the passages' own sentences, with `[n]` marks.

It stands in for the chat model where there is none: what it writes goes through the same check as a model's words.
The best passage is read where it says most about the question; what room is left goes to sentences of the next
passages that say something more.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.passage import Passage
from knowledge.stop_words import content_terms
from knowledge.words import Span, sentences, terms, word_count

_MAX_WORDS = 90
_PASSAGES = 4  # those after the first few are rarely about the question
_LATER = 0.85  # what a match in each later passage counts against one in the passage before it
_SAID_AGAIN = 0.3  # what a term counts that the answer has already
_WORTH_ADDING = 0.1  # the least share of the question that a further unit must be worth
_LINE_OR_CODE = re.compile(r"```.*?```|[^\n]+", re.DOTALL)
_ITEM = re.compile(r"\s*(?:[-*•]|\d+\.)\s")
_CODE = "```"
_ASKS_HOW = re.compile(r"\bhow (?:do|can|to|should|would)\b|如何|怎麼|怎么|怎樣|怎样", re.IGNORECASE)
_PROCEDURE = re.compile(r"^\s*1\. |^```", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is quoted whole or not at all: a sentence, a code listing, a table, a list with the line before it."""

    n: int  # its passage's number, from 1
    start: int
    text: str
    terms: frozenset[str]
    words: int


def extractive_answer(question: str, passages: Sequence[Passage]) -> str:
    """Return the few sentences, steps and lists that say most about what is asked, in reading order, marked `[n]`."""
    first_with: dict[str, _Unit] = {}  # what two passages say is said once
    for n, passage in enumerate(passages[:_PASSAGES], start=1):
        for unit in _units(n, passage):
            first_with.setdefault(unit.text, unit)
    units = list(first_with.values())
    if not units:
        return ""
    weights = _weights(content_terms(question), units)
    first = _first_passage(question, units, passages)
    reading = _reading([unit for unit in units if unit.n == first], weights)
    further = _further([unit for unit in units if unit.n != first], reading, weights)
    return _joined([*reading, *further], passages)


def _first_passage(question: str, units: Sequence[_Unit], passages: Sequence[Passage]) -> int:
    """Return the number of the passage to read first: the best, or for a how-to its article's procedure."""
    best = units[0].n
    if _ASKS_HOW.search(question):
        article = passages[best - 1].document_id
        own = (unit for unit in units if passages[unit.n - 1].document_id == article)
        return next((unit.n for unit in own if _PROCEDURE.search(unit.text)), best)
    return best


def _weights(asked: Sequence[str], units: Sequence[_Unit]) -> dict[str, float]:
    """Return what each term of the question is worth: less, the more units have it."""
    return {term: 1 / (1 + sum(term in unit.terms for unit in units)) for term in dict.fromkeys(asked)}


def _reading(units: Sequence[_Unit], weights: Mapping[str, float]) -> list[_Unit]:
    """Return the run of consecutive units, as long as fits, that has most of the question; the earliest of equals."""
    runs = [_fitting(units[start:]) for start in range(len(units))]
    return max(runs, key=lambda run: _worth(frozenset().union(*(unit.terms for unit in run)), weights))


def _fitting(units: Sequence[_Unit]) -> list[_Unit]:
    run = [units[0]]
    for unit in units[1:]:
        if sum(each.words for each in run) + unit.words > _MAX_WORDS:
            break
        run.append(unit)
    return run


def _further(units: Sequence[_Unit], reading: Sequence[_Unit], weights: Mapping[str, float]) -> list[_Unit]:
    """Return the units worth adding in the room that the reading leaves, in reading order."""
    least = _WORTH_ADDING * sum(weights.values())
    room = _MAX_WORDS - sum(unit.words for unit in reading)
    left = _discounted(weights, reading)
    added: list[_Unit] = []
    while fitting := [unit for unit in units if unit.words <= room and unit not in added]:
        best = max(fitting, key=lambda unit: _LATER**unit.n * _worth(unit.terms, left))
        if _LATER ** (best.n - 1) * _worth(best.terms, left) <= least:
            break
        added.append(best)
        room -= best.words
        left = _discounted(left, [best])
    return sorted(added, key=lambda unit: (unit.n, unit.start))


def _discounted(weights: Mapping[str, float], said: Sequence[_Unit]) -> dict[str, float]:
    return {
        term: weight * _SAID_AGAIN if any(term in unit.terms for unit in said) else weight
        for term, weight in weights.items()
    }


def _worth(found: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weight for term, weight in weights.items() if term in found)


def _units(n: int, passage: Passage) -> Iterator[_Unit]:
    # A listing that was cut has one fence alone, and no end is to be looked for: its fence becomes spaces.
    whole = passage.text if passage.text.count(_CODE) % 2 == 0 else passage.text.replace(_CODE, " " * len(_CODE))
    for start, end in _spans(whole):
        text = whole[start:end]
        if not text.rstrip().endswith(("?", "？")):  # a passage's own question says nothing
            yield _Unit(n, start, text, frozenset(terms(text)), word_count(text))


def _spans(text: str) -> Iterator[Span]:
    """Yield what stays whole: lines that belong together, and the sentences of every other line."""
    group: list[Span] = []
    for match in _LINE_OR_CODE.finditer(text):
        line = Span(*match.span())
        if group and not _belongs(text, group, line):
            yield from _closed(text, group)
            group = []
        group.append(line)
    if group:
        yield from _closed(text, group)


def _belongs(text: str, group: Sequence[Span], line: Span) -> bool:
    """Whether a line goes on with a table or list, or is what the line before it introduces."""
    before, now = text[group[-1].start : group[-1].end], text[line.start : line.end]
    if " | " in before and " | " in now:
        return True
    is_list = any(_ITEM.match(text, *span) for span in group)
    if is_list:
        return bool(_ITEM.match(now)) or now.startswith(_CODE)
    return before.rstrip().endswith((":", "："))


def _closed(text: str, group: Sequence[Span]) -> Iterator[Span]:
    whole = Span(group[0].start, group[-1].end)
    if len(group) > 1 or text.startswith(_CODE, whole.start) or _ITEM.match(text, *whole):
        yield whole
        return
    for start, end in sentences(text[whole.start : whole.end]):
        yield Span(whole.start + start, whole.start + end)


def _joined(units: Sequence[_Unit], passages: Sequence[Passage]) -> str:
    """Return the units' texts, those that share a line in their passage on one line, others as paragraphs."""
    text = _marked(units[0])
    for before, unit in itertools.pairwise(units):
        between = passages[unit.n - 1].text[before.start + len(before.text) : unit.start]
        same_line = before.n == unit.n and "\n" not in between and not between.strip()
        text += (between if same_line else "\n\n") + _marked(unit)
    return text


def _marked(unit: _Unit) -> str:
    """Return the unit's text with its mark behind each line of prose; code is found without one."""
    parts = re.split(r"(```.*?```)", unit.text, flags=re.DOTALL)
    return "".join(part if part.startswith(_CODE) else _marked_lines(part, unit.n) for part in parts)


def _marked_lines(text: str, n: int) -> str:
    return "\n".join(f"{line} [{n}]" if line.strip() else line for line in text.split("\n"))
