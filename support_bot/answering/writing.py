"""Turn passages into a text whose every sentence cites one: written by a chat model, else quoted from the passages."""

import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import cast

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage

from knowledge.passage import Passage
from support_bot.answering.decoder import VerifiedDecoder
from support_bot.answering.events import AnswerEvent, MessageStatus, Mode, Outcome, Status
from support_bot.answering.guidance import Guidance
from support_bot.answering.prompt import CANARY
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.clocks import with_silence
from support_bot.llm.errors import FaultKind, ModelUnavailable

logger = logging.getLogger(__name__)

ChunkStream = AsyncGenerator[AIMessageChunk, None]  # what `astream` returns, whose type promises less

_SILENCE_SECONDS = 4.0  # of the model, until the asker is told that it is still at work


class Writing:
    """A text while it is written: `decoder` holds each sentence back until it has found what supports it."""

    def __init__(self, passages: Sequence[Passage], *, guidance: Guidance) -> None:
        self.mode: Mode = "generated"
        self.finish = ""  # the reason that the endpoint gave for ending
        self.failure: FaultKind | None = None  # the chat model's, None when it did not fail
        self.text = ""  # as the chat model wrote it
        self._model = ""  # that wrote it, "" when it does not say
        self._passages = passages
        self._guidance = guidance
        self.decoder = self._new_decoder()

    async def by_model(
        self, messages: Sequence[BaseMessage], chat_model: BaseChatModel, *, budget: Budget, bill: Bill
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Yield what the chat model writes, checked; a failure of it ends the writing and is noted."""
        yield Status("writing")
        tail = ""  # of what has been written
        chunks = cast(ChunkStream, chat_model.astream(list(messages)))
        try:
            # Closed at once when the asker leaves, and with it the connection to the endpoint.
            async with (
                budget.call(messages, bill=bill) as call,
                aclosing(chunks),
                aclosing(with_silence(chunks, seconds=_SILENCE_SECONDS)) as heard,
            ):
                async for chunk in heard:
                    if chunk is None:
                        yield Status("waiting")
                        continue
                    call.note(chunk)
                    tail = tail[-len(CANARY) :] + chunk.text
                    if CANARY in tail:
                        logger.warning("The model repeats its instructions; what it writes is not shown.")
                        self.finish = "content_filter"
                        return
                    for event in self.decoder.feed(chunk.text):
                        yield event
                    self.text += chunk.text
                    self._model = chunk.response_metadata.get("model_name", self._model)
                    self.finish = chunk.response_metadata.get("finish_reason", self.finish)
        except ModelUnavailable as error:
            logger.warning("%s", error)  # it names the setting to mend
            self.failure = error.kind

    def by_quoting(self, text: str) -> Iterator[AnswerEvent]:
        """Yield a text made of the passages' own sentences, checked; what was written before, unshown, is dropped."""
        self.mode, self.decoder = "extractive", self._new_decoder()
        yield from self.decoder.feed(text)

    @property
    def is_missing(self) -> bool:
        """Whether the model has failed before any of its text could be shown."""
        return bool(self.failure) and not self.decoder.text

    @property
    def broke_off(self) -> FaultKind | None:
        """Why the model's text ends where it does, None where it is whole or somebody else's."""
        return self.failure if self.mode == "generated" else None

    @property
    def outcome(self) -> Outcome:
        """How the question is settled by what has been written."""
        is_filtered = self.finish == "content_filter"
        if not self.decoder.citations:
            return "refused" if is_filtered else "no_answer"
        return "partial" if self.decoder.withheld or self.broke_off or is_filtered else "answered"

    @property
    def degraded(self) -> str:
        """Why the model did not write the text, or not all of it; "" where it did."""
        if self.failure == "budget":
            return "budget"
        return f"llm_{self.failure}" if self.failure else ""

    @property
    def status(self) -> MessageStatus:
        """How the text ended."""
        if self.broke_off:
            return "partial"
        return "truncated" if self.finish in ("length", "content_filter") else "complete"

    def is_whole(self, *, model: str) -> bool:
        """Whether this model has written all of its text: not a second endpoint's, and nothing cut off."""
        return self.finish == "stop" and not self.failure and self._model in ("", model) and bool(self.text)

    def _new_decoder(self) -> VerifiedDecoder:
        guidance = self._guidance
        return VerifiedDecoder(self._passages, own_names=guidance.own_names, allowed_hosts=guidance.allowed_hosts)
