"""Turn the events of an answer into the record of how it came about."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from pydantic import BaseModel, Field

from support_bot.answering.events import AnswerEvent, Checked, Found, Status


class CandidateData(BaseModel):
    """A passage that was found."""

    passage: str = Field(description="Its id.")
    document: str = Field(description="Its document's id: /sources/{id} shows it.")
    score: float | None = Field(description="How well it fits; null where the retriever gives no score.")


class WithheldData(BaseModel):
    """A claim that the check kept back, or a whole procedure."""

    failure: str = Field(description="Why no passage supports it.")
    text: str


class Trace(BaseModel):
    """How an answer came about. The question that was searched for and what was shown are the answer's own."""

    candidates: list[CandidateData] = Field(default=[], description="What was found, best first.")
    confidence: float | None = Field(default=None, description="The probability that it suffices.")
    withheld: list[WithheldData] = Field(default=[], description="Every other claim was shown, with its citation.")
    misattributed: list[str] = Field(default=[], description="Claims shown with another passage than they cited.")
    milliseconds: dict[str, int] = Field(default={}, description="From the question until each first came.")


def moment(event: AnswerEvent) -> str:
    """Return what an event is the beginning of."""
    return event.stage if isinstance(event, Status) else type(event).__name__.lower()


def trace(events: Iterable[AnswerEvent], *, moments: Mapping[str, int]) -> Trace:
    """Return what was found, what the check kept back or put right, and when which event first came."""
    record = Trace(milliseconds=dict(moments))
    for event in events:
        match event:
            case Found():
                record.candidates = [CandidateData(**asdict(each)) for each in event.candidates]
                record.confidence = event.confidence
            case Checked():
                record.withheld = [WithheldData(failure=failure, text=text) for failure, text in event.withheld]
                record.misattributed = list(event.misattributed)
            case _:
                pass
    return record
