"""Turn a question that has been asked before into what the model wrote then, so that it is paid for once.

What is remembered is the model's text, never an answer: on its way out it goes through the same checks as what a model
writes, against the passages that are found now. All that an answer depends on is part of the key; a message that
follows up others has none. It is remembered in memory alone: nothing that somebody was answered then outlives `erase`
for long, a miss costs a fraction of a cent, and no database is waited for.
"""

import asyncio
import hashlib
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.audience import Audience
from knowledge.passage import Passage
from support_bot.answering.query import Question
from support_bot.retrieval.knowledge_base import Edition

_ENDS = " ?!.。？！…"


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """All that an answer depends on."""

    site: str
    scope: Audience
    edition: Edition  # the generation, and what is hidden
    guidance: str
    model: str
    question: str
    locale: str
    product: str
    passages: str  # which, in their order: the marks of a text count them


class AnswerCache:
    """The texts that a model wrote of late, so many at most, none older than so many seconds."""

    def __init__(
        self,
        *,
        site: str,
        model: str,
        guidance: str,
        edition: Callable[[], Edition],
        most: int,
        seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`guidance` tells what the model is told from what it was told before; `edition` blocks."""
        self.model = model
        self._site = site
        self._guidance = guidance
        self._edition = edition
        self._most = most
        self._seconds = seconds
        self._now = now
        self._texts: OrderedDict[AnswerKey, tuple[float, str]] = OrderedDict()  # the one used last is last

    def __len__(self) -> int:
        return len(self._texts)

    async def key(self, question: Question, passages: Sequence[Passage], *, scope: Audience) -> AnswerKey | None:
        """Return the key of a question, None for one that is not remembered."""
        if question.history or not self._most:
            return None
        edition = await asyncio.to_thread(self._edition)
        self._forget(edition)
        return AnswerKey(
            site=self._site,
            scope=scope,
            edition=edition,
            guidance=self._guidance,
            model=self.model,
            question=normalised(question.text),
            locale=question.locale,
            product=question.product,
            passages=_digest(passages),
        )

    def text(self, key: AnswerKey) -> str:
        """Return what the model wrote, "" where nothing is remembered."""
        written, text = self._texts.get(key, (0.0, ""))
        if text and self._now() - written > self._seconds:
            del self._texts[key]
            return ""
        if text:
            self._texts.move_to_end(key)
        return text

    def keep(self, key: AnswerKey, text: str) -> None:
        """Remember what the model wrote, in place of what was used longest ago where there is no room."""
        self._texts[key] = self._now(), text
        self._texts.move_to_end(key)
        while len(self._texts) > self._most:
            self._texts.popitem(last=False)

    def _forget(self, edition: Edition) -> None:
        """Forget what was written from another generation, or before something was hidden or shown again."""
        for key in [key for key in self._texts if key.edition != edition]:
            del self._texts[key]


def normalised(text: str) -> str:
    """Return a question without what makes no difference: case, width, spaces, and the sign at its end."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(_ENDS)


def _digest(passages: Sequence[Passage]) -> str:
    whole = "\0".join(f"{passage.id}\0{passage.text}" for passage in passages)
    return hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()
