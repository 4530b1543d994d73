"""Turn what was typed, and the turns before it, into the question to answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MAX_CHARACTERS = 2_000
_HISTORY_TURNS = 10
_HISTORY_CHARACTERS = 12_000  # of them together
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


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


def question(typed: str, *, history: Sequence[Turn] = ()) -> Question:
    """Return the question to answer. Raises QuestionRefused for one that is empty or too long."""
    text = _CONTROL.sub("", typed).strip()
    if not text:
        raise QuestionRefused("The question is empty. Write what you would like to know.")
    if len(text) > MAX_CHARACTERS:
        raise QuestionRefused(
            f"The question has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Shorten it."
        )
    return Question(text=text, history=_recent(history))


def _recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns that fit, oldest first."""
    kept: list[Turn] = []
    room = _HISTORY_CHARACTERS
    for turn in reversed(history[-_HISTORY_TURNS:]):
        room -= len(turn.text)
        if room < 0:
            break
        kept.append(turn)
    return tuple(reversed(kept))
