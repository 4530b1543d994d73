"""Name what goes into the store and what comes out of it."""

from dataclasses import dataclass, field
from typing import Literal

KeptStatus = Literal["running", "complete", "partial", "interrupted", "truncated"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is about to be answered."""

    message_id: str
    owner: str
    conversation: str
    typed: str
    key: str  # a request with the same one is the same request; "" for none
    digest: str  # of all that the request says


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A claim of an answer and the words of a document that support it."""

    n: int
    source: str
    quote: str
    answer_start: int
    answer_end: int
    source_start: int
    source_end: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question."""

    status: KeptStatus
    outcome: str
    mode: str
    degraded: str | None
    question: str
    text: str
    confidence: float | None
    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: float
    first_token_ms: int | None
    total_ms: int
    citations: tuple[CitedSpan, ...]
    documents: tuple[str, ...]  # the ids of the sources that it names
    answer: str  # as JSON, as it was given as one object
    frames: tuple[str, ...]  # the events as they were sent
    trace: str = "{}"  # JSON: how it came about


@dataclass(frozen=True, slots=True)
class Cost:
    """What a conversation, or one answer, has cost."""

    name: str
    answers: int
    cost: float  # US dollars


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the store has it."""

    message_id: str
    conversation: str
    asked: float  # seconds since 1970
    typed: str
    status: KeptStatus
    text: str = ""
    digest: str = ""
    documents: tuple[str, ...] = ()
    answer: str = ""  # JSON; "" while there is none
    frames: tuple[str, ...] = ()
    feedback: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    model: str = ""  # that wrote the answer
    trace: str = ""  # JSON; "" while there is none
