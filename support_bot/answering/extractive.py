"""Turn a question and its passages into an answer made of the passages' own sentences, with `[n]` marks.

It stands in for the chat model where there is none: what it writes goes through the same check as a model's words.
Sentences about the question tell which words an answer needs, those that the question lacks too; the fewest sentences
that hold most of these words, whole lists and listings among them, are quoted in reading order.
"""

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.passage import Passage
from knowledge.stop_words import content_terms
from knowledge.words import Span, cjk_share, sentences, word_count

_MAX_WORDS = 95  # of an answer, unless one unit alone is longer
_LONGEST = 200  # words of a unit: what is longer is a page, not an answer
_UNASKED = 0.08  # how much a unit without a word of the question is about it
_LATER = 0.9  # what that counts in each later passage, against the passage before it
_LEAST_ABOUT = 0.2  # the question, against the unit that is most about it; what is less is not quoted
_NEAR = 0.3  # what the units before and after it count
_CHOSEN_LATER = 0.9  # what choosing a unit is worth in each later passage, against the passage before it
_LENGTH = 0.9  # how far a unit's words count against it
_WORTH_ADDING = 0.02  # of all that is wanted, the least that a further unit must add
_CJK = 0.3  # of a text's words, from which on it is in Chinese
_LISTING = r"^```.*?^```[ \t]*$"
_LINE_OR_CODE = re.compile(rf"{_LISTING}|[^\n]+", re.DOTALL | re.MULTILINE)
_LISTINGS = re.compile(rf"({_LISTING})", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^```", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*•]|\d+\.)\s")
_FIRST_STEP = re.compile(r"\s*1\.\s")
_STEP = re.compile(r"^ ?(\d{1,3})\.\s", re.MULTILINE)
_TORN_STEP = re.compile(r"\s*(?:[2-9]|[1-9]\d+)\.\s[^\n]*")
_QUESTION = re.compile(r"[?？][\s\])\"”]*$")
_CODE = "```"
_ASKS_HOW = re.compile(
    r"\bhow (?:do|can|to|should|would)\b|\b(?:comment|cómo|wie)\b|如何|怎麼|怎么|怎樣|怎样", re.IGNORECASE
)
_PROCEDURE = re.compile(r"^\s*1\. ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is quoted whole or not at all: a sentence, a code listing, a table, a list with the line before it."""

    n: int  # its passage's number, from 1
    start: int
    text: str
    terms: frozenset[str]  # of content
    words: int


def extractive_answer(question: str, passages: Sequence[Passage]) -> str:
    """Return the few sentences, steps and lists that say most about what is asked, in reading order, marked `[n]`."""
    first_with: dict[str, _Unit] = {}  # what two passages say is said once
    for n in _in_language_of(question, passages):
        for unit in _units(n, passages[n - 1]):
            first_with.setdefault(" ".join(unit.text.split()), unit)
    asked = frozenset(content_terms(question))
    first = _procedure(list(first_with.values()), asked, passages) if _ASKS_HOW.search(question) else None
    units = [unit for unit in first_with.values() if unit.words <= _LONGEST or unit is first]
    if not units:
        return ""
    rarity = _rarity(units)
    about = _about(units, asked, rarity)
    wanted = _wanted(units, about, asked, rarity)
    chosen = _chosen(units, about, wanted, first=first)
    return _joined(sorted(chosen, key=lambda unit: (unit.n, unit.start)), passages)


def _in_language_of(question: str, passages: Sequence[Passage]) -> list[int]:
    """Return the numbers of the passages in the question's language, of all where there is none."""
    asked = cjk_share(question) > _CJK
    numbers = [n for n, passage in enumerate(passages, start=1) if (cjk_share(passage.text) > _CJK) == asked]
    return numbers or list(range(1, len(passages) + 1))


def _procedure(units: Sequence[_Unit], asked: frozenset[str], passages: Sequence[Passage]) -> _Unit | None:
    """Return what a how-to is answered with, if there is one: of the article found first, the procedure most asked for.

    What stands above a procedure tells what it is for. Of several, an article says first what most of its readers need.
    """

    def suits(unit: _Unit) -> tuple[int, int]:
        passage = passages[unit.n - 1]
        above = " ".join((*passage.headings, passage.text[: unit.start]))
        return len(asked & (unit.terms | set(content_terms(above)))), -(passage.start + unit.start)

    article = passages[units[0].n - 1].document_id if units else ""
    own = [unit for unit in units if passages[unit.n - 1].document_id == article and _PROCEDURE.search(unit.text)]
    return max(own, key=suits, default=None)  # whole, however long


def _rarity(units: Sequence[_Unit]) -> dict[str, float]:
    having = Counter(itertools.chain.from_iterable(unit.terms for unit in units))
    return {term: math.log(1 + len(units) / count) for term, count in having.items()}


def _about(units: Sequence[_Unit], asked: frozenset[str], rarity: Mapping[str, float]) -> list[float]:
    """Return how much each unit is about the question: by its words, its passage's place and the units around it."""
    whole = sum(rarity.get(term, 0.0) for term in asked) or 1.0
    alone = [
        (_UNASKED + sum(rarity[term] for term in asked & unit.terms) / whole) * _LATER ** (unit.n - 1) for unit in units
    ]
    about = list(alone)
    for place in range(1, len(units)):
        if units[place].n == units[place - 1].n:
            about[place] += _NEAR * alone[place - 1]
            about[place - 1] += _NEAR * alone[place]
    return about


def _wanted(
    units: Sequence[_Unit], about: Sequence[float], asked: frozenset[str], rarity: Mapping[str, float]
) -> dict[str, float]:
    """Return what each term is worth: the more, the more units about the question have it, and the rarer it is."""
    said: defaultdict[str, float] = defaultdict(float)
    for unit, share in zip(units, about, strict=True):
        for term in unit.terms:
            said[term] += share / math.sqrt(max(len(unit.terms), 3))  # a long unit says less with each term
    return {term: rarity[term] * (worth + (term in asked)) for term, worth in said.items()}


def _chosen(
    units: Sequence[_Unit], about: Sequence[float], wanted: Mapping[str, float], *, first: _Unit | None
) -> list[_Unit]:
    """Return the units that add most of what is wanted for their length, as many as fit and are worth it."""
    chosen = [first] if first else []
    said = first.terms if first else frozenset[str]()

    def added(unit: _Unit) -> float:
        return sum(wanted[term] for term in unit.terms - said)

    def gain(place: int) -> float:
        unit = units[place]
        promising = math.sqrt(about[place]) * math.pow(_CHOSEN_LATER, unit.n - 1)
        return added(unit) * promising / math.pow(unit.words + 3, _LENGTH)

    while True:
        room = _MAX_WORDS - sum(unit.words for unit in chosen)
        fitting = [
            n
            for n, unit in enumerate(units)
            if unit not in chosen and about[n] >= _LEAST_ABOUT * max(about) and (unit.words <= room or not chosen)
        ]
        if not fitting:
            return chosen
        best = units[max(fitting, key=gain)]
        if chosen and added(best) < _WORTH_ADDING * sum(wanted.values()):
            return chosen
        chosen.append(best)
        said |= best.terms


def _units(n: int, passage: Passage) -> Iterator[_Unit]:
    # A fence without its other end, as of a listing that was cut, becomes spaces: no end is to be looked for.
    parts = _LISTINGS.split(passage.text)
    parts[::2] = (_FENCE.sub(" " * len(_CODE), part) for part in parts[::2])
    whole = "".join(parts)
    for start, end in _spans(whole):
        text = whole[start:end]
        # A question says nothing, nor do links to articles that are called by one; headings are shown with the source.
        # One step of several is worse than none.
        is_said = text.strip() not in (passage.title, *passage.headings) and not _TORN_STEP.fullmatch(text)
        if is_said and not _asks(text):
            yield _Unit(n, start, text, frozenset(content_terms(text)), word_count(text))


def _asks(text: str) -> bool:
    """Whether half of a text's lines or more are questions."""
    lines = [line for line in text.splitlines() if line.strip()]
    return 2 * sum(bool(_QUESTION.search(line)) for line in lines) >= len(lines)


def _spans(text: str) -> Iterator[Span]:
    """Yield what stays whole: lines that belong together, and the sentences of every other line."""
    group: list[Span] = []
    last_step = -1  # of the procedure that has begun
    for match in _LINE_OR_CODE.finditer(text):
        line = Span(*match.span())
        if group and line.start > last_step and not _belongs(text, group, line):
            yield from _closed(text, group)
            group = []
        if _FIRST_STEP.match(text, *line):
            last_step = max(last_step, _last_step(text, line))
        group.append(line)
    if group:
        yield from _closed(text, group)


def _last_step(text: str, first: Span) -> int:
    """Return where the last step of a procedure begins, whatever stands between its steps."""
    number, start = 1, first.start
    for step in _STEP.finditer(text, first.end):
        if int(step[1]) == number + 1:
            number, start = number + 1, step.start()
        elif int(step[1]) == 1:
            break
    return start


def _belongs(text: str, group: Sequence[Span], line: Span) -> bool:
    """Whether a line goes on with a table or list, or is what the line before it introduces."""
    before, now = text[group[-1].start : group[-1].end], text[line.start : line.end]
    if " | " in before and " | " in now:
        return True
    is_list = any(_ITEM.match(text, *span) for span in group)
    if is_list:
        begins_anew = _FIRST_STEP.match(now) and not now[0].isspace()
        return not begins_anew and (bool(_ITEM.match(now)) or now.startswith(_CODE))
    return before.rstrip().endswith((":", "：")) or bool(_FIRST_STEP.match(now))


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
    parts = _LISTINGS.split(unit.text)
    return "".join(part if part.startswith(_CODE) else _marked_lines(part, unit.n) for part in parts)


def _marked_lines(text: str, n: int) -> str:
    return "\n".join(f"{line} [{n}]" if line.strip() else line for line in text.split("\n"))
