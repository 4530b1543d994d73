"""Turn an answer's events into server-sent events, or into one JSON object."""

import itertools
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from pydantic import BaseModel

from support_bot.answering.events import (
    AnswerEvent,
    Checked,
    Citation,
    CustomersProblem,
    Delta,
    Done,
    Failed,
    Found,
    Handoff,
    MessageStatus,
    NumberedPassage,
    Reference,
    Sources,
    Status,
    Verdict,
)
from support_bot.api.links import link
from support_bot.api.panel.schema import CustomerProblemData, ReferenceData
from support_bot.api.problems import Problem, problem, problem_of
from support_bot.api.request_log import note, trace_id
from support_bot.api.schema import (
    ChatAnswer,
    CitationData,
    DeltaData,
    DoneData,
    HandoffData,
    HandoffKind,
    Meta,
    Milliseconds,
    SourceData,
    SourcesData,
    StatusData,
    UsageData,
    VerdictData,
)
from support_bot.llm.budget import Bill
from support_bot.llm.pricing import Usage

_SNIPPET_CHARACTERS = 200

SentEvent = Status | Sources | Delta | Citation | Verdict | Handoff | Failed | Done | CustomersProblem | Reference

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Message:
    """One answer on its way out: its names, its clock, where its links lead, and what it costs."""

    base_url: str
    conversation_id: str
    handoff_url: str = ""
    takes_handoffs: bool = False
    id: str = field(default_factory=lambda: f"m_{uuid.uuid4().hex}")
    trace_id: str = field(default_factory=trace_id)
    started: float = field(default_factory=time.monotonic)
    first_token: float | None = None
    bill: Bill = field(default_factory=Bill)

    def __post_init__(self) -> None:
        note(message_id=self.id)

    def meta(self) -> Meta:
        """Return the names."""
        return Meta(conversation_id=self.conversation_id, message_id=self.id, trace_id=self.trace_id)

    def milliseconds(self) -> Milliseconds:
        """Return how long it has taken until now."""
        first = None if self.first_token is None else round((self.first_token - self.started) * 1000)
        return Milliseconds(first_token=first, total=round((time.monotonic() - self.started) * 1000))


def conversation_id(given: str | None) -> str:
    """Return the conversation's id, a new one for a new conversation."""
    return given or f"c_{uuid.uuid4().hex}"


async def primed(
    events: AsyncGenerator[AnswerEvent, None], *, is_model_needed: bool = False
) -> AsyncGenerator[AnswerEvent, None]:
    """Run an answer until it has searched, so that what can fail before the first byte fails as an HTTP status.

    Where the model is needed, that it does not answer is such a failure: the answer is run until it says something.
    """
    begun = [await anext(events)]
    while isinstance(begun[-1], Status | Found) and (is_model_needed or _is_searching(begun[-1])):
        begun.append(await anext(events))

    async def rest() -> AsyncGenerator[AnswerEvent, None]:
        async with aclosing(events):
            for event in begun:
                yield event
            async for event in events:
                yield event

    return rest()


async def frames(events: AsyncGenerator[AnswerEvent, None], *, message: Message) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a `text/event-stream`: `meta` first, `done` last and once, whatever happens between."""
    sequence = itertools.count()
    yield _frame("meta", message.meta(), message=message, sequence=next(sequence))
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Found | Checked):
                    continue
                yield _frame(*_sent(event, message=message), message=message, sequence=next(sequence))
    except Exception as error:  # the status is sent already: what broke can only be told as an event
        logger.exception("Message %s broke off.", message.id)
        yield _frame("error", problem_of(error), message=message, sequence=next(sequence))
        done = _sent(Done("interrupted", message.bill.usage), message=message)
        yield _frame(*done, message=message, sequence=next(sequence))


def last_frames(message: Message, *, sequence: int, reason: Problem | None = None) -> list[bytes]:
    """Return how a stream ends that is cut off: with the reason, where it is ours, and with `done`."""
    ends: list[tuple[str, BaseModel]] = [] if sequence else [("meta", message.meta())]
    if reason is not None:
        ends.append(("error", reason))
    ends.append(_sent(Done("interrupted", message.bill.usage), message=message))
    return [_frame(*end, message=message, sequence=sequence + place) for place, end in enumerate(ends)]


async def whole_answer(events: AsyncIterator[AnswerEvent], *, message: Message) -> ChatAnswer:
    """Return the answer as one object once it is complete."""
    text, question, verdict = "", "", Verdict("no_answer", "extractive", None)
    status: MessageStatus = "complete"
    usage = message.bill.usage  # of an answer that was cut off, to which no `Done` came
    sources: list[SourceData] = []
    citations: list[CitationData] = []
    handoff: HandoffData | None = None
    async for event in events:
        match event:
            case Delta():
                text += event.text
                message.first_token = message.first_token or time.monotonic()
            case Sources():
                sources.extend(source_data(source, base_url=message.base_url) for source in event.sources)
            case Citation():
                citations.append(citation_data(event, base_url=message.base_url))
            case Verdict():
                verdict = event
            case Handoff():
                handoff = _handoff_data(event, message=message)
            case Done():
                status, usage = event.status, event.usage
            case Status():
                question = event.detail or question
            case Failed() | Found() | Checked() | CustomersProblem() | Reference():
                pass
    return ChatAnswer(
        **message.meta().model_dump(exclude={"v"}),
        outcome=verdict.outcome,
        status=status,
        mode=verdict.mode,
        degraded=verdict.degraded or None,
        cached=verdict.cached,
        question=question,
        text=text,
        citations=citations,
        sources=sources,
        handoff=handoff,
        confidence=_rounded(verdict.confidence),
        usage=_usage_data(usage),
        cost=usage.cost,
        ms=message.milliseconds(),
    )


def source_data(source: NumberedPassage, *, base_url: str) -> SourceData:
    """Return a source as it travels."""
    passage = source.passage
    return SourceData(
        n=source.n,
        id=passage.document_id,
        title=passage.title,
        url=link(passage, start=passage.start, end=passage.end, base_url=base_url),
        section=passage.section,
        page=passage.page or None,
        snippet=" ".join(passage.text[:_SNIPPET_CHARACTERS].split()),
        updated=passage.updated,
        stale_since=passage.stale_since,
        audience=passage.audience,
    )


def citation_data(citation: Citation, *, base_url: str) -> CitationData:
    """Return a citation as it travels."""
    passage = citation.passage
    return CitationData(
        n=citation.n,
        source=passage.document_id,
        title=passage.title,
        url=link(passage, start=citation.source_start, end=citation.source_end, base_url=base_url),
        section=passage.section,
        page=passage.page or None,
        quote=citation.quote,
        answer_start=citation.answer_start,
        answer_end=citation.answer_end,
        source_start=citation.source_start,
        source_end=citation.source_end,
        updated=passage.updated,
        stale_since=passage.stale_since,
        verified=citation.verified,
    )


def handoff_kind(*, url: str, takes_handoffs: bool) -> HandoffKind:
    """Return how a person is reached."""
    if takes_handoffs:
        return "form"
    return "url" if url else "agent"


def interruption(failed: Failed) -> Problem:
    """Return what broke off an answer, as whoever reads it is told."""
    return problem("upstream-stalled" if failed.reason in ("stall", "timeout") else "upstream-truncated")


def _is_searching(event: AnswerEvent) -> bool:
    return isinstance(event, Status) and event.stage == "searching"


def _sent(event: SentEvent, *, message: Message) -> tuple[str, BaseModel]:
    match event:
        case Status():
            return "status", StatusData(stage=event.stage, detail=event.detail)
        case Sources():
            sources = [source_data(source, base_url=message.base_url) for source in event.sources]
            return "sources", SourcesData(sources=sources)
        case Delta():
            message.first_token = message.first_token or time.monotonic()
            return "delta", DeltaData(text=event.text)
        case Citation():
            return "citation", citation_data(event, base_url=message.base_url)
        case Verdict():
            return "verdict", _verdict_data(event)
        case Handoff():
            return "handoff", _handoff_data(event, message=message)
        case Failed():
            return "error", interruption(event)
        case CustomersProblem():
            return "problem", CustomerProblemData(
                text=event.text,
                message_ids=list(event.message_ids),
                language=event.language,
                customer=event.customer,
            )
        case Reference():
            return "reference", ReferenceData(n=event.n, message_id=event.message_id, quote=event.quote)
        case Done():
            done = DoneData(
                status=event.status,
                usage=_usage_data(event.usage),
                cost=event.usage.cost,
                ms=message.milliseconds(),
            )
            return "done", done


def _verdict_data(verdict: Verdict) -> VerdictData:
    return VerdictData(
        outcome=verdict.outcome,
        mode=verdict.mode,
        confidence=_rounded(verdict.confidence),
        degraded=verdict.degraded or None,
        cached=verdict.cached,
    )


def _handoff_data(handoff: Handoff, *, message: Message) -> HandoffData:
    kind = handoff_kind(url=message.handoff_url, takes_handoffs=message.takes_handoffs)
    return HandoffData(kind=kind, url=message.handoff_url or None, reason=handoff.reason)


def _usage_data(usage: Usage) -> UsageData:
    return UsageData(
        input_tokens=usage.input_tokens, cached_tokens=usage.cached_tokens, output_tokens=usage.output_tokens
    )


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)


def _frame(name: str, sent: BaseModel, *, message: Message, sequence: int) -> bytes:
    return f"id: {message.id}:{sequence}\nevent: {name}\ndata: {sent.model_dump_json()}\n\n".encode()
