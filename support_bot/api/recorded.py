"""Turn an answer that has been given into the record that is kept of it."""

from support_bot.api.run import Run
from support_bot.api.schema import ChatAnswer
from support_bot.api.trace import trace
from support_bot.conversations.records import Answered, CitedSpan


def recorded(answer: ChatAnswer, run: Run, *, model: str) -> Answered:
    """Return what is kept; `model` wrote it where no other says that it did."""
    spans = [
        CitedSpan(**citation.model_dump(include=set(CitedSpan.__dataclass_fields__))) for citation in answer.citations
    ]
    return Answered(
        status=answer.status,
        outcome=answer.outcome,
        mode=answer.mode,
        degraded=answer.degraded,
        question=answer.question,
        text=answer.text,
        confidence=answer.confidence,
        model=run.message.bill.model or model if answer.mode == "generated" else "",
        input_tokens=answer.usage.input_tokens,
        cached_tokens=answer.usage.cached_tokens,
        output_tokens=answer.usage.output_tokens,
        cost=answer.cost,
        first_token_ms=answer.ms.first_token,
        total_ms=answer.ms.total,
        citations=tuple(spans),
        documents=tuple({source.id: None for source in answer.sources}),
        answer=answer.model_dump_json(),
        frames=tuple(frame.decode() for frame in run.frames),
        trace=trace(run.events, moments=run.moments).model_dump_json(),
    )
