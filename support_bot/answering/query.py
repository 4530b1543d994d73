"""Turn what was typed, and the turns before it, into the question to answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.invisible import visible

MAX_CHARACTERS = 2_000
_HISTORY_TURNS = 10
_HISTORY_CHARACTERS = 6_000  # of them together
_HISTORY_STEP = 6  # turns that are forgotten together, since a cached prompt is lost each time its beginning changes
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
MARKS = re.compile(r"\s?\[\d+\]")  # of an answer's sources, which number other passages by then


class QuestionRefused(ValueError):
    """The question cannot be asked as it is: the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what was said before, oldest first."""

    text: str
    history: tuple[Turn, ...] = ()
    locale: str = ""  # the asker's, as a BCP 47 tag; "" when unknown
    product: str = ""  # that the asker uses, as the articles' team calls it; "" when unknown


def question(typed: str, *, history: Sequence[Turn] = (), locale: str = "", product: str = "") -> Question:
    """Return the question to answer. Raises QuestionRefused for one that is empty or too long."""
    text = seen(typed)
    if not text:
        raise QuestionRefused("The question is empty. Write what you would like to know.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionRefused(
            f"The question has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Shorten it."
        )
    recent = _recent([Turn(turn.role, seen(turn.text)) for turn in history])
    return Question(text=text, history=recent, locale=locale, product=product)


def seen(typed: str) -> str:
    """Return what its writer could see of a text: instructions can hide in characters that nobody sees."""
    return visible(_CONTROL.sub("", typed)).text.strip()


def _recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns that fit, oldest first: without the first six, the first twelve and so on."""
    for start in range(0, len(history), _HISTORY_STEP):
        if len(history) - start <= _HISTORY_TURNS and _length(history[start:]) <= _HISTORY_CHARACTERS:
            return tuple(history[start:])
    kept = tuple(history[-_HISTORY_STEP:])
    while _length(kept) > _HISTORY_CHARACTERS:
        kept = kept[1:]
    return kept


def _length(turns: Sequence[Turn]) -> int:
    return sum(len(turn.text) for turn in turns)
