"""Name the events of each stream and what they carry."""

from pydantic import BaseModel

from support_bot.api.panel.schema import CustomerProblemData, DraftMeta, ReferenceData
from support_bot.api.problems import Problem
from support_bot.api.schema import (
    CitationData,
    DeltaData,
    DoneData,
    HandoffData,
    Meta,
    SourcesData,
    StatusData,
    VerdictData,
)

EVENTS: dict[str, type[BaseModel]] = {
    "meta": Meta,
    "status": StatusData,
    "sources": SourcesData,
    "delta": DeltaData,
    "citation": CitationData,
    "verdict": VerdictData,
    "handoff": HandoffData,
    "error": Problem,
    "done": DoneData,
}
"""The events of an answer and what each carries."""

DRAFT_EVENTS: dict[str, type[BaseModel]] = {
    "meta": DraftMeta,
    "problem": CustomerProblemData,
    **{name: model for name, model in EVENTS.items() if name not in ("meta", "handoff")},
}
"""Those of a draft."""

SUMMARY_EVENTS: dict[str, type[BaseModel]] = {
    "meta": DraftMeta,
    "reference": ReferenceData,
    **{name: EVENTS[name] for name in ("status", "delta", "verdict", "error", "done")},
}
"""Those of a ticket's summary."""

STREAMS = {"/api/v1/chat": EVENTS, "/api/v1/drafts": DRAFT_EVENTS, "/api/v1/drafts/summary": SUMMARY_EVENTS}
"""The routes that answer with them."""
