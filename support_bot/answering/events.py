"""What an answer is made of, in the order in which it happens."""

from dataclasses import dataclass
from typing import Literal

from knowledge.passage import Passage
from support_bot.llm.errors import FaultKind
from support_bot.llm.pricing import Usage

Outcome = Literal["answered", "partial", "no_answer", "clarify", "refused", "handoff"]
Mode = Literal["generated", "extractive", "pinned"]
MessageStatus = Literal["complete", "partial", "interrupted", "truncated"]
Stage = Literal["searching", "reading", "writing", "waiting", "checking"]
HandoffReason = Literal["asked", "no_answer", "refused", "degraded"]


@dataclass(frozen=True, slots=True)
class Status:
    """What is being done now."""

    stage: Stage
    detail: str = ""  # while searching: the question that is searched for


@dataclass(frozen=True, slots=True)
class NumberedPassage:
    """A passage under the number by which the answer cites it."""

    n: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Sources:
    """Passages that the text to come cites (or, where there is no answer, the nearest ones)."""

    sources: tuple[NumberedPassage, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer's text, its `[n]` marks included."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim of the answer tied to the words that support it.

    `answer_start` and `answer_end` are code points of the answer's whole text (the claim without its marks);
    `source_start` and `source_end` are code points of the document's stored text, and `quote` is what stands there.
    `verified` is false where answer and passage differ in language, so that only numbers and names could be checked.
    """

    n: int
    passage: Passage
    answer_start: int
    answer_end: int
    source_start: int
    source_end: int
    quote: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found, and how well it fits."""

    passage: str  # its id
    document: str
    score: float | None  # None where the retriever gives none


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first: for the record alone, and never sent."""

    candidates: tuple[Candidate, ...]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check kept back and put right: for the record alone, and never sent."""

    withheld: tuple[tuple[str, str], ...]  # the kind of failure and the claim
    misattributed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the question was settled."""

    outcome: Outcome
    mode: Mode
    confidence: float | None  # probability that the passages suffice; None when the retriever gives no scores
    degraded: str = ""  # why the wanted mode was not possible, "" when it was
    cached: bool = False  # whether the model wrote it for an earlier asker of the same question


@dataclass(frozen=True, slots=True)
class Handoff:
    """A person is offered."""

    reason: HandoffReason  # asked for, or offered where the bot alone is not enough


@dataclass(frozen=True, slots=True)
class Failed:
    """What broke after text was already shown; that text stands."""

    reason: FaultKind


@dataclass(frozen=True, slots=True)
class Done:
    """The end of every answer, exactly once."""

    status: MessageStatus
    usage: Usage


@dataclass(frozen=True, slots=True)
class CustomersProblem:
    """What a draft replies to: what was found in a ticket's messages, before anything is searched for."""

    text: str  # as the customer wrote it, without what their mail program added; "" where there is nothing
    message_ids: tuple[str, ...]  # where it stands
    language: str  # that the customer writes in, as a BCP 47 tag; "" when unknown
    customer: str  # the name that the draft greets, "" for none


@dataclass(frozen=True, slots=True)
class Reference:
    """A sentence of a summary tied to the words of a ticket's message that it comes from."""

    n: int
    message_id: str
    quote: str


AnswerEvent = (
    Status
    | Found
    | Checked
    | Sources
    | Delta
    | Citation
    | Verdict
    | Handoff
    | Failed
    | Done
    | CustomersProblem
    | Reference
)
